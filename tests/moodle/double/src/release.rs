//! Releases of Moodle.

/// A release of Moodle, as far as its answers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// 4.2.3
    V4_2,
    /// 4.5.6
    V4_5,
    /// 5.1
    V5_1,
}
