//! A reference model: what must be true on the platform, said as simply as can be, and without any of the host's code.
//!
//! Its rules:
//!
//! 1. **Claims.** A paid order's lines claim facts: the operator is enrolled as teacher, learners as students and tutors as
//!    teachers, for the line's period; the operator in the support course; all of them in the order's group; everybody but
//!    the operator attached to that person, unless the product says otherwise. A placed order claims no more than the operator's
//!    account. A suspended order keeps its claims, and a cancelled one has none, nor has a line that has ended. Seats of
//!    which nothing is said are as they were decided on last.
//! 2. **What was there before** a fact's first claim is remembered until its last claim is gone, even if an administrator
//!    takes it away meanwhile.
//! 3. **In force.** A fact that an order in force claims is there. An enrolment has the union of all such claims' periods
//!    and of what was there before, is not suspended, and has the roles that orders in force claim.
//! 4. **Suspended.** What only suspended orders claim is not made, and not taken away. An enrolment has the union of their
//!    periods and is suspended, with the roles that they claim; but what was there before, and was not suspended, is left as
//!    it was.
//! 5. **Left.** What nobody claims any longer becomes what it was before: an enrolment has its period again, and what was
//!    not there goes. But who has entered the course is suspended there, and stays in the order's group until another order
//!    claims the enrolment, or somebody else has ended the suspension. A group goes with its last member. Accounts stay.
//! 6. **An administrator's word.** Without an order in force, what was taken away is not given back, and what was suspended
//!    stays suspended.
//! 7. **Only what the order is about.** An order that is handed over puts right what it claims, or has claimed; what others
//!    claim beside it is put right when they come again.
//! 8. **Apart.** Nobody who is let in is in the group of an order that does not claim so.
//! 9. **In charge.** Whom the shop or the staff names is in charge from then on. Whom the shop has named last, in a message that
//!    did not come to nothing and did not end the order, is no news: that takes nothing back. A group keeps its name.
//! 10. **Courses and roles** are those that a line was sold with, whatever they are called by now. Of those that were deleted,
//!     only what depended on them is gone; but nobody is seated anew who would lack something, and nothing is sold with them, or
//!     paid that was only placed. An enrolment that is left without any role stays as it is until it ends.
//! 11. **A suspended account** keeps its place in a line; named in another line, the order is rejected, and nothing changes.
//! 12. **What was bought.** A message that leaves a line out that has not ended, gives it another product, or names somebody
//!     else without counting, contradicts what waits, or else was decided on last, and changes nothing. A line that has ended
//!     can be bought again, for another product, too. The time of a line is that of its first payment.

use std::collections::{BTreeMap, BTreeSet};

use shop_core::orders::state::LineState;

use crate::model::called::{Called, Sold};
use crate::model::facts::{Account, Before, Claims, Enrolment, Fact, Group, Name, Span, State};
use crate::model::stands::{Handed, Stands};

/// An order that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    operator: Name,
    suspended: bool,
    pub(crate) sold: BTreeMap<u32, Sold>,
    claims: BTreeMap<u32, Claims>,
    /// Claimed by earlier versions, of which none was fulfilled to its end.
    earlier: BTreeSet<Fact>,
    /// What it is was not fulfilled to its end.
    pub(crate) under_way: bool,
}

/// How far a fulfilment gets, beyond being accepted. What is asked for at once is done or not, one without the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// At once: those who have accounts are enrolled,
    known: bool,
    /// groups are made,
    groups: bool,
    /// and accounts.
    accounts: bool,
    /// Then everybody is enrolled.
    enrolments: bool,
    /// At once then: members are added,
    members: bool,
    /// and people are attached.
    attachments: bool,
    /// What nobody claims any longer is taken away.
    pub(crate) end: bool,
}

impl Reach {
    pub(crate) const END: Reach = Reach {
        known: true,
        groups: true,
        accounts: true,
        enrolments: true,
        members: true,
        attachments: true,
        end: true,
    };

