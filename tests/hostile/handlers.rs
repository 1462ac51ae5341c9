//! Handlers that fail, loop, reject, or ask for what their order does not grant: nothing of what they want is applied, the
//! line says what happened, and the next order is fulfilled as if nothing had.

use std::path::{Path, PathBuf};

use hostile_guests::Guest;
use shop_core::calls::grants::{Noun, Ungranted};
use shop_core::calls::limits::{Exceeded, Limit};
use shop_core::calls::stopped::Stopped;
use shop_core::orders::state::LineState;
use shop_core::words::message::Audience;
use shop_core::words::text::{excerpt, is_unprintable};
use shop_harness::World;
use shop_host::host::Outcome;

use crate::fixtures::shop::*;

/// What must become of an order.
enum Becomes {
    /// The handler does no harm.
    Fulfilled,
    /// Nor by what it says, which is told in these words.
    Says(&'static str),
    /// The handler says so itself, in these words or the host's.
    Rejected(&'static str),
    /// The handler is not even installed, leaves no trace, and the reason says this.
    Unusable(&'static str),
    /// It exceeds this limit.
    Exceeds(Limit),
    /// It asks for more than its order grants.
    Refused(Ungranted),
    /// It fails by itself, and the reason says this.
    Traps(&'static str),
    /// It breaks the contract, and the reason says this.
    Breaks(&'static str),
}

/// What must become of an order with each of them.
///
/// Whoever adds a guest must say so here, or this does not compile.
fn expected(guest: Guest) -> Becomes {
    use Becomes::*;
    const ESCAPES: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}\u{2066}";
    match guest {
        Guest::Nothing | Guest::State | Guest::Escapes | Guest::ReallocOverlapping => Fulfilled,
        Guest::LargeNumber => Says("It is 9007199254740993."),
        Guest::NamesPeople => Says("It is for claire@example.org."),
        Guest::Reject | Guest::RejectInOk | Guest::RejectQuietly => Rejected("The handler said this."),
        Guest::RejectSilently => Rejected("does not say why"),

        Guest::LoopFulfil | Guest::ReallocLoop | Guest::PostReturnLoop | Guest::DearSteps => Exceeds(Limit::Fuel),
        Guest::DeepRecursion => Exceeds(Limit::Stack),
        Guest::MemoryStorm | Guest::MemoryBeyond => Exceeds(Limit::Memory),
        Guest::TableStorm => Exceeds(Limit::Table),
        Guest::CallStorm => Exceeds(Limit::HostCalls),
        Guest::FactStorm => Exceeds(Limit::Facts),
        Guest::LongText => Exceeds(Limit::Text),
        Guest::LongList | Guest::OverlapImport | Guest::OverlapResult | Guest::MessageStorm => Exceeds(Limit::Bytes),
        Guest::ManyMessages => Exceeds(Limit::Messages),
        Guest::MessageBytes => Exceeds(Limit::MessageBytes),
        Guest::LongWords => Exceeds(Limit::Wording),
        Guest::ManyArguments => Exceeds(Limit::Arguments),

        Guest::UngrantedEmail => Refused(Ungranted::Email("stranger@example.org".to_owned())),
        Guest::UngrantedCourse => Refused(Ungranted::Course("SECRET".to_owned())),
        Guest::UngrantedRole => Refused(Ungranted::Role("manager".to_owned())),
        Guest::ForgedAccount => Refused(Ungranted::Id { noun: Noun::Account, id: 4242 }),
        Guest::ForgedCourse => Refused(Ungranted::Id { noun: Noun::Course, id: 4242 }),
        Guest::ForgedRole => Refused(Ungranted::Id { noun: Noun::Role, id: 4242 }),
        Guest::ForgedGroup => Refused(Ungranted::Id { noun: Noun::Group, id: 4242 }),
        Guest::EarlyId => Refused(Ungranted::Id { noun: Noun::Course, id: 0 }),
        Guest::BadPeriod => Refused(Ungranted::Period { start: u64::MAX, end: None }),
        Guest::EscapeCourse => Refused(Ungranted::Course(excerpt(ESCAPES))),
        Guest::BlankGroup => Refused(Ungranted::GroupName(excerpt("\u{2060}\u{3164}\u{2800}"))),
        Guest::EscapeGroup => Refused(Ungranted::GroupName(excerpt(ESCAPES))),

        Guest::Trap | Guest::TrapHalfway | Guest::EscapeFunction | Guest::PostReturnTrap => Traps("unreachable"),
        Guest::ShadowStack => Traps("out of bounds memory access"),
        Guest::ReallocCalls | Guest::PostReturnCalls => Traps("cannot leave component instance"),

        Guest::UnknownMessage => Breaks("unheard-of"),
        Guest::EscapeKey => Breaks("no text"),
        Guest::BadUtf8 | Guest::BadUtf8Import | Guest::LongFunction => Breaks("utf-8"),
        Guest::BadLevel | Guest::BadSubject | Guest::BadResult | Guest::BadOption => Breaks("discriminant"),
        Guest::BadSeat => Breaks("seat"),
        Guest::BadTime => Breaks("time"),
        Guest::ListBomb => Breaks("out of bounds"),
        Guest::ReallocOutside => Breaks("realloc return: beyond end of memory"),
        Guest::ReallocUnaligned => Breaks("realloc return: result not aligned"),

        Guest::LoopDescribe | Guest::LoopStart => Unusable("units of fuel"),
        Guest::OverlapDescribe => Unusable("4194304"),
        Guest::ManyInstances => Unusable("instances of modules; 10 are allowed"),
        Guest::ManyMemories => Unusable("memories; 2 are allowed"),
        Guest::ManyTables => Unusable("tables; 10 are allowed"),
        Guest::MemoryDeclared => Unusable("wanted 2147549184 bytes of memory"),
        Guest::ManyParameters => Unusable("1000 parameters"),
        Guest::ManyTranslations => Unusable("51 translations"),
        Guest::ManyTexts => Unusable("500000 texts, attributes, variants"),
        Guest::DearWords => Unusable("expected at most 100 variants"),
        Guest::LongTranslation => Unusable("translation of 100000 bytes"),
        Guest::DescribeDeclares => Unusable("while it was to describe itself"),
        Guest::BadUtf8Manifest => Unusable("utf-8"),
        Guest::EscapeName => Unusable("expected small letters"),
        Guest::EscapeVersion => Unusable("expected a semantic version"),
        Guest::FluentCircle => Unusable("refers to itself"),
        Guest::FluentLaughs => Unusable("expected at most 32 placeables"),
        Guest::FluentCopies => Unusable("an argument without a name"),
        Guest::FluentPanic => Unusable("a selector that is neither"),
        Guest::FluentNest => Unusable("50001 texts, attributes, variants and placeables"),
        Guest::FluentSelect => Unusable("opening braces"),
        Guest::Resources => Unusable("handle"),
        Guest::InstanceBomb => Unusable("components within it"),
        Guest::Wasi => Unusable("wasi:cli/environment"),
        Guest::UnknownInterface => Unusable("shop:product-handler/coarses"),
        Guest::LaterContract => Unusable("needs shop:product-handler 1.2, this host has 1.0"),
        Guest::NextContract => Unusable("needs shop:product-handler 2.0, this host has 1.0"),
        Guest::CoreModule | Guest::Garbage => Unusable("not a WebAssembly component"),
    }
}

impl Becomes {
    fn state(&self) -> LineState {
        match self {
            Becomes::Fulfilled | Becomes::Says(_) => LineState::Fulfilled,
            Becomes::Rejected(_) | Becomes::Unusable(_) => LineState::Rejected,
            Becomes::Refused(_) => LineState::Refused,
            Becomes::Exceeds(_) | Becomes::Traps(_) | Becomes::Breaks(_) => LineState::Stopped,
        }
    }

    /// Whether this is what became of an order, whose messages are these.
    fn fits(&self, outcome: &Outcome, told: &str) -> bool {
        let stopped = outcome.lines[0].stopped.as_ref();
        let how = match (self, stopped) {
            (Becomes::Fulfilled, None) => true,
            (Becomes::Says(words) | Becomes::Rejected(words), None) => told.contains(words),
            (Becomes::Exceeds(limit), Some(Stopped::Exceeded(Exceeded { limit: found, used, allowed }))) => {
                limit == found && used >= allowed
            }
            (Becomes::Refused(refusal), Some(Stopped::Refused(found))) => refusal == found,
            (Becomes::Traps(reason), Some(Stopped::Trapped(found))) => found.contains(reason),
            (Becomes::Breaks(reason), Some(Stopped::Broken(found))) => found.contains(reason),
            _ => false,
        };
        how && outcome.state == self.state()
    }
}

#[tokio::test]
async fn a_hostile_handler_leaves_everything_as_it_was() {
    let world = shop().await;
    comes_to(&world, &sale("before", &["anne"]), LineState::Fulfilled).await;
    for (number, guest) in Guest::ALL.iter().enumerate() {
        let (census, ledger) = (world.census().await, recorded(&world, "before").await);
        match expected(*guest) {
            Becomes::Unusable(reason) => is_not_installed(&world, *guest, reason).await,
            expected => is_asked(&world, *guest, &format!("hostile-{number}"), &expected).await,
        }
        assert_eq!(world.census().await, census, "{}", guest.name());
        assert_eq!(recorded(&world, "before").await, ledger, "{}", guest.name());

        let good = sale(&format!("good-{number}"), &["anne"]);
        comes_to(&world, &good, LineState::Fulfilled).await;
        comes_to(&world, &good.state("cancelled"), LineState::Cancelled).await;
        assert_eq!(difference(&census, &world.census().await), [""; 0], "{}", guest.name());
    }
}

async fn is_not_installed(world: &World, guest: Guest, reason: &str) {
    let before = (world.host.handlers().list().await.unwrap(), files(&world.folder().join("data/handlers")));
    let told = world.install(&guest.bytes()).await.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(told.contains(reason), "{}: {told}", guest.name());
    assert!(!told.contains(is_unprintable), "{}: {told:?}", guest.name());
    let after = (world.host.handlers().list().await.unwrap(), files(&world.folder().join("data/handlers")));
    assert_eq!(before, after, "{}", guest.name());
}

async fn is_asked(world: &World, guest: Guest, id: &str, expected: &Becomes) {
    world.serve(&guest.bytes()).await;
    let outcome = world.fulfil(&sale(id, &["anne", "bob"]).of("GUEST").json()).await.unwrap();
    let told = format!("{}\n{}", guest.name(), shop_harness::findings(&outcome));
    assert!(expected.fits(&outcome, &told), "{told}{:?}", outcome.lines[0].stopped);
    assert!(!told.contains(|c| c != '\n' && is_unprintable(c)), "{told:?}");
    assert!(!everybody_is_told(&outcome).contains('@'), "{told}");
    let state = expected.state();
    let fulfilled = state == LineState::Fulfilled;
    let recorded_as = if fulfilled { "1 fulfilled/fulfilled".to_owned() } else { format!("1 {state}") };
    assert_eq!(lines_of(world, id).await, recorded_as, "{told}");
    assert_eq!(claims(world, id).await, 0, "{told}");
}

/// What everybody may read of an order.
fn everybody_is_told(outcome: &Outcome) -> String {
    let line = &outcome.lines[0];
    let texts = line.handler.as_ref().map(|handler| &handler.manifest.texts);
    let public = line.messages.iter().filter(|message| message.audience == Audience::Public);
    public.map(|message| message.worded(&outcome.language, texts)).collect()
}

/// The files in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_line_with_a_hostile_handler_stops_the_whole_order() {
    let world = shop().await;
    world.serve(&Guest::Trap.bytes()).await;
    let order = sale("A", &["anne"]).line("GUEST", 5, &["bob"]);
    comes_to(&world, &order, LineState::Stopped).await;
    assert_eq!(lines_of(&world, "A").await, "1 rejected, 2 stopped");
    assert_eq!(lines(&world.census().await).len(), 0);
}

#[tokio::test]
async fn an_order_that_was_stopped_is_fulfilled_with_a_better_version() {
    let world = shop().await;
    world.serve(&Guest::Trap.bytes()).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), LineState::Stopped).await;
    world.serve(&Guest::Nothing.bytes()).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), LineState::Fulfilled).await;
}
