//! Each refusal, in a batch with an element before and behind it that the refused one must not hinder.

use super::*;

#[tokio::test]
async fn enrolments_that_cannot_be() {
    for (address, role, course, code) in [
        ("anne@example.org", "student", "NONE", "unknown-course"),
        ("nobody@example.org", "student", "OPEN", "unknown-account"),
        ("anne@example.org", "none", "OPEN", "unknown-role"),
        ("dan@example.org", "student", "OPEN", "deleted-account"),
        ("anne@example.org", "supervisor", "OPEN", "role-not-assignable"),
        ("anne@example.org", "student", "SHUT", "no-manual-enrolment"),
    ] {
        let site = Site::new().await;
        let bad = site.enrolment_of(address, role, course).await;
        one_bad_enrolment(&site, bad, code).await;
    }
}

#[tokio::test]
async fn an_enrolment_that_ends_before_it_starts() {
    let site = Site::new().await;
    let enrolment = site.enrolment_of("sue@example.org", "student", "OPEN").await;
    one_bad_enrolment(&site, Enrol { period: period(20, Some(19)), ..enrolment }, "end-before-start").await;
}

async fn one_bad_enrolment(site: &Site, bad: Enrol, code: &str) {
    let before = site.census().await.enrolments.len();
    let first = site.enrolment_of("anne@example.org", "student", "OPEN").await;
    let last = site.enrolment_of("sue@example.org", "student", "OTHER").await;
    assert_eq!(codes(&site.platform.enrol(&[first, bad, last], &|_| ()).await.unwrap()), ["ok", code, "ok"]);
    assert_eq!(site.census().await.enrolments.len(), before + 2, "{code}");
}

#[tokio::test]
async fn accounts_that_cannot_be_made() {
    let long = "é".repeat(101);
    let far = format!("new@{}example.org", "a.".repeat(45));
    for (address, first_name, last_name, code) in [
        ("shared@example.org", "Sam", "Shared", "ambiguous-account"),
        ("SUE@example.org", "Sue", "Suspended", "suspended-account"),
        ("dan@example.org", "Dan", "Deleted", "deleted-account"),
        ("new..dots@example.org", "New", "Name", "invalid-email"),
        ("new@example", "New", "Name", "invalid-email"),
        (&far, "New", "Name", "invalid-email"),
        ("new@example.org", "", "Name", "invalid-first-name"),
        ("new@example.org", "Name", " \u{a0} ", "invalid-last-name"),
        ("new@example.org", &long, "Name", "invalid-first-name"),
        ("new@example.org", "Name", &long, "invalid-last-name"),
        ("new@example.org", "<b>Name</b>", "Name", "invalid-first-name"),
        ("new@example.org", "Name", "Na\nme", "invalid-last-name"),
        ("new@example.org", "Na\0me", "Name", "invalid-first-name"),
    ] {
        let site = Site::new().await;
        let before = site.census().await.accounts.len();
        let batch = [
            new_account("first@example.org", "First", "Name"),
            new_account(address, first_name, last_name),
            new_account("last@example.org", "Last", "Name"),
        ];
        let replies = site.platform.create_accounts(&batch, &|_| ()).await.unwrap();
        assert_eq!(codes(&replies), ["ok", code, "ok"], "{address} {first_name:?} {last_name:?}");
        let census = site.census().await;
        assert_eq!(census.accounts.len(), before + 2);
        assert_eq!(
            census.invitations.iter().map(|i| i.account.as_str()).collect::<Vec<_>>(),
            ["first@example.org", "last@example.org"]
        );
    }
}

#[tokio::test]
async fn groups_that_cannot_be_made() {
    let long = "x".repeat(255);
    for (course, name, code) in [
        ("NONE", "Name", "unknown-course"),
        ("OPEN", "taken ÉQUIPE", "group-name-taken"),
        ("OPEN", "  taken e\u{301}quipe  ", "group-name-taken"),
        ("OPEN", " ", "invalid-group-name"),
        ("OPEN", &long, "invalid-group-name"),
        ("OPEN", "<script>", "invalid-group-name"),
        ("OPEN", "a\tb", "invalid-group-name"),
    ] {
        let site = Site::new().await;
        site.group("earlier", "Taken équipe").await;
        let before = site.census().await;
        let batch =
            [(site.course(course).await, name.to_owned()), (site.course("OTHER").await, "Taken équipe".to_owned())];
        let replies = site.platform.create_groups(&batch, "order-1").await.unwrap();
        assert_eq!(codes(&replies), [code, "ok"], "{name:?}");
        let census = site.census().await;
        assert_eq!(census.groups.len(), before.groups.len() + 1, "{name:?}");
    }
}

#[tokio::test]
async fn id_numbers_that_find_nothing_again() {
    let site = Site::new().await;
    let before = site.census().await;
    let group = (site.course("OPEN").await, "Name".to_owned());
    for id_number in ["", "a\0b", &"x".repeat(101)] {
        let replies = site.platform.create_groups(std::slice::from_ref(&group), id_number).await.unwrap();
        assert_eq!(codes(&replies), ["invalid-id-number"], "{id_number:?}");
    }
    site.is_as(&before, "no group").await;
}

#[tokio::test]
async fn members_that_cannot_be() {
    let site = Site::new().await;
    let group = site.group("order-1", "Group").await;
    let anne = site.enrol("anne@example.org").await;
    let bob = site.account("bob@example.org").await;
    for (group, account, code) in [
        (GroupId(999), anne, "unknown-group"),
        (group, AccountId(999), "unknown-account"),
        (group, site.account("dan@example.org").await, "deleted-account"),
        (group, site.account("sue@example.org").await, "not-enrolled"),
    ] {
        let replies = site.platform.add_members(&[(group, account), (group, bob)], &|_| ()).await.unwrap();
        assert_eq!(codes(&replies)[0], code);
    }
    let batch = [(group, anne), (group, AccountId(999)), (group, bob)];
    assert_eq!(codes(&site.platform.add_members(&batch, &|_| ()).await.unwrap()), ["ok", "unknown-account", "ok"]);
    assert_eq!(site.census().await.groups[0].members, ["anne@example.org", "bob@example.org"]);
    assert_eq!(codes(&site.platform.remove_members(&batch, &|_| ()).await.unwrap()), ["ok", "unknown-account", "ok"]);
    assert_eq!(site.census().await.groups[0].members, Vec::<String>::new());
}

#[tokio::test]
async fn roles_in_accounts_that_cannot_be() {
    for (role, holder, context, code) in [
        ("none", "anne@example.org", "bob@example.org", "unknown-role"),
        ("student", "nobody@example.org", "bob@example.org", "unknown-account"),
        ("student", "anne@example.org", "nobody@example.org", "unknown-account"),
        ("student", "dan@example.org", "bob@example.org", "deleted-account"),
        ("student", "anne@example.org", "dan@example.org", "deleted-account"),
        ("teacher", "anne@example.org", "bob@example.org", "role-not-assignable"),
    ] {
        let site = Site::new().await;
        let first = site.crossed("supervisor", "anne@example.org", "bob@example.org").await;
        let bad = site.crossed(role, holder, context).await;
        let last = site.crossed("student", "bob@example.org", "anne@example.org").await;
        let replies = site.platform.assign_account_roles(&[first, bad, last], &|_| ()).await.unwrap();
        assert_eq!(codes(&replies), ["ok", code, "ok"], "{role} {holder} {context}");
        assert_eq!(site.census().await.attachments.len(), 2);
    }
}

#[tokio::test]
async fn taking_away_what_the_platform_never_had() {
    let site = Site::new().await;
    let (course, bob, role) =
        (site.course("OPEN").await, site.account("bob@example.org").await, site.role("teacher").await);
    let platform = &site.platform;

    let roles = [(CourseId(999), bob, role), (course, AccountId(999), role), (course, bob, RoleId(999))];
    let replies = platform.unassign_course_roles(&roles, &|_| ()).await.unwrap();
    assert_eq!(codes(&replies), ["unknown-course", "unknown-account", "unknown-role"]);

    let enrolments = [(CourseId(999), bob), (course, AccountId(999)), (course, bob)];
    assert_eq!(
        codes(&platform.unenrol(&enrolments, &|_| ()).await.unwrap()),
        ["unknown-course", "unknown-account", "ok"]
    );

    let role = site.role("student").await;
    let nobody = AccountId(999);
    let roles = [
        AccountRole { role: RoleId(999), holder: bob, context: bob },
        AccountRole { role, holder: nobody, context: bob },
        AccountRole { role, holder: bob, context: nobody },
    ];
    let replies = platform.unassign_account_roles(&roles, &|_| ()).await.unwrap();
    assert_eq!(codes(&replies), ["unknown-role", "unknown-account", "unknown-account"]);
}

#[tokio::test]
async fn a_problem_is_told_in_a_sentence_with_the_field() {
    let site = Site::new().await;
    let enrolment = site.enrolment_of("anne@example.org", "student", "SHUT").await;
    let problem = site.platform.enrol(&[enrolment], &|_| ()).await.unwrap().remove(0).unwrap_err();
    assert_eq!(problem.to_string(), "people cannot be enrolled in this course by hand");
    assert_eq!(problem.field, Some(ElementField::Course));
}
