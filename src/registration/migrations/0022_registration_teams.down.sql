DROP TABLE team_invite;
DROP TABLE person_entry;
DROP TABLE team_member;
DROP TABLE team;
