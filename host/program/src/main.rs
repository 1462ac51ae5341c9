//! The program `shop-host`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args_os().skip(1).eq([cli::COMPILE]) {
        return shop_sandbox::compile_apart();
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return cli::failed(&format!("this machine cannot run the program: {error}")),
    };
    let status = runtime.block_on(cli::run());
    // Whoever ends the program does not wait for what a thread computes for it: whenever it ends, the next one goes on.
    runtime.shutdown_background();
    status
}
