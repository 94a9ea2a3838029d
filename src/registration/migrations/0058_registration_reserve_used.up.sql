-- The reserve whose stock a registration may use: from the submit until the last approval takes the place (AT_APPROVE), and for those who
-- join later.
ALTER TABLE registration ADD COLUMN reserve INTEGER REFERENCES reserve (id);
