//! The signed code on a certificate.
//!
//! `BMK1:` and, in Base45 (RFC 9285, so that the QR code stays small and every scanner reads it),
//! 129 bytes: format 1 (1), key id (8), certificate id (16), date of issue and last day (4 each,
//! big endian, days since 1970-01-01), SHA-256 of the canonical fields (32), Ed25519 signature of
//! all before it (64). No name and no number of a person is in it.

use std::fmt::Write as _;

use ed25519_dalek::{Signature, Signer as _, SigningKey};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use qrcode::{Color, EcLevel, QrCode};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::CertificateError;

const PREFIX: &str = "BMK1:";
const FORMAT: u8 = 1;
const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const SIGNED: usize = 1 + 8 + 16 + 4 + 4 + 32;

/// What the code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// Certificate.
    pub certificate: Uuid,
    /// Date of issue.
    pub issued_on: Date,
    /// Last day.
    pub valid_until: Date,
    /// SHA-256 of the canonical fields.
    pub fields_sha256: [u8; 32],
}

/// Signs codes and reads them back.
pub struct Signer {
    key: SigningKey,
    id: [u8; 8],
}

impl Signer {
    /// The key of a 32-byte seed; of a shorter or longer one, the key of its hash.
    pub fn from_seed(seed: &[u8]) -> Self {
        let seed = seed.try_into().unwrap_or_else(|_| Sha256::digest(seed).into());
        let key = SigningKey::from_bytes(&seed);
        let hash: [u8; 32] = Sha256::digest(key.verifying_key().as_bytes()).into();
        let mut id = [0; 8];
        id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self { key, id }
    }

    /// The text of the QR code.
    pub fn sign(&self, claims: &Claims) -> String {
        let mut bytes = Vec::with_capacity(SIGNED + Signature::BYTE_SIZE);
        bytes.push(FORMAT);
        bytes.extend(self.id);
        bytes.extend(claims.certificate.as_bytes());
        bytes.extend(days(claims.issued_on).to_be_bytes());
        bytes.extend(days(claims.valid_until).to_be_bytes());
        bytes.extend(claims.fields_sha256);
        let signature = self.key.sign(&bytes);
        bytes.extend(signature.to_bytes());
        format!("{PREFIX}{}", base45(&bytes))
    }

