//! Accounts: made once, each with a user name and a language that the site has, and told one by one.

use moodle_double::site::{Site, User};
use shop_core::platform::{NewAccount, Platform};
use shop_core::words::email::Email;
use shop_platforms::moodle::{MoodleSettings, Usernames};

use crate::moodle::requests::codes;
use crate::moodle::world::{MoodleWorld, site, user};

fn new_account(name: &str, last_name: &str) -> NewAccount {
    NewAccount {
        email: format!("{name}@example.org").parse().unwrap(),
        first_name: name.to_owned(),
        last_name: last_name.to_owned(),
        language: Some("fr-CA".to_owned()),
    }
}

#[tokio::test]
async fn accounts_are_made_once_and_those_that_cannot_be_do_not_hinder_the_others() {
    let mut site = site();
    site.users.insert(10, user("there"));
    site.users.insert(11, User { suspended: true, ..user("suspended") });
    site.users.extend([(12, user("twice")), (13, user("twice"))]);
    let world = MoodleWorld::without_handler(site).await;
    let platform = world.platform().await;
    let mut accounts: Vec<NewAccount> = (0..60).map(|number| new_account(&format!("new{number}"), "Test")).collect();
    for (place, name) in [(3, "there"), (20, "suspended"), (21, "twice"), (40, "NEW0")] {
        accounts[place] = new_account(name, "Test");
    }
    accounts[49] = new_account("two..dots", "Test");
    accounts[50] = new_account("marked-up", "<b>");
    for again in [false, true] {
        let replies = platform.create_accounts(&accounts, &|_| ()).await.unwrap();
        for (place, reply) in replies.iter().enumerate() {
            let expected = match place {
                3 | 40 => Ok(false),
                20 => Err("suspended-account"),
                21 => Err("ambiguous-account"),
                49 => Err("invalid-email"),
                50 => Err("invalid-last-name"),
                _ => Ok(!again),
            };
            let found = reply.as_ref().map(|ensured| ensured.created).map_err(|problem| &*problem.code);
            assert_eq!(found, expected, "{place}, again: {again}");
        }
    }
    let emails: Vec<Email> = accounts.iter().map(|account| account.email.clone()).collect();
    assert_eq!(platform.find_accounts(&emails, &[]).await.unwrap().len(), 58, "one each, two of one, none of two");
}

/// Others have so many of the user names that Anne would get, the best first.
async fn with_names_taken(usernames: Usernames, most: usize) -> (MoodleWorld, Vec<String>) {
    let mut names: Vec<String> = Vec::new();
    loop {
        let mut site = site();
        for (id, username) in (10..).zip(&names) {
            let other = user(&format!("other{id}"));
            site.users.insert(id, User { username: username.clone(), ..other });
        }
        let mut world = MoodleWorld::without_handler(site).await;
        world.settings.usernames = usernames;
        if names.len() == most {
            return (world, names);
        }
        world.platform().await.create_accounts(&[new_account("anne", "Test")], &|_| ()).await.unwrap();
        let made = world.double.site().users.values().find(|user| user.first_name == "anne").unwrap().username.clone();
        names.push(made);
    }
}

#[tokio::test]
async fn a_user_name_that_is_taken_gets_another_and_always_the_same() {
    for (usernames, most) in [(Usernames::Names, 2), (Usernames::Email, 3)] {
        for taken in 0..=most {
            let (world, names) = with_names_taken(usernames, taken).await;
            let accounts: Vec<NewAccount> = ["bob", "anne", "carl"].map(|name| new_account(name, "Test")).to_vec();
            let of_anne = || {
                let site = world.double.site();
                let hers = site.users.values().filter(|user| user.first_name == "anne");
                hers.map(|user| user.username.clone()).collect::<Vec<_>>()
            };
            let mut made = Vec::new();
            for again in [false, true] {
                let replies = world.platform().await.create_accounts(&accounts, &|_| ()).await.unwrap();
                assert_eq!(codes(&replies), ["done", "done", "done"], "{usernames:?}, {names:?}, again: {again}");
                made.push(of_anne());
            }
            assert_eq!((made[0].len(), &made[0]), (1, &made[1]), "{usernames:?}, {names:?}");
            assert!(!names.contains(&made[0][0]), "{names:?}");
        }
    }
}

#[tokio::test]
async fn what_moodle_refuses_about_a_new_account_is_told_of_that_one() {
    let (mut world, names) = with_names_taken(Usernames::Names, 3).await;
    // The site has no pack of it.
    world.settings.languages = vec!["fr".to_owned()];
    let speaks = |name, language: Option<&str>| NewAccount {
        language: language.map(str::to_owned),
        ..new_account(name, "Test")
    };
    let accounts = [speaks("bob", None), speaks("anne", None), speaks("carl", Some("fr"))];
    let replies = world.platform().await.create_accounts(&accounts, &|_| ()).await.unwrap();
    assert_eq!(codes(&replies), ["done", "invalidparameter", "invalidparameter"]);
    let reason = |place: usize| replies[place].as_ref().unwrap_err().reason.clone();
    for (place, told) in [
        (1, format!("or all these user names are taken: {}", names.join(", "))),
        (1, "has it in capitals".to_owned()),
        (2, "the language pack fr is not installed (languages in moodle.toml)".to_owned()),
    ] {
        assert!(reason(place).contains(&told), "{told}: {}", reason(place));
    }
    assert!(!reason(1).contains("language pack"), "{}", reason(1));
}

#[tokio::test]
async fn a_holder_gets_a_language_that_the_site_has() {
    let mut world =
        MoodleWorld::without_handler(Site { languages: ["en", "fr"].map(str::to_owned).into(), ..site() }).await;
    for (languages, lang) in [(vec![], ""), (vec!["fr".to_owned()], "fr")] {
        world.settings = MoodleSettings { languages, ..world.settings };
        let name = format!("anne{lang}");
        let replies = world.platform().await.create_accounts(&[new_account(&name, "Test")], &|_| ()).await.unwrap();
        let id = replies[0].as_ref().unwrap().id.0;
        assert_eq!(world.double.site().users[&id].lang, lang);
        assert!(world.double.site().users[&id].invited);
    }
}

/// They are asked for by two requests at once, one of which the site finds a fault with. From then on, it lets nobody look whether
/// those are there by now.
#[tokio::test]
async fn what_one_request_has_made_is_told_though_it_cannot_be_seen_what_became_of_another() {
    let mut world = MoodleWorld::without_handler(site()).await;
    // The site has no pack of it.
    world.settings = MoodleSettings { languages: vec!["fr".to_owned()], ..world.settings };
    let mut accounts: Vec<NewAccount> = (0..12).map(|number| new_account(&format!("new{number}"), "Test")).collect();
    accounts[..11].iter_mut().for_each(|account| account.language = None);
    world.double.meanwhile(Some(|nth, site| {
        if nth > 2 {
            site.functions.remove("core_user_get_users_by_field");
        }
    }));
    let replies = world.platform().await.create_accounts(&accounts, &|_| ()).await.unwrap();
    let site = world.double.site();
    let is_there = |account: &NewAccount| site.users.values().any(|user| user.email == account.email.as_str());
    let expected: Vec<&str> =
        accounts.iter().map(|account| if is_there(account) { "done" } else { "accessexception" }).collect();
    assert_eq!(codes(&replies), expected);
    assert_eq!(accounts.iter().filter(|account| is_there(account)).count(), 6, "of one request all, of the other none");
}
