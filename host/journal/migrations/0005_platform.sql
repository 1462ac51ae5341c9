-- The learning platform that all the ids here are of; noted when the first order is received.
CREATE TABLE platform (
    only     INTEGER PRIMARY KEY CHECK (only = 0),
    identity TEXT NOT NULL
) STRICT;
