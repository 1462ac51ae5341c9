-- Which platform this is: a copy of the file is the same one, and a new file is another.
CREATE TABLE identity (
    only INTEGER PRIMARY KEY CHECK (only = 0),
    name TEXT NOT NULL
) STRICT;

INSERT INTO identity (only, name) VALUES (0, 'embedded-' || lower(hex(randomblob(8))));
