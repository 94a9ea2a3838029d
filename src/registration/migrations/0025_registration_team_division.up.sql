-- Only "has this division a team?" needs it, and the foreign key when a division goes: the state and the id in it were
-- written at every change of a team's state and read by nothing.
DROP INDEX team_division;
CREATE INDEX team_division ON team (division);
