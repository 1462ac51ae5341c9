//! Runs a handler in a sandbox: bounded, with nothing but the contract's imports.
//!
//! Every call has a fresh instance that is dropped afterwards, so no state passes from one order to another. What a call
//! may ask is in the snapshot that it is handed: this crate knows the rules of calls, and nothing of databases, platforms and
//! what becomes of an order.

mod charges;
mod compiler;
mod contract;
mod discretion;
mod fault;
mod fit;
mod handler;
mod imports;
mod shape;
#[cfg(test)]
mod tests;
mod translate;
mod unable;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{
    Config, Enabled, Engine as Wasmtime, InstanceAllocationStrategy, PoolingAllocationConfig, Store, WasmFeatures,
};

pub use compiler::{Compiler, compile_apart};
pub use fit::{CONTRACT, Unfit};
pub use handler::Handler;
pub use shape::first_look;
pub use unable::Unable;

use contract::shop::product_handler::types as wit;
use fault::first_lines;
use imports::CallState;
use shop_core::calls::answer::{Answer, Called};
use shop_core::calls::grants::Declarations;
use shop_core::calls::limits::Limits;
use shop_core::calls::snapshot::Snapshot;
use shop_core::calls::stopped::Stopped;
use shop_core::lines::catalogue::MAX_SEATS;
use shop_core::lines::line::LineOrder;
use shop_core::lines::manifest::Manifest;
use shop_core::words::message::{Message, Subject};

/// The engine that compiles and runs components.
#[derive(Clone)]
pub struct Engine {
    wasmtime: Wasmtime,
    linker: Arc<Linker<CallState>>,
    /// One for each call that there is room for.
    permits: Arc<Semaphore>,
}

/// A component could not be made ready to run.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
pub enum LoadError {
    /// It is no component, or a malformed one.
    #[error("not a WebAssembly component: {0}")]
    Malformed(String),
    /// It does not fit the contract.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// Compiling it would take too much.
    #[error("it is too large in a way: expected {0}")]
    Shape(String),
    /// The compiler cannot deal with it.
    #[error("it cannot be compiled: {0}")]
    Compiler(String),
}

/// How deep a handler's calls may nest, in bytes of the machine's stack. It belongs to the engine, not to a call.
const STACK: usize = 512 << 10;

/// How often the deadline of running calls is looked at.
const TICK: Duration = Duration::from_millis(10);

/// This machine has no room for an engine, or lacks what it takes.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoEngine(String);

impl Engine {
    /// An engine, with a thread of its own that keeps the deadlines.
    pub fn new(allocation: Allocation) -> Result<Self, NoEngine> {
        Self::set_up(allocation).map_err(|error| NoEngine(format!("{error:#}")))
    }

    fn set_up(allocation: Allocation) -> wasmtime::Result<Self> {
        let calls = allocation.calls();
        let wasmtime = Wasmtime::new(&config(allocation, calls))?;
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
        let permits = Arc::new(Semaphore::new(calls.get() as usize));
        Ok(Engine { wasmtime, linker: Arc::new(linker), permits })
    }

    /// Makes calls on a thread where nothing else waits, as soon as there is room for one.
    pub async fn when_free<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Unable> {
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| Unable::Lost("the host is ending"))?;
        let working = tokio::task::spawn_blocking(move || {
            // Whoever waited for this may be gone: the room is taken until it ends.
            let _permit = permit;
            work()
        });
        Ok(working.await?)
    }

    /// Compiles a component to what [`Self::load`] takes, in this process: a [`Compiler`] does it where it can do no harm.
    pub fn compile(&self, component: &[u8]) -> Result<Vec<u8>, LoadError> {
        first_look(component)?;
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
        /// How many calls can run at once; no more than this machine has processors, and at least one.
        calls: u32,
    },
}

impl Allocation {
    /// How many calls there is room for. They only compute: more than there are processors would wait for each other.
    fn calls(self) -> NonZeroU32 {
        let processors = std::thread::available_parallelism().map_or(1, |count| count.get());
        let processors = u32::try_from(processors).unwrap_or(u32::MAX);
        let calls = match self {
            Allocation::OnDemand => processors,
            Allocation::Pooling { calls } => calls.min(processors),
        };
        NonZeroU32::new(calls).unwrap_or(NonZeroU32::MIN)
    }
}

fn config(allocation: Allocation, calls: NonZeroU32) -> Config {
    let mut config = Config::new();
    if let Allocation::Pooling { .. } = allocation {
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(calls.get())));
    }
    config
        // The verdict on too much work is in fuel, the same on every machine; the epoch only ends what fuel cannot see.
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(STACK)
        // A component is compiled by one thread, so that what it takes is the same on every machine.
        .parallel_compilation(false)
        // Handlers only compute. What they have no use for is off: less to attack, and no result depends on it.
        .cranelift_nan_canonicalization(true)
        .concurrency_support(false)
        .wasm_features(WasmFeatures::THREADS, false)
        .wasm_features(WasmFeatures::SHARED_EVERYTHING_THREADS, false)
        .wasm_features(WasmFeatures::GC, false)
        .wasm_features(WasmFeatures::EXCEPTIONS, false)
        .wasm_features(WasmFeatures::MEMORY64, false)
        .wasm_features(WasmFeatures::STACK_SWITCHING, false)
        .wasm_relaxed_simd(false);
    config
}

