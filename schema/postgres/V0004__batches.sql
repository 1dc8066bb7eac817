-- Batches. Ids are the UUIDv7 behind an id's prefix. Enum values are their snake_case words. Texts of users stand in the form of ForeignText.
-- No foreign keys: whatever writes rows of a batch has its row of batches locked, which orders all writing, and a check for each row would cost as much as the row.

-- A bulk job. status is null while it is being uploaded: then nothing else here sees it. touched_at: when a draft was appended to, by the clock of this server, which all silos share.
-- A draft with erased_at is given up: nothing is added to it any more. max_age: in milliseconds.
-- Rows are changed with each flush: half a page stays free, so that a change stays in its page and touches no index.
CREATE TABLE batches (
    id               uuid        NOT NULL PRIMARY KEY,
    customer_id      text COLLATE "C",
    status           text,
    name             text,
    tag              text,
    pause_by         text,
    pause_reason     text,
    round            integer     NOT NULL DEFAULT 1,
    retried_reasons  text[]      NOT NULL DEFAULT '{}',
    priority         text        NOT NULL DEFAULT 'normal',
    max_age          bigint,
    drops_duplicates boolean     NOT NULL DEFAULT false,
    shape            text        NOT NULL DEFAULT 'cells',
    columns          text[]      NOT NULL DEFAULT '{}',
    column_name      text,
    delimiter        text        CHECK (length(delimiter) = 1),
    total            bigint      NOT NULL DEFAULT 0,
    done             bigint      NOT NULL DEFAULT 0,
    deliverable      bigint      NOT NULL DEFAULT 0,
    undeliverable    bigint      NOT NULL DEFAULT 0,
    risky            bigint      NOT NULL DEFAULT 0,
    unknown          bigint      NOT NULL DEFAULT 0,
    unique_rows      bigint      NOT NULL DEFAULT 0,
    duplicates       bigint      NOT NULL DEFAULT 0,
    without_address  bigint      NOT NULL DEFAULT 0,
    retrying         bigint      NOT NULL DEFAULT 0,
    revision         bigint      NOT NULL DEFAULT 0,
    created_at       timestamptz NOT NULL,
    touched_at       timestamptz NOT NULL DEFAULT now(),
    started_at       timestamptz,
    finished_at      timestamptz,
    expires_at       timestamptz,
    erased_at        timestamptz,
    CHECK (done = deliverable + undeliverable + risky + unknown),
    CHECK (done BETWEEN 0 AND total)
) WITH (fillfactor = 50);

-- A customer's batches, newest first by id.
CREATE INDEX batches_list ON batches (customer_id, id) WHERE status IS NOT NULL;

-- How far the chunks of 1,000 rows are. Who claims one raises its epoch; what an older epoch brings is refused.
CREATE TABLE batch_chunks (
    batch_id uuid    NOT NULL,
    number   integer NOT NULL,
    count    integer NOT NULL,
    epoch    integer NOT NULL DEFAULT 0,
    is_open  boolean NOT NULL DEFAULT true,
    PRIMARY KEY (batch_id, number)
) WITH (fillfactor = 80);

-- The rows of a chunk as they came, in the form of ChunkRows; hashes: 16 octets a row, zeros where it has no address. Those are keyed: nothing in them can be made smaller.
CREATE TABLE batch_rows (
    batch_id uuid    NOT NULL,
    number   integer NOT NULL,
    rows     bytea   COMPRESSION lz4 NOT NULL,
    hashes   bytea   NOT NULL,
    PRIMARY KEY (batch_id, number)
);

ALTER TABLE batch_rows ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- Rows that repeat the address of an earlier one and share its result.
CREATE TABLE batch_repeats (
    batch_id uuid   NOT NULL,
    row      bigint NOT NULL,
    of       bigint NOT NULL,
    PRIMARY KEY (batch_id, row)
);

CREATE INDEX batch_repeats_of ON batch_repeats (batch_id, of, row);

-- Results, one a row that repeats no other. repeated: how many rows share it. round: of the batch, when it was found.
-- By the month that the batch's id begins with, not by the day of the result: so the key holds for ever, and what is delivered twice is stored once.
CREATE TABLE batch_results (
    batch_id         uuid        NOT NULL,
    row              bigint      NOT NULL,
    revision         bigint      NOT NULL,
    round            integer     NOT NULL,
    repeated         integer     NOT NULL,
    attempts         integer     NOT NULL,
    verification_id  uuid,
    status           text        NOT NULL,
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
    PRIMARY KEY (batch_id, row)
) PARTITION BY RANGE (batch_id);

-- Results in the order of their commits.
CREATE INDEX batch_results_done ON batch_results (batch_id, revision, row);

-- Rows that were put off. A leased one is another's until due_at.
CREATE TABLE batch_retries (
    batch_id        uuid        NOT NULL,
    row             bigint      NOT NULL,
    email           text        NOT NULL,
    address_hash    bytea       NOT NULL CHECK (length(address_hash) = 16),
    repeated        integer     NOT NULL,
    due_at          timestamptz NOT NULL,
    leased          boolean     NOT NULL DEFAULT false,
    egress          text,
    verification_id uuid,
    PRIMARY KEY (batch_id, row)
);

CREATE INDEX batch_retries_due ON batch_retries (batch_id, due_at);

-- What requests with an Idempotency-Key were answered; status is null while the first is at work, until its lease ends. owner: who holds a reservation, a random text.
CREATE TABLE idempotency (
    customer_id  text        NOT NULL COLLATE "C",
    operation    text        NOT NULL COLLATE "C",
    key          text        NOT NULL COLLATE "C",
    owner        text        NOT NULL,
    leased_until timestamptz NOT NULL,
    fingerprint  bytea,
    status       integer,
    location     text,
    body         bytea,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (customer_id, operation, key)
);

CREATE INDEX idempotency_age ON idempotency (created_at);
