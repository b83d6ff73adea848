//! What a terminal needs before it can serve: catalogue, texts, receipt templates.

use std::sync::Arc;

use jiff::Zoned;

use crate::catalogue::{Catalogue, Severity, load};
use crate::config::Configuration;
use crate::document::receipt::Templates;
use crate::protocol::body::CatalogueBundle;
use crate::store::{GoodCatalogue, Store};
use crate::text::Texts;

/// Ready to serve.
pub struct Materials {
    /// The services.
    pub catalogue: Arc<Catalogue>,
    /// The words.
    pub texts: Arc<Texts>,
    /// The slips.
    pub templates: Arc<Templates>,
    /// The bundle of the folder was refused; this is the last good one.
    pub fallen_back: bool,
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

/// A bundle that passed every check, or what stands in its way.
fn checked(bundle: &CatalogueBundle) -> Result<(Catalogue, Templates), Vec<String>> {
    let receipts = bundle
        .files
        .iter()
        .filter(|(path, _)| path.starts_with("receipts/"));
    let templates = Templates::parse(receipts.map(|(path, text)| (path.as_str(), text.as_str())));
    let checked = load::check(&bundle.files);
    let errors = checked
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let mut lines: Vec<String> = errors.map(ToString::to_string).collect();
    match (checked.catalogue, templates) {
        (Some(catalogue), Ok(templates)) => return Ok((catalogue, templates)),
        (_, Err(errors)) => lines.extend(errors.iter().map(ToString::to_string)),
        (None, Ok(_)) => {}
    }
    Err(lines)
}

impl Materials {
    /// Loads everything. A broken catalogue falls back on the last good one; a good one is kept.
    ///
    /// # Errors
    /// When texts are broken, or the catalogue is and there is no earlier one.
    pub fn load(configuration: &Configuration, store: &Store, now: &Zoned) -> Result<Self, MaterialError> {
        let folder = |path: &std::path::Path| {
            let folder = path.display().to_string();
            move |cause| MaterialError::Folder { folder, cause }
        };
        let files = configuration
            .text_files()
            .map_err(folder(&configuration.kiosk.texts.dir))?;
        let texts = Arc::new(Texts::load(&files)?);
        let bundle = configuration
            .bundle()
            .map_err(folder(&configuration.kiosk.catalogue.dir));
        let found = bundle
            .map_err(|error| vec![error.to_string()])
            .and_then(|bundle| {
                let (catalogue, templates) = checked(&bundle)?;
                Ok((bundle, catalogue, templates))
            });
        match found {
            Ok((bundle, catalogue, templates)) => {
                let good = GoodCatalogue {
                    bundle,
                    at: now.timestamp().to_string(),
                };
                if let Err(error) = store.write(|writer| writer.keep_catalogue(&good)) {
                    tracing::warn!(event = "catalogue.not_kept", cause = %error);
                }
                Ok(Self::new(catalogue, texts, templates, false))
            }
            Err(findings) => Self::fall_back(findings, texts, store),
        }
    }

    fn fall_back(findings: Vec<String>, texts: Arc<Texts>, store: &Store) -> Result<Self, MaterialError> {
        for finding in &findings {
            tracing::error!(event = "catalogue.refused", finding);
        }
        let good = store
            .good_catalogue()
            .ok()
            .flatten()
            .and_then(|good| checked(&good.bundle).ok());
        let (catalogue, templates) = good.ok_or(MaterialError::Catalogue(findings))?;
        Ok(Self::new(catalogue, texts, templates, true))
    }

    fn new(catalogue: Catalogue, texts: Arc<Texts>, templates: Templates, fallen_back: bool) -> Self {
        Self {
            catalogue: Arc::new(catalogue),
            texts,
            templates: Arc::new(templates),
            fallen_back,
        }
    }
}
