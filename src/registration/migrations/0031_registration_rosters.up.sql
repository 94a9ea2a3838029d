-- Rosters (registration.md §3.1, §3.4): what is known of persons, all roles and states of members, direct invitations,
-- requests to join, entries of one. The table of members is built anew, because one who is invited may be no person yet.
ALTER TABLE person ADD COLUMN public_id TEXT;
UPDATE person SET public_id = lower(hex(randomblob(8)));
CREATE UNIQUE INDEX person_public_id ON person (public_id);
CREATE INDEX person_owner ON person (owner_user, id);
ALTER TABLE person ADD COLUMN id_type TEXT CHECK (id_type IN ('ID_CARD_CN', 'PASSPORT', 'HK_MACAO', 'TAIWAN', 'OTHER'));
ALTER TABLE person ADD COLUMN id_no TEXT;
ALTER TABLE person ADD COLUMN id_bi TEXT;
ALTER TABLE person ADD COLUMN birth_date TEXT;
ALTER TABLE person ADD COLUMN birth_year INTEGER;
ALTER TABLE person ADD COLUMN gender TEXT CHECK (gender IN ('F', 'M'));
-- Erased, and there for the teams of the past alone.
ALTER TABLE person ADD COLUMN ended INTEGER;

ALTER TABLE team ADD COLUMN kind TEXT NOT NULL DEFAULT 'TEAM' CHECK (kind IN ('TEAM', 'SOLO'));
ALTER TABLE team ADD COLUMN sub_count INTEGER NOT NULL DEFAULT 0 CHECK (sub_count >= 0);
ALTER TABLE team ADD COLUMN staff_count INTEGER NOT NULL DEFAULT 0 CHECK (staff_count >= 0);
ALTER TABLE team ADD COLUMN locked_at INTEGER;

CREATE TABLE team_member_new (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    team INTEGER NOT NULL REFERENCES team (id),
    event INTEGER NOT NULL,
    division INTEGER NOT NULL,
    person INTEGER REFERENCES person (id),
    managed_by_user INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('CAPTAIN', 'PLAYER', 'SUBSTITUTE', 'COACH', 'LEADER', 'MANAGER')),
    state TEXT NOT NULL CHECK (state IN ('INVITED', 'PENDING_CAPTAIN', 'JOINED', 'CONFIRMED', 'DECLINED', 'EXPIRED',
                                         'REVOKED', 'REJECTED', 'LEFT', 'REMOVED', 'SUBSTITUTED')),
    answer_set INTEGER,
    id_bi TEXT,
    consent_at INTEGER,
    guardian_state TEXT NOT NULL DEFAULT 'NOT_NEEDED'
        CHECK (guardian_state IN ('NOT_NEEDED', 'REQUIRED', 'SENT', 'GRANTED', 'REFUSED')),
    invite INTEGER,
    joined_at INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1,
    CHECK (person IS NOT NULL OR state IN ('INVITED', 'DECLINED', 'EXPIRED', 'REVOKED'))
) STRICT;
INSERT INTO team_member_new (id, public_id, team, event, division, person, managed_by_user, role, state, answer_set,
    id_bi, consent_at, joined_at, rev)
SELECT id, public_id, team, event, division, person, managed_by_user, role, state, answer_set, id_bi, consent_at,
    joined_at, rev
FROM team_member;
DROP TABLE team_member;
ALTER TABLE team_member_new RENAME TO team_member;
-- One active membership of a competitor, and of an identity number, in a division (I3). A coach may serve many teams.
CREATE UNIQUE INDEX team_member_person ON team_member (event, division, person)
    WHERE state IN ('JOINED', 'CONFIRMED') AND role IN ('CAPTAIN', 'PLAYER', 'SUBSTITUTE');
CREATE UNIQUE INDEX team_member_id_bi ON team_member (event, division, id_bi)
    WHERE id_bi IS NOT NULL AND state IN ('JOINED', 'CONFIRMED') AND role IN ('CAPTAIN', 'PLAYER', 'SUBSTITUTE');
-- Nobody is twice on a team, or asks twice.
CREATE UNIQUE INDEX team_member_once ON team_member (team, person)
    WHERE person IS NOT NULL AND state IN ('PENDING_CAPTAIN', 'JOINED', 'CONFIRMED');
CREATE INDEX team_member_team ON team_member (team, id);
CREATE INDEX team_member_user ON team_member (managed_by_user, state, id);
CREATE INDEX team_member_of_person ON team_member (person);
CREATE INDEX team_member_invite ON team_member (invite) WHERE invite IS NOT NULL;

-- Few at a time, and looked at every second for those whose invitation has run out.
CREATE INDEX team_member_invited ON team_member (id) WHERE state = 'INVITED';

-- DIRECT: `target_user` where the captain named an account, `target_bi` (of auth's identity) where he gave an address.
ALTER TABLE team_invite ADD COLUMN role TEXT NOT NULL DEFAULT 'PLAYER'
    CHECK (role IN ('PLAYER', 'SUBSTITUTE', 'COACH', 'LEADER', 'MANAGER'));
ALTER TABLE team_invite ADD COLUMN target_user INTEGER;
ALTER TABLE team_invite ADD COLUMN target_bi TEXT;
ALTER TABLE team_invite ADD COLUMN target_label TEXT;
CREATE INDEX team_invite_user ON team_invite (target_user) WHERE target_user IS NOT NULL;
CREATE INDEX team_invite_target ON team_invite (target_bi) WHERE target_bi IS NOT NULL;
