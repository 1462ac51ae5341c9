//! Why the host could not do what it was asked for.

use std::path::PathBuf;

use crate::handlers::HandlerError;
use shop_core::lines::catalogues::UnknownShop;
use shop_core::orders::amendment::Unamendable;
use shop_core::orders::conflict::Conflict;
use shop_core::platform::PlatformError;
use shop_core::sessions::attachment::Unattachable;
use shop_core::words::author::InvalidName;
use shop_core::words::email::Typed;
use shop_core::words::order::{InvalidOrderId, OrderId};
use shop_core::words::period::Timestamp;
use shop_journal::JournalError;
use shop_sandbox::Unable;

/// Something prevented the work as a whole. Nothing was changed; but if the journal failed while an order was carried out,
/// a part of that may be done. Fulfilling the order again goes on where it was.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The order contradicts what is recorded.
    #[error("order {order}: {conflict}")]
    Conflict {
        /// Which order.
        order: OrderId,
        /// How.
        conflict: Conflict,
    },
    /// A new order's id could be taken for another.
    #[error(transparent)]
    Id(#[from] InvalidOrderId),
    /// There is no such shop, or no longer.
    #[error(transparent)]
    UnknownShop(#[from] UnknownShop),
    /// The order's lines cannot be moved to another version of their handlers.
    #[error("order {order} cannot be upgraded: {reason}")]
    NotUpgradable {
        /// Which order.
        order: OrderId,
        /// Why not.
        reason: &'static str,
    },
    /// The order cannot be amended like that.
    #[error("order {order} cannot be changed: {reason}")]
    Unamendable {
        /// Which order.
        order: OrderId,
        /// Why not.
        reason: Unamendable,
    },
    /// The order is not as whoever wants something done about it has read it.
    #[error("order {0} is no longer as it was read, or was never heard of: read it, and decide again")]
    Changed(OrderId),
    /// A change of the order is under way, or waits for the platform.
    #[error("order {order} is unfinished: {}", due(next_try.as_ref()))]
    Unfinished {
        /// Which order.
        order: OrderId,
        /// When it is tried again, if it is.
        next_try: Option<Timestamp>,
    },
    /// Nothing is to be done about the order.
    #[error("nothing of order {0} waits to be tried again")]
    NothingWaits(OrderId),
    /// The program went down so often in a row while it worked at the order.
    #[error("order {order} has brought this program down {times} times in a row, and is set aside")]
    SetAside {
        /// Which order.
        order: OrderId,
        /// How often.
        times: u32,
    },
    /// The attempt panicked.
    #[error("order {order}: this program failed while it worked at it, and tries it again later; it said: {reason}")]
    Panicked {
        /// Which order.
        order: OrderId,
        /// What it said.
        reason: String,
    },
    /// Nobody of the staff has this name.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// A request about people whom this needs was given up, and may still be carried out.
    #[error(
        "the answer to an earlier request about the same people was lost, and it may be carried out until {} UTC: nothing newer is \
         asked of the learning platform about them before",
        until.to_the_second()
    )]
    Held {
        /// Until when.
        until: Timestamp,
    },
    /// Orders in force name the person.
    #[error("{email} is needed by the orders in force {}: release the seats, or cancel the orders first", list(orders))]
    InUse {
        /// Who.
        email: Typed,
        /// Which orders.
        orders: Vec<OrderId>,
    },
    /// Nobody can agree to that.
    #[error(transparent)]
    Unattachable(#[from] Unattachable),
    /// The platform is not the one that it was said to be.
    #[error("{0}")]
    NotMoved(String),
    /// Nothing is recorded of it.
    #[error("no order {0} is recorded")]
    UnknownOrder(OrderId),
    /// The platform does not answer, or refuses to be read.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// The journal fails.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A handler cannot be had.
    #[error(transparent)]
    Handler(HandlerError),
    /// This machine could not call a handler.
    #[error(transparent)]
    Unable(#[from] Unable),
    /// The folder of the data fails.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
}

impl From<HandlerError> for HostError {
    fn from(error: HandlerError) -> Self {
        match error {
            HandlerError::Unable(unable) => HostError::Unable(unable),
            error => HostError::Handler(error),
        }
    }
}

impl HostError {
    /// What it is, in a word that stays the same, for whoever tells it to programs; all else about it is in its fields. In words
    /// of people it is told by its [`Display`](std::fmt::Display), which names no command of any program: what to do depends on
    /// what the reader has at hand.
    pub fn code(&self) -> &'static str {
        match self {
            HostError::Conflict { .. } => "order-contradicts",
            HostError::Id(_) => "order-id-invalid",
            HostError::UnknownShop(_) => "shop-unknown",
            HostError::NotUpgradable { .. } => "order-not-upgradable",
            HostError::Unamendable { .. } => "order-not-amendable",
            HostError::Changed(_) => "order-changed",
            HostError::Unfinished { .. } => "order-unfinished",
            HostError::NothingWaits(_) => "order-not-waiting",
            HostError::SetAside { .. } => "order-set-aside",
            HostError::Panicked { .. } => "attempt-panicked",
            HostError::Name(_) => "name-invalid",
            HostError::Held { .. } => "people-held",
            HostError::InUse { .. } => "person-needed",
            HostError::Unattachable(_) => "person-not-attachable",
            HostError::NotMoved(_) => "platform-not-moved",
            HostError::UnknownOrder(_) => "order-unknown",
            HostError::Platform(PlatformError::Unavailable(_)) => "platform-unavailable",
            HostError::Platform(PlatformError::Lost(_)) => "platform-answer-lost",
            HostError::Platform(PlatformError::Refused(_)) => "platform-refuses",
            HostError::Platform(PlatformError::Unreadable(_)) => "platform-unreadable",
            HostError::Journal(error) => error.code(),
            HostError::Handler(error) => error.code(),
            HostError::Unable(_) => "machine-unable",
            HostError::Io { .. } => "folder-fails",
        }
    }
}

