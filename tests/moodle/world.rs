//! A shop whose learning platform is a Moodle: the double, with the courses and roles that the other tests' platform has.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use moodle_double::MoodleDouble;
use moodle_double::site::{Course, Release, Role, Site, User};
use shop_core::orders::retries::Retries;
use shop_core::platform::{AccountState, Platform};
use shop_core::words::email::Email;
use shop_core::words::period::{Period, Timestamp};
use shop_folder::JOURNAL;
use shop_folder::file;
use shop_host::host::{Clock, Host};
use shop_journal::Journal;
use shop_platforms::embedded::{AccountEntry, AttachmentEntry, Census, EnrolmentEntry, GroupEntry, InvitationEntry};
use shop_platforms::moodle::{MoodlePlatform, MoodleSettings, TokenSource};
use shop_sandbox::Allocation;
use tempfile::TempDir;

use crate::fixtures::disturbed::{Disturbed, Post};
use crate::fixtures::faults::OneFault;
use crate::fixtures::shop::catalogue;

/// The token of the shop's account.
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// The site before the first order: student 5, teacher 9; courses from 2 on.
pub(crate) fn site() -> Site {
    let mut site = Site::new(Release::V4_5, TOKEN);
    for (id, short_name) in [(5, "student"), (9, "teacher")] {
        let short_name = short_name.to_owned();
        site.roles.insert(id, Role { short_name, in_course: true, in_user: true, assignable: true });
    }
    let june = 1_780_272_000;
    for (id, short_name, full_name, start) in [
        (2, "SPOC", "The course", june),
        (3, "OTHER", "Another course", june),
        (4, "SPOCM1", "The hostile handlers' course", june),
        (5, "SUPPORT", "Support", 1_767_225_600),
    ] {
        let (short_name, full_name) = (short_name.to_owned(), full_name.to_owned());
        site.courses.insert(id, Course { short_name, full_name, start, group_mode: 1, ..Course::default() });
    }
    site
}

/// Somebody with an account on the site.
pub(crate) fn user(name: &str) -> User {
    User {
        username: name.to_owned(),
        email: format!("{name}@example.org"),
        first_name: name.to_owned(),
        last_name: "Test".to_owned(),
        ..User::default()
    }
}

/// A shop with its Moodle.
pub(crate) struct MoodleWorld {
    pub(crate) double: MoodleDouble,
    pub(crate) settings: MoodleSettings,
    /// How long a request that was given up may be on its way, as the shop is told.
    pub(crate) settles: Duration,
    pub(crate) folder: TempDir,
    /// All that were opened: the last one to close a file would tidy up while it is copied.
    opened: Mutex<Vec<Arc<Host>>>,
}

impl MoodleWorld {
    pub(crate) async fn new() -> MoodleWorld {
        MoodleWorld::with(site()).await
    }

    pub(crate) async fn with(site: Site) -> MoodleWorld {
        let world = MoodleWorld::without_handler(site).await;
        let host = world.host().await;
        lets_serve(&host, world.folder.path()).await;
        world
    }

    /// For those who ask the platform and no shop.
    pub(crate) async fn without_handler(site: Site) -> MoodleWorld {
        let folder = tempfile::tempdir().unwrap();
        let double = MoodleDouble::start(site).await;
        let token = folder.path().join("token");
        std::fs::write(&token, TOKEN).unwrap();
        std::fs::write(folder.path().join("catalogue.toml"), catalogue("")).unwrap();
        let settings = MoodleSettings {
            token: TokenSource::File(token),
            roles: [("student".to_owned(), 5), ("teacher".to_owned(), 9)].into(),
            // A test has no time for a site to rest.
            pause_seconds: 0,
            // Its requests are done when they are answered, unless a test has them come late.
            settle_seconds: Some(0),
            ..MoodleSettings::new(&double.url())
        };
        MoodleWorld { double, settings, settles: Duration::ZERO, folder, opened: Mutex::default() }
    }

    /// Another world that is as this one is now.
    pub(crate) async fn copy(&self) -> MoodleWorld {
        let site = self.double.site().clone();
        let copy = MoodleDouble::start(site).await;
        let folder = tempfile::tempdir().unwrap();
        shop_harness::copy_folder(self.folder.path(), folder.path()).unwrap();
        let token = TokenSource::File(folder.path().join("token"));
        let settings = MoodleSettings { url: copy.url(), token, ..self.settings.clone() };
        let copy = MoodleWorld { double: copy, settings, settles: self.settles, folder, opened: Mutex::default() };
        copy.moves_from(&self.double.url()).await;
        copy
    }

    /// The site has another address than before.
    pub(crate) async fn moves_from(&self, url: &str) {
        let platform = self.platform().await;
        platform.had_identity(url).await.unwrap();
        let data = self.folder.path().join("data");
        if data.join(JOURNAL).exists() {
            Journal::open(&data).await.unwrap().move_platform(url, platform.identity(), "test").await.unwrap();
        }
    }

