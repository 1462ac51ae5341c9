//! The process of its own in which these tests have components compiled, as `shop-host` does by itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    let status = shop_sandbox::compile_apart();
    // Whoever names a file is told what that took, and within which limits, as Linux tells it.
    if let Some(report) = std::env::args_os().nth(1) {
        let told = ["/proc/self/status", "/proc/self/limits"].map(|of| std::fs::read_to_string(of).unwrap_or_default());
        let _ = std::fs::write(report, told.concat());
    }
    status
}
