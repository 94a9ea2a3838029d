DROP INDEX team_division;
CREATE INDEX team_division ON team (division, state, id);
