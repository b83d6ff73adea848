//! The reference server as a program.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use kiosk_backend::{Options, Running, serve};

/// Reference server of the kiosk backend API. Everything it says is fictitious.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Loopback address; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Loopback address of the pages for telephones and officers, e.g. 127.0.0.1:8081; none without it.
    #[arg(long)]
    web: Option<SocketAddr>,
    /// How telephones reach these pages through the gateway, e.g. https://kiosk.example.gov.cn.
    #[arg(long, default_value = "")]
    web_base: String,
    /// Folder of database and keys; made if absent.
    #[arg(long)]
    data: PathBuf,
    /// Folder of the service catalogue.
    #[arg(long, default_value = "config/catalogue")]
    catalogue: PathBuf,
    /// Sample people.
    #[arg(long, default_value = "config/demo/people/people.toml")]
    people: PathBuf,
    /// Folder of the public registers.
    #[arg(long, default_value = "config/demo/registers")]
    registers: PathBuf,
    /// Number from which the sample data are drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder that holds the Noto CJK fonts.
    #[arg(long, default_value = "/usr/share/fonts")]
    fonts: PathBuf,
    /// Folder of the face models; without them faces are not compared here.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// PEM file of the key with which the catalogue is published; without it terminals refuse the bundle.
    #[arg(long)]
    issuer_key: Option<PathBuf>,
    /// File that gets the port when the server listens.
    #[arg(long)]
    port_file: Option<PathBuf>,
    /// Seconds that the sample office looks at an application for a certificate.
    #[arg(long, default_value_t = 5)]
    review_seconds: u64,
    /// Seconds until the departments answer a check of a household's means.
    #[arg(long, default_value_t = 60)]
    means_check_seconds: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| "warn,kiosk_backend=info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match start(Arguments::parse()).await {
        Ok(running) => {
            let _ = tokio::signal::ctrl_c().await;
            running.stop().await;
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "kiosk-backend: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn start(arguments: Arguments) -> Result<Running, Box<dyn std::error::Error>> {
    let mut options = Options::new(arguments.data, arguments.catalogue, arguments.people);
    options.listen = arguments.listen;
    options.web = arguments.web;
    options.web_base = arguments.web_base;
    options.fonts = arguments.fonts;
    options.models = arguments.models;
    options.issuer_key = arguments.issuer_key;
    options.registers = arguments.registers;
    options.seed = arguments.seed;
    options.means_check = Duration::from_secs(arguments.means_check_seconds);
    options.review = Duration::from_secs(arguments.review_seconds);
    let running = serve(options).await?;
    if let Some(path) = &arguments.port_file {
        write_port(path, running.addr.port())?;
    }
    if let Some(web) = running.web {
        tracing::info!(%web, "pages for telephones and officers");
    }
    // The one line that a parent process waits for.
    writeln!(std::io::stdout(), "listening on http://{}", running.addr)?;
    Ok(running)
}

/// The file appears complete or not at all.
fn write_port(path: &Path, port: u16) -> std::io::Result<()> {
    let part = path.with_extension("part");
    std::fs::write(&part, format!("{port}\n"))?;
    std::fs::rename(&part, path)
}
