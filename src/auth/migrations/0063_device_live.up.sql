-- Live devices are counted when one more is paired, and looked through for events that ended long ago.
CREATE INDEX device_live ON device (event) WHERE revoked IS NULL;
