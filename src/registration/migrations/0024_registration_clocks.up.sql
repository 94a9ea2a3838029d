-- What the clocks look for every second (registration.md §3.4, §3.5): few rows of a large table.
CREATE INDEX registration_deficient ON registration (deficient_since)
    WHERE state = 'IN_REVIEW' AND deficient_since IS NOT NULL;
CREATE INDEX registration_returned ON registration (decided_at) WHERE state = 'RETURNED';
