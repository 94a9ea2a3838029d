DROP TABLE access_guess;
DROP TABLE event_access;
DROP TABLE allow_list;
DROP TABLE document;
