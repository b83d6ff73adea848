//! Sealed certificates: laid out by Typst, PDF/A-2b, every font embedded, the same bytes for the
//! same input.

mod code;
mod fonts;
mod layout;
mod letter;
mod world;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use typst::foundations::Smart;
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

pub use code::{Claims, Signer};
use fonts::Fonts;
pub use layout::{Layout, Values};
pub use letter::{LetterPaper, SignedEntry, letter_sha256};
use world::Desk;

const CERTIFICATE: &str = include_str!("certificate.typ");
const LETTER: &str = include_str!("letter.typ");

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A font is not installed.
    #[error(
        "the font file {name} is not under {folder}: certificates need the Noto CJK fonts; on Debian: apt-get install fonts-noto-cjk fonts-noto-cjk-extra"
    )]
    FontMissing {
        /// File.
        name: &'static str,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// A font file holds something else.
    #[error("{path} holds no font family {family}")]
    FontUnusable {
        /// File.
        path: PathBuf,
        /// Family that was expected in it.
        family: &'static str,
    },
    /// The template does not compile. The text tells the place, never a value.
    #[error("the certificate template does not compile: {0}")]
    Layout(String),
    /// The PDF cannot be written as PDF/A-2b.
    #[error("the certificate cannot be written as PDF/A-2b: {0}")]
    Export(String),
    /// The code does not fit.
    #[error("the code of the certificate cannot be drawn: {0}")]
    Code(String),
}

/// What stands on a certificate.
pub struct Paper<'a> {
    /// Fields by name, as they were signed.
    pub fields: &'a BTreeMap<String, String>,
    /// Text of the QR code.
    pub code: &'a str,
    /// Serial of this copy; empty for a specimen.
    pub copy_serial: &'a str,
}

/// A finished document.
pub struct Printed {
    /// PDF/A-2b.
    pub pdf: Vec<u8>,
    /// Pages.
    pub pages: u32,
}

/// SHA-256 of the canonical form: the JSON object with sorted keys and no white space.
pub fn fields_sha256(fields: &BTreeMap<String, String>) -> [u8; 32] {
    Sha256::digest(serde_json::to_vec(fields).unwrap_or_default()).into()
}

/// Makes documents.
pub struct Press {
    library: LazyHash<Library>,
    fonts: Fonts,
    standards: PdfStandards,
}

impl Press {
    /// Reads the fonts below `folder`. Within one process they are read once.
    ///
    /// # Errors
    /// A missing font, with the package that has it.
    pub fn open(folder: &Path) -> Result<Self, CertificateError> {
        Ok(Self {
            library: LazyHash::new(Library::default()),
            fonts: Fonts::find(folder)?,
            standards: PdfStandards::new(&[PdfStandard::A_2b])
                .map_err(|error| CertificateError::Export(error.message().to_string()))?,
        })
    }

    /// Makes one specimen, so that the first resident does not wait for caches.
    ///
    /// # Errors
    /// What [`Self::print`] says.
    pub fn warm_up(&self) -> Result<(), CertificateError> {
        let fields = BTreeMap::from(
            [
                ("issued_on", "2026-01-01"),
                ("valid_until", "2026-07-01"),
                ("title", "样张"),
                ("office", "样例街道办事处"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        self.print(&Paper {
            fields: &fields,
            code: "SPECIMEN",
            copy_serial: "",
        })
        .map(|_| ())
    }

    /// Lays out and writes one document.
    ///
    /// # Errors
    /// A fault of the template or of the code; never of the values.
    pub fn print(&self, paper: &Paper<'_>) -> Result<Printed, CertificateError> {
        let code = code::Symbol::of(paper.code)?;
        let data = data(paper, code.modules);
        self.typeset(
            CERTIFICATE,
            data,
            code.svg,
            format!("{}/{}", paper.code, paper.copy_serial),
        )
    }

    /// Lays out and writes the letter of a household.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub fn letter(&self, paper: &LetterPaper) -> Result<Printed, CertificateError> {
        let code = code::Symbol::of(&paper.code)?;
        self.typeset(
            LETTER,
            letter::data(paper, code.modules),
            code.svg,
            paper.code.clone(),
        )
    }

    fn typeset(
        &self,
        template: &str,
        data: Vec<u8>,
        code: String,
        ident: String,
    ) -> Result<Printed, CertificateError> {
        let desk = Desk::new(&self.library, &self.fonts, template, data, code);
        let layout = typst::compile::<PagedDocument>(&desk).output;
        // What was laid out holds personal data: the compiler's cache must not keep it.
        typst::comemo::evict(0);
        let document = layout.map_err(|errors| CertificateError::Layout(first(&errors)))?;
        let options = PdfOptions {
            ident: Smart::Custom(ident),
            creator: Smart::Custom(Some("Bianmin Kiosk sample backend".to_owned())),
            standards: self.standards.clone(),
            ..PdfOptions::default()
        };
        let pdf =
            typst_pdf::pdf(&document, &options).map_err(|errors| CertificateError::Export(first(&errors)))?;
        Ok(Printed {
            pages: u32::try_from(document.pages().len()).unwrap_or(u32::MAX),
            pdf,
        })
    }
}

fn first(errors: &[typst::diag::SourceDiagnostic]) -> String {
    errors
        .first()
        .map(|error| error.message.to_string())
        .unwrap_or_default()
}

/// `2026年11月23日`.
pub fn date_in_words(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// The template's data: the fields, with dates as they are written in Chinese documents.
fn data(paper: &Paper<'_>, code_modules: usize) -> Vec<u8> {
    let mut data = paper.fields.clone();
    for name in ["issued_on", "valid_until"] {
        let date: Option<Date> = data.get(name).and_then(|text| text.parse().ok());
        if let Some(date) = date {
            data.insert(format!("{name}_words"), date_in_words(date));
        }
    }
    data.insert("code_modules".to_owned(), code_modules.to_string());
    data.insert("copy_serial".to_owned(), paper.copy_serial.to_owned());
    serde_json::to_vec(&data).unwrap_or_default()
}

#[cfg(test)]
mod tests;
