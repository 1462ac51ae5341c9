//! Enrolments. How their dates are known, although Moodle does not tell them, is said in the module's docs above.

use std::collections::{BTreeMap, BTreeSet};

use super::batch::{Element, faulty};
use super::error::CallError;
use super::fault::Fault;
use super::fields::{ALWAYS, ENROL, of_enrolment};
use super::memory::Remembered;
use super::participants::{self, Participant};
use super::report::{self, Reported, Told};
use super::suspect::Suspect;
use super::{MoodlePlatform, accounts, sight};
use shop_core::platform::{
    AccountId, CourseId, Enrol, Enrolment, Known, OnSettled, Participation, Problem, Refusal, Replies, Reply, RoleId,
};

const UNENROL: &str = "enrol_manual_unenrol_users";

type Place = (CourseId, AccountId);

/// What Moodle tells of an enrolment.
pub(super) struct Listed {
    roles: Vec<RoleId>,
    entered: bool,
    seen: bool,
}

/// Everybody who is enrolled in these courses, in whichever way.
pub(super) async fn listed(moodle: &MoodlePlatform, courses: &BTreeSet<CourseId>) -> Reply<BTreeMap<Place, Listed>> {
    let requests = courses.iter().map(async |course| Ok((*course, participants::everybody(moodle, *course).await?)));
    told(moodle, requests).await
}

/// Of several courses at once.
async fn told(
    moodle: &MoodlePlatform,
    requests: impl Iterator<Item = impl Future<Output = Result<(CourseId, Vec<Participant>), CallError>>>,
) -> Reply<BTreeMap<Place, Listed>> {
    let mut all = BTreeMap::new();
    for answer in futures_util::future::join_all(requests).await {
        let (course, participants) = answer?;
        for participant in participants {
            moodle.roles.learn(moodle, participant.roles.iter().cloned())?;
            let is_past = |time: i64| time > 0;
            let listed = Listed {
                roles: participant.roles.iter().map(|role| RoleId(role.roleid)).collect(),
                // Rather keep somebody who never came than lose somebody's work.
                entered: participant.lastcourseaccess.is_none_or(is_past),
                // Sites hide one without the other.
                seen: [participant.lastcourseaccess, participant.firstaccess].into_iter().flatten().any(is_past),
            };
            all.insert((course, AccountId(participant.id)), listed);
        }
    }
    Ok(all)
}

/// Those of these who are in these courses.
pub(super) async fn find(moodle: &MoodlePlatform, of: &[Place]) -> Reply<Vec<Participation>> {
    let mut asked: BTreeMap<CourseId, BTreeSet<AccountId>> = BTreeMap::new();
    for (course, account) in of {
        asked.entry(*course).or_default().insert(*account);
    }
    // Before it is looked: what is remembered meanwhile, of an order that is worked at, is not taken for gone.
    let remembered = moodle.memory.enrolments(of).await?;
    let requests = asked
        .iter()
        .map(async |(course, accounts)| Ok((*course, participants::among(moodle, *course, accounts).await?)));
    let mut listed = told(moodle, requests).await?;
    // Who was unenrolled is forgotten: whoever enrols them again may give other dates. But what was asked without an answer may
    // yet come.
    let is_gone = |(place, asked): &(&Place, &Remembered)| asked.answered && !listed.contains_key(place);
    let gone: Vec<Remembered> = remembered.iter().filter(is_gone).map(|(_, asked)| *asked).collect();
    let places: Vec<Place> = gone.iter().map(|gone| (gone.course, gone.account)).collect();
    make_sure(moodle, &asked.into_keys().collect(), of, &listed, &places).await?;
    if !gone.is_empty() {
        moodle.memory.forget_enrolments(&gone).await?;
    }
    let there: BTreeSet<Place> = of.iter().copied().filter(|place| listed.contains_key(place)).collect();
    let fits = |place: &Place, told: &Told| remembered.get(place).is_none_or(|asked| is_told(asked, told));
    let reported = report::enrolments(moodle, &there, &fits).await?;
    let participation = |place: Place| {
        let (course, account) = place;
        let Listed { roles, entered, seen } = listed.remove(&place)?;
        let (enrolment, otherwise) = match reported.get(&place) {
            Some(told) if told.is_only_otherwise() => (None, true),
            told => (Some(dates(remembered.get(&place), told)), told.is_some_and(|told| told.otherwise)),
        };
        Some(Participation { course, account, enrolment, otherwise, roles, entered, seen })
    };
    Ok(there.into_iter().filter_map(participation).collect())
}

