//! How the host reaches a Moodle, and what it must be told because Moodle does not tell it.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use reqwest::Url;
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::token::TokenSource;
use shop_core::platform::{CourseId, RoleId};
use shop_core::words::email::Email;
use shop_web::{is_this_machine, shown};

/// The settings of a Moodle: the file `moodle.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoodleSettings {
    /// The site's address, as its pages have it: `https://moodle.example.org`. Plain HTTP is for this machine only.
    pub url: String,
    /// Where the web-service token is: `{ env = "NAME" }` or `{ file = "PATH" }`.
    #[serde(default, deserialize_with = "token")]
    pub token: TokenSource,
    /// Whether plain HTTP may be used to another machine: whoever listens can then act in the shop's name.
    #[serde(default)]
    pub allow_http: bool,
    /// PHP's `max_input_vars` on the site. Past it, PHP leaves out the rest of a request and tells nobody.
    #[serde(default = "max_input_vars", deserialize_with = "input_vars")]
    #[schemars(range(min = 100))]
    pub max_input_vars: usize,
    /// How many requests may be under way at once.
    #[serde(default = "parallel")]
    pub parallel: NonZeroUsize,
    /// How long one request may take, in seconds. New accounts get their mail within it.
    #[serde(default = "timeout")]
    pub timeout_seconds: u64,
    /// How long a request may still be carried out after it was given up, in seconds: while it waits for its turn there, and as
    /// long as PHP lets it work. Nothing newer is asked about the same people before. By default twice `timeout_seconds`.
    #[serde(default)]
    pub settle_seconds: Option<u64>,
    /// How long the site is left in peace after it has told of maintenance, in seconds, unless it says so itself. 0: not at all.
    #[serde(default = "pause")]
    pub pause_seconds: u64,
    /// What new accounts' usernames are made from.
    #[serde(default)]
    pub usernames: Usernames,
    /// The language packs that the site has: a new account gets its holder's language if it is among these.
    #[serde(default)]
    pub languages: Vec<String>,
    /// The ids of roles by their short names.
    #[serde(default)]
    pub roles: BTreeMap<String, i64>,
    /// The id of a custom report on course participants, from which enrolments' dates are read.
    #[serde(default)]
    pub enrolments_report: Option<i64>,
    /// The ids of custom reports that are about one course each, by the course's id: for those courses they take the place of the
    /// other one.
    #[serde(default, deserialize_with = "by_course")]
    #[schemars(with = "BTreeMap<String, i64>")]
    pub course_reports: BTreeMap<CourseId, i64>,
    /// For how long what was read of a report tells other orders of other people, too, in seconds. 0: not at all.
    #[serde(default = "report_seconds")]
    pub report_seconds: u64,
    /// The address of an account that the site has, to see whether accounts can be seen. Only a site whose guest has not the id 1
    /// needs it.
    #[serde(default)]
    pub known_account: Option<Email>,
}

/// What new accounts' usernames are made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Usernames {
    /// First and last name: `loic.legall.3f9a2c`.
    #[default]
    Names,
    /// The e-mail address, where it is a username that Moodle accepts.
    Email,
}

/// What stands there instead may be the token itself.
fn token<'de, D: Deserializer<'de>>(source: D) -> Result<TokenSource, D::Error> {
    TokenSource::deserialize(source).map_err(|_| {
        D::Error::custom(
            "expected { env = \"NAME\" } or { file = \"PATH\" }, found something else, which is not shown: it may be a secret",
        )
    })
}

fn max_input_vars() -> usize {
    1000
}

fn parallel() -> NonZeroUsize {
    const { NonZeroUsize::new(2).unwrap() }
}

fn timeout() -> u64 {
    120
}

fn pause() -> u64 {
    60
}

fn report_seconds() -> u64 {
    5
}

fn by_course<'de, D: Deserializer<'de>>(reports: D) -> Result<BTreeMap<CourseId, i64>, D::Error> {
    let of_course = |(course, report): (String, i64)| match course.parse() {
        Ok(id) => Ok((CourseId(id), report)),
        Err(_) => Err(D::Error::custom(format!(
            "expected the id of a course, which is in the address of its page behind id=, found {course:?}"
        ))),
    };
    BTreeMap::<String, i64>::deserialize(reports)?.into_iter().map(of_course).collect()
}

fn input_vars<'de, D: Deserializer<'de>>(number: D) -> Result<usize, D::Error> {
    match usize::deserialize(number)? {
        number @ 100.. => Ok(number),
        number => Err(D::Error::custom(format!("expected PHP's max_input_vars, at least 100, found {number}"))),
    }
}

