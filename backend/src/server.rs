//! Start and stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::certificate::CertificateError;
use crate::database::DatabaseError;
use crate::http::listen;
use crate::office::Office;
use crate::options::Options;
use crate::people::PeopleError;
use crate::services::ServicesError;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Plain HTTP would leave this machine.
    #[error(
        "{0} is not a loopback address: this server speaks plain HTTP and listens on this machine only, e.g. --listen 127.0.0.1:8080; put a gateway with mutual TLS before it to serve others"
    )]
    NotLoopback(SocketAddr),
    /// The address is taken or not allowed.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Address.
        address: SocketAddr,
        /// Cause.
        source: std::io::Error,
    },
    /// The program ended while the server was starting.
    #[error("interrupted")]
    Interrupted,
    /// A folder or key cannot be made.
    #[error("cannot use the data folder {path}: {source}")]
    Data {
        /// Folder.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// Database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A secret cannot be kept.
    #[error("database: {0}")]
    Secret(#[from] rusqlite::Error),
    /// The terminals' certificate authority cannot be made.
    #[error("certificate authority of the terminals: {0}")]
    Authority(#[from] rcgen::Error),
    /// The key of the catalogue's issuer.
    #[error("--issuer-key: {0}")]
    Issuer(#[from] kiosk::catalogue::seal::KeyError),
    /// Sample people.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// Catalogue.
    #[error(transparent)]
    Services(#[from] ServicesError),
    /// Fonts or template of the certificates.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// A server that runs until it is stopped or dropped.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Milliseconds that the first certificate took, with the reading of the fonts.
    pub warm_up_ms: u128,
    task: JoinHandle<()>,
}

impl Running {
    /// Ends the server and all its connections at once.
    pub async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts the server on the current tokio runtime and returns when it listens.
pub async fn serve(options: Options) -> Result<Running, ServeError> {
    let address = options.listen;
    if !listen::is_allowed(address) {
        return Err(ServeError::NotLoopback(address));
    }
    let office = tokio::task::spawn_blocking(move || Office::open(options))
        .await
        .map_err(|_| ServeError::Interrupted)??;
    let warm_up_ms = office.warm_up_ms;
    let failed = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let addr = listener.local_addr().map_err(failed)?;
    let router = listen::router(Arc::new(office));
    let task = tokio::spawn(listen::accept(listener, router));
    Ok(Running {
        addr,
        warm_up_ms,
        task,
    })
}