/// Makes sure that those of these who are not listed are not in these courses. A list with anybody in it, and with all of whom the
/// shop knows, is whole.
async fn make_sure(
    moodle: &MoodlePlatform,
    courses: &BTreeSet<CourseId>,
    of: &[Place],
    listed: &BTreeMap<Place, Listed>,
    gone: &[Place],
) -> Reply<()> {
    for course in courses {
        let nobody = !listed.keys().any(|(of, _)| of == course);
        let is_gone = gone.iter().any(|(of, _)| of == course);
        let is_missing = || of.iter().any(|place| place.0 == *course && !listed.contains_key(place));
        if (nobody || is_gone) && is_missing() {
            sight::see_participants(moodle, *course, nobody && is_gone).await?;
        }
    }
    Ok(())
}

/// The dates of somebody who is enrolled, by what the shop has asked for and what a report tells:
///
/// | asked for | reported | the dates | |
/// | --- | --- | --- | --- |
/// | this | this, to the minute | as asked for, which is more exact | seen |
/// | else, or nothing | manual enrolments | from the first start to the last end | seen |
/// | else, or nothing | also such as may be manual | from the first start to the last end | guessed |
/// | with an answer | nothing | as asked for | answered |
/// | without one | nothing | as asked for | guessed |
/// | nothing | nothing | the most that there may be | guessed |
fn dates(remembered: Option<&Remembered>, told: Option<&Told>) -> Enrolment {
    let nothing = Told::default();
    let told = told.unwrap_or(&nothing);
    let Told { manual, unclear, .. } = told;
    let all = manual.union(unclear).copied().reduce(Reported::union);
    let (period, suspended, known) = match (remembered, all) {
        // Reports are to the minute: what was asked for is more exact.
        (Some(asked), Some(_)) if is_told(asked, told) => (asked.period, asked.suspended, Known::Seen),
        (_, Some(found)) if unclear.is_empty() => (found.period, found.suspended, Known::Seen),
        (_, Some(found)) => (found.period, found.suspended, Known::Guessed),
        (Some(asked), None) if asked.answered => (asked.period, asked.suspended, Known::Answered),
        (Some(asked), None) => (asked.period, asked.suspended, Known::Guessed),
        (None, None) => (ALWAYS, false, Known::Guessed),
    };
    Enrolment { period, suspended, known }
}

/// Whether what was asked for is what is told, to the minute.
fn is_told(asked: &Remembered, told: &Told) -> bool {
    told.manual.union(&told.unclear).any(|found| found.may_be(asked.period, asked.suspended))
}

pub(super) async fn enrol(moodle: &MoodlePlatform, enrolments: &[Enrol], on_settled: OnSettled<'_>) -> Replies {
    let sound: Vec<Enrol> = enrolments.iter().copied().filter(|enrol| !is_backward(enrol)).collect();
    let places: Vec<Place> = sound.iter().map(|enrol| (enrol.course, enrol.account)).collect();
    let before = moodle.memory.enrolments(&places).await?;
    moodle.memory.keep_enrolments(&sound.iter().map(|enrol| asked(enrol, false)).collect::<Vec<_>>()).await?;
    let elements: Vec<Element> = sound.iter().map(element).collect();
    let replies = moodle.batch(ENROL, "enrolments", Suspect::Course).send(&elements, faulty, on_settled).await;
    moodle.readings.forget(places);
    let replies = replies?;
    let (done, not_done): (Vec<_>, Vec<_>) = sound.iter().zip(&replies).partition(|(_, reply)| reply.is_ok());
    let done: BTreeMap<Place, Remembered> =
        done.into_iter().map(|(enrol, _)| ((enrol.course, enrol.account), asked(enrol, true))).collect();
    let not_done: BTreeSet<Place> = not_done.into_iter().map(|(enrol, _)| (enrol.course, enrol.account)).collect();
    let refused = not_done.into_iter().filter(|place| !done.contains_key(place));
    let (restored, forgotten): (Vec<_>, Vec<_>) = refused.partition(|place| before.contains_key(place));
    moodle.memory.drop_enrolments(&forgotten).await?;
    let restored = restored.into_iter().filter_map(|place| before.get(&place).copied());
    moodle.memory.keep_enrolments(&done.values().copied().chain(restored).collect::<Vec<_>>()).await?;
    let mut replies = replies.into_iter();
    let reply = |enrol: &Enrol| match is_backward(enrol) {
        true => Err(Refusal::EndBeforeStart.into()),
        false => replies.next().unwrap_or(Ok(())),
    };
    Ok(enrolments.iter().map(reply).collect())
}