    /// As far as those get that do not come to their end.
    pub(crate) fn interrupted() -> impl Iterator<Item = Reach> {
        let begun = (0..8).map(|which| Reach {
            known: which & 1 != 0,
            groups: which & 2 != 0,
            accounts: which & 4 != 0,
            ..Reach::default()
        });
        let enrolled = (0..4).map(|which| Reach {
            members: which & 1 != 0,
            attachments: which & 2 != 0,
            end: false,
            ..Reach::END
        });
        begun.chain(enrolled)
    }

    /// Whether such a fact is made, of whoever had an account.
    fn has(self, fact: Fact, had_account: impl Fn(Name) -> bool) -> bool {
        match fact {
            Fact::Enrolled(_, who) | Fact::Role(_, who, _) => self.enrolments || self.known && had_account(who),
            Fact::Group(..) => self.groups,
            Fact::Member(..) => self.members,
            Fact::Attached(..) => self.attachments,
        }
    }
}

/// What must be on the platform, and what must be remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Model {
    pub(crate) courses: Called,
    pub(crate) roles: Called,
    pub(crate) accounts: BTreeMap<Name, Account>,
    pub(crate) enrolments: BTreeMap<(Name, Name), Enrolment>,
    /// By course and order.
    pub(crate) groups: BTreeMap<(Name, Name), Group>,
    pub(crate) attachments: BTreeSet<(Name, Name, Name)>,
    pub(crate) before: BTreeMap<Fact, Before>,
    /// Memberships, and groups with them, of those who are kept in a course.
    kept: BTreeSet<Fact>,
    pub(crate) orders: BTreeMap<Name, Accepted>,
    /// What each order was decided to be last.
    pub(crate) decided: BTreeMap<Name, Stands>,
    /// What was received, and is not known to be decided on.
    pub(crate) waits: BTreeMap<Name, Stands>,
    /// What came to nothing of orders that were never accepted.
    pub(crate) in_vain: BTreeMap<Name, Stands>,
}

impl Model {
    /// An order is handed over, and fulfilled as far as this. The state that it would end in.
    pub(crate) fn hand_over(&mut self, handed: &Handed, reach: Reach) -> LineState {
        let meant = self.meant(handed);
        let ended = match handed.state {
            State::Suspended => LineState::Suspended,
            State::Cancelled => LineState::Cancelled,
            State::Placed | State::Paid if meant.is_none() || self.rejects(handed) => return LineState::Rejected,
            State::Placed => LineState::Placed,
            State::Paid => LineState::Fulfilled,
        };
        let (handed, sold) = meant.unwrap_or_else(|| (handed.clone(), BTreeMap::new()));
        let handed = &handed;
        let Some(concerned) = self.accept(handed, sold) else { return ended };
        let known: BTreeSet<Name> = self.accounts.keys().copied().collect();
        if reach.accounts && matches!(handed.state, State::Placed | State::Paid) {
            self.make_accounts(handed);
        }
        let is_reached = |fact: &Fact| reach.has(*fact, |who| known.contains(who));
        let concerned: BTreeSet<Fact> = concerned.into_iter().filter(is_reached).collect();
        for fact in concerned.iter().filter(|fact| self.is_in_force(**fact)).copied().collect::<Vec<_>>() {
            let before = self.now(fact);
            self.before.entry(fact).or_insert(before);
        }
        self.enrol(&concerned, reach);
        self.make(&concerned);
        if reach.end {
            self.finish(handed.id, &concerned);
        }
        ended
    }

    /// Rule 11.
    fn rejects(&self, handed: &Handed) -> bool {
        // What was there before these enrolments is known from when they were made.
        let has_place = |line: &u32, person| {
            let claims = self.orders.get(handed.id).and_then(|order| order.claims.get(line));
            let mut about = claims.into_iter().flat_map(BTreeMap::keys).filter(|fact| fact.is_about(person)).peekable();
            let is_known = |fact: &Fact| !fact.enrols(person) || self.before.contains_key(fact);
            about.peek().is_some() && about.all(is_known)
        };
        handed.lines.iter().any(|(line, (people, _))| {
            let mut named = people.iter().copied().chain([handed.operator]);
            named.any(|who| self.accounts.get(who).is_some_and(|it| it.suspended) && !has_place(line, who))
        })
    }

