ALTER TABLE person DROP COLUMN imported;
DROP TABLE transfer_team;
DROP TABLE transfer_error;
DROP TABLE transfer;
