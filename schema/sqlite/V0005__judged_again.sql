-- What a verification said before its evidence was judged again: JSON array, the shape of EarlierVerdict; null where it never was.
ALTER TABLE verifications ADD COLUMN earlier TEXT;
