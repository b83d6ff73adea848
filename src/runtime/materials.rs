//! What a terminal needs before it can serve: catalogue, texts, receipt templates.

use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::VerifyingKey;
use jiff::Zoned;

use super::clock::Clock;
use crate::catalogue::model::Manifest;
use crate::catalogue::seal::{self, Refused};
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
    /// Whose bundles the backend may send.
    pub issuer: Option<VerifyingKey>,
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

impl Stock {
    fn serial(&self) -> u64 {
        self.catalogue.manifest.serial
    }
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
    /// The issuer's key cannot be read.
    #[error("catalogue.issuer = {path}: {cause}")]
    IssuerFile {
        /// File.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The issuer's key is none.
    #[error("catalogue.issuer = {path}: {cause}")]
    Issuer {
        /// File.
        path: String,
        /// What is wrong with it.
        cause: seal::NotAKey,
    },
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
    /// Whose bundles are taken; nobody's without it.
    pub issuer: Option<VerifyingKey>,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
}

impl Shelf {
    /// Checks a bundle that came over the wire: signature, content, age. A good one is kept to fall
    /// back on. `None`: refused, and the log says why.
    pub fn take(&self, bundle: CatalogueBundle) -> Option<Stock> {
        match self.judge(&bundle) {
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

    fn judge(&self, bundle: &CatalogueBundle) -> Result<Stock, Vec<String>> {
        let line = |refused: Refused| vec![refused.to_string()];
        let Some(issuer) = &self.issuer else {
            return Err(vec![NO_ISSUER.to_owned()]);
        };
        seal::verify(bundle, issuer).map_err(line)?;
        let stock = Stock::of(bundle)?;
        let kept = kept(&self.store).map(|kept| kept.serial());
        seal::timely(&stock.catalogue.manifest, kept, self.clock.wall().date()).map_err(line)?;
        Ok(stock)
    }
}

const NO_ISSUER: &str =
    "catalogue.issuer is not set, so no bundle of the backend is taken; example: issuer = \"issuer.pem\"";

/// The last good bundle, if it still is one.
fn kept(store: &Store) -> Option<Stock> {
    Stock::of(&store.good_catalogue().ok().flatten()?.bundle).ok()
}

/// The same, if it says that it is newer: only then is it worth checking a whole bundle at start.
fn kept_newer(store: &Store, serial: u64) -> Option<Stock> {
    let bundle = store.good_catalogue().ok().flatten()?.bundle;
    let manifest: Manifest = toml::from_str(bundle.files.get("catalogue.toml")?).ok()?;
    (manifest.serial > serial).then(|| Stock::of(&bundle).ok())?
}

fn keep(bundle: CatalogueBundle, store: &Store, now: &Zoned) {
    let at = now.timestamp().to_string();
    if let Err(error) = store.write(|writer| writer.keep_catalogue(&GoodCatalogue { bundle, at })) {
        tracing::warn!(event = "catalogue.not_kept", cause = %error);
    }
}

/// The key of whoever publishes the catalogue.
fn issuer(file: &Path) -> Result<VerifyingKey, MaterialError> {
    let path = file.display().to_string();
    match std::fs::read_to_string(file) {
        Ok(pem) => seal::issuer_key(&pem).map_err(|cause| MaterialError::Issuer { path, cause }),
        Err(cause) => Err(MaterialError::IssuerFile { path, cause }),
    }
}

fn refuse(findings: &[String]) {
    for finding in findings {
        tracing::error!(event = "catalogue.refused", finding);
    }
}

impl Materials {
    /// Loads everything. The folder's catalogue gives way to the last good one when it is broken,
    /// cannot be read, or is older: the terminal never goes back.
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
            Ok((bundle, stock)) => kept_newer(store, stock.serial()).unwrap_or_else(|| {
                keep(bundle, store, now);
                stock
            }),
            Err(findings) => {
                refuse(&findings);
                kept(store).ok_or(MaterialError::Catalogue(findings))?
            }
        };
        let issuer = configuration
            .kiosk
            .catalogue
            .issuer
            .as_deref()
            .map(issuer)
            .transpose()?;
        Ok(Self { stock, texts, issuer })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::tests::config_files;
    use crate::runtime::clock::ManualClock;
    use ed25519_dalek::SigningKey;

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
            signature: String::new(),
        }
    }

    fn issuer() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn signed(version: &str, serial: u64) -> CatalogueBundle {
        let mut bundle = bundle(version);
        let manifest = bundle.files.get_mut("catalogue.toml").unwrap();
        *manifest = manifest.replace("serial = 3\n", &format!("serial = {serial}\n"));
        seal::sign(&mut bundle, &issuer());
        bundle
    }

    fn shelf(bench: &Bench, issuer: Option<VerifyingKey>) -> Shelf {
        Shelf {
            region: "440104".to_owned(),
            issuer,
            store: bench.store.clone(),
            clock: Arc::new(ManualClock::new(now())),
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
        let shelf = shelf(&bench, Some(issuer().verifying_key()));
        assert_eq!(shelf.take(signed("good", 4)).unwrap().version, "good");
        let mut broken = bundle("broken");
        let slip = broken.files.get_mut("receipts/query_slip.toml").unwrap();
        slip.push_str("colour = \"red\"\n");
        seal::sign(&mut broken, &issuer());
        assert!(shelf.take(broken).is_none(), "a slip is checked too");
        let kept = bench.store.good_catalogue().unwrap().unwrap();
        assert_eq!(kept.bundle.version, "good");
    }

    #[test]
    fn an_unsigned_an_altered_and_an_older_bundle_leave_the_last_good_one() {
        let bench = bench();
        let shelf = shelf(&bench, Some(issuer().verifying_key()));
        assert!(shelf.take(signed("good", 5)).is_some());
        assert!(shelf.take(bundle("unsigned")).is_none());
        let mut altered = signed("altered", 6);
        altered.files.get_mut("categories.toml").unwrap().push('\n');
        assert!(shelf.take(altered).is_none());
        assert!(shelf.take(signed("older", 4)).is_none());
        let kept = bench.store.good_catalogue().unwrap().unwrap();
        assert_eq!(kept.bundle.version, "good");
    }

    #[test]
    fn without_an_issuer_no_bundle_of_the_backend_is_taken() {
        let bench = bench();
        assert!(shelf(&bench, None).take(signed("good", 4)).is_none());
    }

    #[test]
    fn a_start_does_not_go_back_to_the_older_catalogue_of_the_folder() {
        let bench = bench();
        let shelf = shelf(&bench, Some(issuer().verifying_key()));
        assert!(shelf.take(signed("newer", 9)).is_some());
        let materials = Materials::load(&bench.configuration, &bench.store, &now()).unwrap();
        assert_eq!(materials.stock.version, "newer");
    }
}
