-- What is remembered of Moodle, which is in a file of its own where the journal is: the same as its migrations make.

CREATE TABLE moodle_enrolments (
    -- The site's address.
    site      text NOT NULL,
    course    bigint NOT NULL,
    account   bigint NOT NULL,
    starts    text NOT NULL,
    ends      text,
    suspended boolean NOT NULL,
    -- Whether Moodle has answered that it is so.
    answered  boolean NOT NULL,
    PRIMARY KEY (site, course, account)
);

CREATE TABLE moodle_account_roles (
    site     text NOT NULL,
    role     bigint NOT NULL,
    holder   bigint NOT NULL,
    context  bigint NOT NULL,
    -- Whether Moodle has answered that it is assigned.
    answered boolean NOT NULL,
    PRIMARY KEY (site, role, holder, context)
);

CREATE TABLE moodle_groups (
    site      text NOT NULL,
    course    bigint NOT NULL,
    id_number text NOT NULL,
    -- Moodle's id of it.
    id        bigint NOT NULL,
    PRIMARY KEY (site, course, id_number)
);
