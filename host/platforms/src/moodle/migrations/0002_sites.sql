-- What was asked of one site says nothing of another. What was remembered before of an unknown one is given up: it is read as not
-- certain, and stated again.

DROP TABLE enrolments;
DROP TABLE account_roles;

CREATE TABLE enrolments (
    -- The site's address.
    site TEXT NOT NULL,
    course INTEGER NOT NULL,
    account INTEGER NOT NULL,
    starts TEXT NOT NULL,
    ends TEXT,
    suspended INTEGER NOT NULL,
    -- Whether Moodle has answered that it is so.
    answered INTEGER NOT NULL,
    PRIMARY KEY (site, course, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_roles (
    site TEXT NOT NULL,
    role INTEGER NOT NULL,
    holder INTEGER NOT NULL,
    context INTEGER NOT NULL,
    -- Whether Moodle has answered that it is assigned.
    answered INTEGER NOT NULL,
    PRIMARY KEY (site, role, holder, context)
) STRICT, WITHOUT ROWID;
