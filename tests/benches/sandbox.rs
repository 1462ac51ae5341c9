//! What a call costs: a fresh sandbox each time, for orders of several sizes, beside the same logic run natively.
//!
//! `cargo bench --bench sandbox`

mod case;
mod native;

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use hostile_guests::Guest;
use setup_one_course_session::fulfil;
use shop_sandbox::{Allocation, Engine, Program};

use case::case;
use native::{Native, order};

const SEATS: [u32; 5] = [1, 5, 32, 1_000, 10_000];

fn program(engine: &Engine, component: &[u8]) -> Program {
    let compiled = engine.compile(component).expect("compiling");
    // SAFETY: the engine has just compiled it.
    unsafe { engine.load(&compiled) }.expect("loading")
}

fn calls(c: &mut Criterion) {
    let ours = shop_harness::setup_one_course_session();
    let mut group = c.benchmark_group("call");
    for (name, allocation) in [("pooling", Allocation::Pooling { calls: 8 }), ("on-demand", Allocation::OnDemand)] {
        let engine = Engine::new(allocation).expect("an engine");
        let program = program(&engine, ours);
        let manifest = program.describe().expect("room for a call").expect("a manifest");
        for seats in SEATS {
            let (line, snapshot) = case(seats);
            group.bench_function(BenchmarkId::new(name, seats), |b| {
                b.iter(|| {
                    program
                        .fulfil(black_box(&line), snapshot.clone(), &manifest)
                        .expect("room for a call")
                        .answer
                        .expect("an answer")
                });
            });
        }
    }
    for seats in SEATS {
        let (line, snapshot) = case(seats);
        let order = order(&line);
        group.bench_function(BenchmarkId::new("native", seats), |b| {
            b.iter(|| {
                let mut imports = Native::new(&line, snapshot.clone());
                let said = fulfil(&mut imports, black_box(&order)).expect("accepted");
                (said, imports.finish())
            });
        });
    }
    group.finish();
}

/// What a call is made of: a handler that does nothing shows what instantiating, lowering the order and dropping take.
fn parts(c: &mut Criterion) {
    let mut group = c.benchmark_group("nothing");
    for (name, allocation) in [("pooling", Allocation::Pooling { calls: 8 }), ("on-demand", Allocation::OnDemand)] {
        let engine = Engine::new(allocation).expect("an engine");
        let program = program(&engine, &Guest::Nothing.bytes());
        let manifest = program.describe().expect("room for a call").expect("a manifest");
        for seats in SEATS {
            let (line, snapshot) = case(seats);
            group.bench_function(BenchmarkId::new(name, seats), |b| {
                b.iter(|| {
                    program
                        .fulfil(black_box(&line), Arc::clone(&snapshot), &manifest)
                        .expect("room for a call")
                        .answer
                        .expect("an answer")
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, calls, parts);
criterion_main!(benches);
