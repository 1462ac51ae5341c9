//! What administrators do to the site, and its scheduled tasks.

use super::{Enrolled, Site};

/// What the site does with manual enrolments that are over: `expiredaction`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiry {
    /// Nothing.
    #[default]
    Keep,
    /// They are suspended.
    Suspend,
    /// They are suspended, and their only role in the course is taken away.
    SuspendWithoutRoles,
    /// They are ended, with roles and memberships.
    Unenrol,
}

impl Site {
    /// An administrator deletes an account: it goes out of its courses and groups, its roles end, and its row stays, with other
    /// words for its user name and its address.
    ///
    /// # Panics
    ///
    /// If there is no such account.
    pub fn delete_user(&mut self, id: i64) {
        let user = self.users.get_mut(&id).expect("an account");
        user.username = format!("{}.{}", user.email, self.now);
        // Moodle takes the MD5 sum of the user name.
        user.email = format!("{id:032x}");
        user.deleted = true;
        self.enrolments.retain(|(_, who), _| *who != id);
        self.self_enrolled.retain(|(_, who), _| *who != id);
        self.course_roles.retain(|(_, who, _)| *who != id);
        self.user_roles.retain(|(_, holder, context)| ![holder, context].contains(&&id));
        self.groups.values_mut().for_each(|group| _ = group.members.remove(&id));
    }

    /// An administrator deletes a course, with all that is in it.
    pub fn delete_course(&mut self, course: i64) {
        self.courses.remove(&course);
        self.enrolments.retain(|(of, _), _| *of != course);
        self.self_enrolled.retain(|(of, _), _| *of != course);
        self.course_roles.retain(|(of, ..)| *of != course);
        self.groups.retain(|_, group| group.course != course);
        self.ghosts.retain(|_, group| group.course != course);
    }

    /// Ends a manual enrolment. Whoever stays in another way keeps the roles and the memberships.
    pub fn unenrol(&mut self, course: i64, user: i64) {
        if self.enrolments.remove(&(course, user)).is_none() || self.is_in(course, user) {
            return;
        }
        self.course_roles.retain(|(of, who, _)| (*of, *who) != (course, user));
        self.groups
            .values_mut()
            .filter(|group| group.course == course)
            .for_each(|group| _ = group.members.remove(&user));
    }

    /// Its scheduled tasks run. By Moodle's source (`enrol_plugin::process_expirations`), every ten minutes.
    pub fn run_tasks(&mut self) {
        let is_over = |enrolled: &Enrolled| enrolled.end != 0 && enrolled.end < self.now;
        let over: Vec<(i64, i64)> =
            self.enrolments.iter().filter(|(_, enrolled)| is_over(enrolled)).map(|(place, _)| *place).collect();
        for (course, user) in over {
            match self.expiry {
                Expiry::Keep => {}
                Expiry::Unenrol => self.unenrol(course, user),
                // Once each: whoever is suspended is not looked at again.
                Expiry::Suspend | Expiry::SuspendWithoutRoles => {
                    let Some(enrolled) = self.enrolments.get_mut(&(course, user)).filter(|it| !it.suspended) else {
                        continue;
                    };
                    enrolled.suspended = true;
                    let is_theirs = |(of, who, _): &(i64, i64, i64)| (*of, *who) == (course, user);
                    let roles = self.course_roles.iter().filter(|role| is_theirs(role)).count();
                    if self.expiry == Expiry::SuspendWithoutRoles && roles == 1 {
                        self.course_roles.retain(|role| !is_theirs(role));
                    }
                }
            }
        }
    }
}
