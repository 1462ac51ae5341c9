//! Files that the program reads.

use serde_json::{Value, json};

use crate::schema;
use crate::shop::{CATALOGUE, Folder, ORDER, PLATFORM};

#[test]
fn a_faulty_file_is_refused_where_it_is_faulty() {
    let folder = Folder::new();
    for (from, to, told) in [
        ("\"paid\"", "\"payed\"", "order.json:3:18: state: unknown variant `payed`, expected one of `placed`"),
        ("\"paid\"", "3", "order.json:3:"),
        ("\"state\"", "\"\\u001b[31m\"", "unknown field"),
        ("\"state\"", "\"revision\": 4294967296, \"state\"", "order.json:3:24: revision: invalid value"),
        ("\"state\"", "\"revision\": -1, \"state\"", "expected a whole number from 0 to 4294967295"),
        ("\"quantity\": 6", "\"quantity\": \"6\"", "expected a whole number from 0 to 4294967295"),
        ("\"quantity\": 6", "\"quantity\": 6, \"quantity\": 7", "duplicate field `quantity`"),
        ("\"line\": 1,", "\"line\": 0,", "order.json:14:15: lines[0].line: expected a number from 1, found 0"),
        ("\"2026-0142\"", "\"a\\u0000\"", "order.json:2:"),
        ("\"2026-0142\"", "\"cafe\\u0301\"", "id: expected an order id of 1 to 100 characters, in Unicode form NFC"),
        ("2026-11-20T", "1969-11-20T", "from 1970 to 9999"),
        ("2026-11-20T10:00:00+01:00", "2026-11-20", "date and time with an offset"),
        ("{\n  \"id\"", "[{\n  \"id\"", "order.json:"),
        ("\n}\n", "\n", "the end of the file"),
    ] {
        assert!(ORDER.contains(from), "{from}");
        folder.write("order.json", ORDER.replacen(from, to, 1));
        folder.run("preview order.json").has(2, &[], &[told]);
    }
    // What is `null` is left out.
    let null = ORDER
        .replace("\"state\"", "\"revision\": null, \"state\"")
        .replace("\"last_name\": \"Costa\"", "\"last_name\": null");
    let null = null.replace("\"quantity\": 6", "\"quantity\": 6, \"parameters\": null");
    let null = null.replace("\"language\": \"fr\"\n", "\"language\": null, \"extra\": null\n");
    folder.write("order.json", null);
    folder.run("preview order.json").has(0, &["Sofia"], &[]);
    for (from, to, told) in [
        ("max_seats = 30", "max_seats = 0", "catalogue.toml:19:13: product[0].max_seats: expected a number of seats"),
        ("max_seats", "maxseats", "unknown field `maxseats`"),
        ("10.00 EUR", "10,00 EUR", "expected an amount and a currency"),
        ("\"SPOCM1\"", "\" SPOCM1\"", "product[0].reference"),
        ("language = \"fr\"", "language = \"\"", "shop.language"),
        ("[shop]", "[[shop]", "catalogue.toml:3:"),
    ] {
        folder.write("catalogue.toml", CATALOGUE.replacen(from, to, 1));
        folder.run("check catalogue.toml").has(2, &[], &[told]);
    }
    let product = &CATALOGUE[CATALOGUE.find("[[product]]").unwrap()..];
    folder.write("catalogue.toml", format!("{CATALOGUE}{product}"));
    folder.run("check catalogue.toml").has(2, &[], &["catalogue.toml:", "found \"SPOCM1\" twice"]);
}

#[test]
fn files_are_text_of_a_sensible_size() {
    let folder = Folder::new();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(ORDER.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (content, told) in [
        (Vec::new(), "the end of the file"),
        ([b"{\n \"id\": \"".as_slice(), &[0xe9], b"\"}"].concat(), "order.json:2:9: expected text in UTF-8"),
        (utf16, "order.json:1:1: expected text in UTF-8"),
        (vec![0; 2000], "order.json:1:1"),
        (vec![b'['; 100_000], "order.json:1:"),
        (vec![b' '; (64 << 20) + 1], "at most 64 MiB"),
    ] {
        folder.write("order.json", content);
        folder.run("preview order.json").has(2, &[], &[told]);
    }
    folder.run("preview shop").has(1, &[], &["shop: "]);
    folder.write("order.json", format!("\u{feff}{ORDER}"));
    folder.run("preview order.json").has(0, &["60.00 EUR"], &[]);
}

#[test]
fn schemas_accept_what_the_program_accepts() {
    let folder = Folder::new();
    let schema = |kind: &str| folder.run(&format!("schema {kind}")).has(0, &[], &[]).json();
    let toml = |text: &str| toml::from_str::<Value>(text).unwrap();
    let order: Value = serde_json::from_str(ORDER).unwrap();
    let moodle = "url = \"https://moodle.example\"\ntoken = { env = \"TOKEN\" }\n[roles]\nstudent = 5\n";
    let files = [
        ("order", order.clone()),
        ("catalogue", toml(CATALOGUE)),
        ("platform", toml(PLATFORM)),
        ("moodle", toml(moodle)),
    ];
    for (kind, value) in files {
        assert_eq!(schema::fault(&schema(kind), &value), None, "{kind}");
        let mut unknown = value;
        unknown["unheard"] = json!(1);
        assert!(schema::fault(&schema(kind), &unknown).is_some(), "{kind}");
    }
    let schema = schema("order");
    for (place, value) in [
        ("/state", json!("payed")),
        ("/id", json!("")),
        ("/lines", json!([])),
        ("/lines/0/line", json!(0)),
        ("/lines/0/quantity", json!(-1)),
        ("/lines/0/quantity", json!("6")),
        ("/operator/email", json!(null)),
        ("/operator", json!(null)),
        ("/lines", json!(null)),
        ("/time", json!(null)),
    ] {
        let mut faulty = order.clone();
        *faulty.pointer_mut(place).unwrap() = value;
        assert!(schema::fault(&schema, &faulty).is_some(), "{place}");
        folder.write("faulty.json", faulty.to_string());
        folder.run("preview faulty.json").has(2, &[], &["faulty.json:1:"]);
    }
}
