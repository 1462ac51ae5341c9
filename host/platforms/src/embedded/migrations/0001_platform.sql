-- The embedded learning platform.
--
-- Ids are never used twice (AUTOINCREMENT), so an id that somebody noted down cannot come to mean something else.
-- Instants are texts such as 2027-01-11T09:00:00Z: of equal length and in UTC, so that they sort and compare as they are.

CREATE TABLE accounts (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    username      TEXT NOT NULL UNIQUE,
    -- In the form in which addresses are compared. Not unique: real platforms have shared addresses, too.
    email         TEXT NOT NULL,
    first_name    TEXT NOT NULL,
    last_name     TEXT NOT NULL,
    language      TEXT,
    state         TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'deleted')),
    administrator INTEGER NOT NULL CHECK (administrator IN (0, 1))
) STRICT;

CREATE INDEX accounts_by_email ON accounts (email);

CREATE TABLE courses (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    short_name       TEXT NOT NULL UNIQUE,
    title            TEXT NOT NULL,
    starts           TEXT NOT NULL,
    group_mode       TEXT NOT NULL CHECK (group_mode IN ('none', 'visible', 'separate')),
    manual_enrolment INTEGER NOT NULL CHECK (manual_enrolment IN (0, 1))
) STRICT;

-- With the contexts in which each may be assigned.
CREATE TABLE roles (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    short_name TEXT NOT NULL UNIQUE,
    in_course  INTEGER NOT NULL CHECK (in_course IN (0, 1)),
    in_account INTEGER NOT NULL CHECK (in_account IN (0, 1))
) STRICT;

-- One per course and account. 1970-01-01T00:00:00Z as the start means: since ever.
CREATE TABLE enrolments (
    course    INTEGER NOT NULL REFERENCES courses,
    account   INTEGER NOT NULL REFERENCES accounts,
    starts    TEXT NOT NULL,
    ends      TEXT CHECK (ends >= starts),
    suspended INTEGER NOT NULL CHECK (suspended IN (0, 1)),
    -- Whether the person has been in the course.
    entered   INTEGER NOT NULL CHECK (entered IN (0, 1)),
    PRIMARY KEY (course, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE course_roles (
    course  INTEGER NOT NULL,
    account INTEGER NOT NULL,
    role    INTEGER NOT NULL REFERENCES roles,
    PRIMARY KEY (course, account, role),
    FOREIGN KEY (course, account) REFERENCES enrolments ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The folded name is the name without differences in case: SQLite's own comparison knows ASCII's only.
CREATE TABLE course_groups (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    course      INTEGER NOT NULL REFERENCES courses,
    id_number   TEXT NOT NULL,
    name        TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    UNIQUE (course, id_number),
    UNIQUE (course, folded_name),
    UNIQUE (id, course)
) STRICT;

-- A member is enrolled in the group's course: who leaves the course leaves its groups.
CREATE TABLE group_members (
    course_group INTEGER NOT NULL,
    course       INTEGER NOT NULL,
    account      INTEGER NOT NULL,
    PRIMARY KEY (course_group, account),
    FOREIGN KEY (course_group, course) REFERENCES course_groups (id, course) ON DELETE CASCADE,
    FOREIGN KEY (course, account) REFERENCES enrolments ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX group_members_by_enrolment ON group_members (course, account);

-- A role of the holder in the account of another, the context.
CREATE TABLE account_roles (
    role    INTEGER NOT NULL REFERENCES roles,
    holder  INTEGER NOT NULL REFERENCES accounts,
    context INTEGER NOT NULL REFERENCES accounts,
    PRIMARY KEY (role, holder, context)
) STRICT, WITHOUT ROWID;

-- Mails to send to the holders of new accounts. They carry no password: the holder chooses one.
CREATE TABLE invitations (
    account   INTEGER PRIMARY KEY REFERENCES accounts,
    email     TEXT NOT NULL,
    language  TEXT,
    queued_at TEXT NOT NULL
) STRICT;
