//! Reading Fluent resources that anybody may have written.
//!
//! Fluent's parser descends as deep as a text nests, and its formatter panics on some texts and can be made to build
//! others of any length. So every entry is read by itself, with a bound on what nests, and everything that the formatter
//! could stumble over is refused here: what has been read can be worded with whatever arguments.

use std::collections::BTreeMap;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};

/// The most braces and parentheses in one entry: none can nest deeper.
const BRACES: usize = 200;
/// The most places at which a text is filled in, those of all texts that it refers to included.
const PLACES: usize = 32;
/// The most variants that are looked through for a text, those of all texts that it refers to included.
const VARIANTS: usize = 100;
/// The most bytes that a text can have, without what it is filled in with.
const BYTES: usize = 8192;
/// What a place that is filled in, or a variant that is looked at, counts as beside the bytes that it becomes.
const STEP: usize = 64;
/// The most digits of a number, and the most bytes of a text, handed to a term.
const DIGITS: usize = 15;

/// Why a text cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwordable {
    /// It is not Fluent.
    #[error("{0}")]
    Syntax(String),
    /// It may nest too deep.
    #[error("expected at most {BRACES} opening braces and parentheses in one entry, found {0}")]
    Braces(usize),
    /// It refers to what there is not.
    #[error("refers to {0:?}, which is not in this translation")]
    Reference(String),
    /// It calls a function.
    #[error("calls the function {0}: the host has none")]
    Function(String),
    /// It refers to itself.
    #[error("refers to itself, or to more than {PLACES} others one through another")]
    Circular,
    /// It is filled in at too many places.
    #[error("expected at most {PLACES} placeables, those of the texts that it refers to included, found {0}")]
    Places(usize),
    /// Too many variants are looked through for it.
    #[error("expected at most {VARIANTS} variants, those of the texts that it refers to included, found {0}")]
    Variants(usize),
    /// It is too long.
    #[error("expected at most {BYTES} bytes, those of the texts that it refers to included, found {0}")]
    Bytes(usize),
    /// It has what the formatter cannot deal with.
    #[error("has {0}")]
    Construct(&'static str),
}

/// The values and attributes of messages and terms by id: `message`, `message.attribute`, `-term`.
type Patterns<'a> = BTreeMap<String, &'a Pattern<&'a str>>;

/// The sizes of texts by id.
pub(super) type KnownSizes = BTreeMap<String, Size>;

/// What is wrong with a text, and its id.
type Fault = (String, Unwordable);

/// How many texts, attributes, variants and placeables a resource may have, as far as can be told without reading it.
pub fn pieces(ftl: &str) -> usize {
    let lines = ftl.lines().filter(|line| begins(line) || line.trim_start().starts_with(['.', '[', '*']));
    lines.count() + ftl.matches('{').count()
}

/// Reads a resource, entry by entry, with the sizes of its texts; what is wrong is told with the id of the text.
pub(super) fn read(ftl: &str) -> Result<(Vec<FluentResource>, KnownSizes), Fault> {
    let resources = entries(ftl).into_iter().map(|entry| {
        let unfit = |fault| (entry.split(['=', '\n']).next().unwrap_or("").trim().chars().take(80).collect(), fault);
        let braces = entry.matches(['{', '(']).count();
        if braces > BRACES {
            return Err(unfit(Unwordable::Braces(braces)));
        }
        FluentResource::try_new(entry.to_owned()).map_err(|(_, errors)| {
            unfit(Unwordable::Syntax(errors.first().map(ToString::to_string).unwrap_or_default()))
        })
    });
    let resources = resources.collect::<Result<Vec<_>, _>>()?;
    let sizes = sizes(&patterns(&resources))?;
    Ok((resources, sizes))
}

/// Cuts a resource where an entry begins: what goes on with an entry is indented, or begins with a sign.
fn entries(ftl: &str) -> Vec<&str> {
    let mut entries = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in ftl.split_inclusive('\n') {
        if begins(line) && at > start {
            entries.push(&ftl[start..at]);
            start = at;
        }
        at += line.len();
    }
    entries.push(&ftl[start..]);
    entries
}

fn begins(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '#'))
}

/// All texts of a language.
fn patterns(resources: &[FluentResource]) -> Patterns<'_> {
    let mut patterns = Patterns::new();
    for entry in resources.iter().flat_map(FluentResource::entries) {
        let (id, value, attributes) = match entry {
            Entry::Message(message) => (message.id.name.to_owned(), message.value.as_ref(), &message.attributes),
            Entry::Term(term) => (format!("-{}", term.id.name), Some(&term.value), &term.attributes),
            _ => continue,
        };
        for attribute in attributes {
            patterns.entry(format!("{id}.{}", attribute.id.name)).or_insert(&attribute.value);
        }
        if let Some(value) = value {
            patterns.entry(id).or_insert(value);
        }
    }
    patterns
}

fn sizes(patterns: &Patterns) -> Result<KnownSizes, Fault> {
    let mut sizes = Sizes { patterns, known: BTreeMap::new() };
    patterns.keys().try_for_each(|id| sizes.of(id, 0).map(drop).map_err(|fault| (id.clone(), fault)))?;
    Ok(sizes.known)
}

