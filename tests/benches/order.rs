//! Orders to be measured.

/// A paid order of some learners, each by the part of the address before the @.
pub(crate) fn order(id: &str, product: &str, learners: &[String]) -> String {
    let person = |name: &str| format!(r#"{{"email": "{name}@example.org", "first_name": "F", "last_name": "L"}}"#);
    let seat = |name: &String| format!(r#"{{"role": "learner", "occupant": {}}}"#, person(name));
    let seats: Vec<String> = learners.iter().map(seat).collect();
    format!(
        r#"{{"id": "{id}", "state": "paid", "time": "2026-12-01T00:00:00Z", "operator": {},
            "lines": [{{"line": 1, "product": "{product}", "quantity": {}, "seats": [{}]}}]}}"#,
        person(&format!("op.{id}")),
        seats.len(),
        seats.join(", ")
    )
}
