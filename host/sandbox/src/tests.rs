//! Calls with limits of one's own.

use hostile_guests::Guest;

use super::*;
use shop_core::calls::budget::{Budget, Use};
use shop_core::calls::limits::{Exceeded, Limit};

/// Where the memory of these calls comes from: nothing that becomes of them may depend on it.
const ALLOCATIONS: [Allocation; 2] = [Allocation::OnDemand, Allocation::Pooling { calls: 1 }];

fn program(guest: Guest, allocation: Allocation) -> Program {
    let engine = Engine::new(allocation).unwrap();
    let compiled = engine.compile(&guest.bytes()).unwrap();
    // SAFETY: the engine has just compiled it.
    unsafe { engine.load(&compiled) }.unwrap()
}

/// A call for a line without seats.
fn make(program: &Program, limits: Limits) -> Result<(Option<Stopped>, Budget), Unable> {
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
    let run = |handler: &contract::ProductHandler, store: &mut Store<CallState>| {
        handler.shop_product_handler_handler().call_fulfil(store, &order)
    };
    program.call(state, run).map(|(result, state)| (result.err(), state.budget))
}

/// How the call of a guest ends, and what it took.
fn call(guest: Guest, limits: Limits) -> (Option<Stopped>, Budget) {
    make(&program(guest, Allocation::OnDemand), limits).unwrap()
}

#[test]
fn what_the_backstop_ends_is_this_machines_fault() {
    let limits = Limits { fuel: u64::MAX, time: Duration::from_millis(30), ..Limits::for_seats(0) };
    for allocation in ALLOCATIONS {
        let ended = make(&program(Guest::LoopFulfil, allocation), limits.clone());
        assert_eq!(ended, Err(Unable::Slow(limits.time)));
    }
}

#[test]
fn where_no_sandbox_is_free_no_call_is_made() {
    let program = program(Guest::Trap, Allocation::Pooling { calls: 1 });
    let mut taken = Store::new(&program.engine.wasmtime, CallState::new(Declarations::none(), Limits::for_seats(0)));
    taken.set_fuel(1_000_000).unwrap();
    taken.set_epoch_deadline(u64::MAX / 2);
    program.pre.instantiate(&mut taken).unwrap();
    let unable = make(&program, Limits::for_seats(0)).unwrap_err();
    assert!(matches!(&unable, Unable::Room(why) if why.contains("limit of 1")), "{unable}");
    assert!(program.describe().is_err(), "nor is it asked what it is");
    drop(taken);
    assert!(matches!(make(&program, Limits::for_seats(0)), Ok((Some(Stopped::Trapped(_)), _))));
}

#[test]
fn what_this_machine_lacks_is_no_verdict() {
    let limits = Limits::for_seats(0);
    let mut state = CallState::new(Declarations::none(), limits.clone());
    let full = || wasmtime::Error::from(std::io::Error::from(std::io::ErrorKind::OutOfMemory));
    let not_grown = wasmtime::ResourceLimiter::memory_grow_failed(&mut state, full()).unwrap_err();
    assert!(matches!(fault::running(&not_grown, &limits), Err(Unable::Room(_))));
    assert!(matches!(fault::starting(&full(), &limits), Err(Unable::Room(_))), "no memory for the instance");
    for error in [wasmtime::OutOfMemory::new(1).into(), wasmtime::Error::from(wasmtime::Trap::Interrupt)] {
        assert!(fault::running(&error, &limits).is_err(), "{error}");
        assert!(fault::starting(&error, &limits).is_err(), "{error}");
    }
}

#[test]
fn there_is_room_for_no_more_calls_than_there_are_processors() {
    let processors = std::thread::available_parallelism().unwrap().get();
    for (calls, room) in [(0, 1), (1, 1), (u32::MAX, processors)] {
        let engine = Engine::new(Allocation::Pooling { calls }).unwrap();
        assert_eq!(engine.permits.available_permits(), room, "{calls}");
    }
}

#[tokio::test]
async fn calls_at_once_wait_for_room_and_a_lost_one_gives_its_room_back() {
    let program = program(Guest::Reject, Allocation::Pooling { calls: 1 });
    let lost: Result<(), Unable> = program.engine().when_free(|| panic!("on purpose")).await;
    assert_eq!(lost, Err(Unable::Lost("its thread panicked")));
    let calls = (0..8).map(|_| {
        let called = program.clone();
        program.engine().when_free(move || make(&called, Limits::for_seats(0)))
    });
    for made in futures_util::future::join_all(calls).await {
        assert_eq!(made.unwrap().unwrap().0, None);
    }
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
fn a_call_takes_the_same_every_time_and_wherever_its_memory_comes_from() {
    let [on_demand, pooling] = ALLOCATIONS.map(|allocation| Engine::new(allocation).unwrap());
    for guest in Guest::ALL {
        let load = |engine: &Engine| {
            let compiled = engine.compile(&guest.bytes()).ok()?;
            // SAFETY: the engine has just compiled it.
            unsafe { engine.load(&compiled) }.ok()
        };
        let (Some(program), Some(pooled)) = (load(&on_demand), load(&pooling)) else { continue };
        let [first, second, third] = [&program, &program, &pooled].map(|program| make(program, Limits::for_seats(0)));
        assert!(first.is_ok(), "{}: {first:?}", guest.name());
        assert_eq!(first, second, "{}", guest.name());
        assert_eq!(first, third, "{}", guest.name());
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
