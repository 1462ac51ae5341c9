//! Looking up, reading, and large batches.

use std::time::Instant;

use super::*;

#[tokio::test]
async fn accounts_are_found_whatever_their_state() {
    let site = Site::new().await;
    let asked = ["ANNE@example.org", "sue@example.org", "dan@example.org", "shared@example.org", "nobody@example.org"];
    let found = site.platform.find_accounts(&asked.map(email), &[]).await.unwrap();
    let found: Vec<_> = found.iter().map(|a| (a.first_name.as_str(), a.state, a.administrator)).collect();
    assert_eq!(
        found,
        [
            ("Anne", AccountState::Active, false),
            ("Dan", AccountState::Deleted, false),
            ("Sam", AccountState::Active, false),
            ("Sara", AccountState::Active, false),
            ("Sue", AccountState::Suspended, false),
        ]
    );
}

#[tokio::test]
async fn courses_and_roles_are_found_by_their_exact_short_names() {
    let site = Site::new().await;
    let asked =
        ["OPEN", "open", "SHUT", "student", "supervisor", "Student", "OTHER\0", "teacher\0x"].map(str::to_owned);
    let courses = site.platform.find_courses(&asked).await.unwrap();
    let courses: Vec<_> = courses.iter().map(|c| (c.short_name.as_str(), c.manual_enrolment, c.group_mode)).collect();
    assert_eq!(courses, [("OPEN", true, GroupMode::Separate), ("SHUT", false, GroupMode::Separate)]);
    let roles = site.platform.find_roles(&asked, &[]).await.unwrap();
    let roles: Vec<_> = roles.iter().map(|r| (r.short_name.as_str(), r.in_course, r.in_account)).collect();
    assert_eq!(roles, [("student", true, true), ("supervisor", false, true)]);
}

#[tokio::test]
async fn what_is_there_reads_back() {
    let site = Site::new().await;
    let (anne, group) = (site.enrol("anne@example.org").await, site.group("order-1", "Group").await);
    site.platform.add_members(&[(group, anne)], &|_| ()).await.unwrap();
    let course = site.course("OPEN").await;
    let read = site
        .platform
        .groups(&[(course, "order-1"), (site.course("OTHER").await, "order-1"), (course, "order-2")])
        .await
        .unwrap();
    assert_eq!(
        read,
        [Group {
            id: group,
            course,
            id_number: "order-1".to_owned(),
            name: "Group".to_owned(),
            renumbered: false,
            members: vec![anne]
        }]
    );

    let there = site.crossed("supervisor", "bob@example.org", "anne@example.org").await;
    let other_way = AccountRole { holder: there.context, context: there.holder, ..there };
    site.platform.assign_account_roles(&[there], &|_| ()).await.unwrap();
    assert_eq!(
        site.platform.account_roles(&[other_way, there]).await.unwrap(),
        [AssignedRole { role: there, known: Known::Seen }]
    );

    let bob = site.account("bob@example.org").await;
    let read = site.platform.participations(&[(course, bob), (course, AccountId(999))]).await.unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].enrolment.unwrap().period.start, time(0), "no start is: since ever");
    assert!(read[0].entered);
}

#[tokio::test]
async fn who_leaves_a_course_leaves_its_groups_and_roles_but_not_other_accounts() {
    let site = Site::new().await;
    let before = site.census().await;
    let (anne, group) = (site.enrol("anne@example.org").await, site.group("order-1", "Group").await);
    let crossed = site.crossed("student", "anne@example.org", "bob@example.org").await;
    site.platform.add_members(&[(group, anne)], &|_| ()).await.unwrap();
    site.platform.assign_account_roles(&[crossed], &|_| ()).await.unwrap();
    site.platform.unenrol(&[(site.course("OPEN").await, anne)], &|_| ()).await.unwrap();

    let census = site.census().await;
    assert_eq!(census.enrolments, before.enrolments);
    assert_eq!(census.groups[0].members, Vec::<String>::new());
    assert_eq!(census.attachments.len(), 1);
}

#[tokio::test]
async fn a_role_goes_and_the_enrolment_stays() {
    let site = Site::new().await;
    let bob = site.enrol("bob@example.org").await;
    let (course, teacher) = (site.course("OPEN").await, site.role("teacher").await);
    site.platform.unassign_course_roles(&[(course, bob, teacher)], &|_| ()).await.unwrap();
    assert_eq!(site.census().await.enrolments[0].roles, ["student"]);
}

#[tokio::test]
async fn a_suspended_account_can_be_enrolled() {
    let site = Site::new().await;
    site.enrol("sue@example.org").await;
}

#[tokio::test]
async fn ten_thousand_people_in_one_batch() {
    const PEOPLE: usize = 10_000;
    let site = Site::new().await;
    let platform = &site.platform;
    let before = site.census().await;
    let started = Instant::now();

    let people: Vec<_> = (0..PEOPLE).map(|i| new_account(&format!("p{i}@example.org"), "A", "Person")).collect();
    let accounts: Vec<AccountId> =
        platform.create_accounts(&people, &|_| ()).await.unwrap().into_iter().map(|reply| reply.unwrap().id).collect();
    let emails: Vec<Email> = people.into_iter().map(|person| person.email).collect();
    assert_eq!(platform.find_accounts(&emails, &[]).await.unwrap().len(), PEOPLE);

    let pattern = site.enrolment_of("anne@example.org", "student", "OPEN").await;
    let enrolments: Vec<_> = accounts.iter().map(|&account| Enrol { account, ..pattern }).collect();
    all_ok(platform.enrol(&enrolments, &|_| ()).await);
    let pairs: Vec<_> = accounts.iter().map(|&account| (pattern.course, account)).collect();
    assert_eq!(platform.participations(&pairs).await.unwrap().len(), PEOPLE);

    let group = site.group("order-1", "Group").await;
    let members: Vec<_> = accounts.iter().map(|&account| (group, account)).collect();
    all_ok(platform.add_members(&members, &|_| ()).await);
    assert_eq!(platform.groups(&[(pattern.course, "order-1")]).await.unwrap()[0].members.len(), PEOPLE);

    let bob = site.account("bob@example.org").await;
    let roles: Vec<_> =
        accounts.iter().map(|&context| AccountRole { role: pattern.role, holder: bob, context }).collect();
    all_ok(platform.assign_account_roles(&roles, &|_| ()).await);
    assert_eq!(platform.account_roles(&roles).await.unwrap().len(), PEOPLE);
    assert_eq!(site.census().await.groups[0].members.len(), PEOPLE);

    all_ok(platform.unassign_account_roles(&roles, &|_| ()).await);
    all_ok(platform.remove_members(&members[..PEOPLE / 2], &|_| ()).await);
    all_ok(platform.unenrol(&pairs, &|_| ()).await);
    all_ok(platform.delete_groups(&[group]).await);
    let after = site.census().await;
    assert_eq!((&after.enrolments, &after.groups), (&before.enrolments, &before.groups));
    // Some two seconds in a debug build; quadratic work would take minutes.
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}

fn all_ok(replies: Replies) {
    assert!(replies.unwrap().iter().all(Result::is_ok));
}
