//! People as shops know them: by names and in languages that are written in many ways.

use shop_core::words::message::{Level, Message};
use shop_platforms::embedded::AccountEntry;

use crate::orders::accepted::fulfilled;
use crate::orders::cases::{Case, case, world};

/// The account of an occupant, by the number of the seat.
async fn account(case: &Case, number: usize) -> AccountEntry {
    let world = world(std::slice::from_ref(case)).await;
    fulfilled(case, &world).await;
    let accounts = world.census().await.accounts;
    accounts.into_iter().find(|account| account.username == case.email(number)).unwrap()
}

#[tokio::test]
async fn a_language_is_understood_or_left_out() {
    let speaks = |about, language: &str| case(about).occupant(2, "language", language);
    let warned = |case: Case| case.finds(["warning seat 2 language: language-unknown"]);
    for (case, language) in [
        (speaks("a tag", "pt_BR"), Some("pt-BR")),
        (speaks("a computer's locale", "fr_FR.UTF-8"), Some("fr-FR")),
        (speaks("Moodle Workplace", "en_us_wp"), Some("en-US")),
        (speaks("a script", "sr@latin"), Some("sr-Latn")),
        (speaks("nothing", ""), None),
        (speaks("no language", "C"), None),
        (warned(speaks("a word", "French")), None),
        (warned(speaks("a sentence", "French, please")), None),
    ] {
        assert_eq!(account(&case, 2).await.language.as_deref(), language, "{}", case.about);
    }
}

/// The order is none the worse for it: it is carried out, and told in the shop's language.
#[tokio::test]
async fn an_order_in_an_unknown_language_is_told_in_the_shops() {
    for (language, told, warned) in [("fr_FR.UTF-8", "fr-FR", 0), ("", "en", 0), ("C", "en", 0), ("French!", "en", 1)] {
        let case = case("a language").order("language", language);
        let world = world(std::slice::from_ref(&case)).await;
        let outcome = fulfilled(&case, &world).await;
        assert_eq!(outcome.language, told, "{language}");
        let keys: Vec<(Level, &str)> = outcome.messages.iter().map(|said| (said.level, said.key.as_str())).collect();
        assert_eq!(keys, vec![(Level::Warning, "order-language-unknown"); warned], "{language}");
    }
}

#[tokio::test]
async fn somebody_with_one_name_can_be_ordered_for() {
    let only =
        |about, first: &str, last: &str| case(about).occupant(2, "first_name", first).occupant(2, "last_name", last);
    let mut left_out = case("left out");
    left_out.order["lines"][0]["seats"][1]["occupant"].as_object_mut().unwrap().remove("last_name");
    for (case, names, missing) in [
        (only("empty", "Suharto", ""), ("Suharto", "-"), "last-name"),
        (only("blank", "\u{a0}\u{200b}", "Suharto"), ("-", "Suharto"), "first-name"),
        (left_out, ("Amina", "-"), "last-name"),
    ] {
        let world = world(std::slice::from_ref(&case)).await;
        let told = |message: &Message| message.key == "name-only" && message.subject.to_string().ends_with(missing);
        let outcome = fulfilled(&case, &world).await;
        assert!(outcome.lines[0].messages.iter().any(told), "{}", case.about);
        let accounts = world.census().await.accounts;
        let made = accounts.iter().find(|account| account.username == case.email(2)).unwrap();
        assert_eq!((&*made.first_name, &*made.last_name), names, "{}", case.about);
    }
}

#[tokio::test]
async fn the_group_of_an_operator_with_one_name_is_called_by_that() {
    for (about, first, last) in [("first", "Suharto", ""), ("last", "", "Suharto")] {
        let case = case(about).operator("first_name", first).operator("last_name", last);
        let world = world(std::slice::from_ref(&case)).await;
        fulfilled(&case, &world).await;
        assert_eq!(world.census().await.groups[0].name, format!("Suharto – {about}"));
    }
}

/// Only a name that people would say is another one is told, so that it is seen.
#[tokio::test]
async fn a_name_that_is_written_otherwise_is_the_same() {
    let named = |about, first: &str, last: &str| {
        let case = case(about).occupant(2, "email", "loic@known.example");
        case.occupant(2, "first_name", first).occupant(2, "last_name", last)
    };
    for case in [
        named("capitals without accents", "LOIC", "LE GALL"),
        named("another space", "Loi\u{308}c", "Le\u{a0} Gall"),
        named("a hyphen", "Loïc", "Le-Gall"),
        named("cut elsewhere", "Loïc Le", "Gall"),
        named("the last name first", "Le Gall", "Loïc").finds(["warning seat 2 first-name: name-differs"]),
        named("one name", "Loïc", "").finds(["warning seat 2 last-name: name-differs"]),
    ] {
        let world = world(std::slice::from_ref(&case)).await;
        fulfilled(&case, &world).await;
    }
}

#[tokio::test]
async fn names_are_kept_in_one_form() {
    let case =
        case("a form").occupant(2, "first_name", "\u{200b}Ame\u{301}lie ").occupant(2, "last_name", "Roux\u{feff}");
    let made = account(&case, 2).await;
    assert_eq!((&*made.first_name, &*made.last_name), ("Amélie", "Roux"));
}

/// What is looked up is not missed for characters that nobody sees.
#[tokio::test]
async fn what_comes_along_when_references_are_copied_is_dropped() {
    let copied = case("copied").line("product", "\u{feff}copied\u{200b} ").seat(2, "role", "learner\u{200b}");
    let world = world(&[case("copied")]).await;
    fulfilled(&copied, &world).await;
}
