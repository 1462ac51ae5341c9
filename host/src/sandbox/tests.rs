//! Calls with limits of one's own.

use shop_tests::guests::Guest;

use super::*;

fn program(guest: Guest) -> Program {
    let engine = Engine::new(super::Allocation::OnDemand).unwrap();
    let compiled = engine.compile(&guest.bytes()).unwrap();
    // SAFETY: the engine has just compiled it.
    unsafe { engine.load(&compiled) }.unwrap()
}

/// How the call of a guest ends, for a line without seats, and what it took.
fn call(guest: Guest, limits: Limits) -> (Option<Stopped>, Budget) {
    let order = wit::Order {
        id: "A".to_owned(),
        line: 1,
        stage: wit::Stage::Paid,
        time: 0,
        product: String::new(),
        parameters: String::new(),
        operator: None,
        quantity: 0,
        seats: Vec::new(),
    };
    let state = CallState::new(Declarations::none(), limits);
    let (result, state) =
        program(guest).call(state, |handler, store| handler.shop_product_handler_handler().call_fulfil(store, &order));
    (result.err(), state.budget)
}

#[test]
fn the_backstop_ends_what_the_fuel_does_not() {
    let limits = Limits { fuel: u64::MAX, time: Duration::from_millis(30), ..Limits::for_seats(0) };
    let exceeded = Exceeded { limit: Limit::Time, used: 30, allowed: 30 };
    assert_eq!(call(Guest::LoopFulfil, limits).0, Some(Stopped::Exceeded(exceeded)));
}

#[test]
fn a_stopped_call_tells_what_it_took() {
    let limits = Limits { fuel: 1000, ..Limits::for_seats(0) };
    let (stopped, budget) = call(Guest::LoopFulfil, limits);
    let exceeded = Exceeded { limit: Limit::Fuel, used: 1000, allowed: 1000 };
    assert_eq!(stopped, Some(Stopped::Exceeded(exceeded)));
    assert_eq!(budget.fuel, Use { used: 1000, allowed: 1000 });

    let limits = Limits { memory: 10 << 16, ..Limits::for_seats(0) };
    let (stopped, budget) = call(Guest::MemoryStorm, limits);
    let exceeded = Exceeded { limit: Limit::Memory, used: 11 << 16, allowed: 10 << 16 };
    assert_eq!(stopped, Some(Stopped::Exceeded(exceeded)));
    assert_eq!(budget.memory, Use { used: 11 << 16, allowed: 10 << 16 });
}

#[test]
fn a_call_takes_the_same_every_time() {
    for guest in [Guest::Nothing, Guest::Reject, Guest::CallStorm, Guest::MemoryStorm, Guest::ForgedAccount] {
        let [first, second] = [(); 2].map(|()| call(guest, Limits::for_seats(0)));
        assert_eq!(first, second, "{}", guest.name());
    }
}

/// The figures are written here, so that they are the same wherever this test runs.
#[test]
fn a_call_takes_the_same_everywhere() {
    let (stopped, budget) = call(Guest::Reject, Limits::for_seats(0));
    assert_eq!(stopped, None);
    let used = [budget.fuel, budget.memory, budget.host_calls, budget.facts, budget.messages, budget.bytes];
    assert_eq!(used.map(|part| part.used), [139, 65536, 0, 0, 0, 0]);
}