/// The site's address cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It is no address of a site.
    #[error("url: expected the address of a Moodle such as \"https://moodle.example.org\", found {0:?}")]
    Malformed(String),
    /// It is that of one of the site's pages, below which a Moodle answers everything with that page.
    #[error(
        "url: expected the address of a Moodle such as \"https://moodle.example.org\", found one of its pages, {0:?}: leave \
             out {1:?} and what follows"
    )]
    Page(String, String),
    /// It would send the token in clear.
    #[error(
        "url: expected https://, since the token goes with each request, found {0:?}; allow_http = true permits it"
    )]
    Insecure(String),
}

impl MoodleSettings {
    /// Settings for a site of which nothing else is told.
    pub fn new(url: &str) -> Self {
        MoodleSettings {
            url: url.to_owned(),
            token: TokenSource::default(),
            allow_http: false,
            max_input_vars: max_input_vars(),
            parallel: parallel(),
            timeout_seconds: timeout(),
            settle_seconds: None,
            pause_seconds: pause(),
            usernames: Usernames::default(),
            languages: Vec::new(),
            roles: BTreeMap::new(),
            enrolments_report: None,
            course_reports: BTreeMap::new(),
            report_seconds: report_seconds(),
            known_account: None,
        }
    }

    /// Where requests go.
    pub(super) fn endpoint(&self) -> Result<Url, UrlError> {
        let site = self.site()?;
        format!("{site}/webservice/rest/server.php").parse().map_err(|_| UrlError::Malformed(shown(&self.url)))
    }

    /// The site's address, always written in the same way.
    pub(super) fn site(&self) -> Result<String, UrlError> {
        let malformed = || UrlError::Malformed(shown(&self.url));
        let base = self.url.trim_end_matches('/');
        let site: Url = base.parse().map_err(|_| malformed())?;
        let bare = site.username().is_empty() && site.password().is_none() && site.query().is_none();
        if !matches!(site.scheme(), "http" | "https") || !bare || site.fragment().is_some() {
            return Err(malformed());
        }
        if let Some(page) = site.path_segments().and_then(|mut parts| parts.find(|part| part.ends_with(".php"))) {
            return Err(UrlError::Page(self.url.clone(), page.to_owned()));
        }
        if site.scheme() == "http" && !self.allow_http && !is_this_machine(&site) {
            return Err(UrlError::Insecure(shown(&self.url)));
        }
        Ok(site.as_str().trim_end_matches('/').to_owned())
    }

    /// The most variables of a form that are sent: what may come to it on the way is left room.
    pub(super) fn variables(&self) -> usize {
        self.max_input_vars / 10 * 9
    }

    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    pub(super) fn settles(&self) -> Duration {
        self.settle_seconds.map_or(self.timeout() * 2, Duration::from_secs)
    }

    pub(super) fn pause(&self) -> Duration {
        Duration::from_secs(self.pause_seconds)
    }

    /// The report that tells of the enrolments in a course.
    pub(super) fn report(&self, course: CourseId) -> Option<i64> {
        self.course_reports.get(&course).copied().or(self.enrolments_report)
    }

    pub(super) fn has_reports(&self) -> bool {
        self.enrolments_report.is_some() || !self.course_reports.is_empty()
    }

    pub(super) fn report_shared(&self) -> Duration {
        Duration::from_secs(self.report_seconds)
    }

