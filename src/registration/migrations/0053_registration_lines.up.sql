-- A line is read by its needs, whatever its length: the first of each division, size and choice (registration.md §3.5).
DROP INDEX waitlist_in_order;
CREATE INDEX waitlist_needs ON waitlist_entry (event, division, persons, choices, priority DESC, seq)
    WHERE state = 'WAITING';
