//! A short fuzzing of all that the host reads from outside, on every machine: each seed of `fuzz/seeds`, and mutations of them.
//! What is read of them is mutated again. `fuzz/README.md` tells how to fuzz for hours.
//!
//! `SHOP_MUTATIONS` sets how many cheap mutations are tried of each, and `SHOP_SEED` with which seed. A program of its own,
//! since how much memory reading takes is measured, and the memory is that of all tests in it: they take turns.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use fastrand::Rng;
use fuzz_targets::{self as fuzz, ROOM, Target};
use peak_alloc::PeakAlloc;
use shop_core::calls::recording::Recording;
use shop_harness::Given;
use shop_host::handlers::HandlerError;
use shop_sandbox::Compiler;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

static TURN: Mutex<()> = Mutex::new(());

/// By default; some seconds for each.
const MUTATIONS: usize = 2_000;

/// As many of those that were read are mutated again.
const POOL: usize = 500;

/// No input becomes longer.
const LONGEST: usize = 1 << 20;

fn variable<T: FromStr>(name: &str, default: T) -> T {
    let read = |text: String| text.parse().unwrap_or_else(|_| panic!("{name}: expected a number, found {text:?}"));
    std::env::var(name).map_or(default, read)
}

/// Where an input is while it is read: what is found there after the program went down is what brought it down.
fn file_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"))
}

/// Whether it was read as something.
fn read(target: &Target, input: &[u8]) -> bool {
    let file = file_of(target.name);
    std::fs::write(&file, input).unwrap();
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let read = catch_unwind(AssertUnwindSafe(|| (target.read)(input)));
    let read = read.unwrap_or_else(|panic| {
        eprintln!("{}: put a copy of this input into fuzz/seeds/{}, and mend it", file.display(), target.name);
        resume_unwind(panic)
    });
    let took = MEMORY.peak_usage().saturating_sub(before);
    let most = ROOM + target.times * input.len();
    assert!(took <= most, "{}: reading {} bytes took {took}, expected at most {most}", file.display(), input.len());
    read
}

fn fuzz(target: &Target) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut inputs = target.seeds();
    let seeds = inputs.len();
    // What is made ready once is not counted.
    (target.read)(&inputs[0]);
    let good = inputs.iter().filter(|seed| read(target, seed)).count();
    assert!(good > 0, "{}: no seed is read as what it should be", target.name);
    let mut rng = Rng::with_seed(variable("SHOP_SEED", 1));
    let tries = variable("SHOP_MUTATIONS", MUTATIONS) / target.cost;
    let mut read_as_something = 0;
    for _ in 0..tries {
        // What is read becomes ever simpler: half of them begin with a seed.
        let among = if rng.bool() { seeds } else { inputs.len() };
        let mut input = inputs[rng.usize(..among)].clone();
        (target.mutate)(&mut input, &mut rng);
        input.truncate(LONGEST);
        if !read(target, &input) {
            continue;
        }
        read_as_something += 1;
        match inputs.len() {
            length if length < POOL + seeds => inputs.push(input),
            length => inputs[rng.usize(seeds..length)] = input,
        }
    }
    eprintln!("{}: {read_as_something} of {tries} mutations were read as something", target.name);
}

macro_rules! fuzzed {
    ($($(#[$doc:meta])* $test:ident: $target:ident)+) => {$(
        $(#[$doc])*
        #[test]
        fn $test() {
            fuzz(&fuzz::$target);
        }
    )+};
}

fuzzed! {
    orders: ORDER
    catalogues: CATALOGUE
    settings: SETTINGS
    platforms: PLATFORM
    texts: TEXTS
    recordings: RECORDING
    components: COMPONENT
    previews: PREVIEW
    answers_of_a_moodle: MOODLE
    backups: BACKUP
}

/// How many cheap ones one that is installed takes as long as.
const INSTALLED: usize = 100;

/// The whole way of a component, through the compiler's process, and a call of what gets through: whatever it is, that is its fault
/// and not this machine's.
#[tokio::test]
async fn components_that_are_installed() {
    let recording: Recording = serde_json::from_slice(&fuzz::RECORDING.seeds()[0]).unwrap();
    let program = env!("CARGO_BIN_EXE_shop-tests-compiler").into();
    let world = Given::catalogue("").open().await.compiling(Compiler::Apart { program, arguments: Vec::new() });
    let seeds = fuzz::COMPONENT.seeds();
    let mut rng = Rng::with_seed(variable("SHOP_SEED", 1));
    let mutation = |nth: usize| {
        let mut input = seeds[nth % seeds.len()].clone();
        // The seeds themselves come first.
        (0..nth / seeds.len()).take(3).for_each(|_| (fuzz::COMPONENT.mutate)(&mut input, &mut rng));
        input
    };
    for input in (0..variable("SHOP_MUTATIONS", MUTATIONS) / INSTALLED).map(mutation) {
        let file = file_of("installed");
        std::fs::write(&file, &input).unwrap();
        match world.examine(&input).await {
            Ok(handler) => {
                _ = handler.replay(&recording).await.unwrap_or_else(|unable| panic!("{}: {unable}", file.display()))
            }
            Err(HandlerError::Inadmissible { error, .. }) => assert!(error.to_string().len() < 3_000, "{error}"),
            Err(error) => panic!("{}: {error}", file.display()),
        }
    }
}

/// None is left out: each has its seeds, its test here, and its program for a fuzzer.
#[test]
fn all_targets_have_seeds_and_programs() {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
    let names = |folder: &Path| {
        let names = folder.read_dir().unwrap().map(|file| file.unwrap().path().file_stem().unwrap().to_owned());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    };
    let mut expected = fuzz::ALL.map(|target| target.name);
    expected.sort_unstable();
    assert_eq!(names(&programs), expected);
    assert_eq!(names(&programs.with_file_name("seeds")), expected);
}
