-- Templates: an event kept for being copied, in no list of events (registration.md §3.2).
ALTER TABLE event ADD COLUMN is_template INTEGER NOT NULL DEFAULT 0 CHECK (is_template IN (0, 1));
CREATE TABLE event_template (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    organisation INTEGER NOT NULL,
    name TEXT NOT NULL,
    event INTEGER NOT NULL REFERENCES event (id),
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX event_template_organisation ON event_template (organisation, id);
