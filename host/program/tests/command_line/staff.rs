//! What the shop's staff does on the command line: seats and orders, drift, what is unfinished, the audit log, erasing.

use crate::shop::{CATALOGUE, Folder, ORDER};

/// The seat in which somebody sits.
fn seat_of(folder: &Folder, person: &str) -> String {
    let order = folder.run("orders show 2026-0142 --json").json();
    let seats = order["lines"][0]["seats"].as_array().unwrap().clone();
    let sits = |seat: &&serde_json::Value| seat["occupant"].as_str().is_some_and(|email| email.starts_with(person));
    seats.iter().find(sits).unwrap_or_else(|| panic!("{seats:#?}"))["id"].as_str().unwrap().to_owned()
}

fn fulfilled() -> Folder {
    let folder = Folder::new();
    folder.run("fulfil order.json").has(0, &[], &[]);
    folder
}

/// And with no others: those that have ended stay, also if nobody speaks of them any more.
#[test]
fn an_order_is_listed_with_the_lines_that_were_bought() {
    let folder = Folder::new();
    let fulfil = |lines: &[(u32, u32)]| {
        let line = |(line, quantity): &(u32, u32)| serde_json::json!({"line": line, "product": "SPOCM1", "quantity": quantity});
        let mut order: serde_json::Value = serde_json::from_str(ORDER).unwrap();
        order["lines"] = lines.iter().map(line).collect();
        folder.write("order.json", order.to_string());
        folder.run("fulfil order.json").has(0, &[], &[]);
        let listed = folder.run("orders list");
        let rows = listed.told().matches("2026-0142").count();
        (rows, listed.told().contains("terminée"))
    };
    assert_eq!(fulfil(&[(1, 1), (2, 0)]), (1, false), "line 2 was never bought");
    assert_eq!(fulfil(&[(1, 1), (2, 1)]), (2, false));
    assert_eq!(fulfil(&[(1, 1), (2, 0)]), (2, true));
    assert_eq!(fulfil(&[(1, 2)]), (2, true));
}

/// Nothing is called in place where something is missing.
#[test]
fn what_is_gone_for_good_is_told_as_that() {
    let folder = fulfilled();
    folder.sql(
        "platform",
        "DELETE FROM enrolments WHERE course IN (SELECT id FROM courses WHERE short_name = 'SUPPORT')",
    );
    folder.sql("platform", "DELETE FROM courses WHERE short_name = 'SUPPORT'");
    let told = folder.run("--language en orders verify").has(9, &["something that it claims is gone", "SUPPORT"], &[]);
    assert!(!told.out.contains("everything is in place"), "{told:?}");
    folder.run("--language fr orders verify").has(9, &["ne peut pas être remise en place"], &[]);
}

#[test]
fn a_seat_lives_by_its_id() {
    let folder = fulfilled();
    let sofia = seat_of(&folder, "sofia");
    let nina = "--email nina@martin-sa.example --first-name Nina --last-name Weber";
    for (words, status, out, err) in [
        (format!("seats assign {sofia} {nina}"), 6, vec![], vec!["sofia.costa@martin-sa.example sits in the seat"]),
        (format!("seats release {sofia} --preview"), 0, vec!["rien n’est modifié", "sofia.costa@"], vec![]),
        (format!("seats release {sofia}"), 0, vec!["Reçu"], vec![]),
        (format!("seats release {sofia}"), 6, vec![], vec!["nobody sits in the seat"]),
        (format!("seats assign {sofia} {nina} --preview"), 0, vec!["rien n’est modifié", "Nina Weber"], vec![]),
        (format!("seats assign {sofia} {nina} --by vera"), 0, vec!["Nina Weber"], vec![]),
        (format!("seats extend {sofia} --until 2027-08-31"), 0, vec!["2027-08-31 24:00 UTC"], vec![]),
        (format!("seats extend {sofia} --until soon"), 2, vec![], vec!["expected a date"]),
        (format!("seats reassign {} {nina}", sofia.to_lowercase()), 0, vec!["2027-08-31 24:00"], vec![]),
        ("seats release K7QM-3DXT-4HNP".to_owned(), 2, vec![], vec!["K7QM-3DXT-4HNP"]),
        ("orders suspend 2026-0142".to_owned(), 0, vec!["suspendue"], vec![]),
        (format!("seats release {sofia}"), 6, vec![], vec!["it is suspended: resume it first"]),
        ("orders resume 2026-0142".to_owned(), 0, vec!["exécutée"], vec![]),
        ("orders cancel 2026-0142 --preview".to_owned(), 0, vec!["rien n’est modifié"], vec![]),
        ("orders cancel 2026-0142".to_owned(), 0, vec!["annulée"], vec![]),
        ("orders resume 2026-0142".to_owned(), 6, vec![], vec!["it is cancelled: that is final"]),
        ("orders cancel 2026-0143".to_owned(), 2, vec![], vec!["no order 2026-0143 is recorded"]),
    ] {
        folder.run(&words).has(status, &out, &err);
    }
    let log = folder.run("audit list --order 2026-0142 --json").json();
    assert!(log.as_array().unwrap().iter().any(|entry| entry["who"] == "vera"), "{log:#}");
}

