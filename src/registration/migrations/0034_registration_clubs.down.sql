DROP INDEX team_club;
ALTER TABLE team DROP COLUMN club;
DROP TABLE club_entry;
DROP TABLE club_limit;
DROP TABLE club_manager;
DROP TABLE club;
