//! What a handler returns is charged to its call, as its computing is: texts, messages, and the work of wording them.

use super::contract::exports::shop::product_handler::handler as exported;
use super::contract::shop::product_handler::types as wit;
use super::imports::CallState;
use shop_core::calls::limits::{Exceeded, Limit};
use shop_core::words::wording::{self, Texts};

impl CallState {
    /// Checks one text.
    pub(super) fn check_text(&self, text: &str) -> Result<(), Exceeded> {
        Exceeded::check(Limit::Text, text.len() as u64, self.limits.text)
    }

    fn check_texts<'a>(&self, texts: impl IntoIterator<Item = &'a String>) -> Result<(), Exceeded> {
        texts.into_iter().try_for_each(|text| self.check_text(text))
    }

    /// Checks what a handler says of itself.
    pub(super) fn check_manifest(&self, manifest: &exported::Manifest) -> Result<(), Exceeded> {
        let count = |limit, used: usize, allowed| Exceeded::check(limit, used as u64, allowed);
        count(Limit::Parameters, manifest.parameters.len(), self.limits.parameters)?;
        count(Limit::Fields, manifest.fields.len(), self.limits.fields)?;
        count(Limit::Translations, manifest.translations.len(), self.limits.translations)?;
        self.check_texts([&manifest.name, &manifest.version])?;
        for parameter in &manifest.parameters {
            self.check_text(&parameter.name)?;
            self.check_texts(&parameter.default)?;
            if let exported::ParameterKind::Choice(values) = &parameter.kind {
                count(Limit::Choices, values.len(), self.limits.choices)?;
                self.check_texts(values)?;
            }
        }
        self.check_texts(manifest.fields.iter().map(|field| &field.name))?;
        for translation in &manifest.translations {
            self.check_text(&translation.language)?;
            count(Limit::Translation, translation.ftl.len(), self.limits.translation)?;
        }
        let pieces = manifest.translations.iter().map(|translation| wording::pieces(&translation.ftl)).sum();
        count(Limit::Texts, pieces, self.limits.texts)
    }

    /// Counts and checks the messages of a result, which will be worded with these texts.
    pub(super) fn check_messages(&mut self, messages: &[wit::Message], words: &Texts) -> Result<(), Exceeded> {
        self.budget.messages.charge(Limit::Messages, messages.len() as u64)?;
        let mut bytes = 0;
        for message in messages {
            Exceeded::check(Limit::Arguments, message.arguments.len() as u64, self.limits.arguments)?;
            for text in texts(message) {
                self.check_text(text)?;
                bytes += text.len() as u64;
            }
        }
        Exceeded::check(Limit::MessageBytes, bytes, self.limits.message_bytes)?;
        let weight = |message: &wit::Message| {
            let longest = message.arguments.iter().map(|(_, value)| length(value)).max().unwrap_or(0);
            words.weight(&message.key, longest)
        };
        self.budget.wording.charge(Limit::Wording, messages.iter().map(weight).sum())?;
        let arguments: usize = messages.iter().map(|message| message.arguments.len()).sum();
        let records = size_of_val(messages) + arguments * size_of::<(String, wit::Value)>();
        self.budget.bytes.charge(Limit::Bytes, bytes + records as u64)
    }
}

/// How many bytes an argument becomes, at most.
fn length(value: &wit::Value) -> usize {
    match value {
        wit::Value::Text(text) => text.len(),
        wit::Value::Number(_) | wit::Value::Time(_) => "-9223372036854775808".len(),
    }
}

fn texts(message: &wit::Message) -> Vec<&String> {
    let mut texts = vec![&message.key];
    match &message.subject {
        wit::Subject::Order => {}
        wit::Subject::Parameter(name) | wit::Subject::Operator(name) => texts.push(name),
        wit::Subject::Seat((id, field)) => texts.extend([id, field]),
    }
    for (name, value) in &message.arguments {
        texts.push(name);
        if let wit::Value::Text(text) = value {
            texts.push(text);
        }
    }
    texts
}