/// What it takes to word a text, at most.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    /// Places that are filled in.
    places: usize,
    /// Variants that are looked through.
    variants: usize,
    /// Bytes, without what it is filled in with.
    bytes: usize,
}

impl Size {
    fn bytes(bytes: usize) -> Self {
        Size { bytes, ..Size::default() }
    }

    fn and(self, other: Size) -> Self {
        Size {
            places: self.places + other.places,
            variants: self.variants + other.variants,
            bytes: self.bytes + other.bytes,
        }
    }

    /// The larger of the two in every way.
    pub(super) fn or(self, other: Size) -> Self {
        Size {
            places: self.places.max(other.places),
            variants: self.variants.max(other.variants),
            bytes: self.bytes.max(other.bytes),
        }
    }

    /// What it counts as, if what it is filled in with has so many bytes at most.
    pub(super) fn weight(self, longest: usize) -> u64 {
        (self.bytes + self.places * (STEP + longest) + self.variants * STEP) as u64
    }
}

struct Sizes<'a> {
    patterns: &'a Patterns<'a>,
    known: KnownSizes,
}

impl Sizes<'_> {
    fn of(&mut self, id: &str, depth: usize) -> Result<Size, Unwordable> {
        if let Some(size) = self.known.get(id) {
            return Ok(*size);
        }
        if depth > PLACES {
            return Err(Unwordable::Circular);
        }
        let pattern = *self.patterns.get(id).ok_or_else(|| Unwordable::Reference(id.to_owned()))?;
        let size = self.pattern(pattern, depth)?;
        if size.places > PLACES {
            return Err(Unwordable::Places(size.places));
        }
        if size.variants > VARIANTS {
            return Err(Unwordable::Variants(size.variants));
        }
        if size.bytes > BYTES {
            return Err(Unwordable::Bytes(size.bytes));
        }
        self.known.insert(id.to_owned(), size);
        Ok(size)
    }

    fn pattern(&mut self, pattern: &Pattern<&str>, depth: usize) -> Result<Size, Unwordable> {
        let mut size = Size::default();
        for element in &pattern.elements {
            size = size.and(match element {
                PatternElement::TextElement { value } => Size::bytes(value.len()),
                PatternElement::Placeable { expression } => {
                    Size { places: 1, ..Size::default() }.and(self.expression(expression, depth)?)
                }
            });
        }
        Ok(size)
    }

    fn expression(&mut self, expression: &Expression<&str>, depth: usize) -> Result<Size, Unwordable> {
        let (selector, variants) = match expression {
            Expression::Inline(inline) => return self.inline(inline, depth),
            Expression::Select { selector, variants } => (selector, variants),
        };
        let by_literal = "a selector that is neither a variable nor an attribute of a term";
        let mut largest = Size::default();
        for variant in variants {
            largest = largest.or(self.pattern(&variant.value, depth)?);
        }
        let largest = largest.and(Size { variants: variants.len(), ..Size::default() });
        match selector {
            InlineExpression::VariableReference { .. } => Ok(largest),
            InlineExpression::TermReference { .. } => Ok(largest.and(self.inline(selector, depth)?)),
            _ => Err(Unwordable::Construct(by_literal)),
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>, depth: usize) -> Result<Size, Unwordable> {
        let full = |id: String, attribute: &Option<fluent_syntax::ast::Identifier<&str>>| match attribute {
            Some(attribute) => format!("{id}.{}", attribute.name),
            None => id,
        };
        match inline {
            InlineExpression::VariableReference { .. } => Ok(Size::default()),
            InlineExpression::StringLiteral { value } => Ok(Size::bytes(value.len())),
            InlineExpression::NumberLiteral { value } => short(value).map(|()| Size::bytes(value.len())),
            InlineExpression::MessageReference { id, attribute } => {
                self.of(&full(id.name.to_owned(), attribute), depth + 1)
            }
            InlineExpression::TermReference { id, attribute, arguments } => {
                arguments.iter().try_for_each(literals)?;
                self.of(&full(format!("-{}", id.name), attribute), depth + 1)
            }
            InlineExpression::FunctionReference { id, .. } => Err(Unwordable::Function(id.name.to_owned())),
            InlineExpression::Placeable { .. } => Err(Unwordable::Construct("a placeable right within a placeable")),
        }
    }
}

/// Arguments of a term are named, and short: it can repeat them.
fn literals(arguments: &CallArguments<&str>) -> Result<(), Unwordable> {
    if !arguments.positional.is_empty() {
        return Err(Unwordable::Construct("an argument without a name for a term"));
    }
    arguments.named.iter().try_for_each(|argument| match &argument.value {
        InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value } => short(value),
        _ => Err(Unwordable::Construct("an argument of a term that is no literal")),
    })
}

fn short(value: &str) -> Result<(), Unwordable> {
    if value.len() > DIGITS {
        Err(Unwordable::Construct("a number or an argument of more than 15 characters"))
    } else {
        Ok(())
    }
}
