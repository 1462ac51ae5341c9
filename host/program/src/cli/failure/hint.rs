//! What can be done with this program about an error of the host, which does not know who uses it.

use shop_core::lines::catalogues::UnknownShop;
use shop_core::orders::conflict::Conflict;
use shop_core::words::message::Message;
use shop_host::backup::BackupError;
use shop_host::handlers::HandlerError;
use shop_host::host::HostError;
use shop_journal::JournalError;

pub(super) fn of_host(error: &HostError) -> Option<String> {
    Some(match error {
        HostError::Conflict { order, conflict: Conflict::Operator { found, .. } } => {
            format!("`shop-host orders hand-over {order} {found}` does that, too")
        }
        HostError::Conflict { order, conflict: Conflict::Erased { found, .. } } => {
            format!("`shop-host orders hand-over {order} {found}` does that")
        }
        HostError::Unfinished { next_try: Some(_), .. } => "`shop-host work` goes on with it".to_owned(),
        HostError::Unfinished { order, .. } | HostError::SetAside { order, .. } => {
            format!("`shop-host orders retry {order}` tries it again")
        }
        HostError::NothingWaits(order) => format!("`shop-host orders show {order}` tells how it is"),
        HostError::UnknownOrder(_) => "`shop-host orders list` lists those that are".to_owned(),
        HostError::UnknownShop(UnknownShop { shop, .. }) => {
            let file = shop.as_ref().map_or("catalogue.toml".to_owned(), |shop| format!("shops/{shop}.toml"));
            format!("it is looked for as {file} in the folder of the data")
        }
        HostError::Journal(error) => return of_journal(error),
        HostError::Handler(error) => return of_handler(error),
        _ => return None,
    })
}

pub(super) fn of_handler(error: &HandlerError) -> Option<String> {
    Some(match error {
        HandlerError::Inactive(_) => "`shop-host handlers install FILE --activate` makes one so".to_owned(),
        HandlerError::Unknown(_) => "`shop-host handlers list` lists those that are".to_owned(),
        HandlerError::NotInstalled(file) => format!("`shop-host handlers install {}` does so", file.display()),
        HandlerError::Pinned { .. } => "`shop-host orders upgrade ORDER` moves them to another version".to_owned(),
        HandlerError::Journal(error) => return of_journal(error),
        _ => return None,
    })
}

pub(super) fn of_backup(error: &BackupError) -> Option<String> {
    match error {
        BackupError::NoShop(_) => Some("--data DIR names another folder".to_owned()),
        BackupError::Occupied { .. } => Some("--data DIR names one".to_owned()),
        _ => None,
    }
}

fn of_journal(error: &JournalError) -> Option<String> {
    match error {
        JournalError::OtherPlatform { recorded, found } => {
            // The embedded platform has no address.
            let has_address = [recorded, found].iter().all(|identity| identity.contains("://"));
            let moved = format!(
                "; if it is the same one with another address, run `shop-host platform moved --from {recorded}`"
            );
            Some(format!("--data DIR names that folder{}", if has_address { &moved } else { "" }))
        }
        JournalError::Superseded(order) => Some(format!("`shop-host orders show {order}` tells")),
        _ => None,
    }
}

pub(super) fn of_message(message: &Message) -> Option<&'static str> {
    let serves = "`shop-host handlers install FILE --activate` makes a version serve";
    (message.key == "handler-unusable").then_some(serves)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::super::arguments::Cli;
    use super::*;
    use shop_core::words::order::OrderId;
    use shop_core::words::period::Timestamp;

    /// Each hint, with the commands that it names: they are commands of this program.
    #[test]
    fn what_is_told_to_be_done_can_be_done() {
        let order = || OrderId::try_from("A".to_owned()).unwrap();
        let operator =
            || Conflict::Operator { recorded: "a@example.org".to_owned(), found: "b@example.org".to_owned() };
        let erased = || Conflict::Erased { recorded: "a@example.org".to_owned(), found: "b@example.org".to_owned() };
        let moved =
            |from: &str| JournalError::OtherPlatform { recorded: from.to_owned(), found: "https://new".to_owned() };
        let hints = [
            of_host(&HostError::Conflict { order: order(), conflict: operator() }),
            of_host(&HostError::Conflict { order: order(), conflict: erased() }),
            of_host(&HostError::Unfinished { order: order(), next_try: Some(Timestamp::EARLIEST) }),
            of_host(&HostError::Unfinished { order: order(), next_try: None }),
            of_host(&HostError::SetAside { order: order(), times: 3 }),
            of_host(&HostError::NothingWaits(order())),
            of_host(&HostError::UnknownOrder(order())),
            of_host(&HostError::Journal(moved("https://old"))),
            of_host(&HostError::Journal(JournalError::Superseded(order()))),
            of_message(&Message::fault("handler-unusable")).map(str::to_owned),
            of_handler(&HandlerError::Inactive("spoc".to_owned())),
            of_handler(&HandlerError::Unknown("spoc".to_owned())),
            of_handler(&HandlerError::NotInstalled("spoc.wasm".into())),
            of_handler(&HandlerError::Pinned { title: "spoc@1.0.0".to_owned(), lines: 2 }),
        ];
        for hint in hints {
            let hint = hint.expect("a hint");
            let mut named = hint.split('`').skip(1).step_by(2).peekable();
            assert!(named.peek().is_some(), "{hint}: it names no command");
            for command in named {
                let parsed = Cli::try_parse_from(command.split(' '));
                assert!(parsed.is_ok(), "{command}: {}", parsed.err().unwrap());
            }
        }
        assert!(!of_journal(&moved("embedded")).unwrap().contains("moved"), "it has no address");
    }
}
