-- Handlers' components, where hosts on several machines have the journal in common: each has its own files, and whichever it lacks it gets
-- from here. Where the journal is a file, theirs are beside it, and this is empty.
CREATE TABLE components (
    digest TEXT PRIMARY KEY,
    bytes  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
