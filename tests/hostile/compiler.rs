//! The process of its own in which these tests have components compiled, as `shop-host` does by itself.

fn main() -> std::process::ExitCode {
    shop_host::sandbox::compile_apart()
}
