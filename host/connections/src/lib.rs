//! Web shops that sell for the host. Each is read in its own language, here at the edge: what comes in is an order as any other.
//!
//! What a web shop sends is a hint, whatever else it says: hints come late, twice, in another sequence, or never. Each is written down,
//! and the order is read in the web shop; what is different there from what was last told is told, under a revision of our own. What was
//! never sent is found by looking through the web shop's list of orders.
//!
//! | | |
//! | --- | --- |
//! | `shop` | what a web shop is to us: [`WebShop`] |
//! | `connection` | one that is connected, and what it is called |
//! | `purchase` | an order of a web shop, as all of them have it |
//! | `known` | what is remembered of one |
//! | `told` | what is to be told of it: the message to the host, if there is any news |
//! | `seats` | who sits where, by what was typed in the web shop |
//! | `reader` | reads what was hinted at, and tells it |
//! | `rounds` | looks for what was never sent |
//! | `settings` | the files in `connections/` |
//! | `made` | a web shop is connected: its files, and its webhooks |
//! | `check` | whether a connection works |
//! | `secret` | where secrets are |
//! | `woocommerce` | WooCommerce |

pub mod check;
mod connection;
mod known;
pub mod made;
pub mod purchase;
mod reader;
mod rounds;
mod seats;
pub mod secret;
pub mod settings;
pub mod shop;
mod told;
pub mod woocommerce;

pub use connection::{Connection, ConnectionName};
pub use known::{Note, notes};
pub use reader::{Round, read_hints};
pub use rounds::{LookError, Looker};
pub use shop::WebShop;
