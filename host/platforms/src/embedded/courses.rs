//! Courses and their groups.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use shop_core::platform::{CourseId, GroupId, Problem, Replies};

use super::EmbeddedPlatform;
use super::change::{Found, Write, ensured};
use super::look_ups::look_ups;
use shop_core::platform::Refusal;

look_ups!(
    FIND,
    BY_ID,
    "SELECT json_object('id', id, 'short_name', short_name, 'title', title, 'start', starts, 'group_mode', group_mode,
                        'manual_enrolment', json(iif(manual_enrolment, 'true', 'false')))
     FROM courses",
    by "short_name",
    in order of "id"
);

/// Of pairs of a course and an id number.
pub(super) const FIND_GROUPS: &str = "
    SELECT json_object('id', id, 'course', course, 'id_number', id_number, 'name', name, 'members',
        (SELECT json_group_array(account ORDER BY account) FROM group_members WHERE course_group = id))
    FROM course_groups
    WHERE (course, id_number) IN (SELECT value->>0, value->>1 FROM json_each(?1))
    ORDER BY id";

/// A group that is gone is what was wanted.
pub(super) const DELETE_GROUPS: Write = Write {
    judge: "SELECT NULL FROM json_each(?1)",
    apply: &["DELETE FROM course_groups WHERE id IN (SELECT value FROM json_each(?1))"],
};

pub(super) const ADD_MEMBERS: Write = Write {
    judge: "
    SELECT CASE
        WHEN course_group.id IS NULL THEN 'unknown-group'
        WHEN account.id IS NULL THEN 'unknown-account'
        WHEN account.state = 'deleted' THEN 'deleted-account'
        WHEN enrolment.account IS NULL THEN 'not-enrolled'
    END
    FROM json_each(?1) AS element
    LEFT JOIN course_groups AS course_group ON course_group.id = element.value->>0
    LEFT JOIN accounts AS account ON account.id = element.value->>1
    LEFT JOIN enrolments AS enrolment ON enrolment.course = course_group.course AND enrolment.account = account.id
    ORDER BY element.key",
    apply: &["
    INSERT INTO group_members (course_group, course, account)
    SELECT course_group.id, course_group.course, element.value->>1
    FROM json_each(?1) AS element JOIN course_groups AS course_group ON course_group.id = element.value->>0
    WHERE true
    ON CONFLICT DO NOTHING"],
};

/// A group that is gone has no members, so nobody needs to be removed from it.
pub(super) const REMOVE_MEMBERS: Write = Write {
    judge: "
    SELECT CASE WHEN account.id IS NULL THEN 'unknown-account' END
    FROM json_each(?1) AS element
    LEFT JOIN accounts AS account ON account.id = element.value->>1
    ORDER BY element.key",
    apply: &["
    DELETE FROM group_members
    WHERE (course_group, account) IN (SELECT value->>0, value->>1 FROM json_each(?1))"],
};

#[derive(Serialize)]
struct NewGroup<'a> {
    course: CourseId,
    id_number: &'a str,
    name: &'a str,
    folded_name: String,
}

/// Of each group: the refusal, or the group that the course has with this id number, or neither.
const LOOK_UP: &str = "
    SELECT CASE
        WHEN course.id IS NULL THEN 'unknown-course'
        WHEN same_number.id IS NULL AND same_name.id IS NOT NULL THEN 'group-name-taken'
    END,
    same_number.id
    FROM json_each(?1) AS element
    LEFT JOIN courses AS course ON course.id = element.value->>'course'
    LEFT JOIN course_groups AS same_number
        ON same_number.course = course.id AND same_number.id_number = element.value->>'id_number'
    LEFT JOIN course_groups AS same_name
        ON same_name.course = course.id AND same_name.folded_name = element.value->>'folded_name'
    ORDER BY element.key";

/// The conflict is a course that comes twice in one request: its first element makes the group.
const MAKE: &str = "
    INSERT INTO course_groups (course, id_number, name, folded_name)
    SELECT value->>'course', value->>'id_number', value->>'name', value->>'folded_name'
    FROM json_each(?1) WHERE true ORDER BY key
    ON CONFLICT (course, id_number) DO NOTHING";

/// Makes the groups that are missing.
pub(super) async fn create_groups(
    platform: &EmbeddedPlatform,
    groups: &[(CourseId, String)],
    id_number: &str,
) -> Replies<GroupId> {
    if let Some(refusal) = Refusal::of_id_number(id_number) {
        return Ok(vec![Err(Problem::from(refusal)); groups.len()]);
    }
    let new_group = |(course, name)| NewGroup { course, id_number, name, folded_name: folded(name) };
    let wanted: Vec<NewGroup<'_>> = groups.iter().map(|(course, name)| new_group((*course, name.trim()))).collect();

    let mut change = platform.begin().await?;
    let before: Vec<Found> = change.rows(LOOK_UP, &wanted).await?;
    let is_missing = |(group, found): &(&NewGroup<'_>, &Found)| {
        **found == (None, None) && Refusal::of_group_name(group.name).is_none()
    };
    let missing: Vec<&NewGroup<'_>> = wanted.iter().zip(&before).filter(is_missing).map(|(group, _)| group).collect();
    change.apply(MAKE, &missing).await?;
    let after: Vec<Found> = change.rows(LOOK_UP, &wanted).await?;
    change.commit().await?;
    let why_not = std::iter::repeat(Refusal::InvalidGroupName);
    Ok(ensured(before, after, why_not).map(|reply| reply.map(|(id, _)| GroupId(id))).collect())
}

/// Names that differ in this differ for a reader.
fn folded(name: &str) -> String {
    name.nfc().flat_map(char::to_lowercase).nfc().collect()
}
