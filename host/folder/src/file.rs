//! Reading orders and catalogues from files, strictly: whatever is unknown, missing or of the wrong type is an error that
//! names the file, the line and the field.

mod fault;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use shop_core::lines::catalogue::Catalogue;
use shop_core::orders::said::{Head, Said};
use shop_core::words::object::Object;
use shop_core::words::order::Order;
use shop_core::words::text;

pub use fault::{Fault, Position};

use fault::{field, in_words, line_and_column, plain};

/// A file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be opened or read.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It is larger than any sensible one.
    #[error("{}: expected at most {} MiB, found more", path.display(), MAX_BYTES >> 20)]
    TooLarge {
        /// Which file.
        path: PathBuf,
    },
    /// It is not what it should be.
    #[error("{}{place}: {field}{problem}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Where in it.
        place: Position,
        /// In which field, with a colon behind it.
        field: String,
        /// What is wrong.
        problem: String,
    },
}

/// An order of 10,000 seats has some 3 MB.
pub const MAX_BYTES: u64 = 64 << 20;

/// And some 100,000 values, each of which takes more memory than its few bytes in the file.
const MAX_VALUES: usize = 500_000;

/// How many values a JSON text has at most: there is one of these before each, and some more in texts.
pub fn values(json: &[u8]) -> usize {
    json.iter().filter(|byte| b"[{,".contains(byte)).count()
}

/// Reads what is said of an order from a JSON file.
pub fn read_order(path: &Path) -> Result<Said, FileError> {
    let text = read(path)?;
    parse_order(&text).map_err(|fault| fault.within(path))
}

/// Reads a catalogue from a TOML file.
pub fn read_catalogue(path: &Path) -> Result<Catalogue, FileError> {
    read_toml(path)
}

/// Reads a TOML file.
pub fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<T, FileError> {
    let text = read(path)?;
    parse_toml(&text).map_err(|fault| fault.within(path))
}

/// Reads what is said of an order from JSON text.
pub fn parse_order(text: &str) -> Result<Said, Fault> {
    let nowhere = |problem: String| Fault { place: Position(None), field: String::new(), problem };
    let values = values(text.as_bytes());
    if values > MAX_VALUES {
        let problem = format!("expected an order with at most {MAX_VALUES} values, found up to {values}");
        return Err(nowhere(problem));
    }
    // What is wrong with the rest of a message that ends an order keeps it from nothing.
    let ending = || serde_json::from_str(text).ok().and_then(|Object::<Head>(head)| head.ending());
    let said = parse_object(text).or_else(|fault| ending().map(Said::Ends).ok_or(fault))?;
    match said.order().and_then(Order::overladen) {
        Some(overladen) => Err(nowhere(overladen.to_string())),
        None => Ok(said),
    }
}

/// Reads an object from JSON text, and nothing behind it.
pub fn parse_object<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    // What is lacking is lacking where the text ends.
    let end = line_and_column(text, text.trim_end().len());
    let place = |error: &serde_json::Error| match error.line() {
        0 => end,
        line => (line, error.column().max(1)),
    };
    let fault = |field: String, error: &serde_json::Error| Fault {
        place: Position(Some(place(error))),
        field,
        problem: text::abridged(&plain(error)),
    };
    let mut json = serde_json::Deserializer::from_str(text);
    let Object(read) =
        serde_path_to_error::deserialize(&mut json).map_err(|error| fault(field(error.path()), error.inner()))?;
    json.end().map_err(|error| fault(String::new(), &error))?;
    Ok(read)
}

/// Reads TOML text.
pub fn parse_toml<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    let fault = |path: String, error: toml::de::Error| Fault {
        place: Position(error.span().map(|span| line_and_column(text, span.start))),
        field: path,
        problem: text::abridged(&in_words(error.message())),
    };
    let toml = toml::Deserializer::parse(text).map_err(|error| fault(String::new(), error))?;
    let Object(read) =
        serde_path_to_error::deserialize(toml).map_err(|error| fault(field(error.path()), error.into_inner()))?;
    Ok(read)
}

