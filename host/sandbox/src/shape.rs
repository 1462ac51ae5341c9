//! How much a component makes the compiler do, as far as its size does not tell.
//!
//! A first look, which costs next to nothing: the compiler takes more than in proportion, so that a few KB could keep it busy
//! for hours, or fill the memory. The bounds here are far from what toolchains make of any handler; what they let pass is
//! ended by the limits of the [compiler's process](super::Compiler::Apart), however it takes its time.

mod function;

use std::fmt::Display;

use wasmparser::{
    BinaryReaderError, CompositeInnerType, ElementItems, ElementSectionReader, Encoding, FuncType, FunctionBody,
    FunctionSectionReader, ImportSectionReader, Parser, Payload, TypeRef, TypeSectionReader,
};

use super::LoadError;
use function::Function;

/// How many components may lie within the outermost, at whatever depth. Toolchains need one.
const COMPONENTS: u64 = 4;
/// How many instances a component and those within it may name. The compiler makes them all, at every place where the
/// component that names them is instantiated in turn: without a bound on both, a few KB make millions.
const INSTANCES: u64 = 64;
/// How many functions there may be in all.
const FUNCTIONS: u64 = 20_000;
/// How many other things: types, imports, globals, exports, elements of segments, and so on.
const ITEMS: u64 = 100_000;
/// How many parameters and results all functions may have together: of some, the compiler makes ways in and out that
/// hand over each of them.
const SIGNATURES: u64 = 200_000;
/// How deep loops may nest: what it takes grows with the third power.
const LOOPS: usize = 64;
/// How intricate one function may be, and all together; see [`Function::intricacy`].
const FUNCTION: u64 = 10_000_000;
const ALL: u64 = 100_000_000;

/// The first look at a component, which costs next to nothing: refuses what would take long, or much memory, to be compiled.
/// [`Engine::compile`](super::Engine::compile) begins with it.
pub fn first_look(component: &[u8]) -> Result<(), LoadError> {
    let mut seen = Seen::default();
    Parser::new(0).parse_all(component).try_for_each(|payload| seen.look_at(payload?))
}

impl From<BinaryReaderError> for LoadError {
    fn from(error: BinaryReaderError) -> Self {
        LoadError::Malformed(error.to_string())
    }
}

fn at_most<N: PartialOrd + Display>(found: N, allowed: N, what: &str) -> Result<(), LoadError> {
    if found > allowed {
        return Err(LoadError::Shape(format!("at most {allowed} {what}, found {found}")));
    }
    Ok(())
}

/// What a component has, as far as it was looked at.
#[derive(Default)]
struct Seen {
    components: u64,
    instances: u64,
    functions: u64,
    items: u64,
    signatures: u64,
    intricacy: u64,
    /// The module that is being looked at.
    module: Module,
}

impl Seen {
    fn look_at(&mut self, payload: Payload) -> Result<(), LoadError> {
        match payload {
            Payload::Version { encoding: Encoding::Module, .. } => self.module = Module::default(),
            Payload::ComponentSection { .. } => {
                self.components += 1;
                at_most(self.components, COMPONENTS, "components within it")?;
            }
            Payload::InstanceSection(section) => self.instances(section.count())?,
            Payload::ComponentInstanceSection(section) => self.instances(section.count())?,

            Payload::TypeSection(section) => self.types(section)?,
            Payload::ImportSection(section) => self.imports(section)?,
            Payload::FunctionSection(section) => self.functions(section)?,
            Payload::ElementSection(section) => self.elements(section)?,
            Payload::CodeSectionEntry(body) => self.function(&body)?,

            Payload::TableSection(section) => self.items(section.count())?,
            Payload::MemorySection(section) => self.items(section.count())?,
            Payload::TagSection(section) => self.items(section.count())?,
            Payload::GlobalSection(section) => self.items(section.count())?,
            Payload::ExportSection(section) => self.items(section.count())?,
            Payload::DataSection(section) => self.items(section.count())?,
            Payload::CoreTypeSection(section) => self.items(section.count())?,
            Payload::ComponentAliasSection(section) => self.items(section.count())?,
            Payload::ComponentTypeSection(section) => self.items(section.count())?,
            Payload::ComponentCanonicalSection(section) => self.items(section.count())?,
            Payload::ComponentImportSection(section) => self.items(section.count())?,
            Payload::ComponentExportSection(section) => self.items(section.count())?,
            _ => {}
        }
        Ok(())
    }

    fn instances(&mut self, more: u32) -> Result<(), LoadError> {
        self.instances += u64::from(more);
        at_most(self.instances, INSTANCES, "instances")
    }

    fn items(&mut self, more: u32) -> Result<(), LoadError> {
        self.items += u64::from(more);
        at_most(self.items, ITEMS, "types, imports, globals, exports, segments and elements in all")
    }

    fn types(&mut self, section: TypeSectionReader) -> Result<(), LoadError> {
        self.items(section.count())?;
        for group in section {
            let group = group?;
            self.items(u32::try_from(group.types().len()).unwrap_or(u32::MAX))?;
            let types = group.types().map(|of_type| match &of_type.composite_type.inner {
                CompositeInnerType::Func(function) => Signature::of(function),
                _ => Signature::default(),
            });
            self.module.types.extend(types);
        }
        Ok(())
    }