/// Moodle would take it.
fn is_backward(enrol: &Enrol) -> bool {
    enrol.period.end.is_some_and(|end| end < enrol.period.start)
}

fn asked(enrol: &Enrol, answered: bool) -> Remembered {
    let Enrol { course, account, period, suspended, .. } = *enrol;
    Remembered { course, account, period, suspended, answered }
}

fn element(enrol: &Enrol) -> Element {
    Element {
        shared: (enrol.course.0, enrol.role.0),
        // What is kept of the roles that somebody has.
        row: enrol.account.0,
        fields: of_enrolment(enrol),
    }
}

/// Ends enrolments; those of accounts or in courses that are gone have ended.
pub(super) async fn end(moodle: &MoodlePlatform, enrolments: &[Place], on_settled: OnSettled<'_>) -> Replies {
    fn judge(fault: Fault) -> Result<(), Problem> {
        let is_gone = fault.is_no_account() || fault.is_no_record() || fault.is_no_course();
        if is_gone { Ok(()) } else { faulty(fault) }
    }
    let element = |(course, account): &Place| Element {
        shared: (course.0, 0),
        // Memberships end, too, of several groups perhaps.
        row: 0,
        fields: vec![("userid", account.0.to_string()), ("courseid", course.0.to_string())],
    };
    let elements: Vec<Element> = enrolments.iter().map(element).collect();
    // Until Moodle answers, they may have ended or not.
    let before = moodle.memory.enrolments(enrolments).await?;
    let doubted = before.values().map(|asked| Remembered { answered: false, ..*asked });
    moodle.memory.keep_enrolments(&doubted.collect::<Vec<_>>()).await?;
    let replies = moodle.batch(UNENROL, "enrolments", Suspect::Course).send(&elements, judge, on_settled).await;
    moodle.readings.forget(enrolments.iter().copied());
    let mut replies = replies?;
    // Moodle 4.2 does not say that it is the account that it does not have.
    let unclear = |reply: &Result<(), Problem>| reply.as_ref().is_err_and(|problem| problem.code == "invalidparameter");
    let asked: Vec<AccountId> =
        enrolments.iter().zip(&replies).filter(|(_, reply)| unclear(reply)).map(|((_, account), _)| *account).collect();
    let there: BTreeSet<AccountId> =
        accounts::by_id(moodle, &asked).await?.into_iter().map(|account| account.id).collect();
    for ((_, account), reply) in enrolments.iter().zip(&mut replies) {
        if unclear(reply) && !there.contains(account) {
            *reply = Ok(());
        }
    }
    let (ended, kept): (Vec<_>, Vec<_>) = enrolments.iter().zip(&replies).partition(|(_, reply)| reply.is_ok());
    let kept = kept.into_iter().filter_map(|(place, _)| before.get(place).copied());
    moodle.memory.keep_enrolments(&kept.collect::<Vec<_>>()).await?;
    moodle.memory.drop_enrolments(&ended.into_iter().map(|(place, _)| *place).collect::<Vec<_>>()).await?;
    Ok(replies)
}
