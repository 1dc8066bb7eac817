-- What decoys were told, by shape, each answer weighing less with its age (weights as of catch_all_observed_at), and how strangers are put off.
-- Null in what an older version wrote: then the state alone is known. domain is "domain/host" for what decoys have shown about a backup.
ALTER TABLE domains ADD COLUMN digits_accepted REAL;
ALTER TABLE domains ADD COLUMN digits_refused REAL;
ALTER TABLE domains ADD COLUMN first_last_accepted REAL;
ALTER TABLE domains ADD COLUMN first_last_refused REAL;
ALTER TABLE domains ADD COLUMN greylists_known_only_at INTEGER;