    /// The claims, if the code is one of this key and unaltered.
    pub fn read(&self, code: &str) -> Option<Claims> {
        let bytes = unbase45(code.strip_prefix(PREFIX)?)?;
        let (signed, signature) = bytes.split_at_checked(SIGNED)?;
        let signature = Signature::from_slice(signature).ok()?;
        self.key.verifying_key().verify_strict(signed, &signature).ok()?;
        let mut rest = signed;
        let [format] = take::<1>(&mut rest)?;
        let id = take::<8>(&mut rest)?;
        if format != FORMAT || id != self.id {
            return None;
        }
        Some(Claims {
            certificate: Uuid::from_bytes(take(&mut rest)?),
            issued_on: day(take(&mut rest)?)?,
            valid_until: day(take(&mut rest)?)?,
            fields_sha256: take(&mut rest)?,
        })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

const EPOCH: Date = date(1970, 1, 1);

fn days(date: Date) -> u32 {
    EPOCH
        .until(date)
        .ok()
        .and_then(|span| u32::try_from(span.get_days()).ok())
        .unwrap_or(0)
}

fn day(bytes: [u8; 4]) -> Option<Date> {
    let days = i32::from_be_bytes(bytes);
    (0..4_000_000)
        .contains(&days)
        .then(|| EPOCH.checked_add(days.days()).ok())?
}

/// RFC 9285.
fn base45(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut put = |value: u32| {
        if let Some(letter) = ALPHABET.get(value as usize % 45) {
            text.push(char::from(*letter));
        }
    };
    for chunk in bytes.chunks(2) {
        match *chunk {
            [high, low] => {
                let value = u32::from(high) * 256 + u32::from(low);
                put(value);
                put(value / 45);
                put(value / 45 / 45);
            }
            [last] => {
                put(u32::from(last));
                put(u32::from(last) / 45);
            }
            _ => {}
        }
    }
    text
}

fn unbase45(text: &str) -> Option<Vec<u8>> {
    let values: Vec<u32> = text
        .bytes()
        .map(|byte| {
            let place = ALPHABET.iter().position(|letter| *letter == byte)?;
            u32::try_from(place).ok()
        })
        .collect::<Option<_>>()?;
    let mut bytes = Vec::new();
    for chunk in values.chunks(3) {
        match *chunk {
            [a, b, c] => bytes.extend(u16::try_from(a + b * 45 + c * 2025).ok()?.to_be_bytes()),
            [a, b] => bytes.push(u8::try_from(a + b * 45).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

/// The QR code, level M, without its quiet zone.
pub struct Symbol {
    /// Modules in a row.
    pub modules: usize,
    /// SVG whose unit is the module.
    pub svg: String,
}

impl Symbol {
    /// Draws `code`.
    pub fn of(code: &str) -> Result<Self, CertificateError> {
        let failed = |error: qrcode::types::QrError| CertificateError::Code(error.to_string());
        let qr = QrCode::with_error_correction_level(code, EcLevel::M).map_err(failed)?;
        let modules = qr.width();
        let mut path = String::new();
        for (y, row) in qr.to_colors().chunks(modules).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|one, next| one == next) {
                if run.first() == Some(&Color::Dark) {
                    let _ = write!(path, "M{x} {y}h{}v1H{x}z", run.len());
                }
                x += run.len();
            }
        }
        let svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{modules}" height="{modules}" viewBox="0 0 {modules} {modules}"><path fill="#000" d="{path}"/></svg>"##
        );
        Ok(Self { modules, svg })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims {
            certificate: Uuid::from_u128(7),
            issued_on: date(2026, 11, 23),
            valid_until: date(2027, 5, 23),
            fields_sha256: [9; 32],
        }
    }

    #[test]
    fn base45_is_that_of_the_standard() {
        for (plain, coded) in [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("ietf!", "QED8WEX0")] {
            assert_eq!(base45(plain.as_bytes()), coded);
            assert_eq!(unbase45(coded).unwrap(), plain.as_bytes());
        }
        assert_eq!(unbase45("FGW"), Some(vec![0xFF, 0xFF]));
        assert_eq!(unbase45("GGW"), None, "65536, section 6 of the standard");
        assert_eq!(unbase45("A"), None);
        assert_eq!(unbase45("ab"), None);
    }

    #[test]
    fn a_code_reads_back_and_fits_a_small_symbol() {
        let signer = Signer::from_seed(&[1; 32]);
        let code = signer.sign(&claims());
        assert_eq!(signer.read(&code), Some(claims()));
        let width = Symbol::of(&code).unwrap().modules;
        assert!(width <= 53, "{width} modules");
    }

    #[test]
    fn any_altered_character_makes_the_code_unreadable() {
        let signer = Signer::from_seed(&[1; 32]);
        let code = signer.sign(&claims());
        for place in 0..code.len() {
            let mut altered = code.clone().into_bytes();
            altered[place] = if altered[place] == b'0' { b'1' } else { b'0' };
            assert_eq!(
                signer.read(std::str::from_utf8(&altered).unwrap()),
                None,
                "at {place}"
            );
        }
        assert_eq!(signer.read(&code[..code.len() - 3]), None);
        assert_eq!(signer.read(&format!("{code}000")), None);
        assert_eq!(signer.read(""), None);
    }

    #[test]
    fn the_code_of_another_key_is_not_ours() {
        let code = Signer::from_seed(&[2; 32]).sign(&claims());
        assert_eq!(Signer::from_seed(&[1; 32]).read(&code), None);
    }
}