/// Opens a file to read it. A pipe that somebody has named, and not a program made for another, may be one to which nobody ever
/// writes: whoever reads it would wait.
pub fn open(path: &Path) -> std::io::Result<File> {
    match is_named_pipe(path) {
        true => Err(std::io::Error::other(
            "expected a file, found a named pipe: name a file, or hand it over by /dev/stdin",
        )),
        false => File::open(path),
    }
}

#[cfg(unix)]
fn is_named_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    // What is in no folder has no name.
    std::fs::metadata(path).is_ok_and(|of| of.file_type().is_fifo()) && std::fs::canonicalize(path).is_ok()
}

#[cfg(not(unix))]
fn is_named_pipe(_: &Path) -> bool {
    false
}

fn read(path: &Path) -> Result<String, FileError> {
    let io = |error| FileError::Io { path: path.to_owned(), error };
    let mut bytes = Vec::new();
    // Not by its size: a pipe tells none, and a file can grow.
    open(path).map_err(io)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(FileError::TooLarge { path: path.to_owned() });
    }
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(&error).within(path))?;
    // Some editors begin a file with a byte order mark.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn not_utf8(error: &std::string::FromUtf8Error) -> Fault {
    let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let text = String::from_utf8_lossy(valid);
    Fault {
        place: Position(Some(line_and_column(&text, text.len()))),
        field: String::new(),
        problem: "expected text in UTF-8, found other bytes: save the file as UTF-8".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use shop_core::orders::said::{End, Ending};
    use shop_core::words::order::OrderId;
    use shop_platforms::embedded::Seed;

    const ORDER: &str = r#"{
  "id": "2026-0142", "state": "paid", "time": "2026-11-20T10:00:00+01:00",
  "operator": {"email": "a@b.org", "first_name": "A", "last_name": "B"},
  "lines": [{"line": 1, "product": "SPOCM1", "quantity": 2, "seats": [{"role": "learner"}]}]
}"#;

    #[test]
    fn a_faulty_order_is_refused_with_line_and_field() {
        assert!(parse_order(ORDER).is_ok());
        for (from, to, place, told) in [
            (
                "\"paid\"",
                "\"payed\"",
                (2, 38),
                "state: unknown variant `payed`, expected one of `placed`, `paid`, `suspended`, `cancelled`",
            ),
            (
                "\"quantity\": 2",
                "\"quantity\": -2",
                (4, 57),
                "lines[0].quantity: invalid value: integer `-2`, expected a whole number from 0 to 4294967295",
            ),
            (
                "\"quantity\": 2",
                "\"quantity\": 2.5",
                (4, 58),
                "lines[0].quantity: invalid type: floating point `2.5`, expected a whole number from 0 to 4294967295",
            ),
            ("\"line\": 1, ", "", (4, 82), "lines[0]: missing field `line`"),
            (
                "{\"role\"",
                "{\"rôle\"",
                (4, 80),
                "lines[0].seats[0].rôle: unknown field `rôle`, expected one of `id`, `role`, `until`, `occupant`",
            ),
            ("2026-0142", "", (2, 10), "id: expected an order id"),
            (
                "\"role\"",
                "\"id\": \"K7QM-3DXT-4HNA\", \"role\"",
                (4, 80),
                "lines[0].seats[0].id: \"K7QM-3DXT-4HNA\" is no seat id: a character is mistyped",
            ),
            ("+01:00", "", (2, 56), "time: "),
            ("\"A\"", "\"A\", \"first_name\": \"C\"", (3, 63), "operator: duplicate field `first_name`"),
        ] {
            let fault = parse_order(&ORDER.replace(from, to)).unwrap_err();
            assert!(fault.to_string().starts_with(told), "{to}: {fault}");
            let (line, _) = fault.place.0.unwrap();
            assert_eq!(line, place.0, "{to}: {fault}");
        }
        assert!(parse_order("{").is_err());
        assert!(parse_order(&format!("{ORDER} x")).is_err());
        assert!(parse_order(&"[".repeat(100_000)).is_err());
    }

    /// It takes no more to end an order than its id, and whatever else is said does not count.
    #[test]
    fn what_ends_an_order_can_leave_out_the_rest() {
        for (text, end) in [
            (r#"{"id": "A", "state": "cancelled"}"#, End::Cancelled),
            (r#"{"id": "A", "state": "suspended", "lines": []}"#, End::Suspended),
            (r#"{"id": "A", "state": "cancelled", "lines": null, "operator": null, "time": null}"#, End::Cancelled),
            (&ORDER.replace("paid", "cancelled").replace("2026-0142", "A"), End::Cancelled),
            (r#"{"operator": {}, "id": "A", "state": "cancelled"}"#, End::Cancelled),
            (
                r#"{"id": "A", "state": "cancelled", "lines": [{"quantity": -1}, {"line": 1, "product": null}]}"#,
                End::Cancelled,
            ),
            (r#"{"id": "A", "state": "suspended", "lines": [{"line": 1}, {"line": 1}], "lines": 0}"#, End::Suspended),
            (r#"{"id": "A", "state": "cancelled", "colour": "red", "time": "2026-12-01T00:00:00"}"#, End::Cancelled),
        ] {
            let id = OrderId::try_from("A".to_owned()).unwrap();
            assert_eq!(parse_order(text), Ok(Said::Ends(Ending { id, revision: 0, end })), "{text}");
        }
        for (state, field) in
            ["placed", "paid"].iter().flat_map(|state| ["time", "operator", "lines"].map(|field| (state, field)))
        {
            let mut order: Value = serde_json::from_str(ORDER).unwrap();
            order["state"] = (*state).into();
            order.as_object_mut().unwrap().remove(field);
            let fault = parse_order(&order.to_string()).unwrap_err().to_string();
            let told = format!("missing field `{field}`: only what is suspended or cancelled can do without");
            assert_eq!(fault, told, "{state}");
        }
        let empty = ORDER.replace(
            "[{\"line\": 1, \"product\": \"SPOCM1\", \"quantity\": 2, \"seats\": [{\"role\": \"learner\"}]}]",
            "[]",
        );
        let fault = parse_order(&empty).unwrap_err().to_string();
        assert_eq!(fault, "lines: expected at least one line, found none");
    }

    #[cfg(unix)]
    #[test]
    fn a_named_pipe_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        for path in [&pipe, &link] {
            let told = read_order(path).unwrap_err().to_string();
            assert!(told.contains("found a named pipe"), "{told}");
            let told = read_toml::<Value>(path).unwrap_err().to_string();
            assert!(told.contains("found a named pipe"), "{told}");
        }
        let (reader, mut writer) = std::io::pipe().unwrap();
        std::io::Write::write_all(&mut writer, ORDER.as_bytes()).unwrap();
        drop(writer);
        let unnamed = format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&reader));
        assert!(read_order(Path::new(&unnamed)).is_ok(), "what a program hands over has no name");
    }

    #[test]
    fn an_order_with_more_than_anybody_needs_is_refused_with_a_number() {
        let with = |fields: usize| {
            let extra: serde_json::Map<_, _> = (0..fields).map(|n| (n.to_string(), "".into())).collect();
            Value::from(extra)
        };
        for (place, field) in [("operator", "operator"), ("lines/0/seats/0/occupant", "lines[0].seats[0].occupant")] {
            for (fields, told) in [(1_000, None), (1_001, Some("1001")), (200_000, Some("200000"))] {
                let mut order: Value = serde_json::from_str(ORDER).unwrap();
                order["lines"][0]["seats"][0]["occupant"] = order["operator"].clone();
                order.pointer_mut(&format!("/{place}")).unwrap()["extra"] = with(fields);
                let fault = parse_order(&order.to_string()).err().map(|fault| fault.to_string());
                let told = told.map(|found| format!("{field}.extra: expected at most 1000 fields, found {found}"));
                assert_eq!(fault, told);
            }
        }
        for (length, told) in [(256 << 10, None), ((256 << 10) + 1, Some(()))] {
            let mut order: Value = serde_json::from_str(ORDER).unwrap();
            order["lines"][0]["parameters"] = "x".repeat(length).into();
            let fault = parse_order(&order.to_string()).err().map(|fault| fault.to_string());
            let told = told.map(|()| format!("lines[0].parameters: expected at most 262144 bytes, found {length}"));
            assert_eq!(fault, told);
        }
        let seats = vec!["{\"role\": \"learner\"}"; 600_000].join(",");
        let fault = parse_order(&ORDER.replace("{\"role\": \"learner\"}", &seats)).unwrap_err().to_string();
        assert!(fault.starts_with("expected an order with at most 500000 values, found up to 12000"), "{fault}");
    }

    /// Every object in a text, as the list of its values.
    fn lists_for_objects(value: &Value) -> Vec<Value> {
        let mut faulty = Vec::new();
        let inner: Vec<(String, &Value)> = match value {
            Value::Object(fields) => {
                faulty.push(fields.values().cloned().collect());
                fields.iter().map(|(name, field)| (name.clone(), field)).collect()
            }
            Value::Array(list) => list.iter().enumerate().map(|(place, one)| (place.to_string(), one)).collect(),
            _ => Vec::new(),
        };
        for (name, inner) in inner {
            faulty.extend(lists_for_objects(inner).into_iter().map(|inner| {
                let mut value = value.clone();
                *value.pointer_mut(&format!("/{name}")).unwrap() = inner;
                value
            }));
        }
        faulty
    }

    #[test]
    fn an_object_is_not_read_from_a_list_of_its_values() {
        let told = "invalid type: list, expected an object";
        let mut order: Value = serde_json::from_str(ORDER).unwrap();
        order["lines"][0]["seats"][0]["occupant"] = order["operator"].clone();
        let orders = lists_for_objects(&order);
        assert_eq!(orders.len(), 5, "the order, the operator, a line, a seat, an occupant");
        for order in orders {
            let fault = parse_order(&order.to_string()).unwrap_err().to_string();
            assert!(fault.contains(told), "{order}: {fault}");
        }
        let catalogue: Value = toml::from_str(&format!("[shop]\n{CATALOGUE}")).unwrap();
        let platform: Value = toml::from_str(include_str!("../../program/demo/platform.toml")).unwrap();
        for (file, parse) in [
            (catalogue, (|text| parse_toml::<Catalogue>(text).map(drop)) as fn(&str) -> Result<(), Fault>),
            (platform, |text| parse_toml::<Seed>(text).map(drop)),
        ] {
            // A whole TOML file cannot be a list.
            for faulty in lists_for_objects(&file).iter().filter(|value| value.is_object()) {
                let fault = parse(&toml::to_string(faulty).unwrap()).unwrap_err().to_string();
                assert!(fault.contains(told), "{faulty}: {fault}");
            }
        }
    }

    const CATALOGUE: &str =
        "[[product]]\nreference = \"A\"\ntitle = \"A\"\nprice = \"1.00 EUR\"\nhandler = \"a\"\nmax_seats = 3\n";

    #[test]
    fn a_faulty_catalogue_is_refused_with_line_and_field() {
        assert!(parse_toml::<Catalogue>(CATALOGUE).is_ok());
        for (from, to, line, told) in [
            (
                "1.00 EUR",
                "1,00 EUR",
                4,
                "product[0].price: expected an amount and a currency, such as \"10.00 EUR\", found \"1,00 EUR\"",
            ),
            ("max_seats", "maxseats", 6, "product[0].maxseats: unknown field `maxseats`"),
            (
                "= 3",
                "= \"3\"",
                6,
                "product[0].max_seats: invalid type: string \"3\", expected a whole number from 0 to 4294967295",
            ),
            ("= 3", "= ", 6, ""),
        ] {
            let fault = parse_toml::<Catalogue>(&CATALOGUE.replace(from, to)).unwrap_err();
            assert!(fault.to_string().starts_with(told), "{to}: {fault}");
            assert_eq!(fault.place.0.unwrap().0, line, "{to}: {fault}");
        }
    }
}
