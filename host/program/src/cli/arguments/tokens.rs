//! Tokens for the API, as they are asked for.

use clap::Subcommand;
use shop_core::words::permission::Permission;

use super::By;

#[derive(Subcommand)]
pub(in crate::cli) enum Tokens {
    /// Makes a token for the orders of the shop without a name, or of another one with --shop; its secret is shown once
    Make(NewlyMade),
    /// Those that were made and not revoked
    List,
    /// Has a token count no longer
    Revoke {
        /// Its number
        id: i64,
        #[command(flatten)]
        by: By,
    },
}

#[derive(clap::Args)]
pub(in crate::cli) struct NewlyMade {
    /// What people know it by
    #[arg(value_parser = name)]
    pub(in crate::cli) name: String,
    /// What it permits: orders:read, orders:write, seats:write
    #[arg(long = "permit", value_name = "PERMISSION", required = true)]
    pub(in crate::cli) permissions: Vec<Permission>,
    /// For how many days; else until it is revoked
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(in crate::cli) days: Option<u32>,
    #[command(flatten)]
    pub(in crate::cli) by: By,
}

fn name(text: &str) -> Result<String, String> {
    let fits = (1..=100).contains(&text.chars().count()) && text.trim() == text;
    match fits && !text.chars().any(shop_core::words::text::is_unprintable) {
        true => Ok(text.to_owned()),
        false => Err("expected a name in one line of 1 to 100 characters".to_owned()),
    }
}
