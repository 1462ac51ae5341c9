//! The product's parameters: an URL-encoded text, read into types.

use std::str::FromStr;

use crate::times::{Days, End, Time};

pub(crate) const COURSENAME: &str = "coursename";
pub(crate) const LEARNER: &str = "learner";
pub(crate) const TUTOR: &str = "tutor";
pub(crate) const SUPERVISOR: &str = "supervisor";
pub(crate) const STARTTIME: &str = "starttime";
pub(crate) const ENDTIME: &str = "endtime";
pub(crate) const DURATION: &str = "duration";
pub(crate) const CUSTOMERSUPPORT: &str = "customersupport";
pub(crate) const AUTOENROLSUPERVISOR: &str = "autoenrolsupervisor";
pub(crate) const DELEGATION: &str = "delegation";

pub(crate) const DEFAULT_LEARNER: &str = "student";
pub(crate) const DEFAULT_TUTOR: &str = "teacher";

/// What the merchant wrote. The fields have the parameters' names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    pub(crate) coursename: Given<ShortName>,
    pub(crate) learner: Given<ShortName>,
    pub(crate) tutor: Given<ShortName>,
    pub(crate) supervisor: Given<ShortName>,
    pub(crate) starttime: Given<Time>,
    pub(crate) endtime: Given<End>,
    pub(crate) duration: Given<Days>,
    pub(crate) customersupport: Given<ShortName>,
    pub(crate) autoenrolsupervisor: Given<Flag>,
    pub(crate) delegation: Given<Delegation>,
}

impl Parameters {
    /// Reads the parameters. Unknown keys and repeated ones are the host's to tell; here, the first counts.
    pub(crate) fn decode(encoded: &str) -> Self {
        // Any text is a list of pairs.
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(encoded).unwrap_or_default();
        let first = |name| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value);
        Parameters {
            coursename: Given::read(first(COURSENAME)),
            learner: Given::read(first(LEARNER)),
            tutor: Given::read(first(TUTOR)),
            supervisor: Given::read(first(SUPERVISOR)),
            starttime: Given::read(first(STARTTIME)),
            endtime: Given::read(first(ENDTIME)),
            duration: Given::read(first(DURATION)),
            customersupport: Given::read(first(CUSTOMERSUPPORT)),
            autoenrolsupervisor: Given::read(first(AUTOENROLSUPERVISOR)),
            delegation: Given::read(first(DELEGATION)),
        }
    }
}

/// The value given for a parameter. An empty one counts as absent.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Given<T> {
    #[default]
    Absent,
    Value(T),
    /// Not a value of this type; the text as it was written.
    Unreadable(String),
}

impl<T: FromStr> Given<T> {
    fn read(text: &str) -> Self {
        match text.parse() {
            _ if text.is_empty() => Given::Absent,
            Ok(value) => Given::Value(value),
            Err(_) => Given::Unreadable(text.to_owned()),
        }
    }
}

impl<T> Given<T> {
    pub(crate) fn map<U>(self, into: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Given::Absent => Given::Absent,
            Given::Value(value) => Given::Value(into(value)),
            Given::Unreadable(text) => Given::Unreadable(text),
        }
    }
}

/// The short name of a course or a role, exactly as it was written: grants are compared exactly. At most as long as a
/// text that may be handed to the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShortName(pub(crate) String);

impl FromStr for ShortName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text.len() <= 1024 { Ok(ShortName(text.to_owned())) } else { Err(()) }
    }
}

/// `1` or `0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flag(pub(crate) bool);

impl FromStr for Flag {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "0" => Ok(Flag(false)),
            "1" => Ok(Flag(true)),
            _ => Err(()),
        }
    }
}

/// Whose accounts are attached to the operator's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delegation {
    /// Everyone's.
    All,
    /// Those that this order made or will make.
    Created,
    /// Nobody's.
    None,
}

impl Delegation {
    pub(crate) const EACH: [Self; 3] = [Self::All, Self::Created, Self::None];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Created => "created",
            Self::None => "none",
        }
    }
}

impl FromStr for Delegation {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::EACH.into_iter().find(|delegation| delegation.name() == text).ok_or(())
    }
}
