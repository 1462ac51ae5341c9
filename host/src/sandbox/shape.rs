//! How much a component makes the compiler do, as far as its size does not tell.
//!
//! The compiler has no limits of its own, and takes more than in proportion: a few KB could keep it busy for hours, or fill
//! the memory. The bounds here are far from what toolchains make of any handler, and leave a minute at the worst.

use std::fmt::Display;

use wasmparser::{BinaryReaderError, FunctionBody, Operator, Parser, Payload};

use super::LoadError;

/// How many components may lie within the outermost, at whatever depth. Toolchains need one.
const COMPONENTS: u64 = 4;
/// How many instances a component and those within it may name. The compiler makes them all, at every place where the
/// component that names them is instantiated in turn: without a bound on both, a few KB make millions.
const INSTANCES: u64 = 64;
/// How many functions there may be in all.
const FUNCTIONS: u64 = 20_000;
/// How deep loops may nest: what it takes grows with the third power.
const LOOPS: usize = 64;
/// How intricate one function may be, and all together; see [`Intricacy`].
const FUNCTION: u64 = 10_000_000;
const ALL: u64 = 100_000_000;

/// Refuses what would take long, or much memory, to be compiled.
pub(super) fn check(component: &[u8]) -> Result<(), LoadError> {
    let malformed = |error: BinaryReaderError| LoadError::Malformed(error.to_string());
    let (mut components, mut instances, mut functions, mut all) = (0, 0, 0, 0);
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(malformed)? {
            Payload::ComponentSection { .. } => components += 1,
            Payload::InstanceSection(section) => instances += u64::from(section.count()),
            Payload::ComponentInstanceSection(section) => instances += u64::from(section.count()),
            Payload::CodeSectionStart { count, .. } => functions += u64::from(count),
            Payload::CodeSectionEntry(body) => {
                let Intricacy { loops, of_all } = Intricacy::of(&body).map_err(malformed)?;
                at_most(loops, LOOPS, "loops within each other")?;
                at_most(of_all, FUNCTION, "points of intricacy in one function")?;
                all += of_all;
            }
            _ => {}
        }
        at_most(components, COMPONENTS, "components within it")?;
        at_most(instances, INSTANCES, "instances")?;
        at_most(functions, FUNCTIONS, "functions")?;
        at_most(all, ALL, "points of intricacy")?;
    }
    Ok(())
}

fn at_most<N: PartialOrd + Display>(found: N, allowed: N, what: &str) -> Result<(), LoadError> {
    if found > allowed {
        return Err(LoadError::Shape(format!("at most {allowed} {what}, found {found}")));
    }
    Ok(())
}

/// How intricate a function is.
struct Intricacy {
    /// How deep its loops nest.
    loops: usize,
    /// Its blocks by its blocks and locals: the compiler looks at each of them in the light of the others. Locals weigh
    /// more, for each can have another value behind each block.
    of_all: u64,
}

impl Intricacy {
    fn of(body: &FunctionBody) -> Result<Self, BinaryReaderError> {
        let mut locals = 0u64;
        for declared in body.get_locals_reader()? {
            // Nobody has validated yet that they are as many as can be.
            locals = locals.saturating_add(declared?.0.into());
        }
        // How many loops are open within each open block.
        let (mut blocks, mut loops, mut open) = (0u64, 0, vec![0]);
        for operator in body.get_operators_reader()? {
            let around = open.last().copied().unwrap_or(0);
            match operator? {
                Operator::Block { .. } | Operator::If { .. } => open.push(around),
                Operator::Loop { .. } => open.push(around + 1),
                Operator::End => {
                    open.pop();
                    continue;
                }
                _ => continue,
            }
            blocks += 1;
            loops = loops.max(open.last().copied().unwrap_or(0));
        }
        Ok(Intricacy { loops, of_all: blocks.saturating_mul(locals.saturating_mul(8).saturating_add(blocks)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<String> {
        check(&wat::parse_str(text).unwrap()).err().map(|error| error.to_string())
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
        assert!(matches!(check(&component), Err(LoadError::Shape(_) | LoadError::Malformed(_))));
    }

    #[test]
    fn bytes_that_are_no_component_are_malformed() {
        for bytes in [&b""[..], b"\0asm", b"\0asm\x0d\0\x01\0\x04\xff\xff\xff\xff\x0f", &[0xff; 1000]] {
            assert!(matches!(check(bytes), Err(LoadError::Malformed(_))), "{bytes:?}");
        }
    }
}
