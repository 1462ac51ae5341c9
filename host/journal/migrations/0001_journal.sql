-- The journal: what was ordered, what it claims, what was there before, and what was done about it.

CREATE TABLE orders (
    id       TEXT PRIMARY KEY,
    -- the id without differences in case
    folded   TEXT NOT NULL,
    revision INTEGER NOT NULL,
    -- placed, paid, suspended or cancelled, as last accepted
    state    TEXT NOT NULL,
    -- whether it was ever accepted: until then nothing of it binds anybody
    accepted INTEGER NOT NULL,
    -- the order as it was accepted, in JSON
    body     TEXT NOT NULL,
    -- the order as the shop handed it over last, in JSON: a suspension or a cancellation may come with changes, which wait
    handed   TEXT NOT NULL
) STRICT;

CREATE INDEX orders_by_folded ON orders (folded);

CREATE TABLE lines (
    order_id TEXT NOT NULL REFERENCES orders (id),
    line     INTEGER NOT NULL,
    -- what it was bought with, in JSON; null until it is accepted
    bargain  TEXT,
    -- how the last attempt ended
    state    TEXT NOT NULL,
    -- how far the last plan got that was begun for it: applying, waiting, incomplete, placed, fulfilled or suspended;
    -- null: none was begun, or all of it is taken away
    in_place TEXT,
    -- why the state is what it is, in JSON
    reason   TEXT NOT NULL,
    PRIMARY KEY (order_id, line)
) STRICT;

-- Who sits where. The id is derived from the rest; it is stored so that a seat can be found by it.
CREATE TABLE seats (
    id       TEXT NOT NULL,
    order_id TEXT NOT NULL,
    line     INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    -- learner or tutor
    role     TEXT NOT NULL,
    -- the occupant's address; null: vacant
    occupant TEXT,
    PRIMARY KEY (order_id, line, number)
) STRICT;
CREATE INDEX seats_by_id ON seats (id);

CREATE TABLE claims (
    order_id TEXT NOT NULL,
    line     INTEGER NOT NULL,
    fact     TEXT NOT NULL,
    terms    TEXT NOT NULL,
    -- 0: the line claims it no longer, and what it made is still to be taken away
    held     INTEGER NOT NULL,
    PRIMARY KEY (order_id, line, fact)
) STRICT, WITHOUT ROWID;
CREATE INDEX claims_by_fact ON claims (fact);

-- What was there before a fact was claimed for the first time, and by which order that was; written just before the
-- platform is asked for it, so what is not here was never asked for.
CREATE TABLE provenance (
    fact     TEXT PRIMARY KEY,
    before   TEXT NOT NULL,
    order_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Which account the shop has acted on, by the address that it had then. Claims name people by the newest.
CREATE TABLE accounts (
    email TEXT PRIMARY KEY,
    id    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX accounts_by_id ON accounts (id);

CREATE TABLE plans (
    id       INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    opened   INTEGER NOT NULL,
    steps    TEXT NOT NULL,
    -- null: it was not applied to its end
    closed   INTEGER,
    receipt  TEXT
) STRICT;
CREATE INDEX plans_by_order ON plans (order_id);

-- What courses and roles are called, for readers of receipts.
CREATE TABLE names (
    kind TEXT NOT NULL,
    id   INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
