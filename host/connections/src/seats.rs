//! Who sits where, by what was typed in the web shop when it was bought.
//!
//! Whoever names people later does so with us: so a line's seats are told only where the web shop says something new of them. Then those
//! who sit there stay, but for whoever was typed before and no longer is. A seat that is paid back takes nobody's place away: who leaves is
//! for people to say.

use std::collections::BTreeSet;

use shop_core::lines::line::SeatRole;
use shop_core::lines::participant;
use shop_core::words::digest::Digest;
use shop_core::words::email::Email;
use shop_core::words::message::Subject;
use shop_core::words::order::{Person, Seat};

use crate::known::Seats;

/// What a web shop says of the seats of one line of ours.
#[derive(Debug, Default)]
pub(crate) struct Typed {
    /// Those who can be seated, each once, with the digest of the address.
    people: Vec<(SeatRole, Person, Digest)>,
    /// How many were typed who cannot.
    pub(crate) unseated: u32,
    /// How many there are.
    pub(crate) quantity: u32,
    /// What is to be remembered of it.
    said: Seats,
}

impl Typed {
    /// Adds what a line of the web shop says.
    pub(crate) fn add(&mut self, role: SeatRole, quantity: u32, people: &[Person]) {
        self.quantity = self.quantity.saturating_add(quantity);
        if role == SeatRole::Tutor {
            self.said.tutors = self.said.tutors.saturating_add(quantity);
        }
        for person in people {
            let is_sound = participant::check(person, &[], |_| Subject::Order).0.is_some();
            let digest = digest(person);
            match is_sound && self.said.named.insert(digest) {
                true => self.people.push((role, person.clone(), digest)),
                false => self.unseated = self.unseated.saturating_add(1),
            }
        }
    }

    /// What is to be remembered of it.
    pub(crate) fn said(&self) -> &Seats {
        &self.said
    }

    /// The seats to be told, and for how many of those who were named there is none; no seats: all stays as it is. `sit` are those that
    /// there are, or were in the order whose place this one takes if it `moves`; `before` is what the web shop said of them.
    pub(crate) fn seats(&self, before: &Seats, sit: &[Seat], moves: bool) -> (Option<Vec<Seat>>, u32) {
        if *before == self.said && (sit.is_empty() || !moves) {
            return (None, 0);
        }
        let stays = |seat: &&Seat| {
            let who = seat.occupant.as_ref().map(digest);
            who.is_some_and(|who| !before.named.contains(&who) || self.said.named.contains(&who))
        };
        let mut seats: Vec<Seat> = sit.iter().filter(stays).cloned().collect();
        let seated: BTreeSet<Digest> = seats.iter().filter_map(|seat| seat.occupant.as_ref().map(digest)).collect();
        // Who was typed all along and does not sit there has left since, by somebody's word.
        let is_new = |digest: &Digest| !seated.contains(digest) && !before.named.contains(digest);
        let new: Vec<_> = self.people.iter().filter(|(_, _, digest)| is_new(digest)).collect();
        let free = (self.quantity as usize).saturating_sub(seats.len());
        let left = new.len().saturating_sub(free);
        seats.extend(new.into_iter().take(free).map(|(role, person, _)| seat(*role, Some(person.clone()))));
        (Some(self.with_tutors(seats)), u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// The same with vacant seats for tutors, as many as were bought; all others that are vacant are learners'.
    fn with_tutors(&self, mut seats: Vec<Seat>) -> Vec<Seat> {
        let tutor = SeatRole::Tutor.as_str();
        let tutors = seats.iter().filter(|seat| seat.role == tutor).count();
        let vacant = (self.said.tutors as usize).saturating_sub(tutors);
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
