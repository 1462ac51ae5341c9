//! Who sits where, and until when, by the API.

use serde_json::{Value, json};
use shop_core::words::seat::SeatId;

use super::{Ask, service, token};
use crate::fixtures::shop::*;

fn seat(number: u32) -> SeatId {
    SeatId::derive("A", 1, number)
}

#[tokio::test]
async fn the_life_of_a_seat() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    service.put(&sale("A", &["anne", "-"]), &token).await;
    for (method, number, what, body, expected) in [
        (
            "PUT",
            2,
            "occupant",
            person("carl"),
            "+ account carl (carl Test)
             + attachment student carl in claire
             + attachment teacher claire in carl
             + enrolment SPOC carl student 2026-12-01..2027-01-05
             + invitation carl
             + member SPOC A carl",
        ),
        ("PUT", 2, "occupant", person("carl"), ""),
        (
            "PUT",
            2,
            "until",
            json!({"until": "2027-03-31T00:00:00Z"}),
            "- enrolment SPOC carl student 2026-12-01..2027-01-05
             + enrolment SPOC carl student 2026-12-01..2027-03-31",
        ),
        (
            "PUT",
            2,
            "occupant?role=learner",
            person("dora"),
            "- attachment student carl in claire
             - attachment teacher claire in carl
             - enrolment SPOC carl student 2026-12-01..2027-03-31
             - member SPOC A carl
             + account dora (dora Test)
             + attachment student dora in claire
             + attachment teacher claire in dora
             + enrolment SPOC dora student 2026-12-01..2027-01-05
             + invitation dora
             + member SPOC A dora",
        ),
        (
            "DELETE",
            2,
            "occupant",
            Value::Null,
            "- attachment student dora in claire
             - attachment teacher claire in dora
             - enrolment SPOC dora student 2026-12-01..2027-01-05
             - member SPOC A dora",
        ),
        (
            "PUT",
            2,
            "occupant?role=tutor",
            person("tess"),
            "+ account tess (tess Test)
             + attachment student tess in claire
             + attachment teacher claire in tess
             + enrolment SPOC tess teacher 2026-12-01..2027-01-05
             + invitation tess
             + member SPOC A tess",
        ),
    ] {
        let (before, path) = (world.census().await, format!("/v1/seats/{}/{what}", seat(number)));
        let tag = service.get("/v1/orders/A", &token).await.header("etag").to_owned();
        let previewing = format!("{path}{}preview=true", if path.contains('?') { '&' } else { '?' });
        let preview = service.asks(&Ask::new(method, &previewing).with(body.clone()), &token).await;
        assert_eq!((preview.status, &preview.body["state"]), (200, &json!("fulfilled")), "{path}: {}", preview.body);
        assert_eq!(service.get("/v1/orders/A", &token).await.header("etag"), tag, "{path}: a preview");
        assert_eq!(world.census().await, before, "{path}: a preview");
        let done = service.asks(&Ask::new(method, &path).with(body).if_match(&tag), &token).await;
        assert_eq!((done.status, &done.body["state"]), (200, &json!("fulfilled")), "{path}: {}", done.body);
        assert_lines(&path, &difference(&before, &world.census().await), expected);
    }
    service.ends().await;
}

