-- What the shop has asked of a Moodle that Moodle does not tell. Times are as in RFC 3339, in UTC.

CREATE TABLE enrolments (
    course INTEGER NOT NULL,
    account INTEGER NOT NULL,
    starts TEXT NOT NULL,
    ends TEXT,
    suspended INTEGER NOT NULL,
    -- Whether Moodle has answered that it is so.
    answered INTEGER NOT NULL,
    PRIMARY KEY (course, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_roles (
    role INTEGER NOT NULL,
    holder INTEGER NOT NULL,
    context INTEGER NOT NULL,
    -- Whether Moodle has answered that it is assigned.
    answered INTEGER NOT NULL,
    PRIMARY KEY (role, holder, context)
) STRICT, WITHOUT ROWID;
