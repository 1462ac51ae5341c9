//! Orders as the shop hands them over.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::words::language::{self, UnknownLanguage};
use crate::words::name;
use crate::words::object;
use crate::words::period::Timestamp;
use crate::words::seat::SeatId;
use crate::words::shop::{BETWEEN, ShopName};
use crate::words::text;

mod overladen;

pub use overladen::Overladen;

use overladen::{MOST_FIELDS, MOST_PARAMETERS};

/// No product's reference has more characters.
pub const MAX_REFERENCE: usize = 255;

/// A purchase, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The shop's id of the purchase.
    pub id: OrderId,
    /// Counts the shop's changes of this order; 0 if it does not count.
    #[serde(default)]
    pub revision: u32,
    /// How far the purchase has got.
    pub state: OrderState,
    /// When the newest lines of its last message were bought.
    pub time: Timestamp,
    /// In which language its readers are told of it; the shop's if none is told or understood.
    #[serde(default)]
    pub language: Option<String>,
    /// Who is in charge of it: who bought it, or to whom it has passed.
    pub operator: Person,
    /// What is bought.
    pub lines: Vec<Line>,
}

impl Order {
    /// The language of its readers, if it tells one.
    pub fn reads(&self) -> Result<Option<String>, UnknownLanguage> {
        self.language.as_deref().map_or(Ok(None), language::read)
    }

    /// The order as it would come next, if it were paid.
    pub fn paid(self) -> Self {
        match self.state {
            OrderState::Placed => Order { state: OrderState::Paid, revision: self.next_revision(), ..self },
            OrderState::Paid | OrderState::Suspended | OrderState::Cancelled => self,
        }
    }

    /// Everybody whom it names, the operator first.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        let occupants = self.lines.iter().flat_map(Line::listed).filter_map(|seat| seat.occupant.as_ref());
        std::iter::once(&self.operator).chain(occupants)
    }

    /// 0 is no count.
    fn next_revision(&self) -> u32 {
        if self.revision == 0 { 0 } else { self.revision.saturating_add(1) }
    }
}

fn from_one<'de, D: Deserializer<'de>>(number: D) -> Result<u32, D::Error> {
    match u32::deserialize(number)? {
        0 => Err(D::Error::custom("expected a number from 1, found 0")),
        number => Ok(number),
    }
}

/// The shop's id of an order; where one host has those of several shops, behind the shop's name. What is recorded is read as it
/// is; a new one must be [plain](OrderId::check_new), too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("minLength" = 1, "maxLength" = 100))]
pub struct OrderId(String);

/// What was read is no order id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected an order id of 1 to 100 characters, in Unicode form NFC, without control characters and invisible ones, \
     < and > or outer spaces, and with :: nowhere but behind the name of one of several shops, found {0:?}"
)]
pub struct InvalidOrderId(String);

impl InvalidOrderId {
    fn of(id: &str) -> Self {
        InvalidOrderId(text::excerpt(id))
    }
}

/// An id without differences in case and accents.
pub fn fold(id: &str) -> String {
    let letters: String = id.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    // In capitals first: so ß is ss.
    let folded = letters.to_uppercase().to_lowercase();
    if folded.is_empty() { id.to_owned() } else { folded }
}

impl OrderId {
    /// An error if no order that is new may have it: with characters that cannot be seen it looks like another, and so it does
    /// with what only seems to be a shop's name, whichever colons stand behind that.
    pub fn check_new(&self) -> Result<(), InvalidOrderId> {
        let own = self.shop().map_or(&*self.0, |shop| &self.0[shop.len() + BETWEEN.len()..]);
        let is_plain = !self.0.chars().any(text::is_invisible) && !fold(own).contains(BETWEEN);
        match is_plain && OrderId::try_from(own.to_owned()).is_ok() {
            true => Ok(()),
            false => Err(InvalidOrderId::of(&self.0)),
        }
    }

    /// The id of the same order where one host has the orders of several shops.
    pub fn of(&self, shop: &ShopName) -> Result<OrderId, InvalidOrderId> {
        let whole = OrderId::try_from(format!("{shop}{BETWEEN}{self}"))?;
        whole.check_new()?;
        Ok(whole)
    }

