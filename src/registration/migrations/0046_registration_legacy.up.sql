-- What `import mongodump` took over from the original service: one row for each document, found again by its collection and
-- id. `entity` is the row it became (0: it is kept as a record only), `document` the sealed JSON of all that has no place
-- elsewhere.
CREATE TABLE legacy_record (
    id INTEGER PRIMARY KEY,
    collection TEXT NOT NULL,
    legacy_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('USER', 'TEAM', 'REGISTRATION', 'PAYMENT')),
    entity INTEGER NOT NULL,
    owner_user INTEGER,
    document TEXT,
    imported INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX legacy_record_once ON legacy_record (collection, legacy_id);
CREATE INDEX legacy_record_reference ON legacy_record (kind, legacy_id);
CREATE INDEX legacy_record_owner ON legacy_record (owner_user, id) WHERE owner_user IS NOT NULL;

-- Payments of the original service, kept for the money part. `amount` in fen; `registration` is ours, where it is known.
CREATE TABLE legacy_payment (
    id INTEGER PRIMARY KEY,
    order_no TEXT NOT NULL UNIQUE,
    record INTEGER NOT NULL REFERENCES legacy_record (id),
    registration INTEGER,
    legacy_registration TEXT,
    amount INTEGER CHECK (amount >= 0),
    state TEXT,
    channel TEXT,
    transaction_id TEXT,
    paid_at INTEGER
) STRICT;
CREATE INDEX legacy_payment_registration ON legacy_payment (registration) WHERE registration IS NOT NULL;
