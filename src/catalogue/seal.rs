//! The issuer's signature on a bundle (Ed25519, RFC 8032): what came over the wire is taken only as
//! the issuer made it, and never an older one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::bundle::Manifest;
use crate::protocol::body::CatalogueBundle;

/// Keeps this signature apart from everything else that a key may sign.
const DOMAIN: &[u8] = b"bianmin-kiosk catalogue 1\n";

/// Why a bundle is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no signature.
    #[error("the bundle is not signed; publish it with the issuer's key (kiosk-backend --issuer-key)")]
    Unsigned,
    /// The signature is not the issuer's, or a file was altered.
    #[error("the bundle was altered, or signed with another key than catalogue.issuer names")]
    Altered,
    /// The terminal has a newer one.
    #[error(
        "the bundle has serial {found}, and the terminal has {kept} already; raise `serial` in catalogue.toml"
    )]
    Older {
        /// Serial of the bundle.
        found: u64,
        /// Serial of the kept one.
        kept: u64,
    },
    /// Its last day is over.
    #[error("the bundle was valid until {0}; publish one with a later `valid_until` in catalogue.toml")]
    Expired(Date),
}

/// A text is no such key.
#[derive(Debug, thiserror::Error)]
#[error(
    "this is no Ed25519 key in PEM; example: openssl genpkey -algorithm ed25519 -out issuer.key, then openssl pkey -in issuer.key -pubout -out issuer.pem"
)]
pub struct NotAKey;

/// The issuer's private key from PEM (PKCS #8).
///
/// # Errors
/// When the text is another one.
pub fn signing_key(pem: &str) -> Result<SigningKey, NotAKey> {
    SigningKey::from_pkcs8_pem(pem).map_err(|_| NotAKey)
}

/// The issuer's public key from PEM (SubjectPublicKeyInfo).
///
/// # Errors
/// When the text is another one.
pub fn issuer_key(pem: &str) -> Result<VerifyingKey, NotAKey> {
    VerifyingKey::from_public_key_pem(pem).map_err(|_| NotAKey)
}

/// Signs a bundle: region, version, and the path and SHA-256 of each file in the order of the paths.
pub fn sign(bundle: &mut CatalogueBundle, key: &SigningKey) {
    bundle.signature = STANDARD.encode(key.sign(&message(bundle)).to_bytes());
}

/// The bundle is the issuer's, unaltered.
///
/// # Errors
/// [`Refused::Unsigned`] and [`Refused::Altered`].
pub fn verify(bundle: &CatalogueBundle, issuer: &VerifyingKey) -> Result<(), Refused> {
    if bundle.signature.is_empty() {
        return Err(Refused::Unsigned);
    }
    let bytes = STANDARD.decode(&bundle.signature).map_err(|_| Refused::Altered)?;
    let signature = Signature::from_slice(&bytes).map_err(|_| Refused::Altered)?;
    issuer
        .verify_strict(&message(bundle), &signature)
        .map_err(|_| Refused::Altered)
}

/// The bundle is valid today and not older than the one that is kept.
///
/// # Errors
/// [`Refused::Older`] and [`Refused::Expired`].
pub fn timely(manifest: &Manifest, kept_serial: Option<u64>, today: Date) -> Result<(), Refused> {
    if let Some(kept) = kept_serial.filter(|kept| manifest.serial < *kept) {
        return Err(Refused::Older {
            found: manifest.serial,
            kept,
        });
    }
    if manifest.valid_until < today {
        return Err(Refused::Expired(manifest.valid_until));
    }
    Ok(())
}

fn message(bundle: &CatalogueBundle) -> Vec<u8> {
    let mut message = DOMAIN.to_vec();
    for part in [&bundle.region, &bundle.version] {
        message.extend(part.as_bytes());
        message.push(b'\n');
    }
    for (path, text) in &bundle.files {
        message.extend(Sha256::digest(path.as_bytes()));
        message.extend(Sha256::digest(text.as_bytes()));
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use std::collections::BTreeMap;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn signed() -> CatalogueBundle {
        let files = BTreeMap::from([
            ("catalogue.toml".to_owned(), "serial = 7".to_owned()),
            ("services/one.toml".to_owned(), "rev = 1".to_owned()),
        ]);
        let mut bundle = CatalogueBundle {
            version: "7".to_owned(),
            region: "440100".to_owned(),
            files,
            signature: String::new(),
        };
        sign(&mut bundle, &key(1));
        bundle
    }

    #[test]
    fn the_issuers_bundle_is_taken() {
        assert_eq!(verify(&signed(), &key(1).verifying_key()), Ok(()));
    }

    #[test]
    fn an_unsigned_bundle_is_refused() {
        let mut bundle = signed();
        bundle.signature.clear();
        assert_eq!(verify(&bundle, &key(1).verifying_key()), Err(Refused::Unsigned));
    }

    #[test]
    fn another_issuers_bundle_is_refused() {
        assert_eq!(verify(&signed(), &key(2).verifying_key()), Err(Refused::Altered));
    }

    #[test]
    fn every_alteration_is_found() {
        let issuer = key(1).verifying_key();
        let alterations: [fn(&mut CatalogueBundle); 6] = [
            |bundle| bundle.version.push('1'),
            |bundle| bundle.region.push('1'),
            |bundle| bundle.signature.insert(0, 'A'),
            |bundle| drop(bundle.files.remove("services/one.toml")),
            |bundle| drop(bundle.files.insert("services/two.toml".to_owned(), String::new())),
            |bundle| {
                drop(
                    bundle
                        .files
                        .insert("services/one.toml".to_owned(), "rev = 2".to_owned()),
                )
            },
        ];
        for alter in alterations {
            let mut bundle = signed();
            alter(&mut bundle);
            assert_eq!(verify(&bundle, &issuer), Err(Refused::Altered));
        }
    }

    #[test]
    fn a_text_cannot_move_from_one_file_to_the_next() {
        let mut bundle = signed();
        let one = bundle.files.remove("catalogue.toml").unwrap();
        let two = bundle.files.insert("services/one.toml".to_owned(), one).unwrap();
        bundle.files.insert("catalogue.toml".to_owned(), two);
        assert_eq!(verify(&bundle, &key(1).verifying_key()), Err(Refused::Altered));
    }

    #[test]
    fn an_older_serial_and_a_day_that_is_over_are_refused() {
        let manifest: Manifest = toml::from_str(
            "schema = \"kiosk.catalogue/1\"\nversion = \"7\"\nserial = 7\nvalid_until = \"2026-12-31\"\n\
             issuer = { zh = \"样例\" }\nregion = \"440100\"\n",
        )
        .unwrap();
        assert_eq!(timely(&manifest, Some(7), date(2026, 12, 31)), Ok(()));
        let older = Refused::Older { found: 7, kept: 8 };
        assert_eq!(timely(&manifest, Some(8), date(2026, 12, 1)), Err(older));
        let over = Refused::Expired(date(2026, 12, 31));
        assert_eq!(timely(&manifest, None, date(2027, 1, 1)), Err(over));
    }
}