    /// Which shop has the order, if that has a name.
    pub fn shop(&self) -> Option<&str> {
        self.0.split_once(BETWEEN).map(|(shop, _)| shop).filter(|shop| ShopName::fits(shop))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without differences in case and accents. Databases of learning platforms compare names and id numbers of groups like
    /// this: so no two orders may have the same. Never empty.
    pub fn folded(&self) -> String {
        fold(&self.0)
    }

    /// Stands for an order where there is none, only a product. No order's id is empty.
    pub fn offered() -> Self {
        OrderId(String::new())
    }

    /// Reads an id, or what stands for none.
    pub fn or_offered<'de, D: Deserializer<'de>>(id: D) -> Result<Self, D::Error> {
        match String::deserialize(id)? {
            id if id.is_empty() => Ok(OrderId::offered()),
            id => OrderId::try_from(id).map_err(D::Error::custom),
        }
    }
}

impl TryFrom<String> for OrderId {
    type Error = InvalidOrderId;

    fn try_from(id: String) -> Result<Self, InvalidOrderId> {
        let fits = (1..=100).contains(&id.chars().count());
        // It becomes a part of groups' names, and platforms take no markup there.
        let clean = !id.chars().any(|c| text::is_unprintable(c) || matches!(c, '<' | '>'));
        if fits && clean && id.trim() == id && is_nfc(&id) { Ok(OrderId(id)) } else { Err(InvalidOrderId::of(&id)) }
    }
}

impl From<OrderId> for String {
    fn from(id: OrderId) -> String {
        id.0
    }
}

impl std::fmt::Display for OrderId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far a purchase has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OrderState {
    /// Ordered, not paid: the operator gets an account, nothing more.
    Placed,
    /// Paid: the session is set up.
    Paid,
    /// Interrupted: its enrolments are suspended until it is `paid` again.
    Suspended,
    /// Ended, for good: what it made is taken away.
    Cancelled,
}

impl OrderState {
    /// As it is written in files and in the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            OrderState::Placed => "placed",
            OrderState::Paid => "paid",
            OrderState::Suspended => "suspended",
            OrderState::Cancelled => "cancelled",
        }
    }

    /// Whether rights end with it, for a while or for good.
    pub fn ends(self) -> bool {
        matches!(self, OrderState::Suspended | OrderState::Cancelled)
    }
}

/// What no product of any catalogue can be called is told at once.
fn product<'de, D: Deserializer<'de>>(reference: D) -> Result<String, D::Error> {
    match text::trimmed(reference)? {
        long if long.chars().count() > MAX_REFERENCE => {
            let found = text::excerpt(&long);
            let told = format!("expected a product's reference of at most {MAX_REFERENCE} characters, found {found:?}");
            Err(D::Error::custom(told))
        }
        reference => Ok(reference),
    }
}

/// One product of a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its number in the purchase, which it keeps.
    #[serde(deserialize_with = "from_one")]
    #[schemars(range(min = 1))]
    pub line: u32,
    /// The product's reference in the catalogue.
    #[serde(deserialize_with = "product")]
    #[schemars(length(max = 255))]
    pub product: String,
    /// How many seats are paid for. 0 ends the line: what it made is taken away, whoever sits there, and nothing but its
    /// number counts any more. Should it be bought again, it is at the catalogue's conditions of then.
    pub quantity: u32,
    /// What was agreed for this line other than for the product: parameters of kind time, duration and end,
    /// URL-encoded, such as `endtime=2027-08-31`: that is the last day. An empty text takes back what was agreed. Left out, or
    /// `null`, all stays as it was agreed: for a new line, that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MOST_PARAMETERS))]
    pub parameters: Option<String>,
    /// The seats that are taken or named, in any number up to `quantity`; the others are vacant learners' seats. An empty list
    /// vacates them all. Left out, or `null`, the seats stay as they are: those of a new line are vacant.
    #[serde(default, deserialize_with = "object::optional_list", skip_serializing_if = "Option::is_none")]
    pub seats: Option<Vec<Seat>>,
}

