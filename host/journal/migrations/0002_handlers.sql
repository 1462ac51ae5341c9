-- The handlers' versions, which of them serve, and who decided so.

CREATE TABLE handlers (
    -- the SHA-256 of the component, which is stored as a file of this name
    digest    TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    version   TEXT NOT NULL,
    -- the version of the contract that it was built for
    contract  TEXT NOT NULL,
    -- the component's size
    bytes     INTEGER NOT NULL,
    installed INTEGER NOT NULL,
    -- whether it serves new lines
    active    INTEGER NOT NULL DEFAULT 0,
    -- a version, once published, is what it is
    UNIQUE (name, version)
) STRICT;
CREATE UNIQUE INDEX one_active_version ON handlers (name) WHERE active;

-- Append only: what was done to handlers.
CREATE TABLE handler_events (
    id          INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    who         TEXT NOT NULL,
    -- installed, activated, rolled-back or removed
    action      TEXT NOT NULL,
    name        TEXT NOT NULL,
    -- what served before, if the action changed that
    from_digest TEXT,
    -- what the action was about; after it, that is what serves, unless it was installed or removed
    to_digest   TEXT NOT NULL
) STRICT;
CREATE INDEX handler_events_by_name ON handler_events (name, id);
CREATE INDEX handler_events_by_digest ON handler_events (to_digest);

-- What each call of a handler was given, and what it answered: enough to make it again.
CREATE TABLE recordings (
    id       INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    line     INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    digest   TEXT NOT NULL,
    -- in JSON
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX recordings_by_line ON recordings (order_id, line, id);
CREATE INDEX recordings_by_digest ON recordings (digest);
