//! Requests about nobody: they change nothing, and how far Moodle gets with them tells what is there, and what may be done.

use super::MoodlePlatform;
use super::client::Nothing;
use super::error::CallError;
use super::fault::Fault;
use super::fields::{ALWAYS, ASSIGN, ENROL, listed, of_account_role, of_enrolment};
use shop_core::platform::{AccountId, AccountRole, CourseId, Enrol, RoleId};

/// No account has this id: a request to do something with it does nothing, and fails in telling ways.
pub(super) const NOBODY: AccountId = AccountId(i32::MAX as i64);

/// What Moodle says to enrolling nobody in a course: it looks at the course first, then at the capability, then at the role.
pub(super) async fn in_course(
    moodle: &MoodlePlatform,
    course: CourseId,
    role: RoleId,
) -> Result<Option<Fault>, CallError> {
    let enrol = Enrol { course, account: NOBODY, role, period: ALWAYS, suspended: true };
    let asked = listed("enrolments", std::iter::once(&of_enrolment(&enrol)));
    match moodle.client.call::<Nothing>(ENROL, &asked).await {
        Err(CallError::Fault(fault)) => Ok(Some(fault)),
        answer => answer.map(|()| None),
    }
}

/// Whether a course is gone, and not just hidden from the shop's account.
pub(super) async fn is_course_gone(moodle: &MoodlePlatform, course: CourseId) -> Result<bool, CallError> {
    let fault = in_course(moodle, course, RoleId(0)).await?;
    Ok(fault.is_some_and(|fault| fault.is_unclear()))
}

/// What Moodle says to assigning a role to nobody in an account that is there. It looks at the role first, and so tells whether
/// that could be assigned.
pub(super) async fn in_account(moodle: &MoodlePlatform, role: RoleId) -> Result<Option<Fault>, CallError> {
    let context = AccountId(moodle.site().await?.userid);
    let asked =
        listed("assignments", std::iter::once(&of_account_role(&AccountRole { role, holder: NOBODY, context })));
    match moodle.client.call::<Nothing>(ASSIGN, &asked).await {
        Err(CallError::Fault(fault)) if fault.is_unclear() || fault.is_shared() => Ok(Some(fault)),
        // That there is nobody with this id.
        Err(CallError::Fault(_)) | Ok(()) => Ok(None),
        Err(error) => Err(error),
    }
}
