//! How intricate a function is.

use wasmparser::{BinaryReaderError, BlockType, FunctionBody, Operator};

use super::{Module, Signature};

/// What a function has that takes more than in proportion.
#[derive(Default)]
pub(super) struct Function {
    /// How deep its loops nest.
    pub(super) loops: usize,
    blocks: u64,
    /// Ways out of blocks, and back to loops.
    branches: u64,
    locals: u64,
    /// Values that are handed to blocks, along branches, and to and from other functions.
    handed: u64,
}

/// A block that is open.
struct Open {
    /// How many loops are open within it, with itself.
    loops: usize,
    /// How many values a branch to it takes along.
    width: u64,
}

impl Function {
    pub(super) fn of(body: &FunctionBody, module: &Module) -> Result<Self, BinaryReaderError> {
        let mut function = Function::default();
        for declared in body.get_locals_reader()? {
            // Nobody has validated yet that they are as many as can be.
            function.locals = function.locals.saturating_add(declared?.0.into());
        }
        let mut open = vec![Open { loops: 0, width: 0 }];
        for operator in body.get_operators_reader()? {
            function.count(&operator?, &mut open, module)?;
        }
        Ok(function)
    }

    fn count(&mut self, operator: &Operator, open: &mut Vec<Open>, module: &Module) -> Result<(), BinaryReaderError> {
        match operator {
            Operator::Block { blockty } | Operator::If { blockty } => self.block(blockty, false, open, module),
            Operator::Loop { blockty } => self.block(blockty, true, open, module),
            Operator::End => drop(open.pop()),
            Operator::Br { relative_depth: to }
            | Operator::BrIf { relative_depth: to }
            | Operator::BrOnNull { relative_depth: to }
            | Operator::BrOnNonNull { relative_depth: to } => self.branch(*to, open),
            Operator::BrTable { targets } => {
                self.branch(targets.default(), open);
                for to in targets.targets() {
                    self.branch(to?, open);
                }
            }
            Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                self.hand(module.function(*function_index).values());
            }
            Operator::CallIndirect { type_index, .. }
            | Operator::ReturnCallIndirect { type_index, .. }
            | Operator::CallRef { type_index }
            | Operator::ReturnCallRef { type_index } => self.hand(module.signature(*type_index).values()),
            _ => {}
        }
        Ok(())
    }

    fn block(&mut self, of_type: &BlockType, is_loop: bool, open: &mut Vec<Open>, module: &Module) {
        let Signature { parameters, results } = match of_type {
            BlockType::Empty => Signature::default(),
            BlockType::Type(_) => Signature { parameters: 0, results: 1 },
            BlockType::FuncType(index) => module.signature(*index),
        };
        let loops = open.last().map_or(0, |around| around.loops) + usize::from(is_loop);
        open.push(Open { loops, width: if is_loop { parameters } else { results } });
        self.blocks += 1;
        self.loops = self.loops.max(loops);
        self.hand(parameters + results);
    }

    fn branch(&mut self, to: u32, open: &[Open]) {
        let target = open.len().checked_sub(1 + to as usize).and_then(|at| open.get(at));
        self.branches += 1;
        self.hand(target.map_or(0, |target| target.width));
    }

    fn hand(&mut self, values: u64) {
        self.handed = self.handed.saturating_add(values);
    }

    /// Its blocks by its blocks, and by its locals, which can have another value behind each block; so at each branch. What is
    /// handed on is looked at several times on its way.
    pub(super) fn intricacy(&self) -> u64 {
        let product = |a: u64, b: u64| a.saturating_mul(b);
        [
            product(self.blocks, self.blocks),
            product(self.blocks, self.locals.saturating_mul(8)),
            product(self.branches, self.locals),
            product(self.handed, 8),
            product(self.locals, 8),
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }
}
