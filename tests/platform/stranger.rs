//! A learning platform of a stranger's: written against what the host makes public, and with nothing else of ours. It is as
//! small as one can be that a host works with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use shop_host::file::{parse_order, parse_toml};
use shop_host::platform::*;
use shop_host::words::email::Email;
use shop_host::words::period::Timestamp;
use shop_host::{Allocation, Catalogue, Host, LineState};

#[derive(Default)]
struct Small(Mutex<Site>);

#[derive(Default)]
struct Site {
    accounts: Vec<Account>,
    enrolments: BTreeMap<(CourseId, AccountId), (Enrol, BTreeSet<RoleId>)>,
    groups: Vec<Group>,
    charges: BTreeSet<AccountRole>,
}

const COURSE: &str = "FIRST-AID";
const ROLES: [&str; 2] = ["student", "teacher"];

impl Small {
    fn site(&self) -> MutexGuard<'_, Site> {
        self.0.lock().unwrap()
    }

    /// Does something to each element; here, all of it can be done.
    fn each<T>(&self, elements: &[T], mut change: impl FnMut(&mut Site, &T)) -> Replies {
        let mut site = self.site();
        elements.iter().for_each(|element| change(&mut site, element));
        Ok(elements.iter().map(|_| Ok(())).collect())
    }

    /// Who is enrolled; how many groups there are, and how many roles in accounts.
    fn census(&self) -> (Vec<String>, usize, usize) {
        let site = self.site();
        let is_enrolled = |account: &&Account| site.enrolments.keys().any(|(_, id)| *id == account.id);
        let enrolled = site.accounts.iter().filter(is_enrolled).map(|account| account.email.to_string());
        (enrolled.collect(), site.groups.len(), site.charges.len())
    }
}

#[async_trait]
impl Platform for Small {
    fn identity(&self) -> &str {
        "small"
    }

    fn settles_after(&self) -> Duration {
        Duration::ZERO
    }

    async fn had_identity(&self, _: &str) -> Reply<()> {
        Ok(())
    }

    async fn find_accounts(&self, emails: &[Email], _: &[String]) -> Reply<Vec<Account>> {
        Ok(self.site().accounts.iter().filter(|account| emails.contains(&account.email)).cloned().collect())
    }

    async fn accounts(&self, ids: &[AccountId]) -> Reply<Vec<Account>> {
        Ok(self.site().accounts.iter().filter(|account| ids.contains(&account.id)).cloned().collect())
    }

    async fn find_courses(&self, short_names: &[String]) -> Reply<Vec<Course>> {
        let course = Course {
            id: CourseId(1),
            short_name: COURSE.to_owned(),
            title: "First aid".to_owned(),
            start: Timestamp::EARLIEST,
            manual_enrolment: true,
            group_mode: GroupMode::Separate,
        };
        Ok(short_names.iter().filter(|name| *name == COURSE).map(|_| course.clone()).collect())
    }

    async fn find_roles(&self, short_names: &[String], _: &[CourseId]) -> Reply<Vec<Role>> {
        let role = |(id, name): (i64, &str)| Role {
            id: RoleId(id),
            short_name: name.to_owned(),
            in_course: true,
            in_account: true,
        };
        let roles = (1..).zip(ROLES).map(role);
        Ok(roles.filter(|role| short_names.contains(&role.short_name)).collect())
    }

    async fn courses(&self, known: &[Course]) -> Reply<Vec<Course>> {
        Ok(known.to_vec())
    }

    async fn roles(&self, known: &[Role]) -> Reply<Vec<Role>> {
        Ok(known.to_vec())
    }

    async fn see_participants(&self, _: &[CourseId]) -> Reply<()> {
        Ok(())
    }

    async fn participations(&self, of: &[(CourseId, AccountId)]) -> Reply<Vec<Participation>> {
        let site = self.site();
        let participation = |(course, account): &(CourseId, AccountId)| {
            let (enrolment, roles) = site.enrolments.get(&(*course, *account))?;
            let (period, suspended) = (enrolment.period, enrolment.suspended);
            Some(Participation {
                course: *course,
                account: *account,
                enrolment: Some(Enrolment { period, suspended, known: Known::Seen }),
                otherwise: false,
                roles: roles.iter().copied().collect(),
                entered: false,
                seen: false,
            })
        };
        Ok(of.iter().filter_map(participation).collect())
    }

    async fn groups(&self, of: &[(CourseId, &str)]) -> Reply<Vec<Group>> {
        let is_meant = |group: &&Group| of.contains(&(group.course, group.id_number.as_str()));
        Ok(self.site().groups.iter().filter(is_meant).cloned().collect())
    }

    async fn account_roles(&self, among: &[AccountRole]) -> Reply<Vec<AssignedRole>> {
        let site = self.site();
        let assigned = among.iter().filter(|role| site.charges.contains(role));
        Ok(assigned.map(|role| AssignedRole { role: *role, known: Known::Seen }).collect())
    }

