-- runs-with: 10
-- What people sign in with beside a login name: e-mail addresses, phone numbers, WeChat ids. Every row was proved.
-- subject is sealed (auth/identity.h), subject_bi its blind index. One account has one identity of a kind and issuer.
CREATE TABLE identity (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    user INTEGER NOT NULL REFERENCES "user" (id),
    kind TEXT NOT NULL CHECK (kind IN ('EMAIL', 'PHONE', 'WECHAT_MINI', 'WECHAT_WEB', 'WECHAT_UNION')),
    issuer TEXT NOT NULL,
    subject_bi TEXT NOT NULL,
    subject TEXT NOT NULL,
    verified_at INTEGER NOT NULL,
    created INTEGER NOT NULL,
    UNIQUE (kind, issuer, subject_bi),
    UNIQUE (user, kind, issuer)
) STRICT;

-- The way back after somebody changed an address: what was there, for the holder of the link that went to it.
CREATE TABLE identity_undo (
    old_id INTEGER PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    expires INTEGER NOT NULL,
    old_public_id TEXT NOT NULL,
    user INTEGER NOT NULL REFERENCES "user" (id),
    kind TEXT NOT NULL CHECK (kind IN ('EMAIL', 'PHONE')),
    issuer TEXT NOT NULL,
    old_bi TEXT NOT NULL,
    old_subject TEXT NOT NULL,
    old_verified_at INTEGER NOT NULL,
    old_created INTEGER NOT NULL
) STRICT;
CREATE INDEX identity_undo_by_user ON identity_undo (user);
CREATE INDEX identity_undo_by_expires ON identity_undo (expires);
