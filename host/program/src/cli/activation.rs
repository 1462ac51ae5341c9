//! Letting a version serve, on the command line: first it is held against what is sold, and against what was sold last.

use std::sync::Arc;

use owo_colors::OwoColorize;
use shop_core::lines::catalogue::Product as Sold;
use shop_core::lines::catalogues::Catalogues;
use shop_core::words::text::printable;
use shop_host::forecast::Line;
use shop_host::handlers::Handlers;
use shop_host::host::Trial;
use shop_sandbox::Handler;

use super::{Cli, Failure, json, out, render};
use shop_host::view::forecast::untold;
use shop_host::view::{Activation, Product, Version, Voice};

/// Of so many lines that were sold last is told which a version could not have fulfilled.
const LINES: u32 = 500;

/// Where handlers' versions are, and for whom.
pub(super) struct Desk<'a> {
    pub(super) cli: &'a Cli,
    pub(super) handlers: Handlers,
    pub(super) voice: Voice<'a>,
}

/// What speaks against a version.
struct Against {
    /// How the products fare; none: it could not be found out, or nothing is sold with it.
    trial: Option<Trial>,
    /// Why the products could not be checked, or not as a whole.
    unchecked: Option<Failure>,
    /// Whether there is no catalogue, and so no product that could be checked.
    no_catalogue: bool,
    /// What would not have been fulfilled of the last lines, and what cannot be told of.
    lines: Vec<Line>,
}

impl Against {
    /// Nothing does, as far as anybody has looked.
    fn nothing() -> Self {
        Against { trial: None, unchecked: None, no_catalogue: false, lines: Vec::new() }
    }

    fn rejected(&self) -> usize {
        self.trial.iter().flat_map(Trial::rejected).count()
    }
}

impl Desk<'_> {
    /// Lets a version serve, unless a product could not be sold with it or that could not be found out; `anyway`: all the
    /// same. For what was sold, it makes no difference: that keeps to its version.
    pub(super) async fn activate(&self, handler: &Arc<Handler>, anyway: bool, who: &str) -> Result<u8, Failure> {
        let now = self.handlers.records().active_handler(&handler.manifest.name).await?;
        if now == Some(handler.digest) {
            return Ok(self.told(handler, true, Against::nothing()));
        }
        let mut against = self.against(handler).await;
        match against.unchecked.take() {
            // Where none serves yet, none can be replaced by a worse one: a shop can be set up in any sequence.
            Some(failure) if !anyway && now.is_some() && against.rejected() == 0 => {
                return Err(Failure::Unchecked { handler: handler.title(), why: Box::new(failure) });
            }
            unchecked => against.unchecked = unchecked,
        }
        if against.rejected() > 0 && !anyway {
            return Ok(self.told(handler, false, against));
        }
        match against.rejected() > 0 || against.unchecked.is_some() {
            true if anyway => self.handlers.activate_anyway(handler.digest, who).await?,
            _ => self.handlers.activate(handler.digest, who).await?,
        };
        Ok(self.told(handler, true, against))
    }

    /// Lets the version serve that served before. That is the way out when a version does harm: what speaks against the
    /// earlier one is told afterwards, and holds nothing up.
    pub(super) async fn rollback(&self, name: &str, who: &str) -> Result<u8, Failure> {
        let served = self.handlers.rollback(name, who).await?;
        let against = self.against(&served).await;
        Ok(self.told(&served, true, against))
    }

    /// What fails here is no reason not to serve, but that nobody knows what speaks against it.
    async fn against(&self, handler: &Arc<Handler>) -> Against {
        let catalogues = self.cli.catalogues_if_any();
        let no_catalogue = matches!(catalogues, Ok(None));
        let (sold, trial) = match catalogues {
            Ok(Some(catalogues)) => {
                // Where nothing is sold with it, no learning platform is needed.
                let is_sold = |product: &Sold| product.handler == handler.manifest.name;
                let sells = catalogues.all().any(|(_, catalogue)| catalogue.products.iter().any(is_sold));
                let trial = match sells {
                    true => match self.cli.host(catalogues.clone()).await {
                        Ok(host) => host.try_version(handler).await.map(Some).map_err(Failure::from),
                        Err(failure) => Err(failure),
                    },
                    false => Ok(None),
                };
                (catalogues, trial)
            }
            Ok(None) => (Catalogues::default(), Ok(None)),
            Err(failure) => (Catalogues::default(), Err(failure)),
        };
        let mut lines = Vec::new();
        let keep = |line: Line| {
            if line.effect.is_worse() || line.effect.is_untold() {
                lines.push(line);
            }
        };
        let forecast = self.handlers.forecast(handler, LINES, &sold, keep).await;
        let (trial, unchecked) = match trial {
            Ok(Some(Trial { products, unread: Some(error) })) => {
                (Some(Trial { products, unread: None }), Some(error.into()))
            }
            Ok(trial) => (trial, forecast.err().map(Failure::from)),
            Err(failure) => (None, Some(failure)),
        };
        Against { trial, unchecked, no_catalogue, lines }
    }

    /// Says what became of a version, and what speaks against it.
    fn told(&self, handler: &Handler, serves: bool, against: Against) -> u8 {
        let status = if serves { 0 } else { 6 };
        let voice = self.voice;
        let nothing_sold = || against.no_catalogue.then(|| voice.say("catalogue-none", &[self.cli.catalogue_place()]));
        let told = Activation {
            handler: handler.into(),
            active: serves,
            products: against.trial.map(|trial| Product::all(&trial.products, voice)),
            unchecked: against.unchecked.as_ref().map(|failure| failure.worded("en")).or_else(nothing_sold),
            lines: against.lines,
        };
        match self.cli.json {
            true => json::print(&told),
            false => tell(&told, voice),
        }
        status
    }
}

fn tell(told: &Activation, voice: Voice) {
    told.doubtful().for_each(|check| render::check(check, voice));
    if let Some(why) = &told.unchecked {
        let text = voice.say("products-unchecked", &[("reason", why.as_str().into())]);
        out::line(printable(&text).yellow());
    }
    lines(&told.lines, &told.handler, voice);
    let arguments = [
        ("handler", told.handler.title().into()),
        ("digest", told.handler.digest.short().into()),
        ("count", told.rejected().into()),
    ];
    match told.active {
        true => out::line(voice.say("handler-serves", &arguments)),
        false => out::line(voice.say("handler-refused", &arguments).yellow()),
    }
}

/// What a version could not have fulfilled, a line each.
fn lines(lines: &[Line], new: &Version, voice: Voice) {
    if lines.is_empty() {
        return;
    }
    out::title(&voice.say("lines-against", &[("count", lines.len().into())]));
    for line in lines {
        out::line(format!("  {}", voice.effect(line)));
        untold(line, new, voice).iter().for_each(|why| out::line(format!("    {}", printable(why))));
    }
    out::line(format!("  {}", voice.word("lines-keep")));
}
