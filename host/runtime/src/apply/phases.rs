//! In which sequence steps are done, and before which of them it is looked again what there is.

use crate::plan::{Change, Step};
use crate::standing::Standing;

/// The steps of one request.
///
/// First what gives, then what takes away: somebody who changes seats never stands outside in between. And first those who
/// have accounts: making the others' takes long.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Of people who have accounts already.
    FirstEnrolments,
    Accounts,
    Enrolments,
    Groups,
    Members,
    AccountRoles,
    DropEnrolments,
    DropCourseRoles,
    DropMembers,
    DropAccountRoles,
    DropGroups,
}

pub(super) const PHASES: [Phase; 11] = [
    Phase::FirstEnrolments,
    Phase::Accounts,
    Phase::Enrolments,
    Phase::Groups,
    Phase::Members,
    Phase::AccountRoles,
    Phase::DropEnrolments,
    Phase::DropCourseRoles,
    Phase::DropMembers,
    Phase::DropAccountRoles,
    Phase::DropGroups,
];

impl Phase {
    /// Whether a step belongs to it.
    pub(super) fn has(self, step: &Step, standing: &Standing) -> bool {
        let of_change = match step.change {
            Change::CreateAccount(_) => Phase::Accounts,
            Change::Enrol { .. } => Phase::Enrolments,
            Change::CreateGroup(_) => Phase::Groups,
            Change::AddMember => Phase::Members,
            Change::AssignAccountRole => Phase::AccountRoles,
            Change::UnassignAccountRole => Phase::DropAccountRoles,
            Change::RemoveMember => Phase::DropMembers,
            Change::UnassignCourseRole => Phase::DropCourseRoles,
            Change::Unenrol => Phase::DropEnrolments,
            Change::DeleteGroup => Phase::DropGroups,
        };
        match self {
            Phase::FirstEnrolments => of_change == Phase::Enrolments && standing.knows_all_of(&step.fact),
            _ => self == of_change,
        }
    }
}

/// What is looked at anew, so that what somebody else has done since is not undone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    /// Who is in the courses, and how.
    People,
    /// Who is in the order's groups.
    Groups,
}

/// A part of the work, which begins with a look.
pub(super) struct Round {
    /// What is looked at, if anything was changed since it was last.
    pub(super) look: Look,
    /// The changes that could undo what others have done there. Without any of them nobody looks.
    pub(super) before: fn(&Change) -> bool,
    /// The phases up to this one.
    pub(super) to: Phase,
}

pub(super) const ROUNDS: [Round; 4] = [
    Round { look: Look::People, before: |change| matches!(change, Change::Enrol { .. }), to: Phase::Accounts },
    Round { look: Look::People, before: |change| matches!(change, Change::Enrol { .. }), to: Phase::AccountRoles },
    Round {
        look: Look::People,
        before: |change| matches!(change, Change::Unenrol | Change::UnassignCourseRole | Change::RemoveMember),
        to: Phase::DropAccountRoles,
    },
    Round { look: Look::Groups, before: |change| matches!(change, Change::DeleteGroup), to: Phase::DropGroups },
];
