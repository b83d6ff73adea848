//! The certificate before it is printed: the same bytes that go to the printer, checked and drawn.
//!
//! A certificate whose fonts are not embedded would come out with other letters, or with none, so it
//! is refused, as are encrypted files and files beyond any certificate's size.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning};
use hayro::hayro_syntax::object::{Dict, Name, Object};
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Largest file, in bytes.
const MAX_BYTES: usize = 20 * 1024 * 1024;
/// Most pages.
const MAX_PAGES: usize = 50;
/// Longest side of a page, in points (A3 is 1191).
const MAX_SIDE: f32 = 1300.0;
/// Widest picture, in pixels.
const MAX_WIDTH: u32 = 4000;
/// Depth of dictionaries inside dictionaries that are searched for fonts.
const DEPTH: usize = 4;

/// Why a file is not shown and not printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// No PDF, or broken.
    #[error("this is no readable PDF")]
    Unreadable,
    /// Too many bytes.
    #[error("the PDF has {0} bytes, more than {MAX_BYTES}")]
    TooLarge(usize),
    /// No page, or too many.
    #[error("the PDF has {0} pages, not 1 to {MAX_PAGES}")]
    Pages(usize),
    /// A page of no sensible size.
    #[error("page {0} has no sensible size")]
    PageSize(usize),
    /// Locked with a password, also with an empty one.
    #[error("the PDF is encrypted")]
    Encrypted,
    /// A font is not in the file.
    #[error("a font of the PDF is not embedded")]
    FontNotEmbedded,
    /// Something on the page could not be drawn.
    #[error("page {0} cannot be drawn in full")]
    NotDrawable(usize),
    /// The bytes are not those that the backend announced.
    #[error("the PDF's SHA-256 is not the announced one")]
    Digest,
    /// There is no such page.
    #[error("there is no page {0}")]
    NoPage(usize),
}

