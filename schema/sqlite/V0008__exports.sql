-- Exports: files of a customer's data. Times are milliseconds since 1970-01-01T00:00Z, floored. Enum values are their snake_case words.

-- What was asked for, and how far it is. before_id: what is next was made before it. due_at: when it may be claimed, which is the end of the lease of who works on it.
-- Who claims it raises its epoch; what an older epoch brings is refused. length: in octets. expires_at is null until it has ended.
CREATE TABLE exports (
    id             TEXT    NOT NULL PRIMARY KEY,
    customer_id    TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    format         TEXT    NOT NULL,
    shows_evidence INTEGER NOT NULL,
    from_at        INTEGER,
    to_at          INTEGER,
    verdict_status TEXT,
    verdict_reason TEXT,
    domain         TEXT,
    batch_id       TEXT,
    status         TEXT    NOT NULL,
    failure        TEXT,
    rows           INTEGER NOT NULL,
    length         INTEGER NOT NULL,
    before_id      TEXT    NOT NULL,
    tries          INTEGER NOT NULL,
    epoch          INTEGER NOT NULL DEFAULT 0,
    due_at         INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    started_at     INTEGER,
    finished_at    INTEGER,
    expires_at     INTEGER,
    CHECK ((expires_at IS NULL) = (status IN ('queued', 'running')))
);

-- A customer's exports, newest first by id.
CREATE INDEX exports_list ON exports (customer_id, id);

CREATE INDEX exports_due ON exports (due_at) WHERE status IN ('queued', 'running');

-- The files in parts, each a gzip member. start: where in the file it begins. No foreign key: parts are removed in small steps, after their export.
CREATE TABLE export_parts (
    export_id TEXT    NOT NULL,
    start     INTEGER NOT NULL,
    octets    BLOB    NOT NULL,
    PRIMARY KEY (export_id, start)
);
