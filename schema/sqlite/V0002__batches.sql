-- Batches. Times are milliseconds since 1970-01-01T00:00Z, floored. Enum values are their snake_case words.
-- What is large and never changes (batch_rows) stands apart from what changes often: SQLite writes a changed row anew as a whole.

-- A bulk job. status is null while it is being uploaded: then nothing else here sees it.
CREATE TABLE batches (
    key              INTEGER PRIMARY KEY AUTOINCREMENT,
    id               TEXT    NOT NULL UNIQUE,
    customer_id      TEXT,
    status           TEXT,
    name             TEXT,
    tag              TEXT,
    pause_by         TEXT,
    pause_reason     TEXT,
    round            INTEGER NOT NULL DEFAULT 1,
    retried_reasons  TEXT    NOT NULL DEFAULT '[]',
    priority         TEXT    NOT NULL DEFAULT 'normal',
    max_age          INTEGER,
    drops_duplicates INTEGER NOT NULL DEFAULT 0,
    shape            TEXT    NOT NULL DEFAULT 'cells',
    columns          TEXT    NOT NULL DEFAULT '[]',
    column_name      TEXT,
    total            INTEGER NOT NULL DEFAULT 0,
    done             INTEGER NOT NULL DEFAULT 0,
    deliverable      INTEGER NOT NULL DEFAULT 0,
    undeliverable    INTEGER NOT NULL DEFAULT 0,
    risky            INTEGER NOT NULL DEFAULT 0,
    unknown          INTEGER NOT NULL DEFAULT 0,
    unique_rows      INTEGER NOT NULL DEFAULT 0,
    duplicates       INTEGER NOT NULL DEFAULT 0,
    without_address  INTEGER NOT NULL DEFAULT 0,
    retrying         INTEGER NOT NULL DEFAULT 0,
    revision         INTEGER NOT NULL DEFAULT 0,
    created_at       INTEGER NOT NULL,
    started_at       INTEGER,
    finished_at      INTEGER,
    expires_at       INTEGER,
    erased_at        INTEGER,
    CHECK (done = deliverable + undeliverable + risky + unknown),
    CHECK (done BETWEEN 0 AND total)
);

-- A customer's batches, newest first by id.
CREATE INDEX batches_list ON batches (customer_id, id) WHERE status IS NOT NULL;

-- How far the chunks of 1,000 rows are. Who claims one raises its epoch; what an older epoch brings is refused.
CREATE TABLE batch_chunks (
    batch  INTEGER NOT NULL REFERENCES batches (key) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    epoch  INTEGER NOT NULL DEFAULT 0,
    open   INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (batch, number)
) WITHOUT ROWID;

CREATE INDEX batch_chunks_open ON batch_chunks (batch, number) WHERE open = 1;

-- The rows of a chunk as they came, in the form of ChunkRows; hashes: 16 octets a row, zeros where it has no address.
CREATE TABLE batch_rows (
    batch  INTEGER NOT NULL REFERENCES batches (key) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    rows   BLOB    NOT NULL,
    hashes BLOB    NOT NULL
);

CREATE UNIQUE INDEX batch_rows_number ON batch_rows (batch, number);

-- Rows that repeat the address of an earlier one and share its result.
CREATE TABLE batch_repeats (
    batch INTEGER NOT NULL REFERENCES batches (key) ON DELETE CASCADE,
    row   INTEGER NOT NULL,
    of    INTEGER NOT NULL,
    PRIMARY KEY (batch, row)
) WITHOUT ROWID;

CREATE INDEX batch_repeats_of ON batch_repeats (batch, of);

-- Results, one a row that repeats no other. repeated: how many rows share it. round: of the batch, when it was found.
CREATE TABLE batch_results (
    batch            INTEGER NOT NULL REFERENCES batches (key) ON DELETE CASCADE,
    row              INTEGER NOT NULL,
    revision         INTEGER NOT NULL,
    round            INTEGER NOT NULL,
    repeated         INTEGER NOT NULL,
    status           TEXT    NOT NULL,
    reason           TEXT    NOT NULL,
    score            INTEGER NOT NULL,
    accept_all       INTEGER,
    mailbox_full     INTEGER,
    mailbox_disabled INTEGER,
    provider         TEXT,
    exchanger        TEXT,
    found_at         INTEGER NOT NULL,
    fresh_until      INTEGER NOT NULL,
    source           TEXT    NOT NULL,
    rules            TEXT    NOT NULL,
    attempts         INTEGER NOT NULL,
    verification_id  TEXT,
    PRIMARY KEY (batch, row)
) WITHOUT ROWID;

-- Results in the order of their commits.
CREATE INDEX batch_results_done ON batch_results (batch, revision, row);

-- Rows that were put off. A leased one is another's until due_at.
CREATE TABLE batch_retries (
    batch           INTEGER NOT NULL REFERENCES batches (key) ON DELETE CASCADE,
    row             INTEGER NOT NULL,
    email           TEXT    NOT NULL,
    address_hash    BLOB    NOT NULL CHECK (length(address_hash) = 16),
    repeated        INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,
    leased          INTEGER NOT NULL DEFAULT 0,
    egress          TEXT,
    verification_id TEXT,
    PRIMARY KEY (batch, row)
) WITHOUT ROWID;

CREATE INDEX batch_retries_due ON batch_retries (batch, due_at);

-- What requests with an Idempotency-Key were answered; status is null while the first is at work, until its lease ends.
CREATE TABLE idempotency (
    customer_id  TEXT    NOT NULL,
    operation    TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    leased_until INTEGER NOT NULL,
    fingerprint  BLOB,
    status       INTEGER,
    location     TEXT,
    body         BLOB,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (customer_id, operation, key)
) WITHOUT ROWID;

CREATE INDEX idempotency_age ON idempotency (created_at);

-- A verification of a batch is retried by the batch, not by the grain of its mailbox.
ALTER TABLE verifications ADD COLUMN batch INTEGER;

DROP INDEX verifications_pending;

-- The history has the newest verdict too; a second index by the same hash would cost each row of a batch a page more.
DROP INDEX verifications_latest;

CREATE INDEX verifications_pending ON verifications (address_hash, id) WHERE status IS NULL AND batch IS NULL;

-- What a batch has verified, to be erased with it.
CREATE INDEX verifications_batch ON verifications (batch) WHERE batch IS NOT NULL;
