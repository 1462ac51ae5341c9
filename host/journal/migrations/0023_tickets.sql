-- Who works at orders and people, or waits to: of all who want the same, the one with the lowest number has it.
CREATE TABLE tickets (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    -- whose sign of life is looked for
    host  TEXT NOT NULL,
    -- until when it lasts unless it is renewed, in milliseconds since 1970, by this database's clock
    until INTEGER NOT NULL
) STRICT;

CREATE TABLE wanted (
    -- an order, or the digest of the address of somebody
    key    TEXT NOT NULL,
    ticket INTEGER NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
    PRIMARY KEY (key, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX wanted_by_ticket ON wanted (ticket);

-- What time it is, in milliseconds since 1970.
CREATE VIEW clock AS SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS now;
