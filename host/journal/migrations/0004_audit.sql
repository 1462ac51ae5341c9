-- Who did what, and when: a log that is only ever added to, and shows it if it is not.

CREATE TABLE audit (
    -- from 1, without gaps
    id       INTEGER PRIMARY KEY,
    -- seconds since 1970
    at       INTEGER NOT NULL,
    -- the shop, or one of its staff by name
    who      TEXT NOT NULL,
    action   TEXT NOT NULL,
    order_id TEXT,
    -- in JSON; people stand here by their pseudonyms only
    details  TEXT NOT NULL,
    -- the SHA-256 of the entry before with this one
    chain    TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_order ON audit (order_id);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only ever added to');
END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only ever added to');
END;

-- Whom a pseudonym of the audit log stands for. Once this is forgotten, nobody can tell any more.
CREATE TABLE pseudonyms (
    -- folded
    email TEXT PRIMARY KEY,
    name  TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

-- What is to be done about the file itself as soon as nobody else reads it: only `compact` as yet, after something was deleted.
CREATE TABLE chores (
    name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
