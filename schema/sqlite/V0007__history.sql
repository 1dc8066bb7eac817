-- The history of all verifications of a customer: searched by domain, status, reason, batch and time, and counted by day.

-- The domain of the address, in A-labels and lower case; null where the text is no address, or its domain is an address literal. domain_of is the program's: it reads addresses.
ALTER TABLE verifications ADD COLUMN domain TEXT;

UPDATE verifications SET domain = domain_of(CAST(email AS BLOB));

-- Each of these has a run, newest first, for every reason and one for what is pending. A search merges the runs of its reasons, so that a rare one among millions costs no scan.
CREATE INDEX verifications_search ON verifications (customer_id, reason, id);

CREATE INDEX verifications_domain ON verifications (customer_id, domain, reason, id) WHERE domain IS NOT NULL;

-- And what a batch has verified is erased with it.
DROP INDEX verifications_batch;

CREATE INDEX verifications_batch ON verifications (batch, reason, id) WHERE batch IS NOT NULL;

-- How many verdicts a customer was given for which reason, by the UTC day (in days since 1970) that their verifications were begun on. They name nobody, and stay when verifications are erased.
CREATE TABLE verdict_days (
    customer_id TEXT    NOT NULL,
    day         INTEGER NOT NULL,
    reason      TEXT    NOT NULL,
    count       INTEGER NOT NULL,
    PRIMARY KEY (customer_id, day, reason)
) WITHOUT ROWID;

INSERT INTO verdict_days (customer_id, day, reason, count)
SELECT customer_id, created_at / 86400000, reason, count(*) FROM verifications WHERE reason IS NOT NULL GROUP BY 1, 2, 3;

CREATE TRIGGER verifications_added AFTER INSERT ON verifications WHEN new.reason IS NOT NULL BEGIN
    INSERT INTO verdict_days (customer_id, day, reason, count) VALUES (new.customer_id, new.created_at / 86400000, new.reason, 1)
    ON CONFLICT (customer_id, day, reason) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER verifications_changed AFTER UPDATE OF reason ON verifications WHEN new.reason IS NOT old.reason BEGIN
    UPDATE verdict_days SET count = count - 1 WHERE customer_id = old.customer_id AND day = old.created_at / 86400000 AND reason = old.reason;
    INSERT INTO verdict_days (customer_id, day, reason, count) SELECT new.customer_id, new.created_at / 86400000, new.reason, 1 WHERE new.reason IS NOT NULL
    ON CONFLICT (customer_id, day, reason) DO UPDATE SET count = count + 1;
END;
