//! An order on the command line, from the preview to the cancellation.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::schema;
use crate::shop::{Folder, ORDER, Ran};

#[test]
fn an_order_lives_from_preview_to_cancellation() {
    let folder = Folder::new();
    folder.write("cancelled.json", ORDER.replace("\"paid\"", "\"cancelled\""));
    folder.write("other.json", ORDER.replace("claire.martin@", "else@"));
    folder.write("faulty.json", ORDER.replace("\"Marc\"", "\"\"").replace("\"Petit\"", "\" \""));
    let operator = "Claire Martin (opérateur) <claire.martin@martin-sa.example>";
    let group = "« Claire Martin – 2026-0142 » : ajouté";
    for (words, status, out, err) in [
        ("check shop/catalogue.toml", 0, &["SPOCM1 peut être vendu", "boutique", "student, teacher\n"][..], &[][..]),
        ("orders list", 0, &["Aucune commande"], &[]),
        (
            "preview order.json",
            0,
            &["rien n’est modifié", operator, "à créer", "29 à ajouter", "serait : exécutée"],
            &[],
        ),
        ("orders list", 0, &["Aucune commande"], &[]),
        ("--language en preview order.json", 0, &["nothing is changed", "(operator)", "29 to add", "60.00 EUR"], &[]),
        ("fulfil order.json", 0, &["Reçu", "29 ajouts, 2 en place", group], &[]),
        ("fulfil order.json", 0, &["Rien à faire"], &[]),
        ("orders list", 0, &["2026-0142", "6 / 6", "exécutée"], &[]),
        ("orders show 2026-0142", 0, &["tuteur", "Marc Petit <marc.petit@martin-sa.example>"], &[]),
        ("platform show", 0, &["7 accounts", "1 group", "8 enrolments", "5 invitations"], &[]),
        ("fulfil faulty.json", 3, &["Le nom manque", "rejetée"], &[]),
        ("orders list", 0, &["rejetée : rien", "(en place : exécutée)"], &[]),
        ("fulfil other.json", 6, &[], &["order 2026-0142", "operator"]),
        ("fulfil cancelled.json", 0, &["retiré", "annulée"], &[]),
        ("fulfil order.json", 6, &[], &["cancelled"]),
        ("orders show nobody", 2, &[], &["no order nobody", "orders list"]),
    ] {
        folder.run(words).has(status, out, err);
    }
}

#[test]
fn what_would_be_paid_is_previewed_while_it_is_placed() {
    let folder = Folder::new();
    for revision in ["0", "3"] {
        let id = format!("\"placed-{revision}\", \"revision\": {revision}");
        folder.write("placed.json", ORDER.replace("\"paid\"", "\"placed\"").replace("\"2026-0142\"", &id));
        folder.run("preview placed.json --paid").has(0, &["serait : exécutée"], &[]);
        folder.run("fulfil placed.json").has(0, &["passée"], &[]);
        folder.run("preview placed.json --paid").has(0, &["serait : exécutée"], &[]);
    }
}

#[test]
fn a_seat_is_told_with_its_role_wherever_the_list_has_it() {
    let folder = Folder::new();
    folder.run("fulfil order.json").has(0, &[], &[]);
    let mut order: Value = serde_json::from_str(ORDER).unwrap();
    let seats = order["lines"][0]["seats"].as_array_mut().unwrap();
    seats.remove(0);
    seats.push(json!({"role": "tutor"}));
    folder.write("vacated.json", order.to_string());
    folder.run("fulfil vacated.json").has(0, &[], &[]);
    let shown = folder.run("--json orders show 2026-0142").has(0, &[], &[]).json();
    let seats = shown["lines"][0]["seats"].as_array().unwrap();
    let of = |seat: &Value| (seat["role"].clone(), seat["occupant"].is_null());
    assert_eq!(of(&seats[0]), (json!("tutor"), true));
    assert!(seats[1..].iter().all(|seat| of(seat) == (json!("learner"), false)), "{seats:#?}");
}

/// To end an order takes its id, and the schema says so.
#[test]
fn what_ends_an_order_is_read_without_the_rest() {
    let folder = Folder::new();
    let schema = folder.run("schema order").json();
    let says = |id: &str, state: &str, more: Value| {
        let mut said = json!({"id": id, "state": state});
        said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(schema::fault(&schema, &said), None, "{said}");
        folder.write("ends.json", said.to_string());
    };
    folder.run("fulfil order.json").has(0, &[], &[]);
    says("2026-0142", "suspended", json!({"lines": []}));
    folder.run("preview ends.json").has(0, &["Claire Martin", "suspendue"], &[]);
    folder.run("fulfil ends.json").has(0, &["Claire Martin", "suspendue"], &[]);
    says("2026-0142", "cancelled", json!({}));
    folder.run("fulfil ends.json").has(0, &["annulée"], &[]);
    folder.run("orders list").has(0, &["annulée"], &[]);
    says("2026-0200", "cancelled", json!({"operator": null, "lines": null, "revision": 7}));
    for _ in 0..2 {
        folder.run("fulfil ends.json").has(0, &["Aucune commande", "annulée"], &[]);
    }
    for words in ["orders list", "orders list --state cancelled", "orders show 2026-0200"] {
        folder.run(words).has(0, &["2026-0200", "annulée"], &[]);
    }
    let listed = folder.run("orders list --json").json();
    assert_eq!(listed[1]["order"], json!({"id": "2026-0200", "state": "cancelled", "revision": 7}));
    assert_eq!(folder.run("orders show 2026-0200 --json").json(), listed[1]);
    folder.run("orders verify").has(0, &["2026-0142"], &[]);
    folder.run("orders cancel 2026-0200").has(0, &["annulée"], &[]);
    let log = folder.run("audit list --order 2026-0200 --json").json();
    assert_eq!(log.as_array().map(Vec::len), Some(1), "{log:#}");
}

