//! In which sequence steps are done, and before which of them it is looked again what there is.

use shop_core::sessions::plan::{Change, Step};
use shop_core::sessions::standing::Standing;

/// The steps of one request.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Of people who have accounts already.
    FirstEnrolments,
    Groups,
    Accounts,
    Enrolments,
    Members,
    AccountRoles,
    DropEnrolments,
    DropCourseRoles,
    DropMembers,
    DropAccountRoles,
    DropGroups,
}

/// What each phase needs stands before it; what stands together needs nothing of each other, and is asked for at once.
///
/// Grants first, removals last: whoever moves to another seat never loses access in between. Who has an account does
/// not wait for those who have none: making accounts takes long. Members have to be enrolled, and whom the platform would not
/// enrol for the account is not attached either.
///
/// Nor does what stands together change the same rows of a platform's database: one request would only wait for the other there,
/// or each for the other. Giving and taking away roles changes what is kept of their holders, in a course or not; being in a
/// group, and leaving it with a course, changes the group.
pub(super) const AT_ONCE: [&[Phase]; 7] = [
    &[Phase::FirstEnrolments, Phase::Groups, Phase::Accounts],
    &[Phase::Enrolments],
    &[Phase::Members, Phase::AccountRoles],
    &[Phase::DropEnrolments],
    &[Phase::DropCourseRoles],
    &[Phase::DropMembers, Phase::DropAccountRoles],
    &[Phase::DropGroups],
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
    /// The phases up to this one, those of earlier rounds once more: what was seen can bring up more for them.
    pub(super) to: Phase,
}

impl Round {
    /// Whether it has these phases.
    pub(super) fn has(&self, phases: &[Phase]) -> bool {
        phases.iter().all(|phase| *phase <= self.to)
    }
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
