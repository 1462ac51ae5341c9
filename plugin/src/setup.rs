//! What the parameters come to, once the courses and roles that they name are looked up; and all that is wrong with
//! them.

use crate::contract::{CourseInfo, GroupMode, Level, Message, Period, Role, Timestamp};
use crate::imports::Imports;
use crate::messages::{self, Ending};
use crate::parameters::{
    AUTOENROLSUPERVISOR, COURSENAME, CUSTOMERSUPPORT, DEFAULT_LEARNER, DEFAULT_TUTOR, DELEGATION, DURATION, Delegation,
    ENDTIME, Flag, Given, LEARNER, Parameters, STARTTIME, SUPERVISOR, ShortName, TUTOR,
};
use crate::times::{Days, End, LAST, Time, with_plus};

/// A faultless product: what its sessions have in common.
pub(crate) struct Setup {
    pub(crate) course: CourseInfo,
    pub(crate) learner: NamedRole,
    /// Of tutors' seats.
    pub(crate) tutor: NamedRole,
    /// The operator's, in the course and over the accounts.
    pub(crate) supervisor: NamedRole,
    pub(crate) period: Period,
    /// Starts no earlier than the purchase.
    pub(crate) support: Option<CourseInfo>,
    pub(crate) enrol_operator: bool,
    pub(crate) delegation: Delegation,
}

/// A role that can be assigned where it is needed, and its short name.
pub(crate) struct NamedRole {
    pub(crate) role: Role,
    pub(crate) name: String,
}

/// Looks up what the parameters name. None if there is an error among the findings.
pub(crate) fn check(imports: &impl Imports, now: Timestamp, parameters: Parameters) -> (Option<Setup>, Vec<Message>) {
    let mut check = Check { imports, now, findings: Vec::new() };
    let setup = check.setup(parameters);
    let faulty = check.findings.iter().any(|finding| finding.level == Level::Error);
    (setup.filter(|_| !faulty), check.findings)
}

/// Gathers findings. A function that has told an error returns none if there is nothing to go on with, and otherwise
/// what the other checks can use.
struct Check<'a, I> {
    imports: &'a I,
    now: Timestamp,
    findings: Vec<Message>,
}