fn pool(calls: u32) -> PoolingAllocationConfig {
    let most = Limits::for_seats(MAX_SEATS as usize);
    let count = |limit: u64| u32::try_from(limit).unwrap_or(u32::MAX);
    let size = |limit: u64| usize::try_from(limit).unwrap_or(usize::MAX);
    let mut pool = PoolingAllocationConfig::default();
    let of_all = |limit: u64| calls.saturating_mul(count(limit));
    pool.total_component_instances(calls)
        .total_core_instances(of_all(most.instances))
        .total_memories(of_all(most.memories))
        .total_tables(of_all(most.tables))
        .max_core_instances_per_component(count(most.instances))
        .max_memories_per_component(count(most.memories))
        .max_tables_per_component(count(most.tables))
        .max_memory_size(size(most.memory))
        // One more than may be used: so that going beyond is seen.
        .table_elements(size(most.table) + 1)
        // What a small call touches is cleared, which is faster than giving it back; more is not. Linux can tell what
        // was touched: see docs/measurements.md.
        .pagemap_scan(Enabled::Auto)
        .linear_memory_keep_resident(128 << 10)
        .table_keep_resident(16 << 10);
    pool
}

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

    /// Calls `describe`, and checks what it says. It computes: not for a thread on which others wait; see
    /// [`Engine::when_free`].
    pub fn describe(&self) -> Result<Result<Manifest, Stopped>, Unable> {
        let (manifest, state) = self.call(CallState::describing(Limits::describe()), |handler, store| {
            handler.shop_product_handler_handler().call_describe(store)
        })?;
        Ok(manifest.and_then(|manifest| {
            state.check_manifest(&manifest)?;
            translate::manifest(manifest).map_err(|error| Stopped::Broken(error.to_string()))
        }))
    }

    /// Calls `fulfil` for one line. It computes: not for a thread on which others wait; see [`Engine::when_free`].
    pub fn fulfil(&self, line: &LineOrder, snapshot: Arc<Snapshot>, manifest: &Manifest) -> Result<Called, Unable> {
        let order = translate::order(line);
        let state = CallState::new(Declarations::new(line, snapshot), Limits::for_seats(line.seats.len()));
        let (result, mut state) =
            self.call(state, |handler, store| handler.shop_product_handler_handler().call_fulfil(store, &order))?;
        let checked = result.and_then(|result| {
            state.check_messages(result.as_ref().unwrap_or_else(|said| said), &manifest.texts)?;
            Ok(result)
        });
        let budget = state.budget;
        Ok(Called { answer: checked.and_then(|result| answer(result, line, state.declarations, manifest)), budget })
    }

    fn call<T>(
        &self,
        state: CallState,
        run: impl FnOnce(&contract::ProductHandler, &mut Store<CallState>) -> wasmtime::Result<T>,
    ) -> Result<(Result<T, Stopped>, CallState), Unable> {
        let limits = state.limits.clone();
        let no_room = |error| Unable::Room(first_lines(&error));
        let deadline = limits.time.as_millis().div_ceil(TICK.as_millis());
        let mut store = Store::try_new(&self.engine.wasmtime, state).map_err(no_room)?;
        store.limiter(|state| state);
        store.set_epoch_deadline(deadline.try_into().unwrap_or(u64::MAX));
        // Texts and lists are copied before an import or a check here sees them. Where they overlap in the guest's memory,
        // what it holds says nothing of how much that is.
        store.set_hostcall_fuel(limits.bytes.try_into().unwrap_or(usize::MAX));
        // The contract has no resources.
        store.set_max_component_handles(0);
        store.set_fuel(limits.fuel).map_err(no_room)?;
        let result = match self.pre.instantiate(&mut store) {
            Err(error) => Err(fault::starting(&error, &limits)?),
            Ok(handler) => match run(&handler, &mut store) {
                Err(error) => Err(fault::running(&error, &limits)?),
                Ok(result) => Ok(result),
            },
        };
        let left = store.get_fuel().unwrap_or(0);
        let mut state = store.into_data();
        state.budget.fuel.used = limits.fuel - left;
        Ok((result, state))
    }

    /// The engine that it is for.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}

fn answer(
    result: Result<Vec<wit::Message>, Vec<wit::Message>>,
    line: &LineOrder,
    declarations: Declarations,
    manifest: &Manifest,
) -> Result<Answer, Stopped> {
    let rejected = result.is_err();
    let said = result.unwrap_or_else(|said| said);
    let mut messages = translate::messages(said, line, manifest).map_err(Stopped::Broken)?;
    discretion::keep(&mut messages, line);
    if rejected && messages.is_empty() {
        // Somebody must learn that there is a reason to ask for.
        messages.push(Message::error(Subject::Order, "handler-silent"));
    }
    let rejected = rejected || messages.iter().any(Message::is_error);
    Ok(Answer { declared: declarations.finish()?, messages, rejected })
}