    /// The facts that the order is about now; none, if there is nothing to end.
    fn accept(&mut self, handed: &Handed, sold: BTreeMap<u32, Sold>) -> Option<BTreeSet<Fact>> {
        if handed.state.ends() && !self.orders.contains_key(handed.id) {
            return None;
        }
        let formerly = self.claimed_by(handed.id);
        let none = Accepted {
            operator: handed.operator,
            suspended: false,
            sold: BTreeMap::new(),
            claims: BTreeMap::new(),
            earlier: BTreeSet::new(),
            under_way: true,
        };
        let order = self.orders.entry(handed.id).or_insert(none);
        (order.suspended, order.under_way) = (handed.state == State::Suspended, true);
        if !handed.state.ends() {
            (order.operator, order.sold) = (handed.operator, sold);
        }
        match handed.state {
            State::Paid => {
                order.claims = handed.lines.iter().map(|(line, (_, claims))| (*line, claims.clone())).collect();
            }
            State::Placed | State::Cancelled => order.claims.clear(),
            State::Suspended => {}
        }
        order.earlier.extend(formerly);
        let earlier = order.earlier.clone();
        let own: BTreeSet<Fact> = earlier.union(&self.claimed_by(handed.id)).copied().collect();
        Some(own.union(&self.kept_with(handed.id, &own)).copied().collect())
    }

    /// What is kept of this order, and of others with somebody whose enrolment these facts are about.
    fn kept_with(&self, order: Name, facts: &BTreeSet<Fact>) -> BTreeSet<Fact> {
        let is_concerned = |fact: &Fact| match *fact {
            Fact::Member(course, of, who) => of == order || facts.contains(&Fact::Enrolled(course, who)),
            _ => false,
        };
        let members: BTreeSet<Fact> = self.kept.iter().filter(|fact| is_concerned(fact)).copied().collect();
        let of_members = |fact: &&Fact| match **fact {
            Fact::Group(course, of) => {
                let is_of = |member: &Fact| matches!(member, Fact::Member(c, o, _) if (*c, *o) == (course, of));
                of == order || members.iter().any(is_of)
            }
            _ => false,
        };
        members.iter().chain(self.kept.iter().filter(of_members)).copied().collect()
    }

    fn make_accounts(&mut self, handed: &Handed) {
        if handed.lines.is_empty() {
            return;
        }
        let occupants = handed.lines.values().flat_map(|(people, _)| people).copied();
        let named = occupants.filter(|_| handed.state == State::Paid).chain([handed.operator]);
        for person in named {
            self.accounts.entry(person).or_insert(Account { invited: true, suspended: false });
        }
    }

    /// Rule 3, of all but enrolments.
    fn make(&mut self, concerned: &BTreeSet<Fact>) {
        let is_made = |fact: &Fact| self.is_in_force(*fact) && self.has_place(*fact);
        for fact in concerned.iter().copied().filter(is_made).collect::<Vec<_>>() {
            match fact {
                Fact::Attached(role, holder, context) => _ = self.attachments.insert((role, holder, context)),
                Fact::Group(course, of) => _ = self.group(course, of),
                // Rule 10: whoever could not be enrolled for want of a role is no member, either.
                Fact::Member(course, _, who) if !self.enrolments.contains_key(&(course, who)) => {}
                Fact::Member(course, of, who) => _ = self.group(course, of).members.insert(who),
                Fact::Enrolled(..) | Fact::Role(..) => {}
            }
        }
    }

    /// The group of an order, which is made if there is none.
    fn group(&mut self, course: Name, order: Name) -> &mut Group {
        let of = self.orders.get(order).map_or("nobody", |order| order.operator);
        self.groups.entry((course, order)).or_insert(Group { of, members: BTreeSet::new() })
    }

