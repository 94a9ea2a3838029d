-- What others are told of, written in the commit of its cause and handed on at least once.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'DONE', 'DEAD')),
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    created INTEGER NOT NULL,
    last_error TEXT NOT NULL
) STRICT;

CREATE INDEX outbox_by_next ON outbox (state, next_at);
