//! Recordings: what a call of a handler was given, and what it answered. With one, the call can be made again, bit for
//! bit, on any machine and by any later version of this host; or be made with another version of the handler.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::bargain::Parameters;
use crate::check::{self, LineOrder};
use crate::manifest::{Kind, Manifest};
use crate::message::{self, Message};
use crate::registry::{Digest, Handler};
use crate::sandbox::{Answer, Budget, Stopped};
use crate::snapshot::Snapshot;

/// A call that was made.
///
/// Its JSON is read for ever: what is added must have a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// What was called.
    pub handler: Digest,
    /// In which language the order's readers were told.
    pub language: String,
    /// The order as the handler got it.
    pub line: Arc<LineOrder>,
    /// What the host had looked up.
    pub snapshot: Arc<Snapshot>,
    /// What the host had found of the line.
    pub host: Vec<Message>,
    /// How the call ended.
    pub answer: Result<Answer, Stopped>,
    /// What it took.
    pub budget: Option<Budget>,
}

impl Recording {
    /// Makes the call again.
    pub fn replay(&self, handler: &Handler) -> Result<Answer, Stopped> {
        handler.program.fulfil(&self.line, self.snapshot.clone(), &handler.manifest).0
    }

    /// The line and the snapshot as a handler with this manifest would have got them, and what the host would have said
    /// of the line by it; or the names of what it asks for and nobody asked for then: courses and roles that were not looked
    /// up, and parameters and fields that `old` did not have.
    fn adapted(&self, old: &Manifest, new: &Manifest) -> Result<Adapted, Vec<String>> {
        let parameters = Parameters::new(&self.line.parameters, "", new);
        let granted = |kind| parameters.granted(new, kind).map(|(_, name)| name.to_owned()).collect::<Vec<_>>();
        let (courses, roles) = (granted(&Kind::Course), granted(&Kind::Role));
        let unknown = courses.iter().filter(|name| !self.snapshot.courses.contains_key(*name));
        let unknown = unknown.chain(roles.iter().filter(|name| !self.snapshot.roles.contains_key(*name)));
        let unknown: Vec<String> = unknown.cloned().chain(unasked(old, new)).collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let mut snapshot = Snapshot::clone(&self.snapshot);
        snapshot.courses.retain(|name, _| courses.contains(name));
        snapshot.roles.retain(|name, _| roles.contains(name));
        // What the host finds by the manifest it finds anew; all else it finds again.
        let by_manifest = |key: &str| key.starts_with("parameter-") || key.starts_with("field-");
        let again = self.host.iter().filter(|message| !by_manifest(&message.key)).cloned();
        let anew = parameters.messages.iter().cloned().chain(check::fields(&self.line, &new.fields));
        let messages = again.chain(anew).collect();
        let line = LineOrder { parameters: parameters.encoded(), ..LineOrder::clone(&self.line) };
        Ok(Adapted { line, snapshot: Arc::new(snapshot), messages })
    }

    /// What another version would have answered; `old` is the one that was called.
    pub fn with(&self, old: &Handler, new: &Handler) -> Result<Verdict, Vec<String>> {
        let Adapted { line, snapshot, messages } = self.adapted(&old.manifest, &new.manifest)?;
        let (answer, budget) = new.program.fulfil(&line, snapshot, &new.manifest);
        Ok(Verdict::new(answer, Some(budget), messages))
    }

    /// What was answered then, in the same terms.
    pub fn verdict(&self) -> Verdict {
        Verdict::new(self.answer.clone(), self.budget, self.host.clone())
    }
}

/// What the new manifest requires and the old one did not know: it was left out of what was recorded.
fn unasked(old: &Manifest, new: &Manifest) -> Vec<String> {
    let parameters = new.parameters.iter().filter(|parameter| parameter.required);
    let parameters = parameters.map(|parameter| &parameter.name).filter(|name| old.parameter(name).is_none());
    let fields = new.fields.iter().filter(|field| field.required).map(|field| &field.name);
    let fields = fields.filter(|name| old.fields.iter().all(|field| field.name != **name));
    parameters.chain(fields).cloned().collect()
}

struct Adapted {
    line: LineOrder,
    snapshot: Arc<Snapshot>,
    messages: Vec<Message>,
}

/// What becomes of a call: by its handler, and by what the host says of the line by the handler's manifest.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How the call ended.
    pub answer: Result<Answer, Stopped>,
    /// What the call took.
    pub budget: Option<Budget>,
    /// Whether nothing comes of the line.
    pub rejected: bool,
    /// All that is said.
    pub messages: Vec<Message>,
}

impl Verdict {
    fn new(answer: Result<Answer, Stopped>, budget: Option<Budget>, host: Vec<Message>) -> Self {
        let faulty = host.iter().any(Message::is_error);
        let rejected = faulty || answer.as_ref().map_or(true, |answer| answer.rejected);
        let said = match &answer {
            Ok(answer) => answer.messages.clone(),
            Err(stopped) => vec![stopped.message()],
        };
        Verdict { budget, rejected, messages: message::merge(host, said), answer }
    }

    /// What stopped the call.
    pub fn stopped(&self) -> Option<&Stopped> {
        self.answer.as_ref().err()
    }
}
