DROP TABLE organisation_invitation;
DROP TABLE access_generation;
DROP VIEW standing_grant;
DROP TABLE role_grant;
DROP TABLE organisation;
