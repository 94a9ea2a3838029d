-- What a registration writes, in PostgreSQL, with one function so that a registration costs one round trip and one commit.
CREATE TABLE event (id bigint PRIMARY KEY, friendly_no_last bigint NOT NULL);
CREATE TABLE quota (
    id bigint PRIMARY KEY, event bigint NOT NULL REFERENCES event, cap bigint NOT NULL,
    held bigint NOT NULL, confirmed bigint NOT NULL, blocked bigint NOT NULL, rev bigint NOT NULL);
CREATE TABLE team (
    id bigint PRIMARY KEY, public_id text NOT NULL UNIQUE, event bigint NOT NULL REFERENCES event, captain bigint NOT NULL,
    name text NOT NULL, state text NOT NULL, rev bigint NOT NULL);
CREATE INDEX team_event ON team (event, state, id);
CREATE TABLE registration (
    id bigserial PRIMARY KEY, public_id text NOT NULL UNIQUE, event bigint NOT NULL REFERENCES event,
    team bigint NOT NULL REFERENCES team, friendly_no bigint NOT NULL, state text NOT NULL, submitted_at timestamptz NOT NULL,
    rev bigint NOT NULL);
CREATE UNIQUE INDEX registration_active ON registration (event, team) WHERE state NOT IN ('REJECTED', 'WITHDRAWN', 'CANCELLED');
CREATE UNIQUE INDEX registration_friendly_no ON registration (event, friendly_no);
CREATE INDEX registration_state ON registration (event, state, id);
CREATE TABLE allocation (
    id bigserial PRIMARY KEY, owner bigint NOT NULL, quota bigint NOT NULL REFERENCES quota, qty bigint NOT NULL,
    state text NOT NULL, at timestamptz NOT NULL);
CREATE UNIQUE INDEX allocation_owner ON allocation (owner, quota) WHERE state <> 'RELEASED';
CREATE TABLE quota_ledger (
    id bigserial PRIMARY KEY, quota bigint NOT NULL, delta_confirmed bigint NOT NULL, cause text NOT NULL,
    allocation_id bigint NOT NULL, at timestamptz NOT NULL);
CREATE INDEX quota_ledger_quota ON quota_ledger (quota);
CREATE TABLE audit (
    id bigserial PRIMARY KEY, at timestamptz NOT NULL, actor bigint NOT NULL, entity text NOT NULL, action text NOT NULL,
    details text NOT NULL, prev_hash bytea NOT NULL, hash bytea NOT NULL);
CREATE TABLE audit_head (id bigint PRIMARY KEY, hash bytea NOT NULL);
CREATE TABLE outbox (
    id bigserial PRIMARY KEY, kind text NOT NULL, payload text NOT NULL, state text NOT NULL, next_at timestamptz NOT NULL);
CREATE INDEX outbox_next ON outbox (state, next_at);
CREATE TABLE idempotency (
    actor bigint NOT NULL, key text NOT NULL, request_hash bytea NOT NULL, response text NOT NULL, expires timestamptz NOT NULL,
    PRIMARY KEY (actor, key));

-- An answer, or NULL when the quota is full; errors are raised.
CREATE FUNCTION submit(actor_id bigint, team_public_id text, idempotency_key text, hash bytea) RETURNS text AS $$
DECLARE
    t team%ROWTYPE;
    kept idempotency%ROWTYPE;
    q bigint; no bigint; r bigint; a bigint; r_public text; head bytea; details text; answer text;
BEGIN
    SELECT * INTO kept FROM idempotency WHERE actor = actor_id AND key = idempotency_key;
    IF FOUND THEN
        IF kept.request_hash <> hash THEN RAISE EXCEPTION 'IDEMPOTENCY_MISMATCH'; END IF;
        RETURN kept.response;
    END IF;
    UPDATE team SET state = 'SUBMITTED', rev = rev + 1
        WHERE public_id = team_public_id AND captain = actor_id AND state = 'READY' RETURNING * INTO t;
    IF NOT FOUND THEN RAISE EXCEPTION 'NOT_READY'; END IF;
    UPDATE quota SET confirmed = confirmed + 1, rev = rev + 1
        WHERE event = t.event AND held + confirmed + blocked + 1 <= cap RETURNING id INTO q;
    IF NOT FOUND THEN RAISE EXCEPTION 'QUOTA_FULL'; END IF;
    UPDATE event SET friendly_no_last = friendly_no_last + 1 WHERE id = t.event RETURNING friendly_no_last INTO no;
    r_public := substr(md5(random()::text), 1, 16);
    INSERT INTO registration (public_id, event, team, friendly_no, state, submitted_at, rev)
        VALUES (r_public, t.event, t.id, no, 'CONFIRMED', now(), 1) RETURNING id INTO r;
    INSERT INTO allocation (owner, quota, qty, state, at) VALUES (r, q, 1, 'CONFIRMED', now()) RETURNING id INTO a;
    INSERT INTO quota_ledger (quota, delta_confirmed, cause, allocation_id, at) VALUES (q, 1, 'SUBMIT', a, now());
    answer := json_build_object('id', r_public, 'state', 'CONFIRMED', 'friendly_no', no, 'rev', 1);
    details := json_build_object('before', 'READY', 'after', 'CONFIRMED', 'registration', r_public, 'team', t.public_id);
    SELECT h.hash INTO head FROM audit_head h WHERE id = 1 FOR UPDATE;
    INSERT INTO audit (at, actor, entity, action, details, prev_hash, hash)
        VALUES (now(), actor_id, 'registration', 'submit', details, head, sha256(head || details::bytea)) RETURNING audit.hash INTO head;
    UPDATE audit_head SET hash = head WHERE id = 1;
    INSERT INTO outbox (kind, payload, state, next_at) VALUES ('registration.confirmed', answer, 'PENDING', now());
    INSERT INTO idempotency VALUES (actor_id, idempotency_key, hash, answer, now() + interval '24 hours');
    RETURN answer;
END $$ LANGUAGE plpgsql;
