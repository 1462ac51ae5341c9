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
    /// of the line by it; or the names of courses and roles that it would have asked the platform for, and that were not
    /// looked up then.
    fn adapted(&self, manifest: &Manifest) -> Result<Adapted, Vec<String>> {
        let parameters = Parameters::new(&self.line.parameters, "", manifest);
        let granted = |kind| parameters.granted(manifest, kind).map(|(_, name)| name.to_owned()).collect::<Vec<_>>();
        let (courses, roles) = (granted(&Kind::Course), granted(&Kind::Role));
        let unknown = courses.iter().filter(|name| !self.snapshot.courses.contains_key(*name));
        let unknown = unknown.chain(roles.iter().filter(|name| !self.snapshot.roles.contains_key(*name)));
        let unknown: Vec<String> = unknown.cloned().collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let mut snapshot = Snapshot::clone(&self.snapshot);
        snapshot.courses.retain(|name, _| courses.contains(name));
        snapshot.roles.retain(|name, _| roles.contains(name));
        let messages = check::fields(&self.line, &manifest.fields);
        let messages = parameters.messages.iter().cloned().chain(messages).collect();
        let mut line = LineOrder { parameters: parameters.encoded(), ..LineOrder::clone(&self.line) };
        line.keep_fields(&manifest.fields);
        Ok(Adapted { line, snapshot: Arc::new(snapshot), messages })
    }

    /// What another version would have answered.
    pub fn with(&self, handler: &Handler) -> Result<Verdict, Vec<String>> {
        let Adapted { line, snapshot, messages } = self.adapted(&handler.manifest)?;
        let (answer, budget) = handler.program.fulfil(&line, snapshot, &handler.manifest);
        Ok(Verdict::new(answer, Some(budget), messages))
    }

    /// What was answered then, in the same terms. `handler` is the one that was called.
    pub fn verdict(&self, handler: &Handler) -> Verdict {
        let messages = self.adapted(&handler.manifest).map(|adapted| adapted.messages).unwrap_or_default();
        Verdict::new(self.answer.clone(), self.budget, messages)
    }
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
