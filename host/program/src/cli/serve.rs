//! The service, on the command line.

use std::net::SocketAddr;

use shop_host::view::serving::Serving;
use shop_sandbox::Allocation;
use tokio::net::TcpListener;

use super::ending::Ending;
use super::{Cli, Failure, connect, json, out};

pub(super) async fn run(cli: &Cli, listen: SocketAddr) -> Result<u8, Failure> {
    let machine = |error: std::io::Error| Failure::Machine(format!("{listen}: {error}"));
    // As many calls at once as there are processors.
    let host = cli.host_with(cli.catalogues()?, Allocation::Pooling { calls: u32::MAX }).await?;
    let connections = connect::open(cli, host.catalogues())?;
    // Whoever is told the address may end it at once.
    let mut ending = Ending::new()?;
    let listener = TcpListener::bind(listen).await.map_err(machine)?;
    // The port may have been left to this machine.
    let listening = listener.local_addr().map_err(machine)?.to_string();
    match cli.json {
        true => json::line(&Serving { listening }),
        false => out::line(cli.staff_voice(&host).say("serving", &[("address", format!("http://{listening}").into())])),
    }
    shop_service::serve(host, connections, listener, async move { ending.comes().await }).await;
    Ok(0)
}
