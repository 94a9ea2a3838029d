-- What operations remember across restarts: the maintenance flag, the heartbeat of the write probe.
CREATE TABLE ops_state (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
