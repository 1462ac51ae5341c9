-- Where a course's groups are that the shop has found or made: of many groups, Moodle cannot be asked for the one with an id number.

CREATE TABLE groups (
    -- The site's address.
    site TEXT NOT NULL,
    course INTEGER NOT NULL,
    id_number TEXT NOT NULL,
    -- Moodle's id of it.
    id INTEGER NOT NULL,
    PRIMARY KEY (site, course, id_number)
) STRICT, WITHOUT ROWID;
