//! Where the backend is and how the terminal proves itself.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Identity, Url};

const CONNECT_TIME: Duration = Duration::from_secs(5);
const IDLE_TIME: Duration = Duration::from_secs(20);

/// `[backend]` of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemoteConfig {
    /// Address without path, e.g. `https://gateway.example.gov.cn`.
    pub url: String,
    /// PEM file with the only authorities that are trusted.
    pub ca: Option<PathBuf>,
    /// PEM file of the terminal's certificate, from enrolment.
    pub certificate: Option<PathBuf>,
    /// PEM file of its key.
    pub key: Option<PathBuf>,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// Not an address.
    #[error(
        "backend.url = {url:?} is not an address: {reason}; example: url = \"https://gateway.example.gov.cn\""
    )]
    Address {
        /// As configured.
        url: String,
        /// Cause.
        reason: String,
    },
    /// Personal data would travel in clear.
    #[error(
        "backend.url = {0:?}: plain http is for a backend on this machine only (127.0.0.1); write https and set backend.ca, backend.certificate and backend.key"
    )]
    PlainHttp(String),
    /// Needed with https.
    #[error(
        "backend.{0} is missing: with https the terminal trusts one authority and proves itself; example: {0} = \"tls/{0}.pem\""
    )]
    Missing(&'static str),
    /// A file cannot be read.
    #[error("backend.{key} = {path}: {source}")]
    Unreadable {
        /// Key of the configuration.
        key: &'static str,
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// A file holds something else.
    #[error("backend.{key}: {source}; a PEM file is needed, it begins with -----BEGIN")]
    Pem {
        /// Key of the configuration.
        key: &'static str,
        /// Cause.
        source: reqwest::Error,
    },
    /// The client cannot be made.
    #[error("backend: {0}")]
    Client(reqwest::Error),
}

impl RemoteConfig {
    /// A backend on this machine, e.g. `http://127.0.0.1:8080`.
    pub fn local(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ..Self::default()
        }
    }

    /// The address, without a slash at the end.
    pub(super) fn base(&self) -> Result<String, RemoteError> {
        let wrong = |reason: String| RemoteError::Address {
            url: self.url.clone(),
            reason,
        };
        let url = Url::parse(&self.url).map_err(|error| wrong(error.to_string()))?;
        let bare = url.path() == "/" && url.query().is_none() && url.username().is_empty();
        if !bare {
            return Err(wrong("it must end after the host and port".to_owned()));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_this_machine(&url) => {}
            "http" => return Err(RemoteError::PlainHttp(self.url.clone())),
            _ => return Err(wrong("it must begin with https".to_owned())),
        }
        Ok(url.as_str().trim_end_matches('/').to_owned())
    }

    /// The client, with TLS where the address asks for it.
    pub(super) fn client(&self) -> Result<Client, RemoteError> {
        // The second and later calls find it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIME)
            .pool_idle_timeout(IDLE_TIME)
            .tcp_nodelay(true);
        builder = if self.base()?.starts_with("https") {
            builder
                .https_only(true)
                .tls_version_min(reqwest::tls::Version::TLS_1_2)
                .tls_certs_only(self.authorities()?)
                .identity(self.identity()?)
        } else {
            builder.tls_certs_only([])
        };
        builder.build().map_err(RemoteError::Client)
    }

    fn authorities(&self) -> Result<Vec<Certificate>, RemoteError> {
        Certificate::from_pem_bundle(&file("ca", self.ca.as_deref())?)
            .map_err(|source| RemoteError::Pem { key: "ca", source })
    }

    fn identity(&self) -> Result<Identity, RemoteError> {
        let mut pem = file("key", self.key.as_deref())?;
        pem.push(b'\n');
        pem.extend(file("certificate", self.certificate.as_deref())?);
        Identity::from_pem(&pem).map_err(|source| RemoteError::Pem {
            key: "certificate",
            source,
        })
    }
}

fn file(key: &'static str, path: Option<&Path>) -> Result<Vec<u8>, RemoteError> {
    let path = path.ok_or(RemoteError::Missing(key))?;
    std::fs::read(path).map_err(|source| RemoteError::Unreadable {
        key,
        path: path.to_owned(),
        source,
    })
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address: Option<IpAddr> = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    host == "localhost" || address.is_some_and(|address| address.is_loopback())
}
