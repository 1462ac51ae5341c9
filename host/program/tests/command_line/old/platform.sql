BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO "_sqlx_migrations" VALUES(1,'platform','2026-11-26 10:47:49',1,X'D7B425FCB186AF105F2523833C4156763EA36B076DACB252CB6EDE53F51A16F3ADE556ED26E4E06C9859513577BC1E02',592334);
INSERT INTO "_sqlx_migrations" VALUES(2,'identity','2026-11-26 10:47:49',1,X'E63DCD3993AF18FD167CE37E8BEB1B79174C924FF95482A0479C44B6302491AF07EC9B269FCF8BD019563A0BE60C6A12',101711);
CREATE TABLE account_roles (
    role    INTEGER NOT NULL REFERENCES roles,
    holder  INTEGER NOT NULL REFERENCES accounts,
    context INTEGER NOT NULL REFERENCES accounts,
    PRIMARY KEY (role, holder, context)
) STRICT, WITHOUT ROWID;
INSERT INTO "account_roles" VALUES(1,3,6);
INSERT INTO "account_roles" VALUES(1,4,6);
INSERT INTO "account_roles" VALUES(1,5,6);
INSERT INTO "account_roles" VALUES(1,7,6);
INSERT INTO "account_roles" VALUES(1,8,6);
INSERT INTO "account_roles" VALUES(1,9,6);
INSERT INTO "account_roles" VALUES(2,6,3);
INSERT INTO "account_roles" VALUES(2,6,4);
INSERT INTO "account_roles" VALUES(2,6,5);
INSERT INTO "account_roles" VALUES(2,6,7);
INSERT INTO "account_roles" VALUES(2,6,8);
INSERT INTO "account_roles" VALUES(2,6,9);
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
INSERT INTO "accounts" VALUES(1,'jeanne.roux@martin-sa.example','jeanne.roux@martin-sa.example','Jeanne','Roux',NULL,'active',0);
INSERT INTO "accounts" VALUES(2,'paul.leroy@martin-sa.example','paul.leroy@martin-sa.example','Paul','Leroy',NULL,'active',0);
INSERT INTO "accounts" VALUES(3,'anna.adam@old.example','anna.adam@old.example','Anna','Adam',NULL,'active',0);
INSERT INTO "accounts" VALUES(4,'bert.beck@old.example','berta@old.example','Bert','Beck',NULL,'active',0);
INSERT INTO "accounts" VALUES(5,'cleo.cruz@old.example','cleo.cruz@old.example','Cleo','Cruz',NULL,'active',0);
INSERT INTO "accounts" VALUES(6,'olga.old@old.example','olga.old@old.example','Olga','Old',NULL,'active',0);
INSERT INTO "accounts" VALUES(7,'dora.dorn@old.example','dora.dorn@old.example','Dora','Dorn',NULL,'active',0);
INSERT INTO "accounts" VALUES(8,'emil.eng@old.example','emil.eng@old.example','Emil','Eng',NULL,'active',0);
INSERT INTO "accounts" VALUES(9,'finn.falk@old.example','finn.falk@old.example','Finn','Falk',NULL,'active',0);
CREATE TABLE course_groups (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    course      INTEGER NOT NULL REFERENCES "courses",
    id_number   TEXT NOT NULL,
    name        TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    UNIQUE (course, id_number),
    UNIQUE (course, folded_name),
    UNIQUE (id, course)
) STRICT;
INSERT INTO "course_groups" VALUES(1,1,'two-lines','Olga Old – two-lines','olga old – two-lines');
INSERT INTO "course_groups" VALUES(2,1,'unseated','Olga Old – unseated','olga old – unseated');
INSERT INTO "course_groups" VALUES(3,1,'in​visible','Olga Old – in​visible','olga old – in​visible');
INSERT INTO "course_groups" VALUES(4,1,'suspended','Olga Old – suspended','olga old – suspended');
INSERT INTO "course_groups" VALUES(5,1,'staff','Olga Old – staff','olga old – staff');
CREATE TABLE course_roles (
    course  INTEGER NOT NULL,
    account INTEGER NOT NULL,
    role    INTEGER NOT NULL REFERENCES roles,
    PRIMARY KEY (course, account, role),
    FOREIGN KEY (course, account) REFERENCES enrolments ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO "course_roles" VALUES(1,3,1);
INSERT INTO "course_roles" VALUES(1,4,1);
INSERT INTO "course_roles" VALUES(1,5,2);
INSERT INTO "course_roles" VALUES(1,6,2);
INSERT INTO "course_roles" VALUES(1,7,1);
INSERT INTO "course_roles" VALUES(1,8,1);
INSERT INTO "course_roles" VALUES(1,9,1);
INSERT INTO "course_roles" VALUES(2,6,1);
CREATE TABLE "courses" (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    short_name       TEXT NOT NULL UNIQUE,
    title            TEXT NOT NULL,
    starts           TEXT NOT NULL,
    group_mode       TEXT NOT NULL CHECK (group_mode IN ('none', 'visible', 'separate')),
    manual_enrolment INTEGER NOT NULL CHECK (manual_enrolment IN (0, 1))
) STRICT;
INSERT INTO "courses" VALUES(1,'SPOCM1','SPOC d''appropriation de MOODLE sur 5 semaines','2027-01-11T08:00:00Z','separate',1);
INSERT INTO "courses" VALUES(2,'SUPPORT','Espace d''aide aux clients','2025-12-31T23:00:00Z','none',1);
CREATE TABLE enrolments (
    course    INTEGER NOT NULL REFERENCES "courses",
    account   INTEGER NOT NULL REFERENCES accounts,
    starts    TEXT NOT NULL,
    ends      TEXT CHECK (ends >= starts),
    suspended INTEGER NOT NULL CHECK (suspended IN (0, 1)),
    -- Whether the person has been in the course.
    entered   INTEGER NOT NULL CHECK (entered IN (0, 1)),
    PRIMARY KEY (course, account)
) STRICT, WITHOUT ROWID;
INSERT INTO "enrolments" VALUES(1,3,'2027-01-11T08:00:00Z','2027-02-15T08:00:00Z',0,0);
INSERT INTO "enrolments" VALUES(1,4,'2027-01-11T08:00:00Z','2027-02-15T08:00:00Z',0,0);
INSERT INTO "enrolments" VALUES(1,5,'2027-01-11T08:00:00Z','2027-02-15T08:00:00Z',0,0);
INSERT INTO "enrolments" VALUES(1,6,'2027-01-11T08:00:00Z','2027-02-15T08:00:00Z',0,0);
INSERT INTO "enrolments" VALUES(1,7,'2027-01-11T08:00:00Z','2027-02-15T08:00:00Z',0,0);
INSERT INTO "enrolments" VALUES(1,8,'2027-01-11T08:00:00Z','2027-02-15T08:00:00Z',1,0);
INSERT INTO "enrolments" VALUES(1,9,'2027-01-11T08:00:00Z','2027-02-15T08:00:00Z',0,0);
INSERT INTO "enrolments" VALUES(2,6,'2026-11-20T09:00:00Z',NULL,0,0);
CREATE TABLE group_members (
    course_group INTEGER NOT NULL,
    course       INTEGER NOT NULL,
    account      INTEGER NOT NULL,
    PRIMARY KEY (course_group, account),
    FOREIGN KEY (course_group, course) REFERENCES course_groups (id, course) ON DELETE CASCADE,
    FOREIGN KEY (course, account) REFERENCES enrolments ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO "group_members" VALUES(1,1,3);
INSERT INTO "group_members" VALUES(5,1,3);
INSERT INTO "group_members" VALUES(1,1,4);
INSERT INTO "group_members" VALUES(1,1,5);
INSERT INTO "group_members" VALUES(1,1,6);
INSERT INTO "group_members" VALUES(2,1,6);
INSERT INTO "group_members" VALUES(3,1,6);
INSERT INTO "group_members" VALUES(4,1,6);
INSERT INTO "group_members" VALUES(5,1,6);
INSERT INTO "group_members" VALUES(3,1,7);
INSERT INTO "group_members" VALUES(4,1,8);
INSERT INTO "group_members" VALUES(5,1,9);
CREATE TABLE identity (
    only INTEGER PRIMARY KEY CHECK (only = 0),
    name TEXT NOT NULL
) STRICT;
INSERT INTO "identity" VALUES(0,'embedded-c6c95abc38c37af9');
CREATE TABLE invitations (
    account   INTEGER PRIMARY KEY REFERENCES accounts,
    email     TEXT NOT NULL,
    language  TEXT,
    queued_at TEXT NOT NULL
) STRICT;
INSERT INTO "invitations" VALUES(3,'anna.adam@old.example',NULL,'2026-11-26T10:47:49Z');
INSERT INTO "invitations" VALUES(4,'bert.beck@old.example',NULL,'2026-11-26T10:47:49Z');
INSERT INTO "invitations" VALUES(5,'cleo.cruz@old.example',NULL,'2026-11-26T10:47:49Z');
INSERT INTO "invitations" VALUES(6,'olga.old@old.example',NULL,'2026-11-26T10:47:49Z');
INSERT INTO "invitations" VALUES(7,'dora.dorn@old.example',NULL,'2026-11-26T10:47:50Z');
INSERT INTO "invitations" VALUES(8,'emil.eng@old.example',NULL,'2026-11-26T10:47:50Z');
INSERT INTO "invitations" VALUES(9,'finn.falk@old.example',NULL,'2026-11-26T10:47:50Z');
CREATE TABLE roles (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    short_name TEXT NOT NULL UNIQUE,
    in_course  INTEGER NOT NULL CHECK (in_course IN (0, 1)),
    in_account INTEGER NOT NULL CHECK (in_account IN (0, 1))
) STRICT;
INSERT INTO "roles" VALUES(1,'student',1,1);
INSERT INTO "roles" VALUES(2,'teacher',1,1);
INSERT INTO "roles" VALUES(3,'manager',1,1);
CREATE INDEX accounts_by_email ON accounts (email);
CREATE INDEX group_members_by_enrolment ON group_members (course, account);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('roles',3);
INSERT INTO "sqlite_sequence" VALUES('courses',2);
INSERT INTO "sqlite_sequence" VALUES('accounts',9);
INSERT INTO "sqlite_sequence" VALUES('course_groups',6);
COMMIT;