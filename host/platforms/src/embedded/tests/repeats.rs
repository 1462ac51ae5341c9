//! Every change made again, alone or twice within one batch, finds what it wanted.

use super::*;

#[tokio::test]
async fn enrolling_again_states_the_whole_enrolment_and_adds_the_role() {
    let site = Site::new().await;
    let first = site.enrolment_of("anne@example.org", "student", "OPEN").await;
    let again = Enrol { role: site.role("teacher").await, period: period(5, None), suspended: true, ..first };
    for batches in [vec![vec![first], vec![again], vec![again]], vec![vec![first, again, again]]] {
        for batch in batches {
            assert!(site.platform.enrol(&batch, &|_| ()).await.unwrap().iter().all(Result::is_ok));
        }
        let found = site.platform.participations(&[(first.course, first.account)]).await.unwrap();
        assert_eq!(
            found,
            [Participation {
                course: first.course,
                account: first.account,
                enrolment: Some(Enrolment { period: period(5, None), suspended: true, known: Known::Seen }),
                otherwise: false,
                roles: vec![first.role, again.role],
                entered: false,
                seen: false,
            }]
        );
        assert_eq!(site.platform.unenrol(&[(first.course, first.account)], &|_| ()).await.unwrap(), [Ok(())]);
    }
}

#[tokio::test]
async fn enrolling_again_does_not_forget_that_somebody_entered() {
    let site = Site::new().await;
    site.enrol("bob@example.org").await;
    let census = site.census().await;
    assert!(census.enrolments[0].entered);
    assert_eq!(census.enrolments[0].roles, ["student", "teacher"]);
}

#[tokio::test]
async fn an_account_is_made_once() {
    let site = Site::new().await;
    let batch = [
        new_account("new@example.org", "New", "Name"),
        new_account("NEW@example.org", "Other", "Name"),
        new_account("anne@example.org", "Another", "<name>"),
        new_account("back@example.org", "Bea", "Back"),
    ];
    let made = |replies: Replies<Ensured>| {
        replies.unwrap().into_iter().map(|reply| reply.unwrap().created).collect::<Vec<_>>()
    };
    assert_eq!(made(site.platform.create_accounts(&batch, &|_| ()).await), [true, false, false, false]);
    let census = site.census().await;
    assert_eq!(made(site.platform.create_accounts(&batch, &|_| ()).await), [false, false, false, false]);
    site.is_as(&census, "made once").await;

    let found = census.accounts.iter().find(|a| a.username == "new@example.org").unwrap();
    assert_eq!((found.first_name.as_str(), found.language.as_deref()), ("New", Some("fr")));
    let anne = census.accounts.iter().find(|a| a.username == "anne@example.org").unwrap();
    assert_eq!(anne.first_name, "Anne", "an account that is there is not altered");
    assert_eq!(
        census.invitations,
        [InvitationEntry {
            account: "new@example.org".to_owned(),
            email: email("new@example.org"),
            language: Some("fr".to_owned()),
        }]
    );
}

/// Usernames stay, whatever becomes of addresses: the address of a new account can be an older one's username.
#[tokio::test]
async fn an_account_is_made_once_also_where_its_address_is_anothers_username() {
    let site = Site::new().await;
    for (address, username) in [("annie@example.org", "anne@example.org.1"), ("ann@example.org", "anne@example.org.2")]
    {
        site.administer(&format!("UPDATE accounts SET email = '{address}' WHERE email = 'anne@example.org'")).await;
        let batch = [new_account("anne@example.org", "New", "Name"), new_account("Anne@example.org", "Other", "Name")];
        for expected in [[true, false], [false, false]] {
            let made = site.platform.create_accounts(&batch, &|_| ()).await.unwrap();
            let made: Vec<bool> = made.into_iter().map(|reply| reply.unwrap().created).collect();
            assert_eq!(made, expected);
        }
        let accounts = site.census().await.accounts;
        let made = accounts.iter().find(|account| account.email == email("anne@example.org")).unwrap();
        assert_eq!((made.username.as_str(), made.first_name.as_str()), (username, "New"));
    }
}

#[tokio::test]
async fn a_group_is_found_by_its_id_number_whatever_its_name() {
    let site = Site::new().await;
    let course = site.course("OPEN").await;
    let batch = [(course, "One".to_owned()), (course, "Two".to_owned())];
    let first = site.platform.create_groups(&batch, "order-1").await.unwrap();
    assert_eq!(first[0], first[1]);
    let census = site.census().await;
    assert_eq!(site.platform.create_groups(&batch, "order-1").await.unwrap(), first);
    site.is_as(&census, "made once").await;
    assert_eq!(census.groups[0].name, "One");

    let other = site.group("ORDER-1", "Three").await;
    assert_ne!(Ok(other), first[0], "id numbers are case-sensitive");
}

#[tokio::test]
async fn what_is_there_again_and_what_is_gone_again() {
    let site = Site::new().await;
    let platform = &site.platform;
    let start = site.census().await;

    let enrolment = site.enrolment_of("anne@example.org", "student", "OPEN").await;
    let (course, anne, role) = (enrolment.course, enrolment.account, enrolment.role);
    let crossed = site.crossed("student", "anne@example.org", "bob@example.org").await;
    let mut group = GroupId(0);
    let mut full = None;
    for _ in 0..2 {
        platform.enrol(&[enrolment, enrolment], &|_| ()).await.unwrap();
        group = site.group("order-1", "Group").await;
        assert_eq!(platform.add_members(&[(group, anne), (group, anne)], &|_| ()).await.unwrap(), [Ok(()), Ok(())]);
        assert_eq!(platform.assign_account_roles(&[crossed, crossed], &|_| ()).await.unwrap(), [Ok(()), Ok(())]);
        let census = site.census().await;
        assert_eq!(full.get_or_insert_with(|| census.clone()), &census);
    }
    for _ in 0..2 {
        assert_eq!(platform.unassign_account_roles(&[crossed, crossed], &|_| ()).await.unwrap(), [Ok(()), Ok(())]);
        assert_eq!(platform.remove_members(&[(group, anne), (group, anne)], &|_| ()).await.unwrap(), [Ok(()), Ok(())]);
        assert_eq!(platform.delete_groups(&[group, group, GroupId(999)]).await.unwrap(), [Ok(()), Ok(()), Ok(())]);
        assert_eq!(platform.unassign_course_roles(&[(course, anne, role)], &|_| ()).await.unwrap(), [Ok(())]);
        assert_eq!(platform.unenrol(&[(course, anne), (course, anne)], &|_| ()).await.unwrap(), [Ok(()), Ok(())]);
    }
    site.is_as(&start, "all taken back").await;
    assert_ne!(site.group("order-1", "Group").await, group, "an id is not used twice");
}

#[tokio::test]
async fn nothing_asked_is_nothing_done() {
    let site = Site::new().await;
    let before = site.census().await;
    let platform = &site.platform;
    assert_eq!(platform.find_accounts(&[], &[]).await.unwrap(), []);
    assert_eq!(platform.groups(&[]).await.unwrap(), []);
    assert_eq!(platform.create_accounts(&[], &|_| ()).await.unwrap(), []);
    assert_eq!(platform.create_groups(&[], "order-1").await.unwrap(), []);
    assert_eq!(platform.enrol(&[], &|_| ()).await.unwrap(), []);
    site.is_as(&before, "nothing").await;
}
