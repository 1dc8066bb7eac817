-- What Orleans' ADO.NET providers ask. They read the table OrleansQuery once, at the start of a silo, and know nothing else by name: the tables behind it are ours.
-- Parameters and columns of the queries are named as the providers name them.

-- The version counts each change of the membership of a cluster: who changes it names the version that it saw.
CREATE TABLE clusters (
    id      text    NOT NULL PRIMARY KEY,
    version integer NOT NULL DEFAULT 0
);

CREATE TABLE silos (
    cluster_id      text        NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
    address         text        NOT NULL,
    port            integer     NOT NULL,
    generation      integer     NOT NULL,
    name            text        NOT NULL,
    host_name       text        NOT NULL,
    status          integer     NOT NULL,
    proxy_port      integer     NOT NULL,
    suspect_times   text,
    start_time      timestamptz NOT NULL,
    i_am_alive_time timestamptz NOT NULL,
    PRIMARY KEY (cluster_id, address, port, generation)
);

-- hash: the grain id's uniform hash, as Orleans hands it over, a signed number. period in milliseconds.
-- Versions come from one sequence: a reminder that was removed and made again never matches what saw the old one.
CREATE SEQUENCE reminder_versions AS integer CYCLE;

CREATE TABLE reminders (
    service_id text        NOT NULL,
    grain_id   text        NOT NULL,
    name       text        NOT NULL,
    hash       integer     NOT NULL,
    start_time timestamptz NOT NULL,
    period     bigint      NOT NULL,
    version    integer     NOT NULL,
    PRIMARY KEY (service_id, grain_id, name)
);

CREATE INDEX reminders_ring ON reminders (service_id, hash);

-- State of grains. Orleans makes two numbers and a text of a grain's key, and names the state, not the grain's type: hence each state has the name of its type.
CREATE TABLE grain_state (
    service_id text    NOT NULL,
    state_name text    NOT NULL,
    n0         bigint  NOT NULL,
    n1         bigint  NOT NULL,
    extension  text    NOT NULL,
    version    integer NOT NULL,
    payload    bytea,
    PRIMARY KEY (service_id, state_name, n0, n1, extension)
);

CREATE TABLE OrleansQuery (
    QueryKey  text NOT NULL PRIMARY KEY,
    QueryText text NOT NULL
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('GatewaysQueryKey', $$
    SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation
    FROM silos WHERE cluster_id = @DeploymentId AND status = @Status AND proxy_port > 0
$$),
('MembershipReadAllKey', $$
    SELECT c.version AS Version, s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName, s.host_name AS HostName, s.status AS Status,
        s.proxy_port AS ProxyPort, s.suspect_times AS SuspectTimes, s.start_time AS StartTime, s.i_am_alive_time AS IAmAliveTime
    FROM clusters c LEFT JOIN silos s ON s.cluster_id = c.id
    WHERE c.id = @DeploymentId
$$),
('MembershipReadRowKey', $$
    SELECT c.version AS Version, s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName, s.host_name AS HostName, s.status AS Status,
        s.proxy_port AS ProxyPort, s.suspect_times AS SuspectTimes, s.start_time AS StartTime, s.i_am_alive_time AS IAmAliveTime
    FROM clusters c LEFT JOIN silos s ON s.cluster_id = c.id AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
    WHERE c.id = @DeploymentId
$$),
('InsertMembershipVersionKey', $$
    WITH made AS (INSERT INTO clusters (id) VALUES (@DeploymentId) ON CONFLICT (id) DO NOTHING RETURNING id)
    SELECT EXISTS (SELECT FROM made)
$$),
('InsertMembershipKey', $$
    WITH raised AS (
        UPDATE clusters SET version = version + 1
        WHERE id = @DeploymentId AND version = @Version
            AND NOT EXISTS (SELECT FROM silos WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING id
    ), added AS (
        INSERT INTO silos (cluster_id, address, port, generation, name, host_name, status, proxy_port, start_time, i_am_alive_time)
        SELECT id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM raised
        RETURNING cluster_id
    )
    SELECT EXISTS (SELECT FROM added)
$$),
('UpdateMembershipKey', $$
    WITH raised AS (
        UPDATE clusters SET version = version + 1
        WHERE id = @DeploymentId AND version = @Version
            AND EXISTS (SELECT FROM silos WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING id
    ), changed AS (
        UPDATE silos SET status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
        FROM raised WHERE cluster_id = raised.id AND address = @Address AND port = @Port AND generation = @Generation
        RETURNING cluster_id
    )
    SELECT EXISTS (SELECT FROM changed)
$$),
('UpdateIAmAlivetimeKey', $$
    UPDATE silos SET i_am_alive_time = @IAmAliveTime
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$$),
('CleanupDefunctSiloEntriesKey', $$
    DELETE FROM silos WHERE cluster_id = @DeploymentId AND i_am_alive_time < @IAmAliveTime AND status <> 3
$$),
('DeleteMembershipTableEntriesKey', $$
    DELETE FROM clusters WHERE id = @DeploymentId
$$),
('ReadReminderRowsKey', $$
    SELECT grain_id AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
    FROM reminders WHERE service_id = @ServiceId AND grain_id = @GrainId
$$),
('ReadReminderRowKey', $$
    SELECT grain_id AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
    FROM reminders WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName
$$),
('ReadRangeRows1Key', $$
    SELECT grain_id AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
    FROM reminders WHERE service_id = @ServiceId AND hash > @BeginHash AND hash <= @EndHash
$$),
('ReadRangeRows2Key', $$
    SELECT grain_id AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
    FROM reminders WHERE service_id = @ServiceId AND (hash > @BeginHash OR hash <= @EndHash)
$$),
('UpsertReminderRowKey', $$
    INSERT INTO reminders (service_id, grain_id, name, hash, start_time, period, version)
    VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, nextval('reminder_versions'))
    ON CONFLICT (service_id, grain_id, name) DO UPDATE SET
        hash = excluded.hash, start_time = excluded.start_time, period = excluded.period, version = excluded.version
    RETURNING version AS Version
$$),
('DeleteReminderRowKey', $$
    WITH removed AS (
        DELETE FROM reminders WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName AND version = @Version
        RETURNING version
    )
    SELECT EXISTS (SELECT FROM removed)
$$),
('DeleteReminderRowsKey', $$
    DELETE FROM reminders WHERE service_id = @ServiceId
$$),
('ReadFromStorageKey', $$
    SELECT payload AS PayloadBinary, version AS Version
    FROM grain_state
    WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1 AND extension = coalesce(@GrainIdExtensionString, '')
$$),
('WriteToStorageKey', $$
    WITH changed AS (
        UPDATE grain_state SET payload = @PayloadBinary, version = version + 1
        WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1 AND extension = coalesce(@GrainIdExtensionString, '')
            AND version = @GrainStateVersion
        RETURNING version
    ), added AS (
        INSERT INTO grain_state (service_id, state_name, n0, n1, extension, version, payload)
        SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''), 1, @PayloadBinary
        WHERE @GrainStateVersion IS NULL
        ON CONFLICT DO NOTHING
        RETURNING version
    )
    SELECT coalesce((SELECT version FROM changed), (SELECT version FROM added), @GrainStateVersion) AS NewGrainStateVersion
$$),
('ClearStorageKey', $$
    WITH changed AS (
        UPDATE grain_state SET payload = NULL, version = version + 1
        WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1 AND extension = coalesce(@GrainIdExtensionString, '')
            AND version = @GrainStateVersion
        RETURNING version
    )
    SELECT coalesce((SELECT version FROM changed), @GrainStateVersion) AS NewGrainStateVersion
$$);
