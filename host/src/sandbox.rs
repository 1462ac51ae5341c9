//! Running a handler: in a sandbox, bounded, and with nothing but the contract's imports.
//!
//! Every call has a fresh instance that is dropped afterwards, so no state passes from one order to another.

mod contract;
mod fit;
mod imports;
mod limits;
mod translate;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{
    Config, Engine as Wasmtime, InstanceAllocationStrategy, PoolingAllocationConfig, Store, Trap, WasmFeatures,
};

pub use fit::{CONTRACT, Unfit};
pub use limits::{Exceeded, Limits, Spent};

use crate::catalogue::MAX_SEATS;
use crate::check::LineOrder;
use crate::grants::{Declarations, Declared, Refusal};
use crate::manifest::Manifest;
use crate::message::Message;
use crate::snapshot::Snapshot;
use imports::CallState;

/// How a call ended when it did not return. Nothing that it declared is applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// It asked for more than its order grants.
    #[error("the handler {0}")]
    Refused(#[from] Refusal),
    /// It exceeded a limit.
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
    /// It trapped: a fault in its own code.
    #[error("the handler failed: {0}")]
    Trapped(String),
    /// It broke the contract in another way.
    #[error("the handler broke the contract: {0}")]
    Broken(String),
}

impl Serialize for Stopped {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.to_string().serialize(s)
    }
}

impl<'de> Deserialize<'de> for Stopped {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d).map(Stopped::Broken)
    }
}

/// What a handler answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What it declared.
    pub declared: Declared,
    /// What it said.
    pub messages: Vec<Message>,
    /// Whether it rejected the order.
    pub rejected: bool,
    /// What the call took.
    pub spent: Spent,
}

/// The engine that compiles and runs components.
#[derive(Clone)]
pub struct Engine {
    wasmtime: Wasmtime,
    linker: Arc<Linker<CallState>>,
}

/// A component could not be made ready to run.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It is no component, or a malformed one.
    #[error("not a WebAssembly component: {0}")]
    Malformed(String),
    /// It does not fit the contract.
    #[error(transparent)]
    Unfit(#[from] Unfit),
}

/// How often the deadline of running calls is looked at.
const TICK: Duration = Duration::from_millis(10);

impl Engine {
    /// An engine, with a thread of its own that keeps the deadlines.
    pub fn new(allocation: Allocation) -> wasmtime::Result<Self> {
        let wasmtime = Wasmtime::new(&config(allocation))?;
        let weak = wasmtime.weak();
        std::thread::Builder::new().name("deadlines".to_owned()).spawn(move || {
            while let Some(engine) = weak.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(TICK);
            }
        })?;
        let mut linker = Linker::new(&wasmtime);
        contract::ProductHandler::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
        Ok(Engine { wasmtime, linker: Arc::new(linker) })
    }

    /// Compiles a component to what [`Self::load`] takes.
    pub fn compile(&self, component: &[u8]) -> Result<Vec<u8>, LoadError> {
        self.wasmtime.precompile_component(component).map_err(|error| LoadError::Malformed(first_lines(&error)))
    }

    /// Makes a compiled component ready to be called.
    ///
    /// # Safety
    ///
    /// The bytes must come from [`Self::compile`]: others can do anything.
    pub unsafe fn load(&self, compiled: &[u8]) -> Result<Program, LoadError> {
        // SAFETY: the caller's duty.
        let component = unsafe { Component::deserialize(&self.wasmtime, compiled) }
            .map_err(|error| LoadError::Malformed(first_lines(&error)))?;
        let contract = fit::contract(&component, &self.wasmtime)?;
        let types = |error: wasmtime::Error| Unfit::Types(first_lines(&error));
        let instance = self.linker.instantiate_pre(&component).map_err(types)?;
        let pre = contract::ProductHandlerPre::new(instance).map_err(types)?;
        Ok(Program { engine: self.clone(), pre, contract })
    }

    /// Names what compiled components depend on: another engine's cannot be loaded.
    pub fn compatibility(&self) -> String {
        use std::hash::{Hash, Hasher};
        let mut hasher = std::hash::DefaultHasher::new();
        self.wasmtime.precompile_compatibility_hash().hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

/// Where calls get their memory from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allocation {
    /// From the operating system, as they need it: for programs that make a few calls.
    OnDemand,
    /// From a pool that is kept, which is faster: for servers.
    Pooling {
        /// How many calls can run at once.
        calls: u32,
    },
}

fn config(allocation: Allocation) -> Config {
    let mut config = Config::new();
    if let Allocation::Pooling { calls } = allocation {
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(calls)));
    }
    config
        // The verdict on too much work is in fuel, the same on every machine; the epoch only ends what fuel cannot see.
        .consume_fuel(true)
        .epoch_interruption(true)
        // Handlers only compute. What they have no use for is off: less to attack, and no result depends on it.
        .cranelift_nan_canonicalization(true)
        .concurrency_support(false)
        .wasm_features(WasmFeatures::THREADS, false)
        .wasm_features(WasmFeatures::SHARED_EVERYTHING_THREADS, false)
        .wasm_features(WasmFeatures::GC, false)
        .wasm_features(WasmFeatures::EXCEPTIONS, false)
        .wasm_features(WasmFeatures::MEMORY64, false)
        .wasm_features(WasmFeatures::MULTI_MEMORY, false)
        .wasm_features(WasmFeatures::STACK_SWITCHING, false)
        .wasm_relaxed_simd(false);
    config
}

