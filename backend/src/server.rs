//! Start and stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::certificate::CertificateError;
use crate::database::DatabaseError;
use crate::http::{dispatch, listen};
use crate::office::Office;
use crate::options::Options;
use crate::people::PeopleError;
use crate::public::PublicError;
use crate::services::ServicesError;
use crate::sheltered::ShelteredError;
use crate::web;

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
    #[error("--issuer-key {path}: {problem}")]
    Issuer {
        /// File.
        path: PathBuf,
        /// Why it cannot be used.
        problem: String,
    },
    /// Sample people.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// Public registers.
    #[error(transparent)]
    Public(#[from] PublicError),
    /// Case files of sheltered people.
    #[error(transparent)]
    Sheltered(#[from] ShelteredError),
    /// Catalogue.
    #[error(transparent)]
    Services(#[from] ServicesError),
    /// Fonts or template of the certificates.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// A server that runs until it is stopped or dropped.
pub struct Running {
    /// Where it listens for terminals.
    pub addr: SocketAddr,
    /// Where the pages for telephones and officers are, if there are any.
    pub web: Option<SocketAddr>,
    /// Milliseconds that the first certificate took, with the reading of the fonts.
    pub warm_up_ms: u128,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Ends the server and all its connections at once.
    pub async fn stop(mut self) {
        for task in &mut self.tasks {
            task.abort();
            let _ = task.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    if !listen::is_allowed(address) {
        return Err(ServeError::NotLoopback(address));
    }
    let failed = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Starts the server on the current tokio runtime and returns when it listens.
pub async fn serve(mut options: Options) -> Result<Running, ServeError> {
    let (listener, addr) = bind(options.listen).await?;
    let pages = match options.web {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let web = pages.as_ref().map(|(_, bound)| *bound);
    if let (true, Some(bound)) = (options.web_base.is_empty(), web) {
        options.web_base = web::base(bound);
    }
    let office = tokio::task::spawn_blocking(move || Office::open(options))
        .await
        .map_err(|_| ServeError::Interrupted)??;
    let warm_up_ms = office.warm_up_ms;
    let office = Arc::new(office);
    let mut tasks = vec![
        tokio::spawn(listen::accept(listener, listen::router(Arc::clone(&office)))),
        tokio::spawn(dispatch::keep_up(Arc::clone(&office))),
    ];
    if let Some((listener, _)) = pages {
        tasks.push(web::serve(listener, office));
    }
    Ok(Running {
        addr,
        web,
        warm_up_ms,
        tasks,
    })
}
