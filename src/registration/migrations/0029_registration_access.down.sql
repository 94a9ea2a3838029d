DROP TABLE access_guess;
DROP TABLE event_access;
DROP TABLE allow_list;
DROP TABLE document;
ALTER TABLE event DROP COLUMN images;
ALTER TABLE event DROP COLUMN cover;
