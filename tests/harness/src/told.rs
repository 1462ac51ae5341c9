//! What was told, as text to be compared.

use shop_core::words::message::Message;
use shop_core::words::text::printable;
use shop_core::words::wording::Texts;
use shop_host::host::Outcome;

/// What was said about an order, a line each: level, subject, key, and the text in the order's language.
pub fn findings(outcome: &Outcome) -> String {
    let worded = |message: &Message, texts: Option<&Texts>| {
        let level = format!("{:?}", message.level).to_lowercase();
        let text = message.worded(&outcome.language, texts);
        let subject = printable(&message.subject.to_string());
        format!("{level} ({subject}) {}: {text}\n", message.key)
    };
    let mut text: String = outcome.messages.iter().map(|message| worded(message, None)).collect();
    for line in &outcome.lines {
        let texts = line.handler.as_ref().map(|handler| &handler.manifest.texts);
        text.extend(line.messages.iter().map(|message| worded(message, texts)));
    }
    text
}
