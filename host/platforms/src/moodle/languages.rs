//! The language in which somebody is written to by a new account.

use unic_langid::LanguageIdentifier;

use shop_core::platform::NewAccount;

/// The language pack for somebody, of those that the site has: another would make Moodle refuse the account.
pub(super) fn pack(packs: &[String], account: &NewAccount) -> Option<String> {
    let LanguageIdentifier { language, script, region, .. } = account.language.as_ref()?.parse().ok()?;
    let written = script.and_then(|script| {
        let pack = SCRIPTS.iter().find(|(tag, _)| *tag == format!("{language}-{script}"));
        pack.map(|(_, pack)| (*pack).to_owned())
    });
    let spoken = region.map(|region| format!("{language}_{region}").to_lowercase());
    let whole = account.language.as_ref()?.to_lowercase().replace('-', "_");
    let packs_of_it = [Some(whole), written, spoken, Some(language.to_string())];
    packs_of_it.into_iter().flatten().find(|pack| packs.contains(pack))
}

/// Moodle's packs for languages that are written in several scripts.
const SCRIPTS: [(&str, &str); 4] =
    [("sr-Cyrl", "sr_cr"), ("sr-Latn", "sr_lt"), ("zh-Hans", "zh_cn"), ("zh-Hant", "zh_tw")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_the_nearest_pack_that_the_site_has() {
        let packs = ["en", "en_us", "de", "de_kids", "sr_lt", "zh_tw", "ca", "ca_valencia"].map(str::to_owned);
        for (tag, expected) in [
            ("en-US", Some("en_us")),
            ("en-GB", Some("en")),
            ("de-DE-formal", Some("de")),
            ("de-Kids", Some("de_kids")),
            ("sr-Latn-RS", Some("sr_lt")),
            ("sr", None),
            ("zh-Hant", Some("zh_tw")),
            ("zh-Hant-TW", Some("zh_tw")),
            ("ca-valencia", Some("ca_valencia")),
            ("fr", None),
        ] {
            let account = NewAccount {
                email: "anne@example.org".parse().unwrap(),
                first_name: "Anne".to_owned(),
                last_name: "Durand".to_owned(),
                language: Some(tag.to_owned()),
            };
            assert_eq!(pack(&packs, &account).as_deref(), expected, "{tag}");
        }
    }
}