fn pool(calls: u32) -> PoolingAllocationConfig {
    let largest = Limits::for_seats(MAX_SEATS as usize);
    let mut pool = PoolingAllocationConfig::default();
    // A component has its own module, and the adapters that the component model puts around it.
    pool.total_component_instances(calls)
        .total_core_instances(calls * MAX_INSTANCES)
        .total_memories(calls)
        .total_tables(calls * MAX_TABLES)
        .max_core_instances_per_component(MAX_INSTANCES)
        .max_tables_per_component(MAX_TABLES)
        .max_memories_per_component(1)
        .max_memory_size(largest.memory)
        .table_elements(largest.table)
        // What a small call touches is cleared, which is faster than giving it back; more is not.
        .linear_memory_keep_resident(128 << 10)
        .table_keep_resident(16 << 10);
    pool
}

/// The most instances and tables that a component may have.
const MAX_INSTANCES: u32 = 10;
const MAX_TABLES: u32 = 10;

/// A component that is ready to be called.
#[derive(Clone)]
pub struct Program {
    engine: Engine,
    pre: contract::ProductHandlerPre<CallState>,
    contract: semver::Version,
}

impl Program {
    /// The version of the contract that it was built for.
    pub fn contract(&self) -> &semver::Version {
        &self.contract
    }

    /// Calls `describe`, and checks what it says.
    pub fn describe(&self) -> Result<Manifest, Stopped> {
        let (manifest, state) = self.call(CallState::describing(Limits::describe()), |handler, store| {
            handler.shop_product_handler_handler().call_describe(store)
        })?;
        state.limits.check_manifest(&manifest)?;
        translate::manifest(manifest).map_err(|error| Stopped::Broken(error.to_string()))
    }

    /// Calls `fulfil` for one line.
    pub fn fulfil(&self, line: &LineOrder, snapshot: Arc<Snapshot>, manifest: &Manifest) -> Result<Answer, Stopped> {
        let order = translate::order(line);
        let state = CallState::new(Declarations::new(line, snapshot), Limits::for_seats(line.seats.len()));
        let (result, state) =
            self.call(state, |handler, store| handler.shop_product_handler_handler().call_fulfil(store, &order))?;
        let (said, rejected) = match result {
            Ok(said) => (said, false),
            Err(said) => (said, true),
        };
        let spent = state.spent;
        state.limits.check_messages(&said)?;
        let messages = translate::messages(said, manifest).map_err(Stopped::Broken)?;
        let rejected = rejected || messages.iter().any(Message::is_error);
        Ok(Answer { declared: state.declarations.finish()?, messages, rejected, spent })
    }

    fn call<T>(
        &self,
        state: CallState,
        run: impl FnOnce(&contract::ProductHandler, &mut Store<CallState>) -> wasmtime::Result<T>,
    ) -> Result<(T, CallState), Stopped> {
        let fuel = state.limits.fuel;
        let deadline = state.limits.time.as_millis().div_ceil(TICK.as_millis());
        let mut store = Store::new(&self.engine.wasmtime, state);
        store.limiter(|state| state);
        store.set_epoch_deadline(deadline.try_into().unwrap_or(u64::MAX));
        let result = store
            .set_fuel(fuel)
            .and_then(|()| self.pre.instantiate(&mut store))
            .and_then(|handler| run(&handler, &mut store));
        let left = store.get_fuel().unwrap_or(0);
        let mut state = store.into_data();
        state.spent.fuel = fuel - left;
        match result {
            Ok(value) => Ok((value, state)),
            Err(error) => Err(stopped(&error, &state)),
        }
    }
}

/// Why a call ended, from the error that ended it.
fn stopped(error: &wasmtime::Error, state: &CallState) -> Stopped {
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return Stopped::Refused(refusal.clone());
    }
    if let Some(exceeded) = error.downcast_ref::<Exceeded>() {
        return Stopped::Exceeded(exceeded.clone());
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Stopped::Exceeded(Exceeded::Fuel { allowed: state.limits.fuel }),
        Some(Trap::Interrupt) => Stopped::Exceeded(Exceeded::Time { allowed: state.limits.time }),
        Some(Trap::StackOverflow) => Stopped::Exceeded(Exceeded::Stack),
        Some(trap) => Stopped::Trapped(trap.to_string()),
        None => Stopped::Broken(first_lines(error)),
    }
}

/// What is wrong and why, without wasmtime's backtrace.
fn first_lines(error: &wasmtime::Error) -> String {
    let chain: Vec<String> = error.chain().map(|cause| crate::text::printable(&cause.to_string())).collect();
    chain.join(": ").chars().take(500).collect()
}
