//! Declares the session of one order line.

use std::slice;

use crate::contract::{Account, Message, Order, Origin, Period, Person, SeatRole, Stage};
use crate::imports::Imports;
use crate::messages::{self, clip};
use crate::parameters::{Delegation, Parameters};
use crate::setup::{self, Setup};
use crate::times::last_day;

/// Declares the session of this line, as far as its stage allows, and says what the readers should know; or says all
/// that is wrong.
pub fn fulfil(imports: &mut impl Imports, order: &Order) -> Result<Vec<Message>, Vec<Message>> {
    let parameters = Parameters::decode(&order.parameters);
    let (setup, mut messages) = setup::check(imports, order.time, parameters);
    match (order.stage, setup, &order.operator) {
        (Stage::Offered, Some(setup), _) => messages.push(ready_for_sale(&setup)),
        (Stage::Offered, None, _) => return Err(messages),
        (stage, Some(setup), Some(operator)) => {
            let session = Session::new(imports, order, operator, setup);
            if stage == Stage::Paid {
                session.declare(imports);
            } else {
                imports.ensure_accounts(slice::from_ref(&operator.email));
            }
            session.tell(order, &mut messages);
        }
        (_, _, operator) => {
            if operator.is_none() {
                messages.push(messages::operator_missing());
            }
            messages.push(messages::order_rejected());
            return Err(messages);
        }
    }
    Ok(messages)
}

fn ready_for_sale(setup: &Setup) -> Message {
    let Setup { course, learner, tutor, supervisor, delegation, .. } = setup;
    messages::product_ready(&course.title, &learner.name, &tutor.name, &supervisor.name, delegation.name())
}

/// What is declared once the line is paid, and told before.
struct Session {
    setup: Setup,
    group_name: String,
    /// Each address once, the operator's first.
    emails: Vec<String>,
    /// What each of them is, in the same order.
    people: Vec<Part>,
}

/// What somebody is in the session.
#[derive(Default)]
struct Part {
    learns: bool,
    tutors: bool,
    /// Is the operator, and enrolled as such.
    supervises: bool,
    /// Has had an account since before this order.
    found: bool,
    /// Is attached to the operator.
    attached: bool,
}

const OPERATOR: usize = 0;

impl Session {
    fn new(imports: &impl Imports, order: &Order, operator: &Person, setup: Setup) -> Self {
        let mut emails = vec![operator.email.clone()];
        let mut people = vec![Part { supervises: setup.enrol_operator, ..Part::default() }];
        for seat in &order.seats {
            let Some(occupant) = &seat.occupant else {
                continue;
            };
            let mut place = OPERATOR;
            if occupant.email != operator.email {
                place = people.len();
                people.push(Part::default());
                emails.push(occupant.email.clone());
            }
            match seat.role {
                SeatRole::Learner => people[place].learns = true,
                SeatRole::Tutor => people[place].tutors = true,
            }
        }
        for (part, account) in people.iter_mut().zip(imports.find_accounts(&emails)) {
            part.found = account.is_some_and(|account| account.origin == Origin::Found);
        }
        for part in &mut people[OPERATOR + 1..] {
            part.attached = match setup.delegation {
                Delegation::All => true,
                Delegation::Created => !part.found,
                Delegation::None => false,
            };
        }
        Session { group_name: group_name(operator, order), setup, emails, people }
    }

    /// One call of each kind, whatever the number of seats.
    fn declare(&self, imports: &mut impl Imports) {
        let Setup { course, learner, tutor, supervisor, period, support, .. } = &self.setup;
        let accounts = imports.ensure_accounts(&self.emails);
        let those = |who: fn(&Part) -> bool| -> Vec<Account> {
            let people = self.people.iter().zip(&accounts);
            people.filter(|(part, _)| who(part)).map(|(_, account)| *account).collect()
        };
        let learners = those(|part| part.learns);
        if !learners.is_empty() {
            imports.enrol(course.course, learner.role, &learners, *period);
        }
        let tutors = those(|part| part.tutors);
        if !tutors.is_empty() {
            imports.enrol(course.course, tutor.role, &tutors, *period);
        }
        let supervisors = those(|part| part.supervises);
        if !supervisors.is_empty() {
            imports.enrol(course.course, supervisor.role, &supervisors, *period);
        }
        // A customer who is not enrolled stays out of the group as well: platforms take only who is.
        let group = imports.ensure_group(course.course, &self.group_name);
        let members = those(|part| part.learns || part.tutors || part.supervises);
        if !members.is_empty() {
            imports.add_members(group, &members);
        }
        // Not by name: what the learners' role is called is the merchant's choice, here and in the support course.
        let attached = those(|part| part.attached);
        if !attached.is_empty() {
            imports.attach(supervisor.role, learner.role, &attached);
        }
        if let (Some(support), Some(operator)) = (support, accounts.first()) {
            let period = Period { start: support.start, end: None };
            imports.enrol(support.course, learner.role, slice::from_ref(operator), period);
        }
    }

    /// Tells each audience what is set up, or will be once the line is paid.
    fn tell(&self, order: &Order, messages: &mut Vec<Message>) {
        let Setup { course, period, support, delegation, .. } = &self.setup;
        let taken = |role| {
            let seats = order.seats.iter().filter(|seat| seat.role == role);
            seats.filter(|seat| seat.occupant.is_some()).count()
        };
        let (learners, tutors) = (taken(SeatRole::Learner), taken(SeatRole::Tutor));
        let title = &course.title;
        messages.extend(if order.stage == Stage::Paid {
            [messages::session_ready(), messages::seats_ready(title, learners, tutors), messages::setup_ready(title)]
        } else {
            [
                messages::session_planned(),
                messages::seats_planned(title, learners, tutors),
                messages::setup_planned(title),
            ]
        });
        let vacant = order.seats.len() - learners - tutors;
        if vacant > 0 {
            messages.push(messages::seats_vacant(vacant));
        }
        messages.push(match period.end.map(|end| (end, last_day(end))) {
            Some((_, Some(last))) => messages::period_days(period.start, &last),
            Some((end, None)) => messages::period_limited(period.start, end),
            None => messages::period_open(period.start),
        });
        if let Some(support) = support {
            messages.push(messages::support_course(&support.title, support.start));
        }
        let found = self.people.iter().filter(|part| part.found).count();
        messages.push(messages::accounts(found, self.people.len() - found, delegation.name()));
    }
}

/// For people; the order's id sets apart the groups of one operator. At most 200 characters.
fn group_name(operator: &Person, order: &Order) -> String {
    // Who has one name only has a stand-in for the other.
    let names: Vec<&str> =
        [&*operator.first_name, &*operator.last_name].into_iter().filter(|name| *name != "-").collect();
    clip(&names.join(" "), 97) + " – " + &clip(&order.id, 100)
}
