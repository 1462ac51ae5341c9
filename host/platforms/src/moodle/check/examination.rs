//! Finding out what a Moodle has and lacks.

use std::collections::{BTreeMap, BTreeSet};

use super::super::client::{Listed, Parameters};
use super::super::error::CallError;
use super::super::fault::Fault;
use super::super::probe::{self, NOBODY};
use super::super::requirements;
use super::super::sight::{self, Seen, Told};
use super::super::users::FIND;
use super::super::{MoodlePlatform, courses, enrolments, role_names, variables};
use super::{CapabilityCheck, CourseCheck, Needs, RoleCheck, Verdict};
use shop_core::platform::{Course, CourseId, GroupMode, PlatformError, Reply, RoleId};
use shop_core::words::message::{Audience, Level, Message, Subject};

pub(super) struct Examination<'a> {
    pub(super) moodle: &'a MoodlePlatform,
    pub(super) capabilities: BTreeMap<&'static str, Verdict>,
    pub(super) in_service: BTreeSet<&'a str>,
    pub(super) messages: Vec<Message>,
}

pub(super) fn message(level: Level, key: &str) -> Message {
    Message::host(level, Audience::Sales, Subject::Order, key)
}

/// How far a request got that cannot succeed.
enum Got {
    /// As far as what is wrong with it.
    Through,
    /// Not that far.
    Stopped(Fault),
    /// It was not made: the function is not in the service.
    Nowhere,
}

impl Got {
    fn of(fault: Option<Fault>) -> Got {
        match fault {
            Some(fault) if fault.is_shared() => Got::Stopped(fault),
            _ => Got::Through,
        }
    }
}

