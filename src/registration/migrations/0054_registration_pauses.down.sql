ALTER TABLE event DROP COLUMN resumed_at;
