DROP INDEX consent_member;
DROP INDEX event_retention;
ALTER TABLE event DROP COLUMN personal_erased;
