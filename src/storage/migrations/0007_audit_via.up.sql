-- runs-with: 6
-- What the actor signed with, where that was no session: an API token or a device.
ALTER TABLE audit ADD COLUMN via TEXT NOT NULL DEFAULT '';
