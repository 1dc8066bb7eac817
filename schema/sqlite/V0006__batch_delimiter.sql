-- What stands between the cells of a batch's file: one character, as its results have it; null where a line is a cell, where rows are JSON values, and for older batches.
ALTER TABLE batches ADD COLUMN delimiter TEXT CHECK (length(delimiter) = 1);
