-- Who holds a reservation, a random text. Whoever lost its lease to another must neither complete nor free what is the other's.
-- Null where the key was answered before there were owners.
ALTER TABLE idempotency ADD COLUMN owner TEXT;
