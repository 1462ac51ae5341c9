//! Amounts. Lines are kept in millionths of the currency, as the shop does; what is shown is rounded.

/// So many millionths are a cent.
const CENT: i64 = 10_000;

/// The rate of VAT, in percent.
pub(crate) const RATE: i64 = 20;

/// An amount without and with its tax apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) net: i64,
    pub(crate) tax: i64,
}

impl Amount {
    /// Of a price that has the tax in it, in cents.
    pub(crate) fn of_price(cents: i64) -> Amount {
        let gross = cents * CENT;
        let net = divided(gross * 100, 100 + RATE);
        Amount { net, tax: gross - net }
    }

    /// Of what somebody wrote down without its tax.
    pub(crate) fn of_net(net: i64) -> Amount {
        Amount { net, tax: divided(net * RATE, 100) }
    }

    pub(crate) fn gross(self) -> i64 {
        self.net + self.tax
    }

    pub(crate) fn negative(self) -> Amount {
        Amount { net: -self.net, tax: -self.tax }
    }
}

impl std::iter::Sum for Amount {
    fn sum<I: Iterator<Item = Amount>>(amounts: I) -> Amount {
        amounts.fold(Amount::default(), |one, other| Amount { net: one.net + other.net, tax: one.tax + other.tax })
    }
}

/// Rounded half away from zero.
fn divided(number: i64, by: i64) -> i64 {
    (number.abs() * 2 + by) / (by * 2) * number.signum()
}

/// As it is shown, with two digits.
pub(crate) fn shown(millionths: i64) -> String {
    let cents = divided(millionths, CENT);
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// What somebody wrote, in millionths.
pub(crate) fn read(text: &str) -> Option<i64> {
    let number: f64 = text.trim().parse().ok()?;
    (number.abs() < 1e9).then_some((number * 1e6).round() as i64)
}

/// Cents in millionths.
pub(crate) fn of_cents(cents: i64) -> i64 {
    cents * CENT
}

/// Whether something of an amount that is shown is left.
pub(crate) fn is_seen(millionths: i64) -> bool {
    divided(millionths, CENT) > 0
}

/// As the shop has it for a single piece: a float, with its noise.
pub(crate) fn each(millionths: i64, quantity: i64) -> f64 {
    if quantity == 0 { 0.0 } else { millionths as f64 / 1e6 / quantity as f64 }
}

#[cfg(test)]
mod tests {
    use super::{Amount, each, read, shown};

    #[test]
    fn amounts_are_rounded_as_recorded() {
        let five = Amount::of_price(5000);
        assert_eq!(
            (shown(five.net), shown(five.tax), shown(five.gross())),
            ("41.67".into(), "8.33".into(), "50.00".into())
        );
        assert_eq!(each(five.net, 5), 8.333333399999999);
        let seven = Amount::of_net(read("58.33").unwrap());
        assert_eq!((shown(seven.tax), each(seven.net, 7)), ("11.67".to_owned(), 8.332857142857142));
        assert_eq!(shown(-10_000_000), "-10.00");
    }
}
