//! Who sits where, by what was typed in the web shop when it was bought.
//!
//! Whoever names people later does so with us: so a line's seats are told only where the web shop says something new of them. Then those
//! who sit there stay, but for whoever was typed before and no longer is.

use std::collections::BTreeSet;

use shop_core::lines::line::SeatRole;
use shop_core::lines::participant;
use shop_core::words::digest::Digest;
use shop_core::words::email::Email;
use shop_core::words::message::Subject;
use shop_core::words::order::{Person, Seat};

use crate::known::KnownLine;

/// What a web shop says of the seats of one line of ours.
#[derive(Debug, Default)]
pub(crate) struct Typed {
    /// Those who can be seated, each once.
    pub(crate) people: Vec<(SeatRole, Person)>,
    /// How many were typed who cannot.
    pub(crate) unseated: u32,
    /// How many seats are tutors'.
    pub(crate) tutors: u32,
    /// How many there are.
    pub(crate) quantity: u32,
}

impl Typed {
    /// Adds what a line of the web shop says.
    pub(crate) fn add(&mut self, role: SeatRole, quantity: u32, people: &[Person]) {
        self.quantity = self.quantity.saturating_add(quantity);
        if role == SeatRole::Tutor {
            self.tutors = self.tutors.saturating_add(quantity);
        }
        let mut left = quantity;
        for person in people {
            let is_sound = participant::check(person, &[], |_| Subject::Order).0.is_some();
            let is_new = self.people.iter().all(|(_, other)| digest(other) != digest(person));
            match is_sound && is_new && left > 0 {
                true => {
                    left -= 1;
                    self.people.push((role, person.clone()));
                }
                false => self.unseated += 1,
            }
        }
    }

    /// Those who were named, as they are remembered.
    pub(crate) fn named(&self) -> BTreeSet<Digest> {
        self.people.iter().map(|(_, person)| digest(person)).collect()
    }

    /// The seats to be told; none: all stays as it is. `sit` are those that there are, or were in the order whose place this one takes
    /// if it `moves`; and `known` is what the web shop said of them before, or nothing, if that was not heard.
    pub(crate) fn seats(&self, known: Option<&KnownLine>, sit: &[Seat], moves: bool) -> Option<Vec<Seat>> {
        let (named, nobody) = (self.named(), BTreeSet::new());
        let before = known.map_or(&nobody, |known| &known.named);
        let is_as_before = match known {
            Some(known) => known.named == named && known.tutors == self.tutors,
            None => self.people.is_empty() && self.tutors == 0,
        };
        if is_as_before && (sit.is_empty() || !moves) {
            return None;
        }
        let is_dropped = |seat: &&Seat| {
            let who = seat.occupant.as_ref().map(digest);
            who.is_none_or(|who| before.contains(&who) && !named.contains(&who))
        };
        let stay = sit.iter().filter(|seat| !is_dropped(seat));
        let mut seats: Vec<Seat> = stay.cloned().collect();
        let seated: BTreeSet<Digest> = seats.iter().filter_map(|seat| seat.occupant.as_ref().map(digest)).collect();
        // Who was typed all along and does not sit there has left since, by somebody's word.
        let is_new = |person: &Person| !seated.contains(&digest(person)) && !before.contains(&digest(person));
        let new = self.people.iter().filter(|(_, person)| is_new(person));
        seats.extend(new.map(|(role, person)| seat(*role, Some(person.clone()))));
        Some(self.with_tutors(seats))
    }

    /// The same with vacant seats for tutors, as many as were bought; all others that are vacant are learners'.
    fn with_tutors(&self, mut seats: Vec<Seat>) -> Vec<Seat> {
        let tutor = SeatRole::Tutor.as_str();
        let tutors = seats.iter().filter(|seat| seat.role == tutor).count();
        let vacant = (self.tutors as usize).saturating_sub(tutors);
        let free = (self.quantity as usize).saturating_sub(seats.len());
        seats.extend((0..vacant.min(free)).map(|_| seat(SeatRole::Tutor, None)));
        seats
    }
}

fn seat(role: SeatRole, occupant: Option<Person>) -> Seat {
    Seat { id: None, role: role.as_str().to_owned(), until: None, occupant }
}

/// Somebody, by the address, without telling it.
fn digest(person: &Person) -> Digest {
    Digest::of(Email::folded(&person.email).as_bytes())
}
