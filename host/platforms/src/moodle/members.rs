//! Members of groups.

use super::MoodlePlatform;
use super::batch::{Element, faulty};
use super::fault::Fault;
use super::suspect::Suspect;
use shop_core::platform::{AccountId, GroupId, OnSettled, Problem, Replies};

fn elements(members: &[(GroupId, AccountId)]) -> Vec<Element> {
    let element = |(group, account): &(GroupId, AccountId)| Element {
        shared: (group.0, 0),
        // When it was changed last.
        row: group.0,
        fields: vec![("groupid", group.0.to_string()), ("userid", account.0.to_string())],
    };
    members.iter().map(element).collect()
}

pub(super) async fn add(
    moodle: &MoodlePlatform,
    members: &[(GroupId, AccountId)],
    on_settled: OnSettled<'_>,
) -> Replies {
    fn judge(fault: Fault) -> Result<(), Problem> {
        let unclear = fault.is_unclear() && fault.debug.is_none();
        let mut problem = Problem::from(fault);
        if unclear {
            problem.reason += ": only who is enrolled in the course can be a member of its groups";
        }
        Err(problem)
    }
    moodle
        .batch("core_group_add_group_members", "members", Suspect::Group)
        .send(&elements(members), judge, on_settled)
        .await
}

/// Removes members. A group or an account that is gone has nobody, or is nowhere, to be removed.
pub(super) async fn remove(
    moodle: &MoodlePlatform,
    members: &[(GroupId, AccountId)],
    on_settled: OnSettled<'_>,
) -> Replies {
    fn judge(fault: Fault) -> Result<(), Problem> {
        if fault.is_no_record() || fault.is_no_account() { Ok(()) } else { faulty(fault) }
    }
    moodle
        .batch("core_group_delete_group_members", "members", Suspect::Group)
        .send(&elements(members), judge, on_settled)
        .await
}