    pub(super) fn role(&self, short_name: &str) -> Option<RoleId> {
        self.roles.get(short_name).copied().map(RoleId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_goes_over_https_or_stays_on_this_machine() {
        for (url, allow_http, endpoint) in [
            ("https://moodle.example", false, Ok("https://moodle.example/webservice/rest/server.php")),
            ("https://example.org/moodle/", false, Ok("https://example.org/moodle/webservice/rest/server.php")),
            ("http://127.0.0.1:8080", false, Ok("http://127.0.0.1:8080/webservice/rest/server.php")),
            ("http://[::1]:8080", false, Ok("http://[::1]:8080/webservice/rest/server.php")),
            ("http://localhost", false, Ok("http://localhost/webservice/rest/server.php")),
            ("http://moodle.example", false, Err("expected https://")),
            ("http://localhost.example", false, Err("expected https://")),
            ("http://127.0.0.1.example", false, Err("expected https://")),
            ("http://moodle.example", true, Ok("http://moodle.example/webservice/rest/server.php")),
            ("moodle.example", false, Err("address of a Moodle")),
            ("ftp://moodle.example", true, Err("address of a Moodle")),
            ("https://me:secret@moodle.example", false, Err("address of a Moodle")),
            ("https://moodle.example/?a=b", false, Err("address of a Moodle")),
            ("", false, Err("address of a Moodle")),
            ("https://example.org/moodle/login/index.php", false, Err("leave out \"index.php\"")),
            ("https://example.org/index.php/", false, Err("found one of its pages")),
        ] {
            let settings = MoodleSettings { allow_http, ..MoodleSettings::new(url) };
            match (settings.endpoint(), endpoint) {
                (Ok(found), Ok(expected)) => assert_eq!(found.as_str(), expected),
                (Err(found), Err(expected)) => assert!(found.to_string().contains(expected), "{url}: {found}"),
                (found, _) => panic!("{url}: {found:?}"),
            }
        }
    }

    #[test]
    fn a_secret_that_stands_in_the_settings_is_not_told() {
        const SECRET: &str = "5ec4e75ec4e75ec4e75ec4e75ec4e75e";
        let shown = |url: &str| match MoodleSettings::new(url).endpoint() {
            Err(error) => error.to_string(),
            Ok(endpoint) => panic!("{endpoint}"),
        };
        for url in [
            "https://me:SECRET@moodle.example",
            "http://me:SECRET@moodle.example/",
            "https:me:SECRET@moodle.example",
            "https:\\\\me:SECRET@moodle.example",
            "https://me:a?b#c/d@SECRET@moodle.example",
            "HTTPS://SECRET@moodle.example",
            "me:SECRET@moodle.example",
            "https://moodle.example?wstoken=SECRET",
            "https://moodle.example/#SECRET",
        ] {
            let told = shown(&url.replace("SECRET", SECRET));
            assert!(!told.contains(SECRET) && told.contains("moodle.example"), "{url}: {told}");
        }
        for token in [
            "\"SECRET\"",
            "[\"SECRET\"]",
            "{ SECRET = 1 }",
            "{ env = [\"SECRET\"] }",
            "{ env = \"SECRET\" }",
            "{ file = \"SECRET\" }",
        ] {
            let text = format!("url = \"https://m.example\"\ntoken = {}\n", token.replace("SECRET", SECRET));
            let told = match shop_folder::file::parse_toml::<MoodleSettings>(&text) {
                Err(fault) => fault.to_string(),
                Ok(settings) => settings.token.token().unwrap_err().to_string(),
            };
            assert!(!told.contains(SECRET) && told.contains("not shown"), "{token}: {told}");
        }
    }

    #[test]
    fn settings_are_read_with_safe_defaults() {
        let read =
            |text: &str| shop_folder::file::parse_toml::<MoodleSettings>(text).map_err(|fault| fault.to_string());
        assert_eq!(read("url = \"https://m.example\"\n").unwrap(), MoodleSettings::new("https://m.example"));
        for (more, settles) in [("", 240), ("timeout_seconds = 30\n", 60), ("settle_seconds = 0\n", 0)] {
            let settings = read(&format!("url = \"https://m.example\"\n{more}")).unwrap();
            assert_eq!(settings.settles().as_secs(), settles, "{more}");
        }
        let text = "url = \"https://m.example\"\ntoken = { file = \"token\" }\nusernames = \"email\"\n\
                    enrolments_report = 3\n[roles]\nstudent = 5\n[course_reports]\n7 = 4\n";
        let settings = read(text).unwrap();
        assert_eq!([7, 8].map(|course| settings.report(CourseId(course))), [Some(4), Some(3)]);
        assert_eq!(settings.role("student"), Some(RoleId(5)));
        assert_eq!(settings.token, TokenSource::File("token".into()));
        assert_eq!(settings.variables(), 900);
        for (text, problem) in [
            ("", "url"),
            ("url = \"https://m.example\"\ntoken = \"0123456789abcdef\"\n", "token"),
            ("url = \"https://m.example\"\nmax_input_vars = 99\n", "at least 100"),
            ("url = \"https://m.example\"\nparallel = 0\n", "parallel"),
            ("url = \"https://m.example\"\n[course_reports]\nSPOC = 4\n", "the id of a course"),
            ("url = \"https://m.example\"\nwstoken = \"0123456789abcdef\"\n", "wstoken"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(problem), "{text}: {error}");
        }
    }
}
