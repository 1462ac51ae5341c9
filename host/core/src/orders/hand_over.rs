//! An order that passes from one operator to another.
//!
//! What was the former one's goes with the order, since the order's lines no longer claim it: attachments both ways, the
//! enrolment and its roles, the support course, the place in the group. Of that, the former operator keeps what other orders
//! claim, what was there before, and what is kept for the sake of work that was done.

use std::collections::BTreeSet;

use crate::orders::conflict::Conflict;
use crate::orders::recorded::Recorded;
use crate::orders::revision::Last;
use crate::platform::names::Names;
use crate::platform::{AccountId, CourseId};
use crate::sessions::accounts::Accounts;
use crate::sessions::plan::{Change, Plan};
use crate::sessions::session::Fact;
use crate::sessions::standing::Standing;
use crate::words::email::Email;
use crate::words::message::{Audience, Level, Message, Subject};
use crate::words::order::Order;

/// Compares who is to be in charge of an order with who was until now. Counted up, a message means what it says: the order is
/// handed over. Else it may be another order under the same id.
pub fn check(is_to_be: &Order, recorded: &Recorded, before: &Order) -> Result<(), Conflict> {
    let (of, found) = (Email::folded(&before.operator.email), Email::folded(&is_to_be.operator.email));
    match recorded.is_bought() && of != found && !Last::from(recorded).is_counted_up(is_to_be.revision) {
        true => Err(Conflict::Operator { recorded: of, found }),
        false => Ok(()),
    }
}

/// An order passes from one operator to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Who was in charge until now.
    pub from: Email,
    /// The account of whoever that is, if there is one.
    pub account: Option<AccountId>,
    /// Who is in charge from now on.
    pub to: Email,
}

impl HandOver {
    /// What there is between an order as it stood and as it is to be; none if its operator stays, by whichever address.
    pub fn between(stood: &Order, is_to_be: &Order, accounts: &Accounts) -> Option<Self> {
        let (from, to): (Email, Email) = (stood.operator.email.parse().ok()?, is_to_be.operator.email.parse().ok()?);
        let account = match &accounts.of_named(&from)[..] {
            [account] => Some(account.id),
            _ => None,
        };
        (!accounts.is_same(&from, &to)).then_some(HandOver { from, account, to })
    }

    /// What is told of it.
    pub fn notice(&self) -> Message {
        let notice = Message::host(Level::Notice, Audience::Operator, Subject::Order, "order-handed-over");
        notice.with("from", self.from.as_str()).with("to", self.to.as_str())
    }

    /// What the former operator keeps, of what the order has given so far and gives no longer, after a plan.
    pub fn kept(&self, given_up: &BTreeSet<Fact>, plan: &Plan, standing: &Standing, names: &Names) -> Vec<Message> {
        let mut kept = Vec::new();
        let mut charges = BTreeSet::new();
        for fact in given_up.iter().filter(|fact| standing.surely_has(fact)) {
            let change = plan.steps.iter().find(|step| step.fact == *fact).map(|step| &step.change);
            match (fact, change) {
                (Fact::Enrolment(..), Some(Change::Unenrol)) => {}
                (Fact::Enrolment(course, who), change) if *who == self.from => {
                    kept.push(self.stays(
                        *course,
                        matches!(change, Some(Change::Enrol { suspended: true, .. })),
                        names,
                    ));
                }
                (Fact::AccountRole { holder, context, .. }, None) if *holder == self.from => {
                    charges.insert(context.as_str());
                }
                _ => {}
            }
        }
        if !charges.is_empty() {
            kept.push(
                self.warning("operator-keeps-charge")
                    .with("people", charges.into_iter().collect::<Vec<_>>().join(", ")),
            );
        }
        kept
    }

    fn stays(&self, course: CourseId, suspended: bool, names: &Names) -> Message {
        let key = if suspended { "operator-kept-suspended" } else { "operator-keeps-enrolment" };
        self.warning(key).with("course", names.course(course))
    }

    fn warning(&self, key: &str) -> Message {
        Message::warning(key).with("email", self.from.as_str())
    }
}
