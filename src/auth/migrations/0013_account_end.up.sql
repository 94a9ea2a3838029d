-- runs-with: 12
-- Accounts whose owner has asked for their end, and when it comes.
CREATE TABLE account_end (
    user INTEGER PRIMARY KEY REFERENCES "user" (id),
    requested INTEGER NOT NULL,
    due INTEGER NOT NULL
) STRICT;
CREATE INDEX account_end_by_due ON account_end (due);
