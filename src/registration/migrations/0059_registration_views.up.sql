-- How often the page of an event was read; added to now and then, out of the memory of the process.
CREATE TABLE event_view (
    event INTEGER PRIMARY KEY REFERENCES event (id),
    views INTEGER NOT NULL CHECK (views >= 0)
) STRICT;
