-- Ids of verifications and batches are UUIDv7: as uuid they sort by their making, as their text does. Times are floored to the millisecond.
-- Enum values are their snake_case words. Texts of users (email, tag) and of the network (exchanger) are in the form of ForeignText, for PostgreSQL has no U+0000.
-- Texts that are compared are in the order of their octets, whatever the locale of the database.

-- One act of verifying one address. Partitioned by the month in the id, so that the key is the id alone; PostgresPartitions makes the partitions.
CREATE TABLE verifications (
    id               uuid        NOT NULL PRIMARY KEY,
    customer_id      text        NOT NULL COLLATE "C",
    address_hash     bytea       NOT NULL CHECK (length(address_hash) = 16),
    email            text        NOT NULL,
    tag              text,
    created_at       timestamptz NOT NULL,
    attempts         integer     NOT NULL,
    -- The verdict; all of these are null while it is pending.
    status           text,
    reason           text,
    score            smallint,
    accept_all       boolean,
    mailbox_full     boolean,
    mailbox_disabled boolean,
    provider         text,
    exchanger        text,
    found_at         timestamptz,
    fresh_until      timestamptz,
    source           text,
    rules            text,
    -- What is waited for; all null once there is a verdict.
    pending_since    timestamptz,
    pending_cause    text,
    next_attempt_at  timestamptz,
    gives_up_at      timestamptz,
    -- A JSON array, the shape of EvidenceJson.
    evidence         json        NOT NULL,
    -- What it said before its evidence was judged again: a JSON array, the shape of EarlierVerdict; null where it never was.
    earlier          json,
    -- Of which batch it is; that retries it.
    batch            uuid,
    CHECK ((status IS NULL) = (found_at IS NULL))
) PARTITION BY RANGE (id);

-- History of an address: newest first by id, for one customer.
CREATE INDEX verifications_history ON verifications (address_hash, customer_id, id);

-- What an address waits for; and whether a month has anything that is waited for, before it is dropped.
CREATE INDEX verifications_pending ON verifications (address_hash, id) WHERE status IS NULL;

-- What was judged again, for the results of batches that are to follow.
CREATE INDEX verifications_judged ON verifications (id) WHERE earlier IS NOT NULL;

-- What a batch has verified, to be erased with it.
CREATE INDEX verifications_batch ON verifications (batch) WHERE batch IS NOT NULL;

-- The newest verdict worth serving again (none that is unknown) of each address, for each customer.
CREATE TABLE verdicts (
    address_hash     bytea       NOT NULL CHECK (length(address_hash) = 16),
    customer_id      text        NOT NULL COLLATE "C",
    verification_id  uuid        NOT NULL,
    status           text        NOT NULL CHECK (status <> 'unknown'),
    reason           text        NOT NULL,
    score            smallint    NOT NULL,
    accept_all       boolean,
    mailbox_full     boolean,
    mailbox_disabled boolean,
    provider         text,
    exchanger        text,
    found_at         timestamptz NOT NULL,
    fresh_until      timestamptz NOT NULL,
    source           text        NOT NULL,
    rules            text        NOT NULL,
    PRIMARY KEY (address_hash, customer_id)
);

-- What is asked again at a time. shard = address_hash mod 16. A row comes and goes with its verification; no foreign key, which each detaching of a month would have to look through.
CREATE TABLE retries (
    verification_id uuid        NOT NULL PRIMARY KEY,
    customer_id     text        NOT NULL COLLATE "C",
    address_hash    bytea       NOT NULL CHECK (length(address_hash) = 16),
    shard           smallint    NOT NULL CHECK (shard BETWEEN 0 AND 15),
    due_at          timestamptz NOT NULL,
    egress          text,
    attempt         integer     NOT NULL
);

CREATE INDEX retries_due ON retries (shard, due_at);

-- What is remembered of a domain between probes. route: the shape of RouteJson, null when never asked. domain is "domain/host" for what decoys have shown about a backup.
-- What decoys were told, by shape, each answer weighing less with its age (weights as of catch_all_observed_at), and how strangers are put off.
CREATE TABLE domains (
    domain                  text             NOT NULL COLLATE "C" PRIMARY KEY,
    route                   json,
    route_found_at          timestamptz,
    route_fresh_until       timestamptz,
    catch_all               text             NOT NULL,
    catch_all_observed_at   timestamptz      NOT NULL,
    catch_all_fresh_until   timestamptz      NOT NULL,
    catch_all_samples       integer          NOT NULL,
    paused_until            timestamptz,
    digits_accepted         double precision NOT NULL,
    digits_refused          double precision NOT NULL,
    first_last_accepted     double precision NOT NULL,
    first_last_refused      double precision NOT NULL,
    greylists_known_only_at timestamptz
);
