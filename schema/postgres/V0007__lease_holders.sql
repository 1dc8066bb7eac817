-- Which silo has leased a row that was put off, by its address and the time of its start: others end the leases of one that died. null: none has.
ALTER TABLE batch_retries ADD COLUMN holder text COLLATE "C";

-- Who had these is not known; they end by themselves.
UPDATE batch_retries SET holder = 'unknown' WHERE leased;

ALTER TABLE batch_retries DROP COLUMN leased;

CREATE INDEX batch_retries_held ON batch_retries (holder) WHERE holder IS NOT NULL;
