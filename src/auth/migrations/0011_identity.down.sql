DROP TABLE identity_undo;
DROP TABLE identity;