    /// Rule 5, of all but enrolments; and nothing is left to remember of what nobody claims.
    fn finish(&mut self, order: Name, concerned: &BTreeSet<Fact>) {
        let goes = |fact: &&Fact| !self.is_claimed(**fact) && self.before.get(fact) == Some(&Before::Absent);
        let gone: Vec<Fact> = concerned.iter().filter(goes).copied().collect();
        for fact in &gone {
            match *fact {
                Fact::Attached(role, holder, context) => _ = self.attachments.remove(&(role, holder, context)),
                Fact::Member(course, of, who) if !self.is_kept(course, who, concerned) => {
                    self.groups.entry((course, of)).and_modify(|group| _ = group.members.remove(who));
                }
                _ => {}
            }
        }
        self.groups.retain(|(course, of), it| !it.members.is_empty() || !gone.contains(&Fact::Group(course, of)));
        self.kept.retain(|fact| !concerned.contains(fact));
        let groups = &self.groups;
        let stays = |fact: &&Fact| match **fact {
            Fact::Member(course, of, who) => groups.get(&(course, of)).is_some_and(|it| it.members.contains(who)),
            Fact::Group(course, of) => groups.contains_key(&(course, of)),
            _ => false,
        };
        self.kept.extend(gone.iter().filter(stays));
        self.orders.entry(order).and_modify(|order| {
            order.earlier.clear();
            order.under_way = false;
        });
        let orders = &self.orders;
        let kept = &self.kept;
        let is_claimed = |fact: &Fact| {
            kept.contains(fact) || orders.values().any(|it| it.claims(*fact) || it.earlier.contains(fact))
        };
        self.before.retain(|fact, _| !concerned.contains(fact) || is_claimed(fact));
    }

    /// Rule 8: who is not, if anybody.
    pub(crate) fn not_apart(&self) -> Option<(Name, Name, Name)> {
        let mut members =
            self.groups.iter().flat_map(|((course, of), it)| it.members.iter().map(|who| (*course, *of, *who)));
        members.find(|(course, of, who)| {
            let claims = self.orders.get(of).is_some_and(|order| order.claims(Fact::Member(course, of, who)));
            !claims && self.enrolments.get(&(*course, *who)).is_some_and(|it| !it.suspended)
        })
    }

    fn now(&self, fact: Fact) -> Before {
        let enrolled = |course, person| self.enrolments.get(&(course, person));
        let is_there = match fact {
            Fact::Enrolled(course, person) => {
                return enrolled(course, person).map_or(Before::Absent, |it| Before::Enrolled(it.span, it.suspended));
            }
            Fact::Role(course, person, role) => enrolled(course, person).is_some_and(|it| it.roles.contains(role)),
            Fact::Group(course, order) => self.groups.contains_key(&(course, order)),
            Fact::Member(course, order, person) => {
                self.groups.get(&(course, order)).is_some_and(|it| it.members.contains(person))
            }
            Fact::Attached(role, holder, context) => self.attachments.contains(&(role, holder, context)),
        };
        if is_there { Before::Present } else { Before::Absent }
    }

    fn claimed_by(&self, order: Name) -> BTreeSet<Fact> {
        let claims = self.orders.get(order).into_iter().flat_map(|order| order.claims.values());
        claims.flat_map(BTreeMap::keys).copied().collect()
    }

    pub(crate) fn is_claimed(&self, fact: Fact) -> bool {
        self.orders.values().any(|order| order.claims(fact))
    }

    pub(crate) fn is_in_force(&self, fact: Fact) -> bool {
        self.orders.values().any(|order| !order.suspended && order.claims(fact))
    }

    /// The union of what orders claim that are suspended, or are not.
    pub(crate) fn spans(&self, fact: Fact, suspended: bool) -> Option<Span> {
        let orders = self.orders.values().filter(|order| order.suspended == suspended);
        let claims = orders.flat_map(|order| order.claims.values());
        claims.filter_map(|claims| claims.get(&fact).copied().flatten()).reduce(Span::union)
    }
}

impl Accepted {
    fn claims(&self, fact: Fact) -> bool {
        self.claims.values().any(|claims| claims.contains_key(&fact))
    }
}
