//! Tests of what no platform at hand can show.

use super::*;
use crate::lines::catalogue::Leavers;
use crate::platform::{CourseId, RoleId};
use crate::sessions::session::Terms;
use crate::sessions::standing::Standing;
use crate::words::email::Email;
use crate::words::period::Timestamp;

#[test]
fn what_somebody_had_before_went_with_the_account() {
    let email: Email = "anne@example.org".parse().unwrap();
    let period = Period { start: Timestamp::new(0).unwrap(), end: Timestamp::new(1).ok() };
    let fact = Fact::Enrolment(CourseId(1), email.clone());
    let claims = Claims { active: vec![Terms::For(period)], ..Claims::default() };
    let role = Fact::CourseRole(CourseId(1), email.clone(), RoleId(5));
    let of_role = Claims { active: vec![Terms::Plain], ..Claims::default() };
    let account = NewAccount {
        email: email.clone(),
        first_name: "Anne".to_owned(),
        last_name: "Test".to_owned(),
        language: None,
    };
    let had = Before::Enrolled { period: Period { end: None, ..period }, suspended: false };
    let plan = Difference {
        claims: &BTreeMap::from([(fact.clone(), claims), (role, of_role)]),
        before: &BTreeMap::from([(fact.clone(), had)]),
        standing: &Standing::default(),
        people: &BTreeMap::from([(email, account)]),
        attachments: &Attachments::default(),
        leavers: Leavers::Suspend,
        now: Timestamp::EARLIEST,
    }
    .plan();
    assert_eq!(plan.before[&fact], Before::Asked(period));
    assert!(matches!(plan.steps[0].change, Change::Enrol { period: claimed, .. } if claimed == period));
}
