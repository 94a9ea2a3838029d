-- Personal data beside the answers goes when an event's time is over (registration.md §3.6). `personal_erased`: when all
-- that was due was last found gone; looked at again a day later, because rows may be added to an event of the past.
ALTER TABLE event ADD COLUMN personal_erased INTEGER;
CREATE INDEX event_retention ON event (ends) WHERE retention_days IS NOT NULL;
-- Withdrawn ones too, which the unique index leaves out.
CREATE INDEX consent_member ON consent (member, id);