#[test]
fn an_order_passes_to_another_operator() {
    let folder = fulfilled();
    let zoe = "zoe.adam@martin-sa.example";
    let named = "--first-name Zoé --last-name Adam --by vera";
    for (words, status, out, err) in [
        (format!("orders hand-over 2026-0142 {zoe}"), 2, vec![], vec!["--first-name"]),
        ("orders hand-over 2026-0142 zoe".to_owned(), 2, vec![], vec!["« zoe » n’est pas une adresse"]),
        (format!("orders hand-over 2026-9999 {zoe} {named}"), 2, vec![], vec!["no order 2026-9999 is recorded"]),
        (format!("orders hand-over 2026-0142 zoe {named}"), 3, vec!["n’est pas une adresse"], vec![]),
        (
            format!("orders hand-over 2026-0142 {zoe} {named} --preview"),
            0,
            vec!["rien n’est modifié", "La commande passe de", "Zoé Adam"],
            vec![],
        ),
        (
            format!("orders hand-over 2026-0142 {zoe} {named} --language en"),
            0,
            vec!["The order passes from", "Zoé Adam (operator)"],
            vec![],
        ),
        (
            format!("orders hand-over 2026-0142 {zoe} {named}"),
            6,
            vec![],
            vec!["in the charge of zoe.adam@martin-sa.example already"],
        ),
        ("orders show 2026-0142".to_owned(), 0, vec!["à zoe.adam@martin-sa.example, par vera"], vec![]),
        ("fulfil order.json --language en".to_owned(), 0, vec!["Zoé Adam (operator)"], vec![]),
        ("preview order.json --language en".to_owned(), 0, vec!["Zoé Adam (operator)"], vec![]),
        ("orders list".to_owned(), 0, vec!["Zoé Adam"], vec![]),
    ] {
        folder.run(&words).has(status, &out, &err);
    }
    let shown = folder.run("orders show 2026-0142 --json").json();
    assert_eq!(
        (&shown["hand_overs"][0]["to"], &shown["hand_overs"][0]["who"]),
        (&zoe.into(), &"vera".into()),
        "{shown:#}"
    );
}

/// Jeanne and Paul had accounts before.
#[test]
fn who_had_an_account_before_is_attached_once_that_is_agreed() {
    let folder = fulfilled();
    let attach = "people attach jeanne.roux@martin-sa.example --to claire.martin@martin-sa.example --by vera";
    let detach = "people detach Jeanne.Roux@martin-sa.example --from claire.martin@martin-sa.example --by vera";
    let both = "jeanne.roux@martin-sa.example, paul.leroy@martin-sa.example";
    for (words, status, out, err) in [
        ("orders show 2026-0142".to_owned(), 0, vec!["en attente d’accord"], vec![]),
        ("orders show 2026-0142 --language en".to_owned(), 0, vec!["waiting for consent"], vec![]),
        ("orders verify".to_owned(), 0, vec!["rattachés", both, "people attach EMAIL --to claire.martin@"], vec![]),
        ("fulfil order.json --language en".to_owned(), 0, vec!["4 waiting for consent", both], vec![]),
        (attach.replace("jeanne.roux", "nobody"), 2, vec![], vec!["no account with the address nobody@"]),
        (attach.replace("jeanne.roux", "claire.martin"), 2, vec![], vec!["are one account"]),
        (attach.replace("vera", "shop"), 2, vec![], vec!["somebody who is accountable"]),
        (attach.to_owned(), 0, vec!["d’accord pour être rattaché", "Reçu", "2 en attente d’accord"], vec![]),
        (attach.to_owned(), 0, vec!["déjà noté"], vec![]),
        (format!("{detach} --language en"), 0, vec!["no longer, to be attached", "2 removed"], vec![]),
        (
            "people detach paul.leroy@martin-sa.example --from marc.petit@martin-sa.example".to_owned(),
            0,
            vec!["Aucune commande"],
            vec![],
        ),
    ] {
        folder.run(&words).has(status, &out, &err);
    }
    let shown = folder.run("orders show 2026-0142 --json").json();
    let entries = shown["receipt"]["report"]["entries"].as_array().unwrap().clone();
    assert_eq!(entries.iter().filter(|entry| entry["outcome"] == "awaits-consent").count(), 2, "{entries:#?}");
    let attached = folder.run(&format!("{attach} --json")).json();
    assert_eq!(
        (&attached["agrees"], &attached["news"], &attached["orders"][0]["state"]),
        (&true.into(), &true.into(), &"fulfilled".into()),
        "{attached:#}"
    );
    let verified = folder.run("orders verify --json").json();
    assert_eq!(verified[0]["as_recorded"], true, "{verified:#}");
    assert_eq!(verified[0]["messages"][0]["key"], "attachments-await-consent");
    let log = folder.run("audit list --people --json").json();
    let attached: Vec<_> = log.as_array().unwrap().iter().filter(|entry| entry["action"] == "attached").collect();
    assert_eq!(attached.len(), 2, "{log:#}");
    assert_eq!(attached[0]["details"]["person"], "jeanne.roux@martin-sa.example");
    // The merchant takes the matter into the own hands.
    folder.write("shop/catalogue.toml", CATALOGUE.replace("[shop]", "[shop]\nattach_existing = \"always\""));
    folder.run("check shop/catalogue.toml").has(0, &["attach_existing = \"always\"", "mot de passe"], &[]);
    folder.run("fulfil order.json").has(0, &["2 ajouts"], &[]);
}