/// A drawn page: opaque RGBA, rows from the top.
#[derive(Clone, PartialEq, Eq)]
pub struct PagePicture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width × height × 4` bytes.
    pub rgba: Vec<u8>,
}

/// A PDF that was checked. Its bytes are zeroed when the last user lets go.
pub struct Certificate {
    bytes: Arc<Zeroizing<Vec<u8>>>,
    pdf: Pdf,
}

/// SHA-256 in lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl Certificate {
    /// Checks a file as a whole. Blocks for as long as reading its objects takes.
    ///
    /// # Errors
    /// When it must not be shown or printed.
    pub fn open(bytes: Vec<u8>) -> Result<Self, PdfError> {
        let bytes = Arc::new(Zeroizing::new(bytes));
        if bytes.len() > MAX_BYTES {
            return Err(PdfError::TooLarge(bytes.len()));
        }
        // Also a file that opens with an empty password is refused.
        if bytes.windows(8).any(|word| word == b"/Encrypt") {
            return Err(PdfError::Encrypted);
        }
        let pdf = Pdf::new(Arc::clone(&bytes)).map_err(|error| match error {
            LoadPdfError::Decryption(_) => PdfError::Encrypted,
            LoadPdfError::Invalid => PdfError::Unreadable,
        })?;
        let certificate = Self { bytes, pdf };
        certificate.check()?;
        Ok(certificate)
    }

    /// As [`Certificate::open`], when the bytes are those that were announced.
    ///
    /// # Errors
    /// `Digest` when they are others.
    pub fn open_announced(bytes: Vec<u8>, sha256: &str) -> Result<Self, PdfError> {
        if !sha256_hex(&bytes).eq_ignore_ascii_case(sha256) {
            return Err(PdfError::Digest);
        }
        Self::open(bytes)
    }

    /// The bytes to print: those that are drawn.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the bytes.
    pub fn sha256(&self) -> String {
        sha256_hex(&self.bytes)
    }

    /// Number of pages.
    pub fn pages(&self) -> usize {
        self.pdf.pages().len()
    }

    /// Draws a page (from 0) so many pixels wide.
    ///
    /// # Errors
    /// When something on the page would be missing from the picture.
    pub fn render(&self, page: usize, width: u32) -> Result<PagePicture, PdfError> {
        let drawn = self.pdf.pages().get(page).ok_or(PdfError::NoPage(page))?;
        let scale = width.clamp(1, MAX_WIDTH) as f32 / drawn.render_dimensions().0;
        let font_missing = Arc::new(AtomicBool::new(false));
        let incomplete = Arc::new(AtomicBool::new(false));
        let settings = InterpreterSettings {
            font_resolver: {
                let missing = Arc::clone(&font_missing);
                Arc::new(move |_| {
                    missing.store(true, Ordering::Relaxed);
                    None
                })
            },
            warning_sink: {
                let missing = Arc::clone(&font_missing);
                let incomplete = Arc::clone(&incomplete);
                Arc::new(move |warning| match warning {
                    InterpreterWarning::UnsupportedFont => missing.store(true, Ordering::Relaxed),
                    _ => incomplete.store(true, Ordering::Relaxed),
                })
            },
            ..InterpreterSettings::default()
        };
        let paper = PixmapSettings {
            x_scale: scale,
            y_scale: scale,
            bg_color: WHITE,
        };
        let pixels = render(
            drawn,
            &RenderCache::new(),
            &settings,
            &RenderSettings::default(),
            &paper,
        );
        if font_missing.load(Ordering::Relaxed) {
            return Err(PdfError::FontNotEmbedded);
        }
        if incomplete.load(Ordering::Relaxed) {
            return Err(PdfError::NotDrawable(page));
        }
        Ok(PagePicture {
            width: u32::from(pixels.width()),
            height: u32::from(pixels.height()),
            // The paper is opaque, so premultiplied pixels are plain ones.
            rgba: pixels.data_as_u8_slice().to_vec(),
        })
    }

    fn check(&self) -> Result<(), PdfError> {
        let pages = self.pdf.pages();
        if pages.is_empty() || pages.len() > MAX_PAGES {
            return Err(PdfError::Pages(pages.len()));
        }
        for (number, page) in pages.iter().enumerate() {
            let (width, height) = page.render_dimensions();
            let sensible = |side: f32| (36.0..=MAX_SIDE).contains(&side);
            if !sensible(width) || !sensible(height) {
                return Err(PdfError::PageSize(number));
            }
        }
        let embedded = self
            .pdf
            .objects()
            .into_iter()
            .all(|object| fonts_embedded(&object, DEPTH));
        if embedded {
            Ok(())
        } else {
            Err(PdfError::FontNotEmbedded)
        }
    }
}

/// Whether every font in this object has its file.
fn fonts_embedded(object: &Object<'_>, depth: usize) -> bool {
    let dict = match object {
        Object::Dict(dict) => dict,
        Object::Stream(stream) => stream.dict(),
        _ => return true,
    };
    if is(dict, "Type", &["Font"]) && is(dict, "Subtype", &SUBTYPES_WITH_FILE) {
        return has_file(dict);
    }
    let Some(depth) = depth.checked_sub(1) else {
        return true;
    };
    dict.keys().all(|key| match dict.get_ref(key.as_ref()) {
        // What is referred to is an object of its own.
        Some(_) => true,
        None => dict
            .get::<Object<'_>>(key.as_ref())
            .is_none_or(|inner| fonts_embedded(&inner, depth)),
    })
}

/// A Type 0 font points to one of these, a Type 3 font is drawn by the file itself.
const SUBTYPES_WITH_FILE: [&str; 5] = ["Type1", "MMType1", "TrueType", "CIDFontType0", "CIDFontType2"];

fn is(dict: &Dict<'_>, key: &str, names: &[&str]) -> bool {
    let name = dict.get::<Name<'_>>(key);
    name.is_some_and(|name| names.iter().any(|one| name.as_ref() == one.as_bytes()))
}

fn has_file(font: &Dict<'_>) -> bool {
    let descriptor = font.get::<Dict<'_>>("FontDescriptor");
    descriptor.is_some_and(|descriptor| {
        ["FontFile", "FontFile2", "FontFile3"]
            .iter()
            .any(|key| descriptor.contains_key(key))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &[u8] = include_bytes!("../../tests/fixtures/certificate-sample.pdf");

    /// A one-page PDF with these objects 4, 5 …; object 3 is the page, and it uses font 4 as /F1.
    fn pdf(content: &str, objects: &[&str], trailer: &str) -> Vec<u8> {
        let mut bytes = b"%PDF-1.7\n".to_vec();
        let stream = format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len());
        let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
                    /Resources << /Font << /F1 5 0 R >> >> >>";
        let all = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page,
            &stream,
        ];
        let mut offsets = Vec::new();
        for (number, object) in all.iter().chain(objects).enumerate() {
            offsets.push(bytes.len());
            bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", number + 1).bytes());
        }
        let start = bytes.len();
        bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).bytes());
        for offset in &offsets {
            bytes.extend(format!("{offset:010} 00000 n \n").bytes());
        }
        let size = offsets.len() + 1;
        bytes.extend(
            format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n").bytes(),
        );
        bytes
    }

    fn refusal(bytes: Vec<u8>) -> PdfError {
        Certificate::open(bytes).err().unwrap()
    }

    fn ink(picture: &PagePicture) -> usize {
        picture.rgba.chunks(4).filter(|pixel| pixel[0] < 128).count()
    }

    #[test]
    fn a_certificate_with_its_fonts_is_drawn() {
        let certificate = Certificate::open(SAMPLE.to_vec()).unwrap();
        assert_eq!(certificate.pages(), 2);
        let picture = certificate.render(0, 595).unwrap();
        assert!(picture.width.abs_diff(595) <= 1 && picture.height.abs_diff(842) <= 1);
        assert_eq!(picture.rgba.len(), (picture.width * picture.height * 4) as usize);
        assert!(picture.rgba.chunks(4).all(|pixel| pixel[3] == 255));
        assert!(ink(&picture) > 1500, "{}", ink(&picture));
        assert_eq!(certificate.render(2, 595).err(), Some(PdfError::NoPage(2)));
    }

    #[test]
    fn what_is_drawn_is_what_is_printed() {
        let digest = sha256_hex(SAMPLE);
        let certificate = Certificate::open_announced(SAMPLE.to_vec(), &digest.to_uppercase()).unwrap();
        assert_eq!(certificate.bytes(), SAMPLE);
        assert_eq!(certificate.sha256(), digest);
        let mut changed = SAMPLE.to_vec();
        changed.push(b'\n');
        assert_eq!(
            Certificate::open_announced(changed, &digest).err(),
            Some(PdfError::Digest)
        );
    }

    #[test]
    fn a_chinese_font_that_is_not_embedded_is_refused() {
        let font = "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H \
                    /DescendantFonts [6 0 R] >>";
        let descendant = "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo \
                          << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R >>";
        let descriptor = "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /ItalicAngle 0 \
                          /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 /FontBBox [-25 -254 1000 880] >>";
        let content = "BT /F1 24 Tf 72 700 Td <653F52A1> Tj ET";
        assert_eq!(
            refusal(pdf(content, &[font, descendant, descriptor], "")),
            PdfError::FontNotEmbedded
        );
    }

    #[test]
    fn a_standard_font_that_is_not_embedded_is_refused() {
        let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
        let content = "BT /F1 24 Tf 72 700 Td (A) Tj ET";
        assert_eq!(refusal(pdf(content, &[font], "")), PdfError::FontNotEmbedded);
    }

    #[test]
    fn a_font_that_hides_from_the_search_is_found_when_drawn() {
        // Without /Type the dictionary is not known as a font, but it is used as one.
        let font = "<< /Subtype /Type1 /BaseFont /Helvetica >>";
        let content = "BT /F1 24 Tf 72 700 Td (A) Tj ET";
        let certificate = Certificate::open(pdf(content, &[font], "")).unwrap();
        assert_eq!(certificate.render(0, 300).err(), Some(PdfError::FontNotEmbedded));
    }

    #[test]
    fn an_encrypted_file_is_refused() {
        let filter = "<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O (00000000000000000000000000000000) \
                      /U (00000000000000000000000000000000) >>";
        let bytes = pdf(
            "",
            &["null", filter],
            "/Encrypt 6 0 R /ID [(0123456789abcdef) (0123456789abcdef)]",
        );
        assert_eq!(refusal(bytes), PdfError::Encrypted);
    }

    #[test]
    fn what_is_no_pdf_is_refused() {
        assert_eq!(
            refusal(b"<html>502 Bad Gateway</html>".to_vec()),
            PdfError::Unreadable
        );
        assert_eq!(refusal(Vec::new()), PdfError::Unreadable);
        assert_eq!(refusal(SAMPLE[..200].to_vec()), PdfError::Unreadable);
        assert_eq!(refusal(vec![0; MAX_BYTES + 1]), PdfError::TooLarge(MAX_BYTES + 1));
    }

    #[test]
    fn a_page_as_large_as_a_house_is_refused() {
        let bytes = pdf("", &["null"], "");
        let text = String::from_utf8(bytes)
            .unwrap()
            .replace("[0 0 595 842]", "[0 0 99999 9]");
        assert_eq!(refusal(text.into_bytes()), PdfError::PageSize(0));
    }
}
