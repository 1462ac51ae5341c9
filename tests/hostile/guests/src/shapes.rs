//! Hostile shapes: components that no guest need run to do harm, since it is the compiler that they keep busy. Each is a
//! handler without fault that has a module or a component like that within it.

use crate::Guest;
use crate::component::with_instance;

/// Makes one shape of each line, so that no list of them can fall behind.
macro_rules! shapes {
    ($($(#[doc = $doc:literal])* $shape:ident,)*) => {
        /// A component that is hard to compile.
        ///
        /// Not `non_exhaustive`: a test that matches on it does not compile when it forgets one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Shape {
            $($(#[doc = $doc])* $shape,)*
        }

        impl Shape {
            /// Every one of them.
            pub const ALL: &[Shape] = &[$(Shape::$shape),*];
        }
    };
}

shapes! {
    /// A function with 1,000 parameters and results, called 5,000 times.
    WideCalls,
    /// The same, called through a table.
    WideIndirectCalls,
    /// 2,000 functions with 1,000 parameters and results that can be referred to: each gets a way in and a way out.
    WideFunctions,
    /// 1,000 imported functions with 1,000 parameters and results.
    WideImports,
    /// 2,000 blocks with 1,000 parameters and results, and a branch out of each.
    WideBlocks,
    /// A choice between two ways with 1,000 parameters and results, 2,000 times.
    WideChoices,
    /// A choice between 100,000 places to go, with 100 values each.
    WideTable,
    /// 1,000 choices between 5,000 places to go.
    ManyTables,
    /// A loop that changes 5,000 locals and goes back from 5,000 places.
    LoopOfLocals,
    /// 60 loops within each other that change 1,000 locals and go back from 1,000 places, so that the first look lets them pass.
    LoopsOfLocals,
    /// A block that changes 5,000 locals and is left from 5,000 places.
    BlockOfLocals,
    /// 2,000 functions with 50,000 locals.
    ManyLocals,
    /// An element segment of 1,000,000 references.
    ManyElements,
    /// 900,000 globals.
    ManyGlobals,
    /// 50,000 exports of one function.
    ManyExports,
    /// 90,000 segments of no data.
    ManyData,
    /// 900,000 types.
    ManyTypes,
    /// A function that is nothing but a sum of 1,500,000 numbers.
    LongSum,
    /// A sum of 100,000 numbers that are all on the stack at once.
    DeepSum,
    /// 2,000 functions that are each as intricate as one may be.
    ManyFunctions,
    /// A component that is handed a text by another one.
    TextAcross,
    /// One that is handed lists within lists, of tuples of 1,000 texts.
    WideAcross,
    /// One that is handed 1,000 functions, which take lists of tuples of 100 texts.
    ManyAcross,
}

impl Shape {
    /// What a vendor would hand in, as a version of a handler of its own.
    ///
    /// # Panics
    ///
    /// If the shape's text is not as it should be: a mistake in this crate.
    pub fn bytes(self) -> Vec<u8> {
        let name = format!("shape-{}", self as u32);
        let within = match self {
            Shape::ManyLocals => locals(2000, 49_999),
            _ => wat::parse_str(self.text()).unwrap_or_else(|error| panic!("{self:?}: {error}")),
        };
        with_instance(Guest::Nothing.named(&name), &within)
    }

    /// The component within.
    fn text(self) -> String {
        let wide = format!("(param {0}) (result {0})", "i32 ".repeat(1000));
        let wide_values = "i32.const 0 ".repeat(1000);
        let drops = "drop ".repeat(1000);
        match self {
            Shape::WideCalls => {
                let calls = "call $wide ".repeat(5000);
                module(&format!("(func $wide {wide} unreachable) (func {wide_values} {calls} {drops})"))
            }
            Shape::WideIndirectCalls => {
                let calls = "i32.const 0 call_indirect (type $wide) ".repeat(5000);
                module(&format!("(type $wide (func {wide})) (table 1 funcref) (func {wide_values} {calls} {drops})"))
            }
            Shape::WideFunctions => {
                let (functions, all) = ("(func (type $wide) unreachable)".repeat(2000), numbers(2000));
                module(&format!("(type $wide (func {wide})) {functions} (elem declare func {all})"))
            }
            Shape::WideImports => {
                let imports: String = (0..400).map(|n| format!("(import \"\" \"{n}\" (func (type $wide)))")).collect();
                module(&format!("(type $wide (func {wide})) {imports} (elem declare func {})", numbers(400)))
            }
            Shape::WideBlocks => {
                let block = "block (type $wide) i32.const 0 br_if 0 end ";
                module(&format!("(type $wide (func {wide})) (func {wide_values} {} {drops})", block.repeat(2000)))
            }
            Shape::WideChoices => {
                let choice = "i32.const 0 if (type $wide) else end ";
                module(&format!("(type $wide (func {wide})) (func {wide_values} {} {drops})", choice.repeat(2000)))
            }
            Shape::WideTable => {
                let (values, drops) = ("i32.const 0 ".repeat(100), "drop ".repeat(100));
                let results = format!("(result {})", "i32 ".repeat(100));
                let targets = "0 ".repeat(100_000);
                module(&format!("(func block {results} {values} i32.const 0 br_table {targets} end {drops})"))
            }
            Shape::ManyTables => {
                let table = format!("block i32.const 0 br_table {} end ", "0 ".repeat(5000));
                module(&format!("(func {})", table.repeat(1000)))
            }
            Shape::LoopOfLocals => module(&changing("loop", 1, 5_000)),
            Shape::LoopsOfLocals => module(&changing("loop", 60, 1_000)),
            Shape::BlockOfLocals => module(&changing("block", 1, 5_000)),
            Shape::ManyLocals => String::new(),
            Shape::ManyElements => {
                module(&format!("(table 1 funcref) (func $f) (elem func {})", "$f ".repeat(1_000_000)))
            }
            Shape::ManyGlobals => module(&"(global i32 (i32.const 0))".repeat(900_000)),
            Shape::ManyExports => {
                let exports: String = (0..50_000).map(|n| format!("(export \"{n}\" (func $f))")).collect();
                module(&format!("(func $f) {exports}"))
            }
            Shape::ManyData => module(&format!("(memory 1) {}", "(data \"\")".repeat(90_000))),
            Shape::ManyTypes => module(&"(type (func))".repeat(900_000)),
            Shape::LongSum => {
                module(&format!("(func (result i32) i32.const 1 {})", "i32.const 1 i32.add ".repeat(1_500_000)))
            }
            Shape::DeepSum => {
                let (values, sums) = ("local.get 0 i32.load ".repeat(100_000), "i32.add ".repeat(99_999));
                module(&format!("(memory 1) (func (param i32) (result i32) {values} {sums})"))
            }
            Shape::ManyFunctions => {
                let function = format!("(func {} {})", "block ".repeat(2_000), "end ".repeat(2_000));
                module(&function.repeat(2000))
            }
            Shape::TextAcross => across("string", 1),
            Shape::WideAcross => across(&format!("(list (list {}))", tuple(1000)), 1),
            Shape::ManyAcross => across(&format!("(list {})", tuple(100)), 1000),
        }
    }
}

/// The numbers before another.
fn numbers(end: usize) -> String {
    (0..end).map(|n| format!("{n} ")).collect()
}

/// A function that changes so many locals within blocks, and goes to the end, or back to the beginning, of one after each.
fn changing(block: &str, blocks: usize, locals: usize) -> String {
    let change = |n| format!("local.get {n} i32.const 1 i32.add local.set {n} local.get 0 br_if {} ", n % blocks);
    let changes: String = (1..=locals).map(change).collect();
    let sum: String = (1..=locals).map(|n| format!("local.get {n} i32.add ")).collect();
    let (open, close) = (format!("{block} ").repeat(blocks), "end ".repeat(blocks));
    let declared = "i32 ".repeat(locals);
    format!("(func (param i32) (result i32) (local {declared}) {open} {changes} {close} i32.const 0 {sum})")
}

/// A component with so many functions of so many locals. As a text it would be long.
fn locals(functions: u32, locals: u32) -> Vec<u8> {
    let (mut types, mut declared, mut code) = Default::default();
    wasm_encoder::TypeSection::ty(&mut types).function([], []);
    for _ in 0..functions {
        wasm_encoder::FunctionSection::function(&mut declared, 0);
        let mut function = wasm_encoder::Function::new([(locals, wasm_encoder::ValType::I32)]);
        function.instructions().end();
        wasm_encoder::CodeSection::function(&mut code, &function);
    }
    let mut module = wasm_encoder::Module::new();
    module.section(&types).section(&declared).section(&code);
    let mut component = wasm_encoder::Component::new();
    component.section(&wasm_encoder::ModuleSection(&module));
    component.finish()
}

/// A component with this core module.
fn module(text: &str) -> String {
    format!("(component (core module {text}))")
}

/// So many texts.
fn tuple(texts: usize) -> String {
    format!("(tuple {})", "string ".repeat(texts))
}

/// A component within which one hands values of a type to another, by so many functions.
fn across(of_type: &str, functions: usize) -> String {
    let memory = r#"
        (core module $memory
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
        (core instance $memory (instantiate $memory))"#;
    let options = r#"(memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))"#;
    let each = |text: &dyn Fn(usize) -> String| (0..functions).map(text).collect::<String>();
    let takes =
        each(&|n| format!(r#"(func (export "f{n}") (param "it" $it) (canon lift (core func $own "take") {options}))"#));
    let lowered = each(&|n| format!(r#"(core func $f{n} (canon lower (func $f{n}) {options}))"#));
    let handed = each(&|n| format!(r#"(export "f{n}" (func $f{n}))"#));
    let imports = each(&|n| format!(r#"(import "f{n}" (func $f{n} (param "it" $it)))"#));
    let core_imports = each(&|n| format!(r#"(import "" "f{n}" (func (param i32 i32)))"#));
    let arguments = each(&|n| format!(r#"(with "f{n}" (func $callee "f{n}"))"#));
    format!(
        r#"(component
            (component $callee
                {memory}
                (type $it {of_type})
                (core module $own (func (export "take") (param i32 i32)))
                (core instance $own (instantiate $own))
                {takes})
            (component $caller
                (type $it {of_type})
                {imports}
                {memory}
                {lowered}
                (core module $own {core_imports})
                (core instance (instantiate $own (with "" (instance {handed})))))
            (instance $callee (instantiate $callee))
            (instance (instantiate $caller {arguments})))"#
    )
}
