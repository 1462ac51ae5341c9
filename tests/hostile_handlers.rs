//! Handlers that fail, loop, reject, or ask for what their order does not grant: nothing of what they want is applied, the
//! line says what happened, and the next order is fulfilled as if nothing had.

use shop_host::grants::{Noun, Refusal};
use shop_host::sandbox::{Exceeded, Limit, Stopped};
use shop_host::shop::Outcome;
use shop_host::state::LineState;
use shop_host::text::is_unprintable;
use shop_tests::guests::Guest;

use crate::shop_fixtures::*;

/// What must become of an order.
enum Becomes {
    /// The handler does no harm.
    Fulfilled,
    /// The handler says so itself.
    Rejected,
    /// The handler never gets as far as being called, and the reason says this.
    Unusable(&'static str),
    /// It exceeds this limit.
    Exceeds(Limit),
    /// It asks for more than its order grants.
    Refused(Refusal),
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
        Guest::Nothing | Guest::State | Guest::Escapes | Guest::ReallocOverlapping | Guest::LaterContract => Fulfilled,
        Guest::Reject | Guest::RejectInOk => Rejected,

        Guest::LoopFulfil | Guest::ReallocLoop | Guest::PostReturnLoop => Exceeds(Limit::Fuel),
        Guest::DeepRecursion => Exceeds(Limit::Stack),
        Guest::MemoryStorm => Exceeds(Limit::Memory),
        Guest::TableStorm => Exceeds(Limit::Table),
        Guest::CallStorm => Exceeds(Limit::HostCalls),
        Guest::FactStorm => Exceeds(Limit::Facts),
        Guest::LongText => Exceeds(Limit::Text),
        Guest::LongList | Guest::OverlapImport | Guest::OverlapResult | Guest::MessageStorm => Exceeds(Limit::Bytes),
        Guest::ManyMessages => Exceeds(Limit::Messages),
        Guest::MessageBytes => Exceeds(Limit::MessageBytes),
        Guest::ManyArguments => Exceeds(Limit::Arguments),

        Guest::UngrantedEmail => Refused(Refusal::Email("stranger@example.org".to_owned())),
        Guest::UngrantedCourse => Refused(Refusal::Course("SECRET".to_owned())),
        Guest::UngrantedRole => Refused(Refusal::Role("manager".to_owned())),
        Guest::ForgedAccount => Refused(Refusal::Id { noun: Noun::Account, id: 4242 }),
        Guest::ForgedCourse => Refused(Refusal::Id { noun: Noun::Course, id: 4242 }),
        Guest::ForgedRole => Refused(Refusal::Id { noun: Noun::Role, id: 4242 }),
        Guest::ForgedGroup => Refused(Refusal::Id { noun: Noun::Group, id: 4242 }),
        Guest::EarlyId => Refused(Refusal::Id { noun: Noun::Course, id: 0 }),
        Guest::BadPeriod => Refused(Refusal::Period { start: u64::MAX, end: None }),
        Guest::EscapeCourse => Refused(Refusal::Course(ESCAPES.to_owned())),
        Guest::EscapeGroup => Refused(Refusal::GroupName(ESCAPES.to_owned())),

        Guest::Trap | Guest::TrapHalfway | Guest::EscapeFunction | Guest::PostReturnTrap => Traps("unreachable"),
        Guest::ShadowStack => Traps("out of bounds memory access"),
        Guest::ReallocCalls | Guest::PostReturnCalls => Traps("cannot leave component instance"),

        Guest::UnknownMessage => Breaks("unheard-of"),
        Guest::EscapeKey => Breaks("no text"),
        Guest::BadUtf8 | Guest::BadUtf8Import => Breaks("utf-8"),
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
        Guest::LongTranslation => Unusable("translation of 100000 bytes"),
        Guest::DescribeDeclares => Unusable("while it was to describe itself"),
        Guest::BadUtf8Manifest => Unusable("utf-8"),
        Guest::EscapeName => Unusable("expected small letters"),
        Guest::EscapeVersion => Unusable("expected a semantic version"),
        Guest::FluentCircle => Unusable("refers to itself"),
        Guest::FluentLaughs => Unusable("expected at most 32 placeables"),
        Guest::FluentCopies => Unusable("an argument without a name"),
        Guest::FluentPanic => Unusable("a selector that is neither"),
        Guest::FluentNest | Guest::FluentSelect => Unusable("opening braces"),
        Guest::Resources => Unusable("handle"),
        Guest::InstanceBomb => Unusable("components within it"),
        Guest::Wasi => Unusable("wasi:cli/environment"),
        Guest::UnknownInterface => Unusable("shop:product-handler/coarses"),
        Guest::NextContract => Unusable("2.0.0"),
        Guest::CoreModule | Guest::Garbage => Unusable("not a WebAssembly component"),
    }
}

