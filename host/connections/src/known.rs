//! What is remembered of an order of a web shop. Nobody's name or address is in it, only digests of addresses.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shop_core::lines::catalogue::Catalogue;
use shop_core::lines::line::SeatRole;
use shop_core::words::digest::Digest;
use shop_core::words::order::{InvalidOrderId, OrderId};
use shop_core::words::period::Timestamp;
use shop_journal::Remembered;

use crate::purchase::{Item, Purchase};

/// What is remembered of an order of a web shop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Known {
    /// How often it began anew: an order of ours that was cancelled stays so, and if that one comes back to life, it is another.
    pub(crate) life: u32,
    /// Whether the host may not have heard of that other one yet: whoever sat in the one before is to sit there.
    pub(crate) moves: bool,
    /// The address of the web shop that has it.
    pub(crate) of: Option<String>,
    /// The revision under which something was last told of it.
    pub(crate) revision: u32,
    /// What was last told of it, and heard; none: it may have been lost on the way.
    pub(crate) told: Option<Digest>,
    /// When that was.
    pub(crate) told_at: Option<Timestamp>,
    /// Whether that was its end.
    pub(crate) ended: bool,
    /// Since when the web shop does not know it any more.
    pub(crate) gone: Option<Timestamp>,
    /// What each of its lines was when it was first seen: a web shop tells what a product is called now, or that it is gone.
    pub(crate) items: BTreeMap<String, SoldAs>,
    /// The lines of our order, by their products: all seats of one product are one session.
    pub(crate) lines: BTreeMap<String, KnownLine>,
    /// What somebody should know of it, in words that stay the same.
    pub(crate) notes: BTreeSet<Note>,
}

/// What a line of a web shop sells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SoldAs {
    /// The product's reference.
    pub(crate) product: String,
    /// For whom.
    pub(crate) role: SeatRole,
}

/// A line of our order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownLine {
    /// Its number.
    pub(crate) number: u32,
    /// What the web shop said of its seats in the last message.
    pub(crate) said: Seats,
    /// The same in the last one before it that did not come to nothing.
    pub(crate) counted: Seats,
}

/// What a web shop says of the seats of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seats {
    /// How many of them are tutors'.
    pub(crate) tutors: u32,
    /// Who was named there, by the digests of their addresses: those too for whom there was no seat.
    pub(crate) named: BTreeSet<Digest>,
}

impl KnownLine {
    /// What the web shop said last that counts.
    pub(crate) fn counts(&self, came_to_nothing: bool) -> &Seats {
        if came_to_nothing { &self.counted } else { &self.said }
    }
}

/// Something that somebody should know of an order of a web shop.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// It is in a state that only the web shop knows: nothing is done.
    StateUnknown(String),
    /// It was paid before the connection began: it is left alone.
    PaidBefore,
    /// So many who were named cannot sit in a seat by what was typed: these are vacant.
    Unseated(u32),
    /// What it says contradicts what is recorded: in the host's word for why.
    Contradicts(String),
    /// The web shop does not know it any more: if that stays so, it ends.
    Gone,
}

/// What somebody should know of an order, as it is remembered.
pub fn notes(remembered: &Remembered) -> Result<BTreeSet<Note>, serde_json::Error> {
    Known::read(&remembered.known).map(|known| known.notes)
}

impl Known {
    /// Reads what was written of it; nothing that can be read is nothing known.
    pub(crate) fn read(text: &str) -> Result<Known, serde_json::Error> {
        serde_json::from_str(text)
    }

    pub(crate) fn is_told(&self) -> bool {
        self.revision > 0
    }

    /// The id of our order.
    pub(crate) fn id(&self, key: &str) -> Result<OrderId, InvalidOrderId> {
        match self.life {
            0 => OrderId::try_from(key.to_owned()),
            life => OrderId::try_from(format!("{key}-{}", life + 1)),
        }
    }

    /// The same of the order whose place it took, if it did.
    pub(crate) fn id_before(&self, key: &str) -> Result<Option<OrderId>, InvalidOrderId> {
        let before = self.life.checked_sub(1).map(|life| Known { life, ..Known::default() });
        before.map(|before| before.id(key)).transpose()
    }

    /// What a line sells, by what it was when it was first seen. None: no training.
    pub(crate) fn sold(&mut self, item: &Item, catalogue: &Catalogue) -> Option<SoldAs> {
        if let Some(sold) = self.items.get(&item.id) {
            return Some(sold.clone());
        }
        let (product, role) = catalogue.sold_as(item.sku.as_deref()?)?;
        let sold = SoldAs { product: product.reference.clone(), role };
        self.items.insert(item.id.clone(), sold.clone());
        Some(sold)
    }

    /// Whether any of it was ever training.
    pub(crate) fn has_training(&mut self, purchase: &Purchase, catalogue: &Catalogue) -> bool {
        purchase.items.iter().for_each(|item| _ = self.sold(item, catalogue));
        !self.items.is_empty()
    }

    /// The line of a product, which has its number for good.
    pub(crate) fn line(&mut self, product: &str) -> &mut KnownLine {
        let next = self.lines.values().map(|line| line.number).max().unwrap_or(0) + 1;
        let new = || KnownLine { number: next, ..KnownLine::default() };
        self.lines.entry(product.to_owned()).or_insert_with(new)
    }
}