#[test]
fn drift_is_told_and_repaired() {
    let folder = fulfilled();
    folder.write("other.json", ORDER.replace("2026-0142", "2026-0143"));
    folder.run("fulfil other.json").has(0, &[], &[]);
    folder.run("orders verify").has(0, &["2026-0142", "2026-0143"], &[]);
    // A copy of the platform from before the second order, put back.
    folder.run("orders cancel 2026-0143").has(0, &[], &[]);
    // What was written last may still stand in its log.
    let logs = ["", "-wal", "-shm"];
    let (of_platform, of_copy) =
        (|log| folder.path(&format!("shop/platform.sqlite{log}")), |log| folder.path(&format!("without{log}")));
    logs.map(of_platform).iter().zip(logs.map(of_copy)).for_each(|(from, to)| _ = std::fs::copy(from, to));
    let again = ORDER.replace("2026-0142", "2026-0144");
    folder.write("again.json", again);
    folder.run("fulfil again.json").has(0, &[], &[]);
    logs.map(of_platform).iter().for_each(|file| _ = std::fs::remove_file(file));
    logs.map(of_copy).iter().zip(logs.map(of_platform)).for_each(|(from, to)| _ = std::fs::copy(from, to));
    folder.run("orders verify 2026-0142").has(0, &[], &[]);
    let found = folder.run("orders verify --json");
    let of_all = found.json();
    let sound: Vec<_> = of_all.as_array().unwrap().iter().map(|order| order["as_recorded"] == true).collect();
    assert_eq!(sound, [true, true, false], "{of_all:#}");
    folder.run("orders verify").has(9, &["rien n’est modifié", "à ajouter"], &[]);
    folder.run("orders repair --preview").has(9, &["rien n’est modifié"], &[]);
    folder.run("orders repair").has(0, &["Reçu"], &[]);
    folder.run("orders verify").has(0, &[], &[]);
    folder.run("orders verify 2026-9999").has(2, &["no order 2026-9999 is recorded"], &[]);
}

#[test]
fn what_waits_for_the_platform_is_told_with_a_time_and_gone_on_with() {
    let folder = Folder::new();
    folder.run("work --once").has(0, &["Rien n’est inachevé"], &[]);
    folder.sql("platform", "ALTER TABLE enrolments RENAME TO lost");
    folder.run("fulfil order.json").has(
        5,
        &["the learning platform is not available", "Le prochain essai est dû"],
        &[],
    );
    folder.sql("platform", "ALTER TABLE lost RENAME TO enrolments");
    folder.run("orders list").has(0, &["en attente d’un nouvel essai"], &[]);
    folder.run("orders verify").has(0, &["Aucune commande n’a jamais été acceptée"], &[]);
    folder.run("orders verify --language en").has(0, &["No order was ever accepted"], &[]);
    folder.run("orders show 2026-0142").has(0, &["Le prochain essai est dû"], &[]);
    let waiting = folder.run("orders show 2026-0142 --json").json();
    assert!(waiting["next_try"].is_string(), "{waiting:#}");
    folder.run("seats release K7QM-3DXT-4HNP").has(2, &[], &["no seat"]);
    folder.run("orders resume 2026-0142").has(5, &[], &["is unfinished", "shop-host work"]);
    folder.run("orders list --state waiting").has(0, &["2026-0142"], &[]);
    folder.run("orders list --state blocked").has(0, &["Aucune commande n’est dans cet état"], &[]);
    folder.sql("journal", "UPDATE unfinished SET next_try = 0");
    folder.run("work --once").has(0, &["2026-0142", "exécutée"], &[]);
    folder.run("orders verify").has(0, &[], &[]);
}