impl Becomes {
    fn state(&self) -> LineState {
        match self {
            Becomes::Fulfilled => LineState::Fulfilled,
            Becomes::Rejected | Becomes::Unusable(_) => LineState::Rejected,
            Becomes::Refused(_) => LineState::Refused,
            Becomes::Exceeds(_) | Becomes::Traps(_) | Becomes::Breaks(_) => LineState::Stopped,
        }
    }

    /// Whether this is what became of an order, whose messages are these.
    fn fits(&self, outcome: &Outcome, told: &str) -> bool {
        let stopped = outcome.lines[0].stopped.as_ref();
        let how = match (self, stopped) {
            (Becomes::Fulfilled, None) => true,
            (Becomes::Rejected, None) => told.contains("The handler said this."),
            (Becomes::Unusable(reason), None) => told.contains("handler-unusable") && told.contains(reason),
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
        let expected = expected(*guest);
        let (census, ledger) = (world.census().await, recorded(&world, "before").await);

        world.replace_handler(&guest.bytes());
        let id = format!("hostile-{number}");
        let order = sale(&id, &["anne", "bob"]).of("GUEST");
        let outcome = world.fulfil(&order.json()).await.unwrap();
        let told = format!("{}\n{}", guest.name(), shop_tests::findings(&outcome));
        assert!(expected.fits(&outcome, &told), "{told}{:?}", outcome.lines[0].stopped);
        assert!(!told.contains(|c| c != '\n' && is_unprintable(c)), "{told:?}");
        let state = expected.state();
        let fulfilled = state == LineState::Fulfilled;
        let recorded_as = if fulfilled { "1 fulfilled/fulfilled".to_owned() } else { format!("1 {state}") };
        assert_eq!(lines_of(&world, &id).await, recorded_as, "{told}");
        assert_eq!(claims(&world, &id).await, 0, "{told}");
        assert_eq!(world.census().await, census, "{told}");
        assert_eq!(recorded(&world, "before").await, ledger, "{told}");

        world.replace_handler(shop_tests::setup_one_course_session());
        let good = sale(&format!("good-{number}"), &["anne"]);
        comes_to(&world, &good, LineState::Fulfilled).await;
        comes_to(&world, &good.state("cancelled"), LineState::Cancelled).await;
        assert_eq!(difference(&census, &world.census().await), [""; 0], "{told}");
    }
}

#[tokio::test]
async fn a_line_with_a_hostile_handler_stops_the_whole_order() {
    let hostile = catalogue("").replace(
        "handler = \"handler.wasm\"\nparameters = \"coursename=OTHER",
        "handler = \"trap.wasm\"\nparameters = \"coursename=OTHER",
    );
    let world = shop().await.reopen(&hostile).await;
    std::fs::write(world.folder().join("trap.wasm"), Guest::Trap.bytes()).unwrap();
    let order = sale("A", &["anne"]).line("OTHER", 5, &["bob"]);
    comes_to(&world, &order, LineState::Stopped).await;
    assert_eq!(lines_of(&world, "A").await, "1 rejected, 2 stopped");
    assert_eq!(lines(&world.census().await).len(), 0);
}

#[tokio::test]
async fn an_order_that_was_stopped_is_fulfilled_with_a_better_version() {
    let world = shop().await;
    world.replace_handler(&Guest::Trap.bytes());
    comes_to(&world, &sale("A", &["anne"]), LineState::Stopped).await;
    world.replace_handler(shop_tests::setup_one_course_session());
    comes_to(&world, &sale("A", &["anne"]), LineState::Fulfilled).await;
}
