//! Who is at fault when a call does not return: its handler, or this machine.

use wasmtime::{OutOfMemory, PoolConcurrencyLimitError, Trap, WasmBacktrace};

use super::STACK;
use super::unable::Unable;
use shop_core::calls::grants::Ungranted;
use shop_core::calls::limits::{Exceeded, Limit, Limits};
use shop_core::calls::stopped::Stopped;
use shop_core::words::text::printable;

/// Why the instance of a call could not be made. What its guest did not do while it started is this machine's fault.
pub(super) fn starting(error: &wasmtime::Error, limits: &Limits) -> Result<Stopped, Unable> {
    match by(error, limits)? {
        Some(stopped) => Ok(stopped),
        None if error.is::<WasmBacktrace>() => Ok(Stopped::Broken(first_lines(error))),
        None => Err(Unable::Room(first_lines(error))),
    }
}

/// Why the call of an instance ended. What this machine lacks has types; all else is the guest's doing.
pub(super) fn running(error: &wasmtime::Error, limits: &Limits) -> Result<Stopped, Unable> {
    Ok(by(error, limits)?.unwrap_or_else(|| Stopped::Broken(first_lines(error))))
}

/// What the guest did that ended a call, from the error that ended it, or what this machine lacks; none if the error does
/// not say which of the two.
fn by(error: &wasmtime::Error, limits: &Limits) -> Result<Option<Stopped>, Unable> {
    if let Some(unable) = error.downcast_ref::<Unable>() {
        return Err(unable.clone());
    }
    if error.is::<OutOfMemory>() || error.is::<PoolConcurrencyLimitError>() {
        return Err(Unable::Room(first_lines(error)));
    }
    if let Some(refusal) = error.downcast_ref::<Ungranted>() {
        return Ok(Some(Stopped::Refused(refusal.clone())));
    }
    let exceeded = match error.downcast_ref::<Trap>() {
        // An endless guest runs out of fuel long before.
        Some(Trap::Interrupt) => return Err(Unable::Slow(limits.time)),
        Some(Trap::OutOfFuel) => Some(Exceeded::all_of(Limit::Fuel, limits.fuel)),
        Some(Trap::StackOverflow) => Some(Exceeded::all_of(Limit::Stack, STACK as u64)),
        Some(trap) => return Ok(Some(Stopped::Trapped(trap.to_string()))),
        None => error.downcast_ref::<Exceeded>().copied().or_else(|| untyped(&error.root_cause().to_string(), limits)),
    };
    Ok(exceeded.map(Stopped::Exceeded))
}

/// Limits that wasmtime keeps and tells of in words only. Hostile guests test that these are its words.
fn untyped(cause: &str, limits: &Limits) -> Option<Exceeded> {
    if cause.starts_with("too much data is being copied between the host and the guest") {
        return Some(Exceeded::all_of(Limit::Bytes, limits.bytes));
    }
    let (what, used) = cause.strip_prefix("resource limit exceeded: ")?.split_once(" count too high at ")?;
    let (limit, allowed) = match what {
        "instance" => (Limit::Instances, limits.instances),
        "memory" => (Limit::Memories, limits.memories),
        "table" => (Limit::Tables, limits.tables),
        _ => return None,
    };
    Some(Exceeded { limit, used: used.parse().ok()?, allowed })
}

/// What is wrong and why, without wasmtime's backtrace.
pub(super) fn first_lines(error: &wasmtime::Error) -> String {
    let start = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    let mut chain: Vec<String> = error.chain().map(|cause| printable(&cause.to_string())).collect();
    // Whatever comes before the cause, such as names of functions, must not take its place.
    let cause = start(&chain.pop().unwrap_or_default(), 300);
    let before = start(&chain.join(": "), 200);
    if before.is_empty() { cause } else { format!("{before}: {cause}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_told_whatever_stands_before_it() {
        let error = wasmtime::Error::msg("the cause").context("a long name ".repeat(1000));
        assert!(first_lines(&error).ends_with(": the cause") && first_lines(&error).len() <= 520);
        assert_eq!(first_lines(&wasmtime::Error::msg("x".repeat(1000))).len(), 300);
    }
}
