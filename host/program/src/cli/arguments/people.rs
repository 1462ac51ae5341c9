//! People, as they are typed.

use clap::Subcommand;
use shop_core::orders::successor;
use shop_core::words::email::{Spelled, Typed};
use shop_core::words::order::Person;

use super::{By, language_tag};

#[derive(Subcommand)]
pub(in crate::cli) enum People {
    /// Notes that somebody who had an account before agrees to an operator's charge over it, and attaches it
    Attach {
        /// The address of the account
        email: Spelled,
        /// The operator's address
        #[arg(long, value_name = "OPERATOR")]
        to: Spelled,
        #[command(flatten)]
        by: By,
    },
    /// Notes that somebody does not agree, or no longer, to an operator's charge over the own account, and detaches it
    Detach {
        /// The address of the account
        email: Spelled,
        /// The operator's address
        #[arg(long, value_name = "OPERATOR")]
        from: Spelled,
        #[command(flatten)]
        by: By,
    },
    /// Erases a person from orders, receipts and recorded calls; the account on the learning platform stays
    Erase {
        /// The address; or what was typed for one in an order, whether it is one or not
        email: Typed,
        #[command(flatten)]
        by: By,
    },
}

/// Who takes a seat.
#[derive(clap::Args)]
pub(in crate::cli) struct Occupant {
    /// The address, by which the person is identified
    #[arg(long)]
    email: String,
    /// The first name; leave it out for somebody who has a last name only
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    first_name: String,
    /// The last name; leave it out for somebody who has a first name only
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    last_name: String,
    /// The language that an invitation is written in
    #[arg(long = "in", value_name = "TAG", value_parser = language_tag)]
    speaks: Option<String>,
    /// What the product's handler asks for beside that
    #[arg(long, value_name = "FIELD=VALUE", value_parser = field)]
    field: Vec<(String, String)>,
}

impl From<&Occupant> for Person {
    fn from(typed: &Occupant) -> Person {
        Person {
            email: typed.email.clone(),
            first_name: typed.first_name.clone(),
            last_name: typed.last_name.clone(),
            language: typed.speaks.clone(),
            extra: typed.field.iter().cloned().collect(),
        }
    }
}

/// Who is to be in charge of an order.
#[derive(clap::Args)]
pub(in crate::cli) struct Successor {
    /// The address, by which the person is identified
    pub(in crate::cli) email: String,
    /// The first name [default of both names: as in the order, or on the learning platform]
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// The last name
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// The language that an invitation is written in
    #[arg(long = "in", value_name = "TAG", value_parser = language_tag)]
    speaks: Option<String>,
    /// What the product's handler asks for beside that
    #[arg(long, value_name = "FIELD=VALUE", value_parser = field)]
    field: Vec<(String, String)>,
}

impl From<&Successor> for successor::Successor {
    fn from(typed: &Successor) -> successor::Successor {
        successor::Successor {
            email: typed.email.clone(),
            first_name: typed.first_name.clone(),
            last_name: typed.last_name.clone(),
            language: typed.speaks.clone(),
            extra: typed.field.iter().cloned().collect(),
        }
    }
}

fn field(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("expected a field and its value, such as phone=0102")?;
    Ok((name.to_owned(), value.to_owned()))
}
