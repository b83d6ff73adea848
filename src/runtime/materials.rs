//! What a terminal needs before it can serve: catalogue, texts, receipt templates.

use std::sync::Arc;

use jiff::Zoned;

use super::clock::Clock;
use crate::catalogue::{Catalogue, Severity, load};
use crate::config::Configuration;
use crate::document::receipt::Templates;
use crate::protocol::body::CatalogueBundle;
use crate::store::{GoodCatalogue, Store};
use crate::text::Texts;

/// Ready to serve.
pub struct Materials {
    /// Services and slips.
    pub stock: Stock,
    /// The words.
    pub texts: Arc<Texts>,
}

/// A bundle that passed every check.
pub struct Stock {
    /// The services.
    pub catalogue: Arc<Catalogue>,
    /// The slips.
    pub templates: Arc<Templates>,
    /// Version of the bundle.
    pub version: String,
}

/// Nothing to serve with.
#[derive(Debug, thiserror::Error)]
pub enum MaterialError {
    /// A folder cannot be read.
    #[error("{folder}: cannot be read: {cause}")]
    Folder {
        /// Path.
        folder: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Texts are broken.
    #[error(transparent)]
    Texts(#[from] crate::text::TextError),
    /// The catalogue is broken, and there is no good one from before.
    #[error("the service catalogue cannot be used:\n{}", .0.join("\n"))]
    Catalogue(Vec<String>),
}

impl Stock {
    /// A bundle that passes every check.
    ///
    /// # Errors
    /// Everything that stands in its way, a line each.
    fn of(bundle: &CatalogueBundle) -> Result<Self, Vec<String>> {
        let checked = load::check(&bundle.files);
        let errors = checked
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        let mut lines: Vec<String> = errors.map(ToString::to_string).collect();
        match (checked.catalogue, slips(bundle)) {
            (Some(catalogue), Ok(templates)) => Ok(Self {
                catalogue: Arc::new(catalogue),
                templates: Arc::new(templates),
                version: bundle.version.clone(),
            }),
            (_, Err(errors)) => {
                lines.extend(errors);
                Err(lines)
            }
            (None, Ok(_)) => Err(lines),
        }
    }
}

/// The slips of a bundle.
///
/// # Errors
/// What is wrong with them, a line each.
pub fn slips(bundle: &CatalogueBundle) -> Result<Templates, Vec<String>> {
    let files = bundle
        .files
        .iter()
        .filter(|(path, _)| path.starts_with("receipts/"));
    Templates::parse(files.map(|(path, text)| (path.as_str(), text.as_str())))
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

/// Where bundles of the backend are checked and kept.
#[derive(Clone)]
pub(crate) struct Shelf {
    pub region: String,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
}

impl Shelf {
    /// Checks a bundle; a good one is kept to fall back on. `None`: refused, and the log says why.
    pub fn take(&self, bundle: CatalogueBundle) -> Option<Stock> {
        match Stock::of(&bundle) {
            Ok(stock) => {
                keep(bundle, &self.store, &self.clock.wall());
                Some(stock)
            }
            Err(findings) => {
                refuse(&findings);
                None
            }
        }
    }
}

fn keep(bundle: CatalogueBundle, store: &Store, now: &Zoned) {
    let at = now.timestamp().to_string();
    if let Err(error) = store.write(|writer| writer.keep_catalogue(&GoodCatalogue { bundle, at })) {
        tracing::warn!(event = "catalogue.not_kept", cause = %error);
    }
}

fn refuse(findings: &[String]) {
    for finding in findings {
        tracing::error!(event = "catalogue.refused", finding);
    }
}

impl Materials {
    /// Loads everything. A catalogue that is broken or cannot be read gives way to the last good
    /// one; a good one is kept.
    ///
    /// # Errors
    /// When texts are broken, or the catalogue is and there is no earlier one.
    pub fn load(configuration: &Configuration, store: &Store, now: &Zoned) -> Result<Self, MaterialError> {
        let files = configuration
            .text_files()
            .map_err(|cause| MaterialError::Folder {
                folder: configuration.kiosk.texts.dir.display().to_string(),
                cause,
            })?;
        let texts = Arc::new(Texts::load(&files)?);
        let found = configuration.bundle().map_err(|error| {
            let folder = configuration.kiosk.catalogue.dir.display();
            vec![format!("{folder}: cannot be read: {error}")]
        });
        let found = found.and_then(|bundle| Stock::of(&bundle).map(|stock| (bundle, stock)));
        let stock = match found {
            Ok((bundle, stock)) => {
                keep(bundle, store, now);
                stock
            }
            Err(findings) => {
                refuse(&findings);
                let good = store.good_catalogue().ok().flatten();
                good.and_then(|good| Stock::of(&good.bundle).ok())
                    .ok_or(MaterialError::Catalogue(findings))?
            }
        };
        Ok(Self { stock, texts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::tests::config_files;
    use crate::runtime::clock::ManualClock;

    struct Bench {
        store: Store,
        configuration: Configuration,
        dir: tempfile::TempDir,
    }

    fn bench() -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        Bench {
            store: Store::open(dir.path()).unwrap(),
            configuration: Configuration::load(&root.join("config/demo")).unwrap(),
            dir,
        }
    }

    fn now() -> Zoned {
        "2026-11-23T09:00:00+08:00[Asia/Shanghai]".parse().unwrap()
    }

    fn bundle(version: &str) -> CatalogueBundle {
        CatalogueBundle {
            version: version.to_owned(),
            region: "440100".to_owned(),
            files: config_files("catalogue"),
        }
    }

    #[test]
    fn a_folder_that_is_gone_gives_way_to_the_last_good_catalogue() {
        let mut bench = bench();
        let first = Materials::load(&bench.configuration, &bench.store, &now()).unwrap();
        bench.configuration.kiosk.catalogue.dir = bench.dir.path().join("gone");
        let second = Materials::load(&bench.configuration, &bench.store, &now()).unwrap();
        assert_eq!(first.stock.version, second.stock.version);
    }

    #[test]
    fn without_a_good_catalogue_from_before_the_unreadable_folder_is_named() {
        let mut bench = bench();
        bench.configuration.kiosk.catalogue.dir = bench.dir.path().join("gone");
        let error = Materials::load(&bench.configuration, &bench.store, &now())
            .err()
            .unwrap();
        assert!(error.to_string().contains("gone: cannot be read"), "{error}");
    }

    #[test]
    fn a_bundle_of_the_backend_is_kept_when_it_is_good_and_refused_when_it_is_not() {
        let bench = bench();
        let shelf = Shelf {
            region: "440104".to_owned(),
            store: bench.store.clone(),
            clock: Arc::new(ManualClock::new(now())),
        };
        assert_eq!(shelf.take(bundle("good")).unwrap().version, "good");
        let mut broken = bundle("broken");
        let slip = broken.files.get_mut("receipts/query_slip.toml").unwrap();
        slip.push_str("colour = \"red\"\n");
        assert!(shelf.take(broken).is_none(), "a slip is checked too");
        let kept = bench.store.good_catalogue().unwrap().unwrap();
        assert_eq!(kept.bundle.version, "good");
    }
}
