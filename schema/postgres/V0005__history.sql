-- The history of all verifications of a customer: searched by domain, status, reason, batch and time, and counted by day.

-- The domain of the address, in A-labels and lower case; null where the text is no address, or its domain is an address literal, or is older than this and not in ASCII.
ALTER TABLE verifications ADD COLUMN domain text COLLATE "C";

UPDATE verifications SET domain = lower(substring(email FROM '@([A-Za-z0-9.-]+)$') COLLATE "C") WHERE reason IS DISTINCT FROM 'invalid_email' AND email ~ '@[A-Za-z0-9.-]+$';

-- Each of these has a run, newest first, for every reason and one for what is pending. A search merges the runs of its reasons, so that a rare one among millions costs no scan.
CREATE INDEX verifications_search ON verifications (customer_id, reason, id);

CREATE INDEX verifications_domain ON verifications (customer_id, domain, reason, id) WHERE domain IS NOT NULL;

-- And what a batch has verified is erased with it.
DROP INDEX verifications_batch;

CREATE INDEX verifications_batch ON verifications (batch, reason, id) WHERE batch IS NOT NULL;

-- How many verdicts a customer was given for which reason, by the UTC day that their verifications were begun on. They name nobody, and stay when verifications are erased.
CREATE TABLE verdict_days (
    customer_id text   NOT NULL COLLATE "C",
    day         date   NOT NULL,
    reason      text   NOT NULL COLLATE "C",
    count       bigint NOT NULL,
    PRIMARY KEY (customer_id, day, reason)
);

-- What is to be added to them. Each statement that writes verifications adds rows here, one for each customer, day and reason, and so waits for no other; a sweep folds them in.
CREATE TABLE verdict_changes (
    customer_id text   NOT NULL COLLATE "C",
    day         date   NOT NULL,
    reason      text   NOT NULL COLLATE "C",
    change      bigint NOT NULL
);

INSERT INTO verdict_days (customer_id, day, reason, count)
SELECT customer_id, (created_at AT TIME ZONE 'UTC')::date, reason, count(*) FROM verifications WHERE reason IS NOT NULL GROUP BY 1, 2, 3;

CREATE FUNCTION count_verdicts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO verdict_changes (customer_id, day, reason, change)
        SELECT customer_id, (created_at AT TIME ZONE 'UTC')::date, reason, count(*) FROM rows_after WHERE reason IS NOT NULL GROUP BY 1, 2, 3;
    ELSE
        INSERT INTO verdict_changes (customer_id, day, reason, change)
        SELECT customer_id, day, reason, sum(change) FROM (
            SELECT customer_id, (created_at AT TIME ZONE 'UTC')::date AS day, reason, 1 AS change FROM rows_after WHERE reason IS NOT NULL
            UNION ALL
            SELECT customer_id, (created_at AT TIME ZONE 'UTC')::date, reason, -1 FROM rows_before WHERE reason IS NOT NULL) AS changes
        GROUP BY 1, 2, 3 HAVING sum(change) <> 0;
    END IF;
    RETURN NULL;
END
$$;

-- An upsert fires both, each with its own rows.
CREATE TRIGGER verifications_added AFTER INSERT ON verifications REFERENCING NEW TABLE AS rows_after FOR EACH STATEMENT EXECUTE FUNCTION count_verdicts();

CREATE TRIGGER verifications_changed AFTER UPDATE ON verifications REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after FOR EACH STATEMENT EXECUTE FUNCTION count_verdicts();
