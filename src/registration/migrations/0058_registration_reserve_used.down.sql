ALTER TABLE registration DROP COLUMN reserve;
