//! What the server is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

/// Tells the time; a test puts its own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Options of [`crate::serve`].
#[derive(Clone)]
pub struct Options {
    /// Address; must be a loopback address. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Folder of the database and the keys.
    pub data: PathBuf,
    /// Folder of the service catalogue.
    pub catalogue: PathBuf,
    /// The sample people, `people.toml`.
    pub people: PathBuf,
    /// Address of the pages for telephones and officers, a loopback address; `None` for no pages.
    pub web: Option<SocketAddr>,
    /// How telephones reach these pages, e.g. `https://kiosk.example.gov.cn`; empty for `web` itself.
    pub web_base: String,
    /// Folder of the public registers.
    pub registers: PathBuf,
    /// Sample data are drawn from it.
    pub seed: u64,
    /// Folder that holds the Noto CJK fonts, searched with its children.
    pub fonts: PathBuf,
    /// How long the sample office looks at an application for a certificate.
    pub review: Duration,
    /// How long the departments take to answer a check of a household's means.
    pub means_check: Duration,
    /// Time.
    pub clock: Clock,
    /// PEM file of the key with which the catalogue is published; without it the bundle is unsigned.
    pub issuer_key: Option<PathBuf>,
    /// Folder of the face models. Without them the register's portraits cannot be compared.
    pub models: PathBuf,
}

impl Options {
    /// Loopback with a free port, the demo's registers, the system's fonts, five seconds of review,
    /// models in `models`, seed 1.
    pub fn new(data: impl Into<PathBuf>, catalogue: impl Into<PathBuf>, people: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: data.into(),
            catalogue: catalogue.into(),
            people: people.into(),
            web: None,
            web_base: String::new(),
            registers: PathBuf::from("config/demo/registers"),
            seed: 1,
            fonts: PathBuf::from("/usr/share/fonts"),
            review: Duration::from_secs(5),
            means_check: Duration::from_secs(60),
            clock: Arc::new(Timestamp::now),
            issuer_key: None,
            models: PathBuf::from("models"),
        }
    }
}