impl Line {
    /// Whether it ends, before its order does.
    pub fn ends(&self) -> bool {
        self.quantity == 0
    }

    /// The seats that it lists.
    pub fn listed(&self) -> &[Seat] {
        self.seats.as_deref().unwrap_or_default()
    }
}

/// One place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Which seat, if the shop tells; else an occupant keeps the seat that was theirs, and a new one takes the seat with
    /// the same place in this list, or the first that is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<SeatId>,
    /// `learner` or `tutor`.
    #[serde(deserialize_with = "text::trimmed")]
    pub role: String,
    /// Until when its occupant has access at least, if that is later than the end of what the line gives: an instant, so
    /// that the last day is in it if it is the midnight after; or `none`, which takes such a time away. Left out, or `null`,
    /// whoever had a time in this line keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Until>,
    /// Who sits there; none: it is vacant.
    #[serde(default, deserialize_with = "object::optional")]
    pub occupant: Option<Person>,
}

impl Seat {
    /// Until when its occupant has access at least, if there is such a time.
    pub fn extended(&self) -> Option<Timestamp> {
        match self.until {
            Some(Until::Time(time)) => Some(time),
            Some(Until::None) | None => None,
        }
    }
}

/// What is said of the time that an occupant has beside what the line gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub enum Until {
    /// There is no such time: access ends with the line.
    None,
    /// Access ends then, or later.
    Time(Timestamp),
}

/// As it is written that there is no such time.
const NO_TIME: &str = "none";

impl TryFrom<String> for Until {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            NO_TIME => Ok(Until::None),
            _ => Timestamp::try_from(text).map(Until::Time).map_err(|error| format!("{error}; or \"{NO_TIME}\"")),
        }
    }
}

impl From<Until> for String {
    fn from(until: Until) -> String {
        match until {
            Until::None => NO_TIME.to_owned(),
            Until::Time(time) => time.to_string(),
        }
    }
}

/// A person, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The address, by which the person is identified.
    pub email: String,
    /// The first name; left out or empty for somebody who has a last name only.
    #[serde(default, deserialize_with = "object::or_default")]
    #[schemars(with = "Option<String>")]
    pub first_name: String,
    /// The last name; left out or empty for somebody who has a first name only.
    #[serde(default, deserialize_with = "object::or_default")]
    #[schemars(with = "Option<String>")]
    pub last_name: String,
    /// A language tag, such as `fr` or `en-GB`; one that is not understood is left out.
    #[serde(default)]
    pub language: Option<String>,
    /// What the product's handler asks for beside that; what it does not ask for is left out. At most 1,000 fields.
    #[serde(default, deserialize_with = "object::or_default")]
    #[schemars(with = "Option<BTreeMap<String, String>>", extend("maxProperties" = MOST_FIELDS))]
    pub extra: BTreeMap<String, String>,
}

impl Person {
    /// First and last name, or the only one.
    pub fn name(&self) -> String {
        name::full(&self.first_name, &self.last_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_could_be_taken_for_others_are_refused() {
        for (id, is_one) in [
            ("2026-0142", true),
            ("ORD/2026/é", true),
            ("", false),
            (" 1", false),
            ("1\u{200b}", false),
            ("1\u{ad}2", false),
            ("\u{feff}1", false),
            ("e\u{301}", false),
            ("<1>", false),
            (&"1".repeat(101), false),
            ("nord::1", true),
            ("n::1:2", true),
            ("nord::1::2", false),
            ("nord:: 1", false),
            ("nord::", false),
            ("Nord::1", false),
            ("::1", false),
            ("nord\u{ff1a}\u{ff1a}1", false),
            ("nord:\u{fe55}1", false),
        ] {
            let read = OrderId::try_from(id.to_owned());
            assert_eq!(read.is_ok_and(|id| id.check_new().is_ok()), is_one, "{id:?}");
        }
        let recorded = OrderId::try_from("1\u{200b}2".to_owned()).unwrap();
        let told = recorded.check_new().unwrap_err().to_string();
        assert!(told.ends_with("found \"1<U+200B>2\""), "{told}");
    }
}
