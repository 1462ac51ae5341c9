//! Web shops, as they are to be connected.

use std::path::PathBuf;

use clap::Subcommand;
use shop_connections::ConnectionName;
use shop_core::words::period::{InvalidInstant, Timestamp};

#[derive(Subcommand)]
pub(in crate::cli) enum Connect {
    /// Connects a WooCommerce, for the shop without a name, or for another one with --shop: asks it whether it lets us in, writes
    /// connections/NAME.toml into the folder of the data, and makes its webhooks
    Woocommerce(NewlyConnected),
    /// Shows whether the web shops that are connected let us in, send what they should and have what the catalogue sells, and what is
    /// to be known of their orders; changes nothing
    Check {
        /// One of them [default: all]
        name: Option<ConnectionName>,
    },
    /// Makes the webhooks that are missing, and has those that there are sign with the connection's secret and send again
    Webhooks {
        /// Those of one web shop [default: of all]
        name: Option<ConnectionName>,
    },
}

#[derive(clap::Args)]
pub(in crate::cli) struct NewlyConnected {
    /// The address of the web shop
    pub(in crate::cli) url: String,
    /// This service's own address, as the web shop reaches it: https://seats.example.org
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) deliveries: String,
    /// What the connection is called; it becomes a part of the address to which the web shop sends
    #[arg(long, value_name = "NAME", default_value = "web")]
    pub(in crate::cli) name: ConnectionName,
    /// The file with the consumer key ck_… and the consumer secret cs_… [default: standard input]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) keys: Option<PathBuf>,
    /// Send these in the address, for a server that keeps the header with them from WooCommerce
    #[arg(long)]
    pub(in crate::cli) keys_in_address: bool,
    /// What was paid earlier is left alone: a time such as 2027-01-11T09:00:00+01:00 [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(in crate::cli) begins: Option<Timestamp>,
}

fn time(text: &str) -> Result<Timestamp, InvalidInstant> {
    text.to_owned().try_into()
}