#[tokio::test]
async fn what_cannot_be_changed_about_a_seat_is_told_and_changes_nothing() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    service.put(&sale("A", &["anne", "-", "tutor tess"]), &token).await;
    service.asks(&Ask::new("POST", "/v1/orders/A/repair"), &token).await;
    let before = (world.census().await, service.get("/v1/orders/A", &token).await.header("etag").to_owned());
    let until = || json!({"until": "2027-08-31"});
    for (method, number, what, body, status, code) in [
        ("DELETE", 2, "occupant", Value::Null, 409, "order-not-amendable"),
        ("DELETE", 2, "occupant?preview=true", Value::Null, 409, "order-not-amendable"),
        ("PUT", 2, "until", until(), 409, "order-not-amendable"),
        ("PUT", 6, "occupant", person("zoe"), 404, "seat-unknown"),
        ("PUT", 1, "occupant?role=tutor", person("zoe"), 409, "order-not-amendable"),
        ("PUT", 3, "occupant?role=learner", person("zoe"), 409, "order-not-amendable"),
        ("PUT", 1, "occupant?role=boss", person("zoe"), 400, "query-invalid"),
        ("PUT", 1, "occupant?tutor=true", person("zoe"), 400, "query-invalid"),
        ("PUT", 1, "occupant", json!({}), 400, "person-malformed"),
        ("PUT", 1, "occupant", Value::Null, 415, "content-type-unfit"),
        ("DELETE", 1, "occupant", person("anne"), 400, "body-unexpected"),
        ("PUT", 1, "occupant", json!({"email": "zoe", "last_name": "Test"}), 422, "order-rejected"),
        // In two seats.
        ("PUT", 2, "occupant", person("anne"), 422, "order-rejected"),
        ("PUT", 1, "until", json!({"until": "tomorrow"}), 400, "time-malformed"),
        ("PUT", 1, "until", json!({"until": "2027-02-30"}), 400, "time-malformed"),
        ("PUT", 1, "until", json!({"until": null}), 400, "time-malformed"),
        ("PUT", 1, "until", json!({"until": "2027-08-31", "seat": 1}), 400, "time-malformed"),
        ("DELETE", 1, "until", Value::Null, 405, "method-unknown"),
        ("GET", 1, "occupant", Value::Null, 405, "method-unknown"),
    ] {
        let path = format!("/v1/seats/{}/{what}", seat(number));
        let told = service.asks(&Ask::new(method, &path).with(body).if_match("*"), &token).await;
        told.is_problem(status, code, &format!("{method} {path}"));
    }
    let shown = service.get("/v1/orders/A", &token).await;
    assert_eq!(difference(&before.0, &world.census().await), [""; 0]);
    assert_eq!(shown.body["lines"][0]["seats"][0]["occupant"], "anne@example.org");
    service.ends().await;
}

#[tokio::test]
async fn what_is_no_seat_is_told() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    service.put(&sale("A", &["anne"]), &token).await;
    let own = seat(1).to_string();
    let mistyped = match own.strip_prefix('K') {
        Some(rest) => format!("M{rest}"),
        None => format!("K{}", &own[1..]),
    };
    for (typed, status, code) in [
        (mistyped.as_str(), 400, "seat-id-invalid"),
        (&own[1..], 400, "seat-id-invalid"),
        ("A", 400, "seat-id-invalid"),
        ("%2F", 400, "seat-id-invalid"),
        ("..%2F..", 400, "seat-id-invalid"),
        ("%00", 400, "seat-id-invalid"),
        ("%FF", 400, "seat-id-invalid"),
        ("%E2%80%8B", 400, "seat-id-invalid"),
        ("%D0%90%D0%90%D0%90%D0%90-AAAA-AAAA", 400, "seat-id-invalid"),
        (&format!("{own}%20OR%201=1"), 400, "seat-id-invalid"),
        (&"A".repeat(5_000), 400, "seat-id-invalid"),
        ("K7QM-3DXT-4HNP", 404, "seat-unknown"),
        (&format!("{own}/x"), 404, "route-unknown"),
        ("", 400, "seat-id-invalid"),
        ("%2E%2E", 404, "route-unknown"),
    ] {
        for what in ["occupant", "occupant?preview=true"] {
            let path = format!("/v1/seats/{typed}/{what}");
            let told = service.asks(&Ask::new("DELETE", &path).if_match("*"), &token).await;
            told.is_problem(status, code, &path);
            assert!(told.body.to_string().len() < 1_000, "{path}");
        }
    }
    // However it is grouped and written.
    let typed = format!("/v1/seats/{}/occupant", own.to_lowercase().replace('-', "%20"));
    let done = service.asks(&Ask::new("DELETE", &typed).if_match("*"), &token).await;
    assert_eq!(done.status, 200, "{}", done.body);
    service.ends().await;
}
