DROP TABLE guardian_link;
DROP TABLE consent;