    /// The platform, as a program that has just been started reaches it.
    pub(crate) async fn platform(&self) -> MoodlePlatform {
        MoodlePlatform::open(self.settings.clone(), &self.folder.path().join("moodle.sqlite")).await.unwrap()
    }

    /// The shop, as a program that has just been started opens it.
    pub(crate) async fn host(&self) -> Arc<Host> {
        self.host_through(settling(self.platform().await, self.settles)).await
    }

    /// The same, some time later.
    pub(crate) async fn host_at(&self, clock: Clock) -> Host {
        let catalogue = file::read_catalogue(&self.folder.path().join("catalogue.toml")).unwrap();
        let platform = settling(self.platform().await, self.settles);
        let host =
            Host::open(&self.folder.path().join("data"), catalogue, platform, Allocation::OnDemand).await.unwrap();
        host.with_retries(Retries::NONE).with_clock(clock)
    }

    /// The same, with another way to the platform.
    pub(crate) async fn host_through(&self, platform: Arc<dyn Platform>) -> Arc<Host> {
        self.host_that_tries(platform, Retries::NONE).await
    }

    /// The same, where each call makes so many tries.
    pub(crate) async fn host_that_tries(&self, platform: Arc<dyn Platform>, retries: Retries) -> Arc<Host> {
        let folder: &Path = self.folder.path();
        let catalogue = file::read_catalogue(&folder.join("catalogue.toml")).unwrap();
        let host = Host::open(&folder.join("data"), catalogue, platform, Allocation::OnDemand).await.unwrap();
        let host = host.with_retries(retries).with_clock(shop_harness::today);
        let host = Arc::new(host);
        self.opened.lock().unwrap().push(host.clone());
        host
    }

    /// Everything that the site has, told as the embedded platform tells it.
    pub(crate) fn census(&self) -> Census {
        census(&self.double.site())
    }
}

/// Installs our handler, by a file in this folder, and lets it serve.
pub(crate) async fn lets_serve(host: &Host, folder: &Path) {
    let component = folder.join("handler.wasm");
    std::fs::write(&component, shop_harness::setup_one_course_session()).unwrap();
    let handler = host.handlers().install(&component, "test").await.unwrap().handler;
    host.handlers().activate(handler.digest, "test").await.unwrap();
}

/// A Moodle of which it is said how long a request that was given up may be on its way: its settings know only seconds.
pub(crate) fn settling(platform: MoodlePlatform, settles: Duration) -> Arc<dyn Platform> {
    match settles {
        Duration::ZERO => Arc::new(platform),
        settles => Disturbed::by_post(Arc::new(platform), OneFault::new(None), Post::new(settles)),
    }
}

/// Everything that a site has but its own two accounts, told as the embedded platform tells it.
pub(crate) fn census(site: &Site) -> Census {
    let people = || site.users.iter().filter(|(id, user)| **id > 3 && !user.deleted);
    let name = |id: i64| site.users[&id].email.to_lowercase();
    let course = |id: i64| site.courses[&id].short_name.clone();
    let role = |id: i64| site.roles[&id].short_name.clone();
    let email = |user: &User| user.email.parse::<Email>().unwrap();
    let account = |(id, user): (&i64, &User)| AccountEntry {
        username: name(*id),
        email: email(user),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        language: None,
        state: if user.suspended { AccountState::Suspended } else { AccountState::Active },
        administrator: false,
    };
    let instant = |time: i64| Timestamp::new(time.into()).unwrap();
    let enrolments = site.enrolments.iter().map(|((of, who), it)| EnrolmentEntry {
        course: course(*of),
        account: name(*who),
        roles: site
            .course_roles
            .iter()
            .filter(|(in_course, holder, _)| (in_course, holder) == (of, who))
            .map(|(_, _, id)| role(*id))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect(),
        period: Period { start: instant(it.start), end: (it.end != 0).then(|| instant(it.end)) },
        suspended: it.suspended,
        entered: it.last_access > 0,
    });
    let groups = site.groups.values().map(|group| GroupEntry {
        course: course(group.course),
        id_number: group.id_number.clone(),
        name: group.name.clone(),
        members: group.members.iter().map(|id| name(*id)).collect(),
    });
    let attachments = site.user_roles.iter().map(|(id, holder, context)| AttachmentEntry {
        role: role(*id),
        holder: name(*holder),
        context: name(*context),
    });
    let invited = people().filter(|(_, user)| user.invited);
    Census {
        accounts: people().map(account).collect(),
        groups: groups.collect(),
        enrolments: enrolments.collect(),
        attachments: attachments.collect(),
        invitations: invited
            .map(|(id, user)| InvitationEntry { account: name(*id), email: email(user), language: None })
            .collect(),
    }
}