    fn imports(&mut self, section: ImportSectionReader) -> Result<(), LoadError> {
        for import in section.into_imports() {
            self.items(1)?;
            if let TypeRef::Func(index) | TypeRef::FuncExact(index) = import?.ty {
                self.declared(index)?;
            }
        }
        Ok(())
    }

    fn functions(&mut self, section: FunctionSectionReader) -> Result<(), LoadError> {
        self.functions += u64::from(section.count());
        at_most(self.functions, FUNCTIONS, "functions")?;
        section.into_iter().try_for_each(|index| self.declared(index?))
    }

    /// A function of this type, its module's own or an imported one.
    fn declared(&mut self, index: u32) -> Result<(), LoadError> {
        let signature = self.module.signature(index);
        self.module.functions.push(signature);
        self.signatures += signature.values();
        at_most(self.signatures, SIGNATURES, "parameters and results of all functions")
    }

    fn elements(&mut self, section: ElementSectionReader) -> Result<(), LoadError> {
        for segment in section {
            self.items(1)?;
            self.items(match segment?.items {
                ElementItems::Functions(items) => items.count(),
                ElementItems::Expressions(_, items) => items.count(),
            })?;
        }
        Ok(())
    }

    fn function(&mut self, body: &FunctionBody) -> Result<(), LoadError> {
        let function = Function::of(body, &self.module)?;
        at_most(function.loops, LOOPS, "loops within each other")?;
        let intricacy = function.intricacy();
        at_most(intricacy, FUNCTION, "points of intricacy in one function")?;
        self.intricacy += intricacy;
        at_most(self.intricacy, ALL, "points of intricacy")
    }
}

/// What a core module has declared. Nobody has validated yet that it refers to what there is: what there is not, has no width.
#[derive(Default)]
struct Module {
    types: Vec<Signature>,
    functions: Vec<Signature>,
}

impl Module {
    fn signature(&self, index: u32) -> Signature {
        self.types.get(index as usize).copied().unwrap_or_default()
    }

    fn function(&self, index: u32) -> Signature {
        self.functions.get(index as usize).copied().unwrap_or_default()
    }
}

/// How many values a function, or a block, takes and gives.
#[derive(Clone, Copy, Default)]
struct Signature {
    parameters: u64,
    results: u64,
}

impl Signature {
    fn of(function: &FuncType) -> Self {
        Signature { parameters: function.params().len() as u64, results: function.results().len() as u64 }
    }

    fn values(self) -> u64 {
        self.parameters + self.results
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<String> {
        first_look(&wat::parse_str(text).unwrap()).err().map(|error| error.to_string())
    }

    fn function(locals: usize, body: &str) -> String {
        format!("(component (core module (func (local {}) {body})))", "i64 ".repeat(locals))
    }

    #[test]
    fn what_would_take_long_to_compile_is_refused() {
        let nested = |what: &str, depth: usize| format!("{}{}", format!("{what} ").repeat(depth), "end ".repeat(depth));
        let empty = "(func)".repeat(20_001);
        let many = format!("(func {})", "block end ".repeat(3_100)).repeat(11);
        for (component, expected) in [
            (function(0, &nested("loop", 64)), None),
            (function(0, &nested("block", 3_000)), None),
            (function(1_000, &nested("block", 1_000)), None),
            (function(0, &nested("loop", 65)), Some("loops within each other")),
            (function(0, &nested("block", 3_200)), Some("in one function")),
            (function(0, &"loop end ".repeat(3_200)), Some("in one function")),
            (function(2_000, &nested("block", 1_000)), Some("in one function")),
            (format!("(component (core module {many}))"), Some("points of intricacy, found")),
            (format!("(component (core module {empty}))"), Some("functions")),
            (format!("(component {})", "(component)".repeat(5)), Some("components within it")),
            ("(component (component (component (component (component (component))))))".to_owned(), Some("components")),
        ] {
            let found = fault(&component);
            let as_expected = match (&found, expected) {
                (Some(found), Some(expected)) => found.contains(expected),
                (found, expected) => found.is_none() && expected.is_none(),
            };
            assert!(as_expected, "{found:?} for {}…", &component[..60.min(component.len())]);
        }
    }

    #[test]
    fn numbers_that_nobody_has_validated_do_not_overflow() {
        // A function that declares 4,294,967,295 locals three times, and has a block.
        let locals = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x7e].repeat(3);
        let body = [&[3][..], &locals, &[0x02, 0x40, 0x0b, 0x0b]].concat();
        let code = [&[1, body.len() as u8][..], &body].concat();
        let module = [b"\0asm\x01\0\0\0\x0a", &[code.len() as u8][..], &code].concat();
        let component = [b"\0asm\x0d\0\x01\0\x01", &[module.len() as u8][..], &module].concat();
        assert!(matches!(first_look(&component), Err(LoadError::Shape(_) | LoadError::Malformed(_))));
    }

    #[test]
    fn bytes_that_are_no_component_are_malformed() {
        for bytes in [&b""[..], b"\0asm", b"\0asm\x0d\0\x01\0\x04\xff\xff\xff\xff\x0f", &[0xff; 1000]] {
            assert!(matches!(first_look(bytes), Err(LoadError::Malformed(_))), "{bytes:?}");
        }
    }
}
