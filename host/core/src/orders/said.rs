//! What a message of the shop says of an order: how it stands now, or that it ends.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use crate::words::digest::Digest;
use crate::words::object;
use crate::words::order::{Line, Order, OrderId, OrderState, Person};
use crate::words::period::Timestamp;

/// What a message of the shop says of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", untagged)]
pub enum Said {
    /// How it stands now. What is left out stays as it was.
    Stands(Order),
    /// That it ends, for a while or for good.
    Ends(Ending),
}

/// An order ends, for a while or for good. It takes no more to say so than its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ending {
    /// Which.
    pub id: OrderId,
    /// Counts the shop's changes of the order; 0 if it does not count.
    pub revision: u32,
    /// Whether for a while or for good.
    #[serde(rename = "state")]
    pub end: End,
}

/// How an order ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// For a while: until it is paid again.
    Suspended,
    /// For good.
    Cancelled,
}

/// As much as must be readable of a message that ends an order.
#[derive(Deserialize)]
pub struct Head {
    id: OrderId,
    #[serde(default, deserialize_with = "object::or_default")]
    revision: u32,
    state: OrderState,
}

impl Head {
    /// The order ends, if it does.
    pub fn ending(self) -> Option<Ending> {
        let Head { id, revision, state } = self;
        End::of(state).map(|end| Ending { id, revision, end })
    }
}

impl Said {
    /// Of which order.
    pub fn id(&self) -> &OrderId {
        match self {
            Said::Stands(order) => &order.id,
            Said::Ends(ending) => &ending.id,
        }
    }

    /// The shop's count of its changes; 0 if it does not count.
    pub fn revision(&self) -> u32 {
        match self {
            Said::Stands(order) => order.revision,
            Said::Ends(ending) => ending.revision,
        }
    }

    /// In which state the order is to be.
    pub fn state(&self) -> OrderState {
        match self {
            Said::Stands(order) => order.state,
            Said::Ends(ending) => ending.end.into(),
        }
    }

    /// The order, if that is what it says.
    pub fn order(&self) -> Option<&Order> {
        match self {
            Said::Stands(order) => Some(order),
            Said::Ends(_) => None,
        }
    }

    /// What it would say next, if the order were paid.
    pub fn paid(self) -> Self {
        match self {
            Said::Stands(order) => Said::Stands(order.paid()),
            ends @ Said::Ends(_) => ends,
        }
    }

    /// What tells one message of the shop from another.
    pub fn digest(&self) -> Digest {
        Digest::of(json!(self).to_string().as_bytes())
    }
}

impl Ending {
    /// The order, ended.
    pub fn of(&self, order: &Order) -> Order {
        Order { revision: self.revision, state: self.end.into(), ..order.clone() }
    }
}

impl End {
    /// Both.
    pub const ALL: [End; 2] = [End::Suspended, End::Cancelled];

    /// As it is written in files and in the journal.
    pub fn as_str(self) -> &'static str {
        OrderState::from(self).as_str()
    }

    fn of(state: OrderState) -> Option<End> {
        match state {
            OrderState::Placed | OrderState::Paid => None,
            OrderState::Suspended => Some(End::Suspended),
            OrderState::Cancelled => Some(End::Cancelled),
        }
    }
}

impl From<End> for OrderState {
    fn from(end: End) -> OrderState {
        match end {
            End::Suspended => OrderState::Suspended,
            End::Cancelled => OrderState::Cancelled,
        }
    }
}

impl From<Order> for Said {
    fn from(order: Order) -> Said {
        match End::of(order.state) {
            None => Said::Stands(order),
            Some(end) => Said::Ends(Ending { id: order.id, revision: order.revision, end }),
        }
    }
}

/// A purchase, as the shop knows it now. The same order is handed over again whenever something about it has changed:
/// its state, its quantity, who sits in a seat. To end it, for a while or for good, takes its `id` and its `state`: nothing else
/// that such a message says of people, lines and prices is looked at.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Order", transform = asks_for_what_is_sold)]
struct Written {
    /// The shop's id of the purchase: 1 to 100 characters, in Unicode form NFC. The key by which a repeated order is
    /// recognised, and the id number of its groups on the platform. It must differ from other orders' in more than case and accents.
    id: OrderId,
    /// Counts the shop's changes of this order. An order with a smaller number than the last one is out of date and
    /// changes nothing. Shops that do not count leave it out.
    #[serde(default, deserialize_with = "object::or_default")]
    #[schemars(with = "Option<u32>")]
    revision: u32,
    /// How far the purchase has got.
    state: OrderState,
    /// When this message's newest lines were bought: each line keeps the time of the message by which it was first paid.
    #[serde(default)]
    time: Option<Timestamp>,
    /// In which language its readers are told of it, such as `fr`; the shop's if left out or not understood.
    #[serde(default)]
    language: Option<String>,
    /// Who buys. The order passes to another one if this is not whom the shop has named before, and `revision` is counted up;
    /// whom the shop has named before says nothing new, also if its staff has handed the order over since.
    #[serde(default, deserialize_with = "object::optional")]
    operator: Option<Person>,
    /// What is bought.
    #[serde(default)]
    lines: Option<Lines>,
}

/// No two with one number.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
struct Lines(#[serde(deserialize_with = "lines")] Vec<Line>);

impl TryFrom<Written> for Said {
    type Error = String;

    fn try_from(written: Written) -> Result<Said, String> {
        let Written { id, revision, state, time, language, operator, lines } = written;
        if let Some(end) = End::of(state) {
            return Ok(Said::Ends(Ending { id, revision, end }));
        }
        let missing = |field| format!("missing field `{field}`: only what is suspended or cancelled can do without");
        let Lines(lines) = lines.ok_or_else(|| missing("lines"))?;
        if lines.is_empty() {
            return Err("lines: expected at least one line, found none".to_owned());
        }
        let (time, operator) = (time.ok_or_else(|| missing("time"))?, operator.ok_or_else(|| missing("operator"))?);
        Ok(Said::Stands(Order { id, revision, state, time, language, operator, lines }))
    }
}

fn lines<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<Line>, D::Error> {
    let clash = |line: &Line| format!("expected lines with numbers of their own, found {} twice", line.line);
    object::distinct(list, |line: &Line| line.line, clash)
}

/// Who buys what, and when, must be told of an order that does not end.
fn asks_for_what_is_sold(schema: &mut Schema) {
    let ends = json!({ "properties": { "state": { "enum": ["suspended", "cancelled"] } } });
    let stands = json!({
        "required": ["time", "operator", "lines"],
        "properties": {
            "time": { "type": "string" },
            "operator": { "type": "object" },
            "lines": { "type": "array", "minItems": 1 },
        },
    });
    schema.insert("anyOf".to_owned(), json!([ends, stands]));
}

impl JsonSchema for Said {
    fn schema_name() -> Cow<'static, str> {
        Written::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_tells_how_much_there_may_be() {
        let schema = json!(schemars::schema_for!(Said));
        let of = |kind: &str, field: &str| &schema["$defs"][kind]["properties"][field];
        assert_eq!(of("Person", "extra")["maxProperties"], 1_000, "{schema:#}");
        assert_eq!(of("Line", "parameters")["maxLength"], 256 << 10, "{schema:#}");
    }
}
