//! Enrolments and roles in courses.

use super::change::Write;

/// Of pairs of a course and an account.
pub(super) const FIND: &str = "
    SELECT json_object('course', course, 'account', account, 'otherwise', json('false'),
                       'entered', json(iif(entered, 'true', 'false')),
                       'seen', json(iif(entered, 'true', 'false')),
                       'enrolment', json_object('period', json_object('start', starts, 'end', ends),
                                                'suspended', json(iif(suspended, 'true', 'false')),
                                                'known', 'seen'),
                       'roles', (SELECT json_group_array(role ORDER BY role) FROM course_roles AS has
                                 WHERE has.course = enrolments.course AND has.account = enrolments.account))
    FROM enrolments
    WHERE (course, account) IN (SELECT value->>0, value->>1 FROM json_each(?1))
    ORDER BY course, account";

pub(super) const ENROL: Write = Write {
    judge: "
    SELECT CASE
        WHEN course.id IS NULL THEN 'unknown-course'
        WHEN account.id IS NULL THEN 'unknown-account'
        WHEN role.id IS NULL THEN 'unknown-role'
        WHEN account.state = 'deleted' THEN 'deleted-account'
        WHEN NOT role.in_course THEN 'role-not-assignable'
        WHEN NOT course.manual_enrolment THEN 'no-manual-enrolment'
        WHEN element.value->>'$.period.end' < element.value->>'$.period.start' THEN 'end-before-start'
    END
    FROM json_each(?1) AS element
    LEFT JOIN courses AS course ON course.id = element.value->>'course'
    LEFT JOIN accounts AS account ON account.id = element.value->>'account'
    LEFT JOIN roles AS role ON role.id = element.value->>'role'
    ORDER BY element.key",
    apply: &[
        "
    INSERT INTO enrolments (course, account, starts, ends, suspended, entered)
    SELECT value->>'course', value->>'account', value->>'$.period.start', value->>'$.period.end', value->>'suspended', 0
    FROM json_each(?1) WHERE true ORDER BY key
    ON CONFLICT (course, account) DO UPDATE
    SET starts = excluded.starts, ends = excluded.ends, suspended = excluded.suspended",
        "
    INSERT INTO course_roles (course, account, role)
    SELECT value->>'course', value->>'account', value->>'role' FROM json_each(?1) WHERE true
    ON CONFLICT DO NOTHING",
    ],
};

/// What a deleted account still has can be taken away.
pub(super) const UNASSIGN_ROLES: Write = Write {
    judge: "
    SELECT CASE
        WHEN course.id IS NULL THEN 'unknown-course'
        WHEN account.id IS NULL THEN 'unknown-account'
        WHEN role.id IS NULL THEN 'unknown-role'
    END
    FROM json_each(?1) AS element
    LEFT JOIN courses AS course ON course.id = element.value->>0
    LEFT JOIN accounts AS account ON account.id = element.value->>1
    LEFT JOIN roles AS role ON role.id = element.value->>2
    ORDER BY element.key",
    apply: &["
    DELETE FROM course_roles
    WHERE (course, account, role) IN (SELECT value->>0, value->>1, value->>2 FROM json_each(?1))"],
};

/// The roles and the group memberships in the course go along, by the foreign keys.
pub(super) const UNENROL: Write = Write {
    judge: "
    SELECT CASE
        WHEN course.id IS NULL THEN 'unknown-course'
        WHEN account.id IS NULL THEN 'unknown-account'
    END
    FROM json_each(?1) AS element
    LEFT JOIN courses AS course ON course.id = element.value->>0
    LEFT JOIN accounts AS account ON account.id = element.value->>1
    ORDER BY element.key",
    apply: &["
    DELETE FROM enrolments
    WHERE (course, account) IN (SELECT value->>0, value->>1 FROM json_each(?1))"],
};
