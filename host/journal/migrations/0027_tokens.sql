-- Who may use the API: by what nobody can make a token of again.
CREATE TABLE tokens (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    digest      TEXT NOT NULL UNIQUE,
    -- what people know it by
    name        TEXT NOT NULL,
    -- whose orders; none: those of the shop without a name
    shop        TEXT,
    permissions TEXT NOT NULL,
    made        INTEGER NOT NULL,
    expires     INTEGER,
    used        INTEGER
) STRICT;
