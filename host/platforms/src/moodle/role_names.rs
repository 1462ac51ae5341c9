//! Roles, by their short names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use futures_util::future::join_all;

use super::MoodlePlatform;
use super::error::CallError;
use super::participants::{self, First, HeldRole, Participant};
use shop_core::platform::{CourseId, PlatformError, Problem, Reply, Role, RoleId};

/// So many of those who have come first, and last, are enough to see which roles there are.
const SOME: usize = 100;

/// What is known of roles. Moodle maps no short name to an id; but it tells both of the roles that somebody has in a course.
#[derive(Debug, Default)]
pub(super) struct Roles {
    seen: Mutex<BTreeMap<String, RoleId>>,
}

impl Roles {
    /// Learns from the roles that people have. A role that the settings call otherwise is not used: it would be given to
    /// people in place of another.
    pub(super) fn learn(&self, moodle: &MoodlePlatform, held: impl Iterator<Item = HeldRole>) -> Reply<()> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for HeldRole { roleid, shortname } in held {
            let id = RoleId(roleid);
            let other = moodle.settings.roles.iter().find(|(name, of)| (**name == shortname) != (**of == roleid));
            if let Some((name, of)) = other {
                let told = format!(
                    "the role {shortname:?} has the id {roleid} on this Moodle, but moodle.toml says {name} = {of}: \
                     correct [roles] there"
                );
                return Err(refused("role-mismatch", told));
            }
            seen.insert(shortname, id);
        }
        Ok(())
    }

    fn seen(&self, short_name: &str) -> Option<RoleId> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(short_name).copied()
    }
}

/// Roles that were found before, by the names that the settings have for them now. Moodle tells of no role that it is gone.
pub(super) fn now(moodle: &MoodlePlatform, known: &[Role]) -> Vec<Role> {
    let settings = &moodle.settings;
    let now = |role: &Role| {
        let renamed = || settings.roles.iter().find(|(_, id)| **id == role.id.0).map(|(name, _)| name.clone());
        match settings.role(&role.short_name) == Some(role.id) {
            true => role.clone(),
            false => Role { short_name: renamed().unwrap_or_else(|| role.short_name.clone()), ..role.clone() },
        }
    };
    known.iter().map(now).collect()
}

/// Finds roles: those of the settings, or else those that somebody of those who have come first or last has in one of these courses.
pub(super) async fn find(moodle: &MoodlePlatform, short_names: &[String], courses: &[CourseId]) -> Reply<Vec<Role>> {
    let id = |name: &str| moodle.settings.role(name).or_else(|| moodle.roles.seen(name));
    if short_names.iter().any(|name| id(name).is_none()) {
        learn(moodle, courses.iter().copied().collect()).await?;
    }
    let role = |name: &String| {
        let id = id(name).ok_or_else(|| {
            let told = format!(
                "Moodle does not tell the id of the role {name:?}: write it into moodle.toml, under [roles], as {name} = ID; \
                 the id is in the address of the role's page (site administration, users, permissions, define roles)"
            );
            refused("role-unknown", told)
        })?;
        // Where a role may be assigned, Moodle tells by refusing it.
        Ok(Role { id, short_name: name.clone(), in_course: true, in_account: true })
    };
    short_names.iter().map(role).collect()
}

/// Learns from some people of each course.
async fn learn(moodle: &MoodlePlatform, courses: BTreeSet<CourseId>) -> Reply<()> {
    let requests = courses.into_iter().map(async |course| {
        let mut some = participants::some(moodle, course, First::Newest, SOME).await?;
        if some.len() == SOME {
            some.extend(participants::some(moodle, course, First::Oldest, SOME).await?);
        }
        Ok(some)
    });
    let answers: Vec<Result<Vec<Participant>, CallError>> = join_all(requests).await;
    for answer in answers {
        for participant in answer? {
            moodle.roles.learn(moodle, participant.roles.into_iter())?;
        }
    }
    Ok(())
}

fn refused(code: &str, reason: String) -> PlatformError {
    PlatformError::Refused(Problem::new(code, reason))
}
