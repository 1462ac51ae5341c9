//! Roles of one account in another, and in courses.

use std::collections::BTreeSet;

use super::MoodlePlatform;
use super::batch::{Element, faulty};
use super::fault::Fault;
use super::fields::{ASSIGN, of_account_role};
use super::suspect::Suspect;
use shop_core::platform::{
    AccountId, AccountRole, AssignedRole, CourseId, Known, OnSettled, Problem, Replies, Reply, RoleId,
};

const UNASSIGN: &str = "core_role_unassign_roles";

/// Moodle tells no roles in accounts: each of these may be assigned. It has answered only about those that the shop has assigned.
pub(super) async fn find(moodle: &MoodlePlatform, among: &[AccountRole]) -> Reply<Vec<AssignedRole>> {
    let remembered = moodle.memory.account_roles(among).await?;
    let known = |role: &AccountRole| if remembered.get(role) == Some(&true) { Known::Answered } else { Known::Guessed };
    let found = |role: &AccountRole| AssignedRole { role: *role, known: known(role) };
    Ok(among.iter().map(found).collect())
}

fn in_account(role: &AccountRole) -> Element {
    Element {
        // Whether a role may be assigned in accounts does not depend on whose.
        shared: (0, role.role.0),
        // What is kept of the roles that the holder has.
        row: role.holder.0,
        fields: of_account_role(role),
    }
}

/// Assigns roles in accounts.
pub(super) async fn assign(moodle: &MoodlePlatform, roles: &[AccountRole], on_settled: OnSettled<'_>) -> Replies {
    let elements: Vec<Element> = roles.iter().map(in_account).collect();
    let before = doubt(moodle, roles).await?;
    let batch = moodle.batch(ASSIGN, "assignments", Suspect::AccountRole);
    let replies = batch.send(&elements, faulty, on_settled).await?;
    let assigned = roles.iter().zip(&replies).filter(|(_, reply)| reply.is_ok()).map(|(role, _)| (*role, true));
    moodle.memory.keep_account_roles(&assigned.collect::<Vec<_>>()).await?;
    restore(moodle, roles, &replies, &before).await?;
    Ok(replies)
}

/// Takes away roles in accounts.
pub(super) async fn unassign(moodle: &MoodlePlatform, roles: &[AccountRole], on_settled: OnSettled<'_>) -> Replies {
    let elements: Vec<Element> = roles.iter().map(in_account).collect();
    let before = doubt(moodle, roles).await?;
    let batch = moodle.batch(UNASSIGN, "unassignments", Suspect::AccountRole);
    let replies = batch.send(&elements, faulty, on_settled).await?;
    let gone = roles.iter().zip(&replies).filter(|(_, reply)| reply.is_ok()).map(|(role, _)| *role);
    moodle.memory.drop_account_roles(&gone.collect()).await?;
    restore(moodle, roles, &replies, &before).await?;
    Ok(replies)
}

type Before = std::collections::BTreeMap<AccountRole, bool>;

/// From now on, until Moodle answers, these may be assigned or not.
async fn doubt(moodle: &MoodlePlatform, roles: &[AccountRole]) -> Reply<Before> {
    let before = moodle.memory.account_roles(roles).await?;
    moodle.memory.keep_account_roles(&roles.iter().map(|role| (*role, false)).collect::<Vec<_>>()).await?;
    Ok(before)
}

/// What was refused is as it was.
async fn restore(
    moodle: &MoodlePlatform,
    roles: &[AccountRole],
    replies: &[Result<(), Problem>],
    before: &Before,
) -> Reply<()> {
    let refused = roles.iter().zip(replies).filter(|(_, reply)| reply.is_err()).map(|(role, _)| *role);
    let (known, unknown): (BTreeSet<AccountRole>, BTreeSet<AccountRole>) =
        refused.partition(|role| before.contains_key(role));
    let known = known.into_iter().filter_map(|role| Some((role, *before.get(&role)?)));
    moodle.memory.keep_account_roles(&known.collect::<Vec<_>>()).await?;
    moodle.memory.drop_account_roles(&unknown).await
}

/// Takes away roles in courses; in one that is gone, nobody has any.
pub(super) async fn unassign_in_courses(
    moodle: &MoodlePlatform,
    roles: &[(CourseId, AccountId, RoleId)],
    on_settled: OnSettled<'_>,
) -> Replies {
    fn judge(fault: Fault) -> Result<(), Problem> {
        if fault.is_no_course() { Ok(()) } else { faulty(fault) }
    }
    let element = |(course, account, role): &(CourseId, AccountId, RoleId)| Element {
        shared: (course.0, role.0),
        row: account.0,
        fields: vec![
            ("roleid", role.0.to_string()),
            ("userid", account.0.to_string()),
            ("contextlevel", "course".to_owned()),
            ("instanceid", course.0.to_string()),
        ],
    };
    let elements: Vec<Element> = roles.iter().map(element).collect();
    moodle.batch(UNASSIGN, "unassignments", Suspect::CourseRole).send(&elements, judge, on_settled).await
}
