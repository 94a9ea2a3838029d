-- Rows that name a token or a device are found changed afterwards: the chain covers what goes here.
ALTER TABLE audit DROP COLUMN via;