#[test]
fn what_is_blocked_is_told_until_somebody_acts_and_retries_it() {
    let folder = Folder::new();
    folder.sql("platform", "ALTER TABLE enrolments RENAME TO lost");
    folder.run("fulfil order.json").has(5, &[], &[]);
    folder.sql("platform", "ALTER TABLE lost RENAME TO enrolments");
    folder.sql("journal", "UPDATE unfinished SET blocked = 1, next_try = NULL, reason = 'the token is not valid'");
    folder.run("work --once").has(8, &["2026-0142 est bloquée", "the token is not valid"], &[]);
    folder.run("work --once --language en").has(8, &["2026-0142 is blocked", "the token is not valid"], &[]);
    let left = folder.run("work --once --json").has(8, &[], &[]).json();
    assert_eq!(left["blocked"][0]["order"], "2026-0142", "{left:#}");
    folder.run("orders list --state blocked").has(0, &["2026-0142"], &[]);
    folder.run("orders list --state bloqued").has(2, &[], &["expected one of rejected"]);
    folder.run("orders show 2026-0142").has(0, &["the token is not valid", "shop-host orders retry 2026-0142"], &[]);
    let shown = folder.run("orders show 2026-0142 --json").json();
    assert_eq!((&shown["blocked"], &shown["next_try"]), (&"the token is not valid".into(), &serde_json::Value::Null));
    folder.run("orders retry 2026-0142 --by Shop").has(2, &[], &["expected the name of somebody"]);
    folder.run("orders retry 2026-0142").has(0, &["exécutée"], &[]);
    folder.run("orders retry 2026-0142").has(6, &[], &["nothing of order 2026-0142 waits"]);
    folder.run("orders retry 2026-0143").has(2, &[], &["no order 2026-0143 is recorded"]);
    folder.run("work --once").has(0, &["Rien n’est inachevé"], &[]);
}

#[test]
fn a_person_is_erased_once_no_order_in_force_needs_her() {
    let folder = fulfilled();
    let sofia = seat_of(&folder, "sofia");
    folder.run("people erase sofia.costa@martin-sa.example").has(
        6,
        &[],
        &["is needed by the orders in force 2026-0142: release the seats, or cancel the orders first"],
    );
    folder.run(&format!("seats release {sofia}")).has(0, &[], &[]);
    folder.run("people erase Sofia.Costa@martin-sa.example --by vera").has(0, &["est effacé"], &[]);
    let log = folder.run("audit list --people").has(0, &["vera", "erased", "jeanne.roux@martin-sa.example"], &[]);
    assert!(!log.out.contains("sofia"), "{log:?}");
    let log = folder.run("audit list").has(0, &["person-"], &[]);
    assert!(!log.out.contains('@'), "{log:?}");
    let head = folder.run("audit check --json").has(0, &[], &[]).json();
    let chain = head["chain"].as_str().unwrap();
    folder.run(&format!("audit check --noted {chain}")).has(0, &["tel qu’il fut écrit", chain], &[]);
    folder.run("audit check --noted 0123").has(2, &[], &["expected a SHA-256 digest"]);
    let other = "0".repeat(64);
    folder.run(&format!("audit check --noted {other}")).has(1, &[], &["no entry has the chain value"]);
    folder.run("people erase typo@martin-sa.example").has(0, &["Rien de ce qui est enregistré ne nomme"], &[]);
    folder.run("people erase typo@martin-sa.example --by shop").has(2, &[], &["expected the name of somebody"]);
    folder.run("people erase sofia").has(0, &["Rien de ce qui est enregistré ne nomme"], &[]);
}

/// Whoever reads logs is not necessarily one who may know the customers.
#[test]
fn logs_name_nobody() {
    let folder = Folder::new();
    folder.write("stopped.json", ORDER.replace("\"Marc\"", "\"\""));
    for words in [
        "fulfil order.json",
        "fulfil stopped.json",
        "orders suspend 2026-0142",
        "orders repair",
        "orders cancel 2026-0142",
        "people erase sofia.costa@martin-sa.example",
    ] {
        for level in ["", "info", "shop_host=info,shop_journal=info,warn"] {
            let output = folder.command(words).env("RUST_LOG", level).output().unwrap();
            let log = String::from_utf8(output.stderr).unwrap();
            let logged: Vec<&str> = log.lines().filter(|line| !line.starts_with("error:")).collect();
            assert!(!logged.iter().any(|line| line.contains('@')), "{words}: {logged:#?}");
        }
    }
}
