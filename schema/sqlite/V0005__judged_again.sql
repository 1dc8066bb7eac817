-- What a verification said before its evidence was judged again: JSON array, the shape of EarlierVerdict; null where it never was.
ALTER TABLE verifications ADD COLUMN earlier TEXT;

-- What was judged again, for the results of batches that are to follow.
CREATE INDEX verifications_judged ON verifications (id) WHERE earlier IS NOT NULL;
