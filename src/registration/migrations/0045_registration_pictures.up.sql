-- The picture at the head of an event's page: an upload of purpose event_image, and what it shows in words.
CREATE TABLE event_picture (
    event INTEGER PRIMARY KEY REFERENCES event (id),
    file TEXT NOT NULL,
    alt TEXT NOT NULL,
    set_at INTEGER NOT NULL
) STRICT;
