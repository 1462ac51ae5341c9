//! What is missing for the shop to work on a Moodle: found out without changing anything.
//!
//! Moodle tells no account which capabilities it has. But it looks at them before it looks at what a request wants; so a request
//! that cannot succeed, because it is about an account that does not exist, or lacks a password, tells by its error how far it
//! got.

mod examination;
mod reports;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{MoodlePlatform, markup, requirements};
use shop_core::platform::{GroupMode, Reply};
use shop_core::words::message::Message;

use examination::Examination;

/// What the orders of a product need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Its reference.
    pub product: String,
    /// Its courses.
    pub courses: Vec<NeededCourse>,
    /// The short names of its roles.
    pub roles: Vec<String>,
}

/// A course that the orders of a product need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededCourse {
    /// The parameter that names it.
    pub parameter: String,
    /// Its short name.
    pub short_name: String,
    /// Whether the product cannot do without: then it is where the sessions take place.
    pub required: bool,
}

/// Whether something is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing could tell.
    Unknown,
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// What a Moodle has and lacks.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SiteCheck {
    /// Its address.
    pub url: String,
    /// What it is called.
    pub name: String,
    /// Its release.
    pub release: String,
    /// The user name of the shop's account.
    pub account: String,
    /// The functions, in the sequence in which they are used.
    pub functions: Vec<FunctionCheck>,
    /// The capabilities.
    pub capabilities: Vec<CapabilityCheck>,
    /// The roles that products need.
    pub roles: Vec<RoleCheck>,
    /// The courses that products need.
    pub courses: Vec<CourseCheck>,
    /// What is to be done, or known.
    #[serde(skip)]
    pub messages: Vec<Message>,
}

/// A function of the web services.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FunctionCheck {
    /// Its name.
    pub function: &'static str,
    /// Whether the token may call it.
    pub in_service: bool,
    /// What it needs.
    pub capabilities: &'static [&'static str],
}

/// A capability of the role of the shop's account.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct CapabilityCheck {
    /// Its name.
    pub capability: &'static str,
    /// Whether the account has it.
    pub had: Verdict,
}

/// A role that products need.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RoleCheck {
    /// Its short name.
    pub role: String,
    /// Its id, if it is known.
    pub id: Option<i64>,
    /// Whether the shop's account can assign it in the courses.
    pub in_courses: Verdict,
    /// Whether the shop's account can assign it in accounts.
    pub in_accounts: Verdict,
}

/// A course that a product needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CourseCheck {
    /// The product.
    pub product: String,
    /// The parameter that names it.
    pub parameter: String,
    /// Its short name.
    pub course: String,
    /// Whether it was found.
    pub found: bool,
    /// Whether people can be enrolled in it by hand.
    pub manual_enrolment: Verdict,
    /// Whether its groups see each other.
    pub group_mode: Option<GroupMode>,
}

impl SiteCheck {
    /// Whether the shop can work.
    pub fn is_green(&self) -> bool {
        !self.messages.iter().any(Message::is_error)
    }
}

impl MoodlePlatform {
    /// Finds out what is missing for these products. Changes nothing.
    pub async fn check(&self, products: &[Needs]) -> Reply<SiteCheck> {
        let site = self.site().await?;
        let mut examination = Examination {
            moodle: self,
            capabilities: BTreeMap::new(),
            in_service: site.functions.iter().map(|function| function.name.as_str()).collect(),
            messages: Vec::new(),
        };
        examination.site(&site.release).await?;
        let found = examination.courses(products).await?;
        let roles = examination.roles(products, &found).await?;
        let courses = examination.products(products, &found).await?;
        examination.reports(&found).await?;
        examination.lacking();
        let functions = requirements::of(&self.settings).map(|needed| FunctionCheck {
            function: needed.function,
            in_service: examination.in_service.contains(needed.function),
            capabilities: needed.capabilities,
        });
        Ok(SiteCheck {
            url: self.settings.url.clone(),
            name: markup::unescaped(&site.sitename),
            release: site.release.clone(),
            account: site.username.clone(),
            functions: functions.collect(),
            capabilities: examination.all_capabilities(),
            roles,
            courses,
            messages: examination.messages,
        })
    }
}
