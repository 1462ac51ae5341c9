//! Descriptions of a platform.

use super::*;

#[tokio::test]
async fn a_description_again_changes_nothing() {
    let site = Site::new().await;
    let seed = parse(SEED).unwrap();
    let enrolment = site.enrolment_of("bob@example.org", "teacher", "OPEN").await;
    site.platform.enrol(&[enrolment], &|_| ()).await.unwrap();
    site.administer("UPDATE accounts SET state = 'suspended' WHERE email = 'anne@example.org'").await;
    let before = site.census().await;
    site.platform.seed(&seed).await.unwrap();
    site.is_as(&before, "described again").await;
}

#[tokio::test]
async fn what_was_described() {
    let census = Site::new().await.census().await;
    let usernames: Vec<_> = census.accounts.iter().map(|a| a.username.as_str()).collect();
    assert_eq!(
        usernames,
        [
            "anne@example.org",
            "back@example.org",
            "back@example.org:2",
            "bob@example.org",
            "dan@example.org",
            "shared@example.org",
            "shared@example.org:2",
            "sue@example.org",
        ]
    );
    assert_eq!(
        census.enrolments,
        [EnrolmentEntry {
            course: "OPEN".to_owned(),
            account: "bob@example.org".to_owned(),
            roles: vec!["teacher".to_owned()],
            period: Period { start: time(0), end: Some(time(1_814_313_600)) },
            suspended: false,
            entered: true,
        }]
    );
    assert!(census.invitations.is_empty());
}

#[test]
fn malformed_descriptions_name_file_line_and_field() {
    for (text, words) in [
        ("[[role]]\nshort_name = \"a\"\ncolour = 1", ["role[0].colour", "unknown field `colour`"]),
        ("\n[[course]]\nshort_name = \"a\"\ntitle = \"b\"", ["course[0]", "missing field `start`"]),
        ("[[role]]\nshort_name = 7", ["role[0].short_name", "invalid type: integer `7`"]),
        ("[[account]]\n\nemail = \"a@b@c\"", ["account[0].email", "expected an e-mail address"]),
        ("[[role]\n", ["", ""]),
        ("roles = []", ["roles", "unknown field `roles`"]),
    ] {
        let error = parse(text).unwrap_err().to_string();
        for word in words {
            assert!(error.contains(word), "{error:?} does not tell {word:?}");
        }
    }
}

#[tokio::test]
async fn impossible_descriptions_add_nothing() {
    let enrolment = |course: &str, address: &str, role: &str, end: &str| {
        format!(
            "[[role]]\nshort_name = \"new\"\n[[enrolment]]\ncourse = {course:?}\nemail = {address:?}\nrole = {role:?}\n\
             start = \"2027-01-02T00:00:00Z\"\nend = {end:?}"
        )
    };
    let late = "2028-01-01T00:00:00Z";
    let site = Site::new().await;
    let before = site.census().await;
    for (text, words) in [
        (enrolment("NONE", "anne@example.org", "student", late), "no such course"),
        (enrolment("OPEN", "nobody@example.org", "student", late), "no such account"),
        (enrolment("OPEN", "shared@example.org", "student", late), "several accounts"),
        (enrolment("OPEN", "anne@example.org", "none", late), "no such role"),
        (enrolment("OPEN", "anne@example.org", "supervisor", late), "may not be assigned"),
        (enrolment("OPEN", "anne@example.org", "student", "2027-01-01T00:00:00Z"), "end before it starts"),
        ("[[account]]\nemail = \"a@b\"\nfirst_name = \"<b>\"\nlast_name = \"B\"".to_owned(), "a first name has"),
    ] {
        let error = site.platform.seed(&parse(&text).unwrap()).await.unwrap_err().to_string();
        assert!(error.contains(words), "{error:?} does not tell {words:?}");
        site.is_as(&before, words).await;
        assert_eq!(site.role("new").await, RoleId(999), "{words}");
    }
}

#[test]
fn the_schema_knows_the_fields() {
    let schema = serde_json::to_value(schemars::schema_for!(Seed)).unwrap();
    assert!(schema.pointer("/$defs/CourseSeed/properties/manual_enrolment").is_some(), "{schema}");
}
