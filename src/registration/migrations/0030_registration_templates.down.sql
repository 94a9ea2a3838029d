DROP TABLE event_template;
ALTER TABLE event DROP COLUMN is_template;
