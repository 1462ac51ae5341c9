//! What the shop's staff changes about orders and their seats, on the command line.

use shop_core::lines::line::SeatRole;
use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::words::email::Email;
use shop_core::words::message::Subject;
use shop_core::words::order::OrderId;
use shop_core::words::seat::SeatId;
use shop_host::host::Host;

use super::arguments::{How, Seats, Successor};
use super::failure::Told;
use super::{Cli, Failure, exit_status, progress};
use shop_host::view::Voice;

pub(super) async fn order(cli: &Cli, id: &str, amendment: Amendment, how: &How) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogues()?).await?;
    amend(cli, &host, &cli.order_id(id)?, &amendment, how).await
}

pub(super) async fn hand_over(cli: &Cli, id: &str, to: &Successor, how: &How) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogues()?).await?;
    let id = cli.order_id(id)?;
    let person = host.successor(&id, &to.into()).await?;
    let person = person.ok_or_else(|| unknown(&to.email, cli.staff_voice(&host)))?;
    amend(cli, &host, &id, &Amendment::HandOver(person), how).await
}

/// Nobody knows this person. What is no address cannot be anybody's, whatever the name.
fn unknown(email: &str, voice: Voice) -> Failure {
    match Email::for_account(email) {
        Ok(email) => Failure::Misused(Told::new("no-person", [("email", email.as_str().into())])),
        Err(fault) => {
            let message = fault.message(Subject::Operator("email".to_owned()), email);
            Failure::Usage(voice.message(&message, None))
        }
    }
}

pub(super) async fn seat(cli: &Cli, command: &Seats) -> Result<u8, Failure> {
    let role = |tutor| if tutor { SeatRole::Tutor } else { SeatRole::Learner };
    let (seat, change, how) = match command {
        Seats::Assign { seat, person, tutor, how } => (seat, SeatAmendment::Assign(person.into(), role(*tutor)), how),
        Seats::Release { seat, how } => (seat, SeatAmendment::Release, how),
        Seats::Reassign { seat, person, how } => (seat, SeatAmendment::Reassign(person.into()), how),
        Seats::Extend { seat, until, how } => (seat, SeatAmendment::Extend(*until), how),
    };
    let host = cli.host(cli.catalogues()?).await?;
    let order = order_of(cli, &host, seat).await?;
    amend(cli, &host, &order, &Amendment::Seat(seat.clone(), change), how).await
}

async fn order_of(cli: &Cli, host: &Host, seat: &SeatId) -> Result<OrderId, Failure> {
    let order = host.journal().order_of_seat(seat).await?;
    order
        .filter(|order| cli.scope().has(order))
        .ok_or_else(|| Failure::Misused(Told::new("no-seat", [("seat", seat.to_string().into())])))
}

async fn amend(cli: &Cli, host: &Host, id: &OrderId, amendment: &Amendment, how: &How) -> Result<u8, Failure> {
    let outcome = match how.preview {
        true => host.preview_amendment(id, amendment).await?,
        false => host.amend(id, amendment, &how.by.who, &progress()).await?,
    };
    cli.tell(&outcome, how.preview);
    Ok(exit_status(outcome.state))
}
