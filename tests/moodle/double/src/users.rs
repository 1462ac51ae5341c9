//! Accounts of the Moodle double.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::fault::{Fault, Faulty};
use crate::form::{Kind, Parameter, check};
use crate::site::{Release, Site, User};

type Parameters = BTreeMap<String, Parameter>;

const FIND: &[(&str, Kind, bool)] = &[("field", Kind::Text, true), ("values", Kind::List(&Kind::Text), true)];

const PAIRS: Kind = Kind::List(&Kind::Record(&[("type", Kind::Text, true), ("value", Kind::Text, true)]));

const CREATE: &[(&str, Kind, bool)] = &[(
    "users",
    Kind::List(&Kind::Record(&[
        ("username", Kind::Text, true),
        ("firstname", Kind::Plain, true),
        ("lastname", Kind::Plain, true),
        ("email", Kind::Text, true),
        ("createpassword", Kind::Flag, false),
        ("password", Kind::Text, false),
        ("auth", Kind::Text, false),
        ("lang", Kind::Text, false),
        ("idnumber", Kind::Text, false),
        ("country", Kind::Text, false),
        ("city", Kind::Plain, false),
        ("timezone", Kind::Text, false),
        ("customfields", PAIRS, false),
        ("preferences", PAIRS, false),
    ])),
    true,
)];

pub(crate) fn find(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, FIND)?;
    let field = parameters["field"].text();
    let mut asked = BTreeSet::new();
    for value in parameters["values"].list().into_iter().map(Parameter::text) {
        let clean = value.trim() == value && (field != "username" || is_username(value));
        if !clean || (field == "id" && value.parse::<i64>().is_err()) {
            return Err(Fault::INVALID);
        }
        asked.insert(if field == "email" { site.compared(value) } else { value.to_owned() });
    }
    asked.remove("");
    let has = |(id, user): &(&i64, &User)| match field {
        "id" => asked.contains(&id.to_string()),
        "email" => asked.contains(&site.compared(&user.email)),
        "username" => asked.contains(&user.username),
        _ => false,
    };
    // Whoever was deleted is still told of by id.
    let users = site.users.iter().filter(|(_, user)| !user.deleted || field == "id").filter(has);
    let found = users.filter(|(id, _)| is_seen(site, **id, field)).map(|(id, user)| shown(site, *id, user));
    match field {
        "id" | "email" | "username" => Ok(found.collect()),
        _ => Err(Fault::coding("invalid field parameter")),
    }
}

/// What may not be seen is answered as if it were not there.
fn is_seen(site: &Site, id: i64, field: &str) -> bool {
    let shown = match field {
        "email" => site.may("moodle/site:viewuseridentity") && site.email_shown,
        "username" => site.may("moodle/user:viewalldetails"),
        _ => true,
    };
    id == site.caller || (site.may("moodle/user:viewdetails") && shown)
}

/// What the shop's account sees of an account.
fn shown(site: &Site, id: i64, user: &User) -> Value {
    let all = site.may("moodle/user:viewalldetails") || id == site.caller;
    let mut shown = Map::new();
    let mut add = |name: &str, value: Value| _ = shown.insert(name.to_owned(), value);
    add("id", id.into());
    if site.release > Release::V4_2 {
        add("firstname", user.first_name.as_str().into());
        add("lastname", user.last_name.as_str().into());
    }
    add("fullname", format!("{} {}", user.first_name, user.last_name).into());
    if id == site.caller || (site.may("moodle/site:viewuseridentity") && site.email_shown) {
        add("email", user.email.as_str().into());
    }
    let is_own = id == site.caller;
    for (name, value, is_told) in [
        ("firstaccess", user.first_access.into(), site.first_access_shown || is_own),
        ("lastaccess", 0.into(), site.last_access_shown || is_own),
        ("timezone", "99".into(), true),
    ] {
        if is_told {
            add(name, value);
        }
    }
    add("suspended", user.suspended.into());
    if !user.city.is_empty() {
        add("city", user.city.as_str().into());
    }
    if all {
        let more = [("username", user.username.as_str()), ("department", ""), ("auth", "manual"), ("theme", "")];
        more.into_iter().for_each(|(name, value)| add(name, value.into()));
        add("lang", if user.lang.is_empty() { "en" } else { &user.lang }.into());
        add("confirmed", (!user.unconfirmed).into());
        add("mailformat", 1.into());
        if site.release > Release::V4_2 {
            add("trackforums", 0.into());
        }
    }
    for (name, size) in [("profileimageurlsmall", "f2"), ("profileimageurl", "f1")] {
        add(name, format!("https://moodle.example/theme/image.php/boost/core/1/u/{size}").into());
    }
    shown.into()
}

fn is_username(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.@".contains(c))
}

/// As PHP's `filter_var` has it, which Moodle asks; but for quoted names and for domains in brackets.
fn is_email(text: &str) -> bool {
    let is_atom = |atom: &str| {
        let possible = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
        !atom.is_empty() && atom.chars().all(possible)
    };
    let is_label = |label: &str| {
        let possible = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let inner = !label.starts_with('-') && !label.ends_with('-');
        inner && (1..=63).contains(&label.len()) && label.chars().all(possible)
    };
    let Some((local, domain)) = text.split_once('@') else { return false };
    let Some((_, last)) = domain.rsplit_once('.') else { return false };
    let begins = last.starts_with(|c: char| c.is_ascii_alphabetic());
    begins && local.len() <= 64 && local.split('.').all(is_atom) && domain.split('.').all(is_label)
}

