DROP INDEX waitlist_needs;
CREATE INDEX waitlist_in_order ON waitlist_entry (event, priority DESC, seq) WHERE state = 'WAITING';
