-- Exports: files of a customer's data. Ids are the UUIDv7 behind an id's prefix. Enum values are their snake_case words.

-- What was asked for, and how far it is. before_id: what is next was made before it; the kind tells its prefix. due_at: when it may be claimed, which is the end of the lease of who works on it.
-- Who claims it raises its epoch; what an older epoch brings is refused. length: in octets. expires_at is null until it has ended.
CREATE TABLE exports (
    id             uuid        NOT NULL PRIMARY KEY,
    customer_id    text        NOT NULL COLLATE "C",
    kind           text        NOT NULL,
    format         text        NOT NULL,
    shows_evidence boolean     NOT NULL,
    from_at        timestamptz,
    to_at          timestamptz,
    verdict_status text,
    verdict_reason text,
    domain         text,
    batch_id       uuid,
    status         text        NOT NULL,
    failure        text,
    rows           bigint      NOT NULL,
    length         bigint      NOT NULL,
    before_id      uuid        NOT NULL,
    tries          integer     NOT NULL,
    epoch          integer     NOT NULL DEFAULT 0,
    due_at         timestamptz NOT NULL,
    created_at     timestamptz NOT NULL,
    started_at     timestamptz,
    finished_at    timestamptz,
    expires_at     timestamptz,
    CHECK ((expires_at IS NULL) = (status IN ('queued', 'running')))
);

-- A customer's exports, newest first by id.
CREATE INDEX exports_list ON exports (customer_id, id);

CREATE INDEX exports_due ON exports (due_at) WHERE status IN ('queued', 'running');

-- The files in parts, each a gzip member. start: where in the file it begins. No foreign key: parts are removed in small steps, after their export.
CREATE TABLE export_parts (
    export_id uuid   NOT NULL,
    start     bigint NOT NULL,
    octets    bytea  NOT NULL,
    PRIMARY KEY (export_id, start)
);

ALTER TABLE export_parts ALTER COLUMN octets SET STORAGE EXTERNAL;
