//! Several shops in one folder.

use crate::shop::{CATALOGUE, Folder, ORDER};

/// The demo's shop, with two that have names beside it.
fn three() -> Folder {
    let folder = Folder::new();
    folder.write("shop/shops/nord.toml", CATALOGUE);
    folder.write("shop/shops/sud.toml", CATALOGUE.replace("language = \"fr\"", "language = \"en\""));
    folder.write("shop/shops/notes.txt", "nothing of a catalogue");
    folder
}

#[test]
fn a_shop_sees_and_names_its_own_orders_and_no_others() {
    let folder = three();
    // The same id in each.
    for shop in ["", "--shop nord ", "--shop sud "] {
        folder.run(&format!("{shop}fulfil order.json")).has(0, &[], &[]);
    }
    folder.run("orders list").has(0, &[" 2026-0142 ", "nord::2026-0142", "sud::2026-0142"], &[]);
    for (shop, other) in [("nord", "sud"), ("sud", "nord")] {
        let told = folder.run(&format!("--shop {shop} orders list")).told();
        assert!(told.contains(&format!("{shop}::2026-0142")) && !told.contains(&format!("{other}::")), "{told}");
        for words in
            ["orders show", "orders suspend", "orders verify", "orders replay", "audit list --order", "events --order"]
        {
            folder.run(&format!("--shop {shop} {words} {other}::2026-0142")).has(
                2,
                &[],
                &["expected an order of the shop"],
            );
        }
        for list in ["events --json", "audit list --json", "orders verify --json"] {
            let told = folder.run(&format!("--shop {shop} {list}")).told();
            assert!(told.contains(&format!("\"{shop}::2026-0142\"")), "{list}: {told}");
            assert!(!told.contains(&format!("{other}::")) && !told.contains("\"2026-0142\""), "{list}: {told}");
            assert!(!told.contains("handler-"), "what is done for all shops is not one shop's: {told}");
        }
    }
    // A page after the other, each shop's by itself, too.
    for (words, listed) in [
        ("--most 2", vec!["2026-0142", "nord::2026-0142"]),
        ("--most 2 --after nord::2026-0142", vec!["sud::2026-0142"]),
        ("--most 2 --after sud::2026-0142", vec![]),
        ("--most 1 --shop sud", vec!["sud::2026-0142"]),
        ("--shop nord --after 2026-0142", vec![]),
    ] {
        let page = folder.run(&format!("--json orders list {words}")).json();
        let ids: Vec<&str> = page.as_array().unwrap().iter().map(|it| it["order"]["id"].as_str().unwrap()).collect();
        assert_eq!(ids, listed, "{words}");
    }
    folder.run("--language en orders list --after sud::7").has(2, &[], &["no order sud::7 is recorded"]);
    // By the shop's own id, and by the whole one.
    folder.run("--shop nord orders suspend 2026-0142").has(0, &["suspendue"], &[]);
    folder.run("orders list --state suspended").has(0, &["nord::2026-0142"], &[]);
    folder.run("--shop nord orders resume nord::2026-0142").has(0, &["exécutée"], &[]);

    let orders = folder.run("--json orders show sud::2026-0142").json();
    let seat = orders["lines"][0]["seats"][0]["id"].as_str().unwrap();
    folder.run(&format!("--shop nord seats release {seat}")).has(2, &[], &[seat]);
    folder.run(&format!("--shop sud seats release {seat} --preview")).has(0, &[], &[]);

    folder.write("other.json", ORDER.replace("2026-0142", "sud::7"));
    folder.run("--shop nord fulfil other.json").has(
        2,
        &[],
        &["other.json: id: expected an order of the shop nord, found sud::7"],
    );
    folder.run("fulfil other.json").has(0, &["sud::7"], &[]);
}

#[test]
fn what_is_done_for_all_shops_is_not_done_for_one() {
    let folder = three();
    for words in [
        "work --once",
        "people erase anne@example.org",
        "handlers list",
        "backup there",
        "platform show",
        "audit check",
    ] {
        folder.run(&format!("--shop nord --language en {words}")).has(2, &[], &["leave --shop nord out"]);
    }
    for (shop, told) in
        [("nrod", "there is no catalogue of the shop nrod"), ("Nord", "a shop's name"), ("../nord", "a shop's name")]
    {
        folder.run(&format!("--language en --shop {shop} orders list")).has(2, &[], &[told]);
    }
    folder.write("strange.json", ORDER.replace("2026-0142", "ost::1"));
    folder.run("fulfil strange.json").has(1, &[], &["no catalogue of the shop \"ost\"", "shops/ost.toml"]);
    // About no shop's data.
    folder.run("--shop nord schema order").has(0, &[], &[]);
}

#[test]
fn what_is_wrong_with_one_shops_catalogue_is_told_with_its_file() {
    for (file, content, told) in [
        ("Nord.toml", CATALOGUE, "Nord.toml: expected a shop's name"),
        ("nord.toml", "[[", "nord.toml"),
        ("nord.toml", "[shop.keep]\npeople = 3\n", "nord.toml: expected nothing of \"keep\""),
    ] {
        let folder = Folder::new();
        folder.write(&format!("shop/shops/{file}"), content);
        folder.run("preview order.json").has(2, &[], &[told]);
    }
    // A folder of shops that all have names.
    let folder = three();
    folder.remove("shop/catalogue.toml");
    folder.run("--shop nord fulfil order.json").has(0, &[], &[]);
    folder.run("fulfil order.json").has(1, &[], &["no catalogue of the shop without a name", "catalogue.toml"]);
    // What an editor leaves beside it.
    folder.write("shop/shops/.#nord.toml", "[[");
    folder.run("--shop nord preview order.json").has(0, &[], &[]);
    // In the language of the order's own shop.
    folder.run("orders show nord::2026-0142").has(0, &["exécutée"], &[]);
}
