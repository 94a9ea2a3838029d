-- What an organiser may decide about an event and its divisions (registration.md §3.2). Times are µs. The defaults are
-- what events did before.
ALTER TABLE event ADD COLUMN sub_max INTEGER NOT NULL DEFAULT 0 CHECK (sub_max >= 0);
ALTER TABLE event ADD COLUMN roster_lock_at INTEGER;
ALTER TABLE event ADD COLUMN draft_ttl INTEGER NOT NULL DEFAULT 86400000000 CHECK (draft_ttl > 0);
ALTER TABLE event ADD COLUMN pay_ttl INTEGER NOT NULL DEFAULT 900000000 CHECK (pay_ttl > 0);
ALTER TABLE event ADD COLUMN pay_ttl_after_decision INTEGER NOT NULL DEFAULT 172800000000
    CHECK (pay_ttl_after_decision > 0);
ALTER TABLE event ADD COLUMN offer_ttl INTEGER NOT NULL DEFAULT 86400000000 CHECK (offer_ttl > 0);
ALTER TABLE event ADD COLUMN reset_review_on_edit INTEGER NOT NULL DEFAULT 0 CHECK (reset_review_on_edit IN (0, 1));
ALTER TABLE event ADD COLUMN cancel_policy TEXT NOT NULL DEFAULT 'SELF'
    CHECK (cancel_policy IN ('SELF', 'REQUEST', 'NONE'));
ALTER TABLE event ADD COLUMN waitlist_enabled INTEGER NOT NULL DEFAULT 0 CHECK (waitlist_enabled IN (0, 1));
ALTER TABLE event ADD COLUMN waitlist_policy TEXT NOT NULL DEFAULT 'STRICT'
    CHECK (waitlist_policy IN ('STRICT', 'BEST_FIT', 'ACCUMULATE'));
ALTER TABLE event ADD COLUMN waitlist_cap INTEGER CHECK (waitlist_cap >= 1);
ALTER TABLE event ADD COLUMN max_skips INTEGER NOT NULL DEFAULT 3 CHECK (max_skips >= 0);
ALTER TABLE event ADD COLUMN skip_hours INTEGER NOT NULL DEFAULT 24 CHECK (skip_hours >= 1);
ALTER TABLE event ADD COLUMN promotion TEXT NOT NULL DEFAULT 'AUTO' CHECK (promotion IN ('OFFER', 'AUTO'));
ALTER TABLE event ADD COLUMN admission TEXT NOT NULL DEFAULT 'OPEN' CHECK (admission IN ('OPEN', 'RATE', 'LOTTERY'));
ALTER TABLE event ADD COLUMN admission_rate INTEGER NOT NULL DEFAULT 50 CHECK (admission_rate >= 1);
ALTER TABLE event ADD COLUMN guardian_under_age INTEGER NOT NULL DEFAULT 14 CHECK (guardian_under_age >= 0);
ALTER TABLE event ADD COLUMN minor_under_age INTEGER NOT NULL DEFAULT 18 CHECK (minor_under_age >= 0);
ALTER TABLE event ADD COLUMN retention_days INTEGER CHECK (retention_days >= 1);
ALTER TABLE event ADD COLUMN passcode_hash TEXT;
ALTER TABLE event ADD COLUMN rules TEXT NOT NULL DEFAULT '{"zh":"","en":""}';

ALTER TABLE division ADD COLUMN sub_max INTEGER CHECK (sub_max >= 0);
ALTER TABLE division ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';
ALTER TABLE division ADD COLUMN description TEXT NOT NULL DEFAULT '{"zh":"","en":""}';
ALTER TABLE division ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
