//! How much memory this process takes: what a handler costs.

/// How much memory this process has, in bytes, where the system tells.
pub fn resident_bytes() -> Option<u64> {
    memory("VmRSS:")
}

/// The most memory that this process had, in bytes, where the system tells.
pub fn peak_bytes() -> Option<u64> {
    memory("VmHWM:")
}

/// Has [`peak_bytes`] begin anew; false, if the system does not.
pub fn forget_peak() -> bool {
    std::fs::write("/proc/self/clear_refs", "5").is_ok()
}

fn memory(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse().ok().map(|kib: u64| kib << 10)
}