    async fn create_accounts(&self, accounts: &[NewAccount], _: OnSettled<'_>) -> Replies<Ensured> {
        let mut site = self.site();
        let ensured = accounts.iter().map(|new| {
            if let Some(found) = site.accounts.iter().find(|account| account.email == new.email) {
                return Ok(Ensured { id: found.id, created: false });
            }
            let id = AccountId(site.accounts.len() as i64 + 1);
            site.accounts.push(Account {
                id,
                email: new.email.clone(),
                first_name: new.first_name.clone(),
                last_name: new.last_name.clone(),
                state: AccountState::Active,
                administrator: false,
            });
            Ok(Ensured { id, created: true })
        });
        Ok(ensured.collect())
    }

    async fn enrol(&self, enrolments: &[Enrol], _: OnSettled<'_>) -> Replies {
        self.each(enrolments, |site, enrol| {
            let place = site.enrolments.entry((enrol.course, enrol.account));
            let (stated, roles) = place.or_insert_with(|| (*enrol, BTreeSet::new()));
            *stated = *enrol;
            roles.insert(enrol.role);
        })
    }

    async fn unassign_course_roles(&self, of: &[(CourseId, AccountId, RoleId)], _: OnSettled<'_>) -> Replies {
        self.each(of, |site, (course, account, role)| {
            if let Some((_, roles)) = site.enrolments.get_mut(&(*course, *account)) {
                roles.remove(role);
            }
        })
    }

    async fn unenrol(&self, of: &[(CourseId, AccountId)], _: OnSettled<'_>) -> Replies {
        self.each(of, |site, place| _ = site.enrolments.remove(place))
    }

    async fn create_groups(&self, groups: &[(CourseId, String)], id_number: &str) -> Replies<GroupId> {
        let mut site = self.site();
        let made = groups.iter().map(|(course, name)| {
            let id = GroupId(site.groups.len() as i64 + 1);
            site.groups.push(Group {
                id,
                course: *course,
                id_number: id_number.to_owned(),
                renumbered: false,
                name: name.clone(),
                members: Vec::new(),
            });
            Ok(id)
        });
        Ok(made.collect())
    }

    async fn delete_groups(&self, groups: &[GroupId]) -> Replies {
        self.each(groups, |site, id| site.groups.retain(|group| group.id != *id))
    }

    async fn add_members(&self, members: &[(GroupId, AccountId)], _: OnSettled<'_>) -> Replies {
        self.each(members, |site, (id, account)| {
            let group = site.groups.iter_mut().find(|group| group.id == *id);
            group.into_iter().for_each(|group| group.members.push(*account));
        })
    }

    async fn remove_members(&self, members: &[(GroupId, AccountId)], _: OnSettled<'_>) -> Replies {
        self.each(members, |site, (id, account)| {
            let group = site.groups.iter_mut().find(|group| group.id == *id);
            group.into_iter().for_each(|group| group.members.retain(|member| member != account));
        })
    }

    async fn assign_account_roles(&self, roles: &[AccountRole], _: OnSettled<'_>) -> Replies {
        self.each(roles, |site, role| _ = site.charges.insert(*role))
    }

    async fn unassign_account_roles(&self, roles: &[AccountRole], _: OnSettled<'_>) -> Replies {
        self.each(roles, |site, role| _ = site.charges.remove(role))
    }
}

const CATALOGUE: &str = r#"
    [[product]]
    reference = "FIRST-AID"
    title = "First aid"
    price = "90.00 EUR"
    handler = "setup-one-course-session"
    parameters = "coursename=FIRST-AID&supervisor=teacher"
    max_seats = 10
"#;

fn order(revision: u32, state: &str) -> String {
    format!(
        r#"{{
            "id": "A", "revision": {revision}, "state": "{state}", "time": "2026-11-20T10:00:00Z",
            "operator": {{ "email": "olga@example.org", "first_name": "Olga", "last_name": "Moreau" }},
            "lines": [{{ "line": 1, "product": "FIRST-AID", "quantity": 1, "seats": [{{
                "role": "learner",
                "occupant": {{ "email": "anne@example.org", "first_name": "Anne", "last_name": "Petit" }}
            }}] }}]
        }}"#
    )
}

#[tokio::test]
async fn a_platform_that_a_stranger_has_written_is_worked_with() {
    let folder = tempfile::tempdir().unwrap();
    let component = folder.path().join("handler.wasm");
    std::fs::write(&component, shop_harness::setup_one_course_session()).unwrap();
    let platform = Arc::new(Small::default());
    let catalogue: Catalogue = parse_toml(CATALOGUE).unwrap();
    let host = Host::open(&folder.path().join("data"), catalogue, platform.clone(), Allocation::OnDemand).await;
    let host = host.unwrap();
    let version = host.handlers().install(&component, "test").await.unwrap().handler.digest;
    host.handlers().activate(version, "test").await.unwrap();
    let both = || ["anne", "olga"].map(|who| format!("{who}@example.org")).to_vec();
    for (revision, state, came, census) in [
        (1, "paid", LineState::Fulfilled, (both(), 1, 2)),
        (1, "paid", LineState::Fulfilled, (both(), 1, 2)),
        (2, "cancelled", LineState::Cancelled, (Vec::new(), 0, 0)),
    ] {
        let outcome = host.fulfil(&parse_order(&order(revision, state)).unwrap(), &|_, _| ()).await.unwrap();
        assert_eq!(outcome.state, came, "{state}");
        assert_eq!(platform.census(), census, "{state}");
    }
    assert_eq!(platform.site().accounts.len(), 2, "accounts are never deleted");
}