#[test]
fn programs_at_once_do_the_work_once() {
    let folder = Folder::new();
    let start = || folder.command("fulfil order.json").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let running: Vec<_> = (0..4).map(|_| start()).collect();
    for child in running {
        Ran::new("fulfil, at once", child.wait_with_output().unwrap()).has(0, &["exécutée"], &[]);
    }
    folder.run("platform show").has(0, &["7 accounts", "5 invitations"], &[]);
}

/// Whoever follows is told as it happens, and whoever comes later of the rest.
#[test]
fn what_happens_is_followed_by_whoever_wants_to_know() {
    let folder = Folder::new();
    folder.run("events").has(0, &["Rien ne s’est produit"], &[]);
    let mut following = folder.command("events --follow --json").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    folder.run("fulfil order.json").has(0, &[], &[]);
    let mut followed: Vec<Value> = Vec::new();
    while followed.last().is_none_or(|event| event["event"] != "order-fulfilled") {
        followed.push(serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap());
    }
    following.kill().unwrap();
    following.wait().unwrap();
    let told = |words: &str| folder.run(&format!("events --json {words}")).json().as_array().unwrap().clone();
    assert_eq!(told(""), followed);
    assert_eq!(told(&format!("--order 2026-0142 --after {}", followed[1]["number"])), followed[2..]);
    folder.run("events --order 2026-0142").has(0, &["order-accepted", "seat-invited", "order-fulfilled"], &[]);
}

/// Of whom nobody knew, that operator is in charge whose order was named first: that decides over people's accounts, and is not left to
/// chance.
#[test]
fn of_orders_that_are_handed_over_together_the_first_named_comes_first() {
    let folder = Folder::new();
    let person = |name: &str| json!({"email": format!("{name}@example.org"), "first_name": name, "last_name": "Test"});
    let orders: Vec<String> = (0..12).map(|nth| format!("order-{nth}.json")).collect();
    for (nth, name) in orders.iter().enumerate() {
        let (operator, pair) = (format!("operator-{nth}"), format!("pair-{}", nth / 2));
        let seats = json!([{"role": "learner", "occupant": person(&pair)}]);
        let line = json!({"line": 1, "product": "SPOCM1", "quantity": 1, "seats": seats});
        let order = json!({"id": format!("O-{nth}"), "state": "paid", "time": "2026-12-01T00:00:00Z", "operator": person(&operator)});
        let mut order = order.as_object().unwrap().clone();
        order.insert("lines".to_owned(), json!([line]));
        folder.write(name, Value::from(order).to_string());
    }
    folder.run(&format!("fulfil {}", orders.join(" "))).has(0, &[], &[]);
    let platform: Value = serde_json::from_str(&folder.run("platform show --json").out).unwrap();
    let in_charge = platform["attachments"].as_array().unwrap().iter().filter(|it| it["role"] == "teacher");
    let in_charge: Vec<(&str, &str)> =
        in_charge.map(|it| (it["holder"].as_str().unwrap(), it["context"].as_str().unwrap())).collect();
    let first_named =
        (0..6).map(|pair| (format!("operator-{}@example.org", 2 * pair), format!("pair-{pair}@example.org")));
    let mut first_named: Vec<(String, String)> = first_named.collect();
    first_named.sort();
    let first_named: Vec<(&str, &str)> = first_named.iter().map(|(holder, context)| (&**holder, &**context)).collect();
    assert_eq!(in_charge, first_named);
}

#[test]
fn the_demonstration_runs_to_its_end_again_and_again() {
    let folder = Folder::new();
    let said = ["29 à ajouter", "Rien à faire", "Hugo Blanc", "annulée", "The data are in demo"];
    for _ in 0..2 {
        let ran = folder.run("--data demo demo --handler handler.wasm").has(0, &said, &["--language en"]);
        // Whatever day it is, nothing is over, or far away.
        assert!(!["Déjà ter", "Lointain"].iter().any(|warning| ran.out.contains(warning)), "{ran:?}");
    }
    // A shop's own folder is never cleared.
    folder.run("demo --data shop").has(2, &[], &["no demonstration made it"]);
}
