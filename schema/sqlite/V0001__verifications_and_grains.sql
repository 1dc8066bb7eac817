-- Times are milliseconds since 1970-01-01T00:00Z, floored, unless a column says otherwise.
-- Enum values are their snake_case words. Rows of customers carry customer_id; domains, grain_state and
-- reminders belong to the installation: erasing a customer must not touch them.

-- One act of verifying one address. Ids are UUIDv7 in Crockford's base 32, so they sort by their making.
-- A rowid table: rows hold kilobytes of evidence, which would make a clustered text key wide.
CREATE TABLE verifications (
    id              TEXT    NOT NULL PRIMARY KEY,
    customer_id     TEXT    NOT NULL,
    address_hash    BLOB    NOT NULL CHECK (length(address_hash) = 16),
    email           TEXT    NOT NULL,
    tag             TEXT,
    created_at      INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    -- The verdict; all of these are null while it is pending.
    status          TEXT,
    reason          TEXT,
    score           INTEGER,
    accept_all      INTEGER,
    mailbox_full    INTEGER,
    mailbox_disabled INTEGER,
    provider        TEXT,
    exchanger       TEXT,
    found_at        INTEGER,
    fresh_until     INTEGER,
    source          TEXT,
    rules           TEXT,
    -- What is waited for; all null once there is a verdict.
    pending_since   INTEGER,
    pending_cause   TEXT,
    next_attempt_at INTEGER,
    gives_up_at     INTEGER,
    -- JSON array, the shape of EvidenceJson.
    evidence        TEXT    NOT NULL,
    CHECK ((status IS NULL) = (found_at IS NULL))
);

-- History of an address: newest first by id, for one customer.
CREATE INDEX verifications_history ON verifications (address_hash, customer_id, id);

-- The newest verdict worth serving again, for each customer.
CREATE INDEX verifications_latest ON verifications (address_hash, customer_id, found_at DESC, id DESC) WHERE status <> 'unknown';

-- What an address waits for.
CREATE INDEX verifications_pending ON verifications (address_hash, id) WHERE status IS NULL;

-- What is asked again at a time. shard = address_hash mod 16.
CREATE TABLE retries (
    verification_id TEXT    NOT NULL PRIMARY KEY REFERENCES verifications (id) ON DELETE CASCADE,
    customer_id     TEXT    NOT NULL,
    address_hash    BLOB    NOT NULL CHECK (length(address_hash) = 16),
    shard           INTEGER NOT NULL CHECK (shard BETWEEN 0 AND 15),
    due_at          INTEGER NOT NULL,
    egress          TEXT,
    attempt         INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX retries_due ON retries (shard, due_at);

-- What is remembered of a domain between probes. route: JSON, the shape of RouteJson, null when never asked.
CREATE TABLE domains (
    domain                TEXT    NOT NULL PRIMARY KEY,
    route                 TEXT,
    route_found_at        INTEGER,
    route_fresh_until     INTEGER,
    catch_all             TEXT    NOT NULL,
    catch_all_observed_at INTEGER NOT NULL,
    catch_all_fresh_until INTEGER NOT NULL,
    catch_all_samples     INTEGER NOT NULL,
    paused_until          INTEGER
) WITHOUT ROWID;

-- Keys, never in clear: hash is the SHA-256 of the whole key. scopes: JSON array.
CREATE TABLE api_keys (
    id          TEXT    NOT NULL PRIMARY KEY,
    customer_id TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    hash        BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    shown       TEXT    NOT NULL,
    scopes      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    revoked_at  INTEGER
) WITHOUT ROWID;

-- Orleans grain state. grain_id is "type/key", so that two grain types never share a row.
-- etag is random for each write: a row that was deleted and made again never matches an old one.
CREATE TABLE grain_state (
    service_id TEXT    NOT NULL,
    state_name TEXT    NOT NULL,
    grain_id   TEXT    NOT NULL,
    etag       INTEGER NOT NULL,
    payload    BLOB    NOT NULL,
    PRIMARY KEY (service_id, state_name, grain_id)
) WITHOUT ROWID;

-- Orleans reminders. hash is the grain id's uniform hash, unsigned 32 bits. start_at and period are in ticks of 100 ns
-- (start_at since 0001-01-01), since Orleans compares them exactly.
CREATE TABLE reminders (
    service_id TEXT    NOT NULL,
    grain_id   TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    hash       INTEGER NOT NULL CHECK (hash BETWEEN 0 AND 4294967295),
    start_at   INTEGER NOT NULL,
    period     INTEGER NOT NULL,
    etag       INTEGER NOT NULL,
    PRIMARY KEY (service_id, grain_id, name)
) WITHOUT ROWID;

CREATE INDEX reminders_ring ON reminders (service_id, hash);