impl Examination<'_> {
    /// What is true of every site.
    pub(super) async fn site(&mut self, release: &str) -> Reply<()> {
        let number =
            |text: &str| text.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect::<Vec<u32>>();
        let supported =
            matches!(number(release)[..], [4, minor, ..] if minor >= 2) || number(release).first() == Some(&5);
        if !supported {
            self.messages.push(message(Level::Warning, "moodle-release").with("release", release));
        }
        self.note("webservice/rest:use", Verdict::Yes);
        let missing: Vec<&str> = requirements::of(&self.moodle.settings)
            .map(|needed| needed.function)
            .filter(|function| !self.in_service.contains(function))
            .collect();
        if !missing.is_empty() {
            self.messages.push(message(Level::Error, "moodle-functions").with("functions", missing.join(", ")));
        }
        self.accounts().await?;
        if self.in_service.contains(FIND) && !variables::is_right(self.moodle).await? {
            let number = self.moodle.settings.max_input_vars;
            self.messages.push(message(Level::Error, "moodle-max-input-vars").with("number", number));
        }
        let user =
            [("username", "shop-host"), ("firstname", "shop"), ("lastname", "host"), ("email", "shop@host.invalid")];
        // Without a password, no account is made.
        let asked = user.map(|(field, value)| (format!("users[0][{field}]"), value.to_owned())).to_vec();
        let got = self.got("core_user_create_users", asked).await?;
        self.judge("moodle/user:create", &got);
        Ok(())
    }

    /// Whether other accounts can be seen: if not, Moodle answers as if there were none.
    async fn accounts(&mut self) -> Reply<()> {
        if !self.in_service.contains(FIND) {
            return Ok(());
        }
        let (details, addresses, told) = match sight::of_accounts(self.moodle).await? {
            Seen::Accounts => (Verdict::Yes, Verdict::Yes, None),
            // It may be the site's settings.
            Seen::NoAddresses => (Verdict::Yes, Verdict::Unknown, Some("moodle-addresses-unseen")),
            Seen::Nobody => (Verdict::No, Verdict::Unknown, Some("moodle-accounts-unseen")),
        };
        self.note("moodle/user:viewdetails", details);
        self.note("moodle/site:viewuseridentity", addresses);
        self.messages.extend(told.map(|key| message(Level::Error, key)));
        self.visits().await
    }

    /// Whether it is told who has come, by what is told of the guest's visits.
    async fn visits(&mut self) -> Reply<()> {
        let hidden = match sight::guest(self.moodle).await?.map(|guest| guest.shows_visits()) {
            Some((false, true)) => &["moodle-last-access-hidden"][..],
            Some((false, false)) => &["moodle-last-access-hidden", "moodle-visits-hidden"],
            Some((true, _)) | None => &[],
        };
        self.messages.extend(hidden.iter().map(|key| message(Level::Warning, key)));
        Ok(())
    }

    pub(super) async fn courses(&mut self, products: &[Needs]) -> Reply<Vec<Course>> {
        let names: BTreeSet<String> =
            products.iter().flat_map(|needs| &needs.courses).map(|course| course.short_name.clone()).collect();
        if !self.in_service.contains("core_course_get_courses_by_field") {
            return Ok(Vec::new());
        }
        match courses::find(self.moodle, &names.into_iter().collect::<Vec<_>>()).await {
            Ok(found) => Ok(found),
            // Without the capability, courses are told without their start.
            Err(PlatformError::Refused(_)) => {
                self.note("moodle/course:view", Verdict::No);
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }

    pub(super) async fn roles(&mut self, products: &[Needs], found: &[Course]) -> Reply<Vec<RoleCheck>> {
        let names: BTreeSet<&String> = products.iter().flat_map(|needs| &needs.roles).collect();
        let courses: Vec<CourseId> = found.iter().map(|course| course.id).collect();
        let mut checks = Vec::new();
        for name in names {
            let id = match role_names::find(self.moodle, std::slice::from_ref(name), &courses).await {
                Ok(roles) => roles.first().map(|role| role.id),
                Err(PlatformError::Refused(problem)) => {
                    let unknown = message(Level::Error, "moodle-role-unknown").with("role", name.as_str());
                    self.messages.push(unknown.with("reason", problem.reason));
                    None
                }
                Err(error) => return Err(error),
            };
            let (in_courses, in_accounts) = match id {
                Some(id) => (self.in_courses(id, found).await?, self.in_accounts(id).await?),
                None => (Verdict::Unknown, Verdict::Unknown),
            };
            for (verdict, level, key) in [
                (in_courses, Level::Error, "moodle-role-not-in-courses"),
                (in_accounts, Level::Warning, "moodle-role-not-in-accounts"),
            ] {
                if verdict == Verdict::No {
                    self.messages.push(message(level, key).with("role", name.as_str()));
                }
            }
            checks.push(RoleCheck { role: name.clone(), id: id.map(|id| id.0), in_courses, in_accounts });
        }
        Ok(checks)
    }

    /// Whether a role can be given to people in the courses.
    async fn in_courses(&mut self, role: RoleId, found: &[Course]) -> Reply<Verdict> {
        let mut verdict = Verdict::Unknown;
        for course in found {
            let got = match self.in_service.contains("enrol_manual_enrol_users") {
                true => Got::of(probe::in_course(self.moodle, course.id, role).await?),
                false => Got::Nowhere,
            };
            self.judge("enrol/manual:enrol", &got);
            verdict = verdict.max(match got {
                Got::Through => Verdict::Yes,
                Got::Stopped(fault) if fault.code == "wsusercannotassign" => Verdict::No,
                _ => Verdict::Unknown,
            });
        }
        Ok(verdict)
    }

    async fn in_accounts(&mut self, role: RoleId) -> Reply<Verdict> {
        if !self.in_service.contains("core_role_assign_roles") {
            return Ok(Verdict::Unknown);
        }
        match probe::in_account(self.moodle, role).await? {
            Some(fault) if fault.code == "nopermissions" => {
                self.note("moodle/role:assign", Verdict::No);
                Ok(Verdict::Unknown)
            }
            cannot => {
                self.note("moodle/role:assign", Verdict::Yes);
                Ok(if cannot.is_some() { Verdict::No } else { Verdict::Yes })
            }
        }
    }

    pub(super) async fn products(&mut self, products: &[Needs], found: &[Course]) -> Reply<Vec<CourseCheck>> {
        let mut checks = Vec::new();
        let mut examined = BTreeSet::new();
        for (needs, needed) in products.iter().flat_map(|needs| needs.courses.iter().map(move |course| (needs, course)))
        {
            let course = found.iter().find(|course| course.short_name == needed.short_name);
            let about = |level, key| {
                message(level, key).with("course", needed.short_name.as_str()).with("product", needs.product.as_str())
            };
            match course {
                None => self.messages.push(about(Level::Error, "moodle-course-unknown")),
                Some(course) => {
                    if examined.insert(course.id) {
                        self.course(course).await?;
                    }
                    if !course.manual_enrolment {
                        self.messages.push(about(Level::Error, "moodle-course-not-manual"));
                    }
                    if needed.required && course.group_mode != GroupMode::Separate {
                        self.messages.push(about(Level::Warning, "moodle-course-groups"));
                    }
                }
            }
            let manual = |course: &Course| if course.manual_enrolment { Verdict::Yes } else { Verdict::No };
            checks.push(CourseCheck {
                product: needs.product.clone(),
                parameter: needed.parameter.clone(),
                course: needed.short_name.clone(),
                found: course.is_some(),
                manual_enrolment: course.map_or(Verdict::Unknown, manual),
                group_mode: course.map(|course| course.group_mode),
            });
        }
        Ok(checks)
    }

    /// What the shop's account may do in a course.
    async fn course(&mut self, course: &Course) -> Reply<()> {
        let here = |field: &str| vec![(field.to_owned(), course.id.0.to_string())];
        let got = self.got("core_group_get_course_groups", here("courseid")).await?;
        self.judge("moodle/course:managegroups", &got);
        let mut one = here("courseid");
        one.push(("options[0][name]".to_owned(), "limitnumber".to_owned()));
        one.push(("options[0][value]".to_owned(), "1".to_owned()));
        let got = self.got("core_enrol_get_enrolled_users", one).await?;
        self.judge("moodle/course:viewparticipants", &got);
        if let Got::Through = got {
            self.members(course).await?;
        }
        let fields = [("userid", NOBODY.0), ("courseid", course.id.0)];
        let asked = fields.map(|(field, value)| (format!("enrolments[0][{field}]"), value.to_string())).to_vec();
        let got = self.got("enrol_manual_unenrol_users", asked).await?;
        self.judge("enrol/manual:unenrol", &got);
        Ok(())
    }

    /// Who may not see all groups is told of nobody in a course with separate ones.
    async fn members(&mut self, course: &Course) -> Reply<()> {
        if course.group_mode == GroupMode::Separate {
            let verdict = match sight::of_course(self.moodle, course.id).await? {
                Told::All => Verdict::Yes,
                Told::OwnGroups => Verdict::No,
                Told::Nobody => Verdict::Unknown,
            };
            self.note("moodle/site:accessallgroups", verdict);
        }
        match enrolments::listed(self.moodle, &BTreeSet::from([course.id])).await {
            Ok(_) => Ok(()),
            Err(PlatformError::Refused(problem)) => {
                self.messages.push(message(Level::Error, "moodle-settings").with("reason", problem.reason));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Makes a request that cannot succeed, or that only reads.
    async fn got(&self, function: &'static str, asked: Parameters) -> Reply<Got> {
        if !self.in_service.contains(function) {
            return Ok(Got::Nowhere);
        }
        match self.moodle.client.call::<Option<Listed>>(function, &asked).await {
            Ok(_) => Ok(Got::Through),
            Err(CallError::Fault(fault)) => Ok(Got::of(Some(fault))),
            Err(error) => Err(error.into()),
        }
    }

    /// What a request tells of the capability that it needs beside being let into its course.
    fn judge(&mut self, capability: &'static str, got: &Got) {
        match got {
            Got::Through => {
                self.note("moodle/course:view", Verdict::Yes);
                self.note(capability, Verdict::Yes);
            }
            Got::Stopped(fault) => match fault.code.as_str() {
                "nopermissions" => self.note(capability, Verdict::No),
                "requireloginerror" | "errorcoursecontextnotvalid" => self.note("moodle/course:view", Verdict::No),
                _ => self.note(capability, Verdict::Yes),
            },
            Got::Nowhere => {}
        }
    }

    /// What is missing once is missing.
    fn note(&mut self, capability: &'static str, verdict: Verdict) {
        let noted = self.capabilities.entry(capability).or_insert(verdict);
        *noted = verdict.max(*noted);
    }

    pub(super) fn all_capabilities(&self) -> Vec<CapabilityCheck> {
        let mut checks: Vec<CapabilityCheck> = Vec::new();
        for capability in requirements::ALL.iter().flat_map(|needed| needed.capabilities) {
            if !checks.iter().any(|check| check.capability == *capability) {
                let had = self.capabilities.get(capability).copied().unwrap_or(Verdict::Unknown);
                checks.push(CapabilityCheck { capability, had });
            }
        }
        checks
    }

    pub(super) fn lacking(&mut self) {
        let lacking: Vec<&str> = self
            .all_capabilities()
            .iter()
            .filter(|check| check.had == Verdict::No)
            .map(|check| check.capability)
            .collect();
        if !lacking.is_empty() {
            self.messages.push(message(Level::Error, "moodle-capabilities").with("capabilities", lacking.join(", ")));
        }
    }
}
