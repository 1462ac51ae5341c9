-- What web shops sell that are connected: what was last told of each of their orders, and which are to be read.
CREATE TABLE purchases (
    connection TEXT NOT NULL,
    key        TEXT NOT NULL,
    -- what is remembered of it; nobody's name or address is in it, only digests of addresses
    known      TEXT NOT NULL,
    -- whether it may hold seats
    open       INTEGER NOT NULL,
    PRIMARY KEY (connection, key)
) STRICT;
CREATE INDEX purchases_open ON purchases (connection) WHERE open;

-- Orders of web shops of which something was heard: each is to be read.
CREATE TABLE hints (
    connection TEXT NOT NULL,
    key        TEXT NOT NULL,
    -- counts what was heard
    number     INTEGER NOT NULL,
    -- when it is to be read, by the clock
    due        INTEGER NOT NULL,
    -- how often that was tried
    tries      INTEGER NOT NULL,
    -- who reads it, and until when that is to be waited for
    taken      INTEGER NOT NULL,
    until      INTEGER NOT NULL,
    PRIMARY KEY (connection, key)
) STRICT;
CREATE INDEX hints_by_due ON hints (connection, due, key);

-- How far a web shop's list of orders was looked through.
CREATE TABLE connections (
    name  TEXT PRIMARY KEY,
    -- what changed later was not seen; seconds since 1970, by the web shop's clock
    since INTEGER NOT NULL,
    -- when all orders that may hold seats were to be read last
    whole INTEGER NOT NULL
) STRICT;