impl<I: Imports> Check<'_, I> {
    /// Goes through everything before it gives up, so that all findings are told.
    fn setup(&mut self, parameters: Parameters) -> Option<Setup> {
        let course = self.main_course(parameters.coursename);
        let delegation = self.read(DELEGATION, parameters.delegation, Delegation::All, messages::delegation_unreadable);
        let attaches = delegation.is_some_and(|delegation| delegation != Delegation::None);
        let learner = self.role(LEARNER, parameters.learner, DEFAULT_LEARNER, attaches);
        let tutor = self.role(TUTOR, parameters.tutor, DEFAULT_TUTOR, false);
        let supervisor = self.supervisor(parameters.supervisor, tutor.as_ref(), attaches);
        let start = self.start(parameters.starttime, course.as_ref());
        let end = self.end(parameters.endtime, parameters.duration, start);
        let support = self.support(parameters.customersupport, course.as_ref());
        let enrol_operator =
            self.read(AUTOENROLSUPERVISOR, parameters.autoenrolsupervisor, Flag(true), messages::flag_unreadable);
        Some(Setup {
            course: course?,
            learner: learner?,
            tutor: tutor?,
            supervisor: supervisor?,
            period: Period { start: start?, end: end? },
            support: support?,
            enrol_operator: enrol_operator?.0,
            delegation: delegation?,
        })
    }

    fn tell(&mut self, parameter: &str, finding: Message) {
        self.findings.push(finding.at(parameter));
    }

    fn read<T>(&mut self, parameter: &str, given: Given<T>, default: T, error: fn(&str) -> Message) -> Option<T> {
        match given {
            Given::Absent => Some(default),
            Given::Value(value) => Some(value),
            Given::Unreadable(text) => {
                self.tell(parameter, error(&text));
                None
            }
        }
    }

    fn main_course(&mut self, given: Given<ShortName>) -> Option<CourseInfo> {
        let Some(course) = self.course(COURSENAME, given)? else {
            self.tell(COURSENAME, messages::course_missing());
            return None;
        };
        if course.group_mode != GroupMode::Separate {
            self.tell(COURSENAME, messages::groups_not_separate(&course.title));
        }
        Some(course)
    }

    /// The customer support course, starting no earlier than the purchase. It must be another one than the session's, from
    /// which the customer would not be let go.
    fn support(&mut self, given: Given<ShortName>, main: Option<&CourseInfo>) -> Option<Option<CourseInfo>> {
        let Some(course) = self.course(CUSTOMERSUPPORT, given)? else {
            return Some(None);
        };
        if main.is_some_and(|main| main.course == course.course) {
            self.tell(CUSTOMERSUPPORT, messages::support_is_course(&course.title));
            return Some(None);
        }
        Some(Some(CourseInfo { start: course.start.max(self.now), ..course }))
    }

    /// The course that the parameter names, if it names one.
    fn course(&mut self, parameter: &str, given: Given<ShortName>) -> Option<Option<CourseInfo>> {
        let Some(ShortName(name)) = self.read(parameter, given.map(Some), None, messages::course_unknown)? else {
            return Some(None);
        };
        let Some(course) = self.imports.find_course(&name) else {
            self.tell(parameter, messages::course_unknown(&name));
            return None;
        };
        if !course.manual_enrolment {
            self.tell(parameter, messages::course_closed(&course.title));
        }
        Some(Some(course))
    }

    fn role(&mut self, parameter: &str, given: Given<ShortName>, default: &str, attaches: bool) -> Option<NamedRole> {
        let ShortName(name) = self.read(parameter, given, ShortName(default.to_owned()), messages::role_unknown)?;
        let Some(found) = self.imports.find_role(&name) else {
            self.tell(parameter, messages::role_unknown(&name));
            return None;
        };
        if !found.in_course {
            self.tell(parameter, messages::role_not_in_course(&name));
        }
        if attaches && !found.in_account {
            self.tell(parameter, messages::role_not_in_account(&name));
        }
        Some(NamedRole { role: found.role, name })
    }

    /// The tutors' role, if none is given.
    fn supervisor(&mut self, given: Given<ShortName>, tutor: Option<&NamedRole>, attaches: bool) -> Option<NamedRole> {
        if given != Given::Absent {
            return self.role(SUPERVISOR, given, "", attaches);
        }
        let name = &tutor?.name;
        self.tell(SUPERVISOR, messages::supervisor_defaulted(name));
        self.role(SUPERVISOR, given, name, attaches)
    }

    /// Nobody gets in before the course itself starts.
    fn start(&mut self, given: Given<Time>, course: Option<&CourseInfo>) -> Option<Timestamp> {
        let unreadable = |text: &str| messages::start_unreadable(&with_plus(text));
        let Time(start) = self.read(STARTTIME, given, Time(self.now), unreadable)?;
        Some(course.map_or(start, |course| course.start.max(start)))
    }

    /// The end, if there is one: `endtime` goes before `duration`.
    fn end(
        &mut self,
        endtime: Given<End>,
        duration: Given<Days>,
        start: Option<Timestamp>,
    ) -> Option<Option<Timestamp>> {
        if endtime != Given::Absent && matches!(duration, Given::Value(_)) {
            self.tell(DURATION, messages::duration_ignored());
        }
        let unreadable = |text: &str| messages::end_unreadable(&with_plus(text));
        let endtime = self.read(ENDTIME, endtime.map(Some), None, unreadable);
        let duration = self.read(DURATION, duration.map(Some), None, messages::duration_unreadable);
        let (parameter, end) = match (endtime?, duration) {
            (Some(end), _) => (ENDTIME, end),
            (None, duration) => match duration? {
                Some(Days(seconds)) => (DURATION, End::After(seconds)),
                None => return Some(None),
            },
        };
        let end = match (end, start) {
            (End::At(Time(end)), _) => end,
            // The contract's times end with the year 9999; a longer access is as good as one until then.
            (End::After(seconds), start) => start?.saturating_add(seconds).min(LAST),
        };
        self.check_end(parameter, start, end);
        Some(Some(end))
    }

    /// An end may be wrong in both ways. But where the start is the purchase itself, they are one, told once.
    fn check_end(&mut self, parameter: &str, start: Option<Timestamp>, end: Timestamp) {
        if end <= self.now {
            self.tell(parameter, messages::end_past(Ending(end), self.now));
        }
        if let Some(start) = start.filter(|&start| end <= start && start != self.now) {
            self.tell(parameter, messages::end_before_start(start, Ending(end)));
        }
    }
}