fn due(next_try: Option<&Timestamp>) -> String {
    match next_try {
        Some(time) => format!("the next try is due at {} UTC", time.to_the_second()),
        None => "it was set aside".to_owned(),
    }
}

fn list(orders: &[OrderId]) -> String {
    orders.iter().map(OrderId::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::platform::Problem;
    use shop_core::words::author::Author;

    /// What an API would tell of each: a word, and a text that is of use to whoever has no command line.
    #[test]
    fn each_has_a_code_and_names_no_command() {
        let order = || OrderId::try_from("A".to_owned()).unwrap();
        let problem = || Problem::new("accessexception", "the token is not valid");
        let found = || "b@example.org".to_owned();
        let conflict = Conflict::Operator { recorded: "a@example.org".to_owned(), found: found() };
        let moved = JournalError::OtherPlatform { recorded: "https://old".to_owned(), found: "https://new".to_owned() };
        let until = Timestamp::EARLIEST;
        let told = [
            ("order-contradicts", HostError::Conflict { order: order(), conflict }),
            ("order-not-upgradable", HostError::NotUpgradable { order: order(), reason: "it is cancelled" }),
            ("order-not-amendable", HostError::Unamendable { order: order(), reason: Unamendable::NotAccepted }),
            ("order-changed", HostError::Changed(order())),
            ("order-unfinished", HostError::Unfinished { order: order(), next_try: Some(until) }),
            ("order-unfinished", HostError::Unfinished { order: order(), next_try: None }),
            ("order-not-waiting", HostError::NothingWaits(order())),
            ("order-set-aside", HostError::SetAside { order: order(), times: 3 }),
            ("attempt-panicked", HostError::Panicked { order: order(), reason: "index out of bounds".to_owned() }),
            ("name-invalid", Author::staff("shop").unwrap_err().into()),
            ("people-held", HostError::Held { until }),
            ("person-needed", HostError::InUse { email: Typed::folded(found()), orders: vec![order()] }),
            ("person-not-attachable", Unattachable::Never.into()),
            ("platform-not-moved", HostError::NotMoved("it is another one".to_owned())),
            ("order-unknown", HostError::UnknownOrder(order())),
            ("platform-unavailable", PlatformError::Unavailable(problem()).into()),
            ("platform-answer-lost", PlatformError::Lost(problem()).into()),
            ("platform-refuses", PlatformError::Refused(problem()).into()),
            ("platform-unreadable", PlatformError::Unreadable(problem()).into()),
            ("platform-other", moved.into()),
            ("order-superseded", JournalError::Superseded(order()).into()),
            ("journal-unreadable", JournalError::Content("no such state".to_owned()).into()),
            ("handler-inactive", HandlerError::Inactive("spoc".to_owned()).into()),
            ("handler-unknown", HandlerError::Unknown("spoc".to_owned()).into()),
            ("component-not-installed", HandlerError::NotInstalled("spoc.wasm".into()).into()),
            ("handler-needed", HandlerError::Pinned { title: "spoc@1.0.0".to_owned(), lines: 2 }.into()),
            ("handler-active", HandlerError::Active("spoc@1.0.0".to_owned()).into()),
        ];
        for (code, error) in told {
            assert_eq!(error.code(), code, "{error}");
            let text = error.to_string();
            assert!(!text.contains('`') && !text.contains("--") && !text.contains("shop-host"), "{code}: {text}");
        }
    }
}
