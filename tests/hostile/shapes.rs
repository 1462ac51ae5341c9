//! Components that are hard to compile. Each is refused with a reason, or installed, and costs no more than the system lets the
//! compiler's process have; and wherever a component is compiled, that process does it.

use std::path::Path;

use hostile_guests::Guest;
use hostile_guests::shapes::Shape;
use shop_core::orders::state::LineState;
use shop_host::handlers::HandlerError;
use shop_sandbox::{Compiler, Unable};

use crate::fixtures::shop::*;

/// The compiler as a process of its own.
pub(crate) fn apart() -> Compiler {
    Compiler::Apart { program: env!("CARGO_BIN_EXE_shop-tests-compiler").into(), arguments: Vec::new() }
}

/// Why each of them is refused; none if it is installed.
///
/// Whoever adds a shape must say so here, or this does not compile.
fn expected(shape: Shape) -> Option<&'static str> {
    match shape {
        Shape::WideCalls | Shape::WideIndirectCalls => Some("points of intricacy in one function"),
        Shape::WideBlocks | Shape::WideChoices | Shape::WideTable => Some("points of intricacy in one function"),
        Shape::LoopOfLocals | Shape::BlockOfLocals => Some("points of intricacy in one function"),
        Shape::ManyLocals | Shape::ManyFunctions => Some("points of intricacy, found"),
        Shape::WideFunctions | Shape::WideImports => Some("parameters and results of all functions"),
        Shape::ManyElements | Shape::ManyGlobals | Shape::ManyTypes => Some("segments and elements in all"),

        Shape::LoopsOfLocals => Some("seconds of processor time"),
        Shape::LongSum => Some("MiB of memory"),

        Shape::ManyTables | Shape::ManyExports | Shape::ManyData | Shape::DeepSum => None,
        // Compiled, and they have one memory more than a handler may: two of the components that are handed something.
        Shape::TextAcross | Shape::WideAcross | Shape::ManyAcross => Some("memories; 2 are allowed"),
    }
}

/// What a compiler's process has told of itself that came to an end.
struct Cost(String);

impl Cost {
    /// The numbers behind these words.
    fn told(&self, what: &str) -> Vec<u64> {
        let line = self.0.lines().find_map(|line| line.strip_prefix(what)).unwrap_or_default();
        line.split_whitespace().map_while(|word| word.parse().ok()).collect()
    }
}

/// 10 seconds of processor time and 512 MiB, whatever it is. The process itself sees to it; so what was not ended has taken no
/// more.
#[tokio::test]
async fn what_is_hard_to_compile_is_refused_or_costs_little() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    let Compiler::Apart { program, .. } = apart() else { panic!("it is a process of its own") };
    let arguments = vec![report.to_str().unwrap().to_owned()];
    let world = shop().await.compiling(Compiler::Apart { program, arguments });
    for shape in Shape::ALL {
        let _ = std::fs::remove_file(&report);
        let came = world.install(&shape.bytes()).await.map(|_| ());
        let as_expected = match (expected(*shape), &came) {
            (None, Ok(())) => true,
            (Some(why), Err(HandlerError::Inadmissible { error, .. })) => error.to_string().contains(why),
            _ => false,
        };
        assert!(as_expected, "{shape:?}: {came:?}");
        if !cfg!(target_os = "linux") {
            continue;
        }
        match std::fs::read_to_string(&report).map(Cost) {
            Ok(cost) => {
                assert!(cost.told("VmHWM:")[0] <= 512 << 10, "{shape:?}: {:?} KiB", cost.told("VmHWM:"));
                // Then it is warned, and then it is ended.
                assert_eq!(cost.told("Max cpu time"), [10, 11], "{shape:?}");
                assert_eq!(cost.told("Max data size"), [400 << 20; 2], "{shape:?}");
            }
            Err(_) => assert!(came.is_err(), "{shape:?}: it tells what it took"),
        }
    }
    comes_to(&world, &sale("A", &["anne"]), LineState::Fulfilled).await;
}

/// Takes away what components were compiled to.
fn forget_compiled(data: &Path) {
    let files = std::fs::read_dir(data.join("handlers")).unwrap().map(|file| file.unwrap().path());
    let compiled: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "compiled")).collect();
    assert!(!compiled.is_empty());
    compiled.iter().for_each(|file| std::fs::remove_file(file).unwrap());
}

/// Whoever compiles in this process, whatever for, does not notice that the compiler is missing.
#[tokio::test]
async fn wherever_a_component_is_compiled_its_own_process_does_it() {
    let missing = Compiler::Apart { program: "no-such-program".into(), arguments: Vec::new() };
    let world = shop().await;
    world.serve(&Guest::Nothing.bytes()).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), LineState::Fulfilled).await;
    let backup = world.folder().join("backup.tar");
    shop_host::backup::make(&world.data(), &backup, "test").await.unwrap();
    let restored = world.restored(&backup).await.compiling(missing.clone());

    let world = world.compiling(missing.clone());
    comes_to(&world, &sale("B", &["anne"]).of("GUEST"), LineState::Fulfilled).await;
    forget_compiled(&world.data());
    let world = world.compiling(missing);
    let unable = |came: Option<HandlerError>| matches!(came, Some(HandlerError::Unable(Unable::Compiling(_))));
    assert!(unable(world.install(&Guest::State.bytes()).await.err()));
    assert!(unable(world.examine(&Guest::State.bytes()).await.err()));
    assert!(unable(world.host.handlers().active("hostile").await.err()));
    for world in [world, restored] {
        comes_to(&world, &sale("C", &["anne"]).of("GUEST"), LineState::Waiting).await;
        // Where there is a compiler, it goes on.
        let world = world.compiling(apart());
        comes_to(&world, &sale("C", &["anne"]).of("GUEST"), LineState::Fulfilled).await;
    }
}