pub(crate) fn create(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, CREATE)?;
    // Types come first, then what the account may do, then what is wrong with each.
    for user in parameters["users"].list() {
        let lang = user.text_of("lang");
        if !is_username(user.text_of("username")) || !(lang.is_empty() || site.languages.contains(lang)) {
            return Err(Fault::INVALID);
        }
    }
    if !site.may("moodle/user:create") {
        return Err(Fault::capability("Create users"));
    }
    parameters["users"].list().into_iter().map(|user| create_one(site, user)).collect()
}

fn create_one(site: &mut Site, user: &Parameter) -> Faulty {
    let [username, email] = ["username", "email"].map(|field| user.text_of(field));
    let [first_name, last_name] = ["firstname", "lastname"].map(|field| user.text_of(field));
    let invites = user.text_of("createpassword") == "1";
    let auth = user.field("auth").map_or("manual", Parameter::text);
    let known = ["manual", "nologin", "oauth2", "ldap", "email", "db"];
    let outside = matches!(auth, "oauth2" | "ldap" | "db");
    let taken = |has: &dyn Fn(&User) -> bool| site.users.values().any(|user| !user.deleted && has(user));
    let problem = match () {
        () if [username, first_name, last_name].iter().any(|text| text.trim().is_empty()) => Some("blank".to_owned()),
        () if taken(&|user| user.username == username) => Some(format!("Username already exists: {username}")),
        () if !known.contains(&auth) => Some(format!("Invalid authentication type: {auth}")),
        () if !outside && !invites && user.text_of("password").is_empty() => Some("no password".to_owned()),
        () if !is_email(email) => Some(format!("Email address is invalid: {email}")),
        () if !site.same_emails_allowed && taken(&|user| user.email.to_lowercase() == email.to_lowercase()) => {
            Some(format!("Email address already exists: {email}"))
        }
        () => None,
    };
    if let Some(problem) = problem {
        return Err(Fault::INVALID.because(problem));
    }
    if !outside && !invites {
        obey_policy(user.text_of("password"))?;
    }
    if [username, first_name, last_name, email].iter().any(|text| text.chars().count() > 100) {
        return Err(Fault::too_long());
    }
    let id = site.next_user;
    site.next_user += 1;
    let made = User {
        username: username.to_owned(),
        email: email.to_owned(),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        city: user.text_of("city").to_owned(),
        lang: user.text_of("lang").to_owned(),
        invited: invites,
        ..User::default()
    };
    site.users.insert(id, made);
    Ok(json!({ "id": id, "username": username }))
}

fn obey_policy(password: &str) -> Faulty<()> {
    let has = |is: fn(char) -> bool| password.chars().any(is);
    let rules = [
        (password.chars().count() >= 8, "Passwords must be at least 8 characters long."),
        (has(|c| c.is_ascii_digit()), "Passwords must have at least 1 digit(s)."),
        (has(|c| c.is_ascii_uppercase()), "Passwords must have at least 1 upper case letter(s)."),
        (has(|c| !c.is_alphanumeric()), "The password must have at least 1 special character(s) such as *, -, or #."),
    ];
    let broken: String = rules.iter().filter(|(kept, _)| !kept).map(|(_, rule)| format!("<div>{rule}</div>")).collect();
    match broken.is_empty() {
        true => Ok(()),
        false => Err(Fault::moodle(&broken, format!("error/{broken}"))),
    }
}

#[cfg(test)]
mod tests {
    use shop_core::words::email::Email;

    use super::is_email;

    /// What PHP 8.2 says, and what the shop has to say of the same before anybody pays.
    #[test]
    fn addresses_are_taken_as_php_takes_them() {
        let local = |length: usize| format!("{}@example.org", "a".repeat(length));
        let label = |length: usize| format!("a@{}.org", "b".repeat(length));
        for (address, taken) in [
            ("anne@example.org", true),
            ("1@1.example", true),
            ("!#$%&'*+/=?^_`{|}~-@example.org", true),
            ("a@b--c.d1-e--f", true),
            ("a@xn--bb-bjab.xn--p1ai", true),
            (&local(64), true),
            (&label(63), true),
            (&local(65), false),
            (&label(64), false),
            ("a..b@example.org", false),
            (".a@example.org", false),
            ("a.@example.org", false),
            ("a b@example.org", false),
            ("a(b)@example.org", false),
            ("a@b@example.org", false),
            ("@example.org", false),
            ("a@", false),
            ("a@example", false),
            ("a@192.0.2.1", false),
            ("a@example.1a", false),
            ("a@-b.org", false),
            ("a@b-.org", false),
            ("a@b.-c", false),
            ("a@b..org", false),
            ("a@.b.org", false),
            ("a@b.org.", false),
            ("a@b_c.org", false),
            ("", false),
        ] {
            assert_eq!(is_email(address), taken, "{address}");
            assert_eq!(Email::for_account(address).is_ok(), taken, "{address}");
        }
    }
}
