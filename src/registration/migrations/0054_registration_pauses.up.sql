-- When the event was last resumed after a pause: the clocks of its registrations run anew from then (registration.md §3.2).
ALTER TABLE event ADD COLUMN resumed_at INTEGER NOT NULL DEFAULT 0;
