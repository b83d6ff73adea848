//! Enrolment of terminals: a one-time code, a certificate request, a certificate.

use jiff::{Timestamp, ToSpan as _};
use kiosk::protocol::body::{Enrolled, Enrolment};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::day;
use crate::database;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::register::REGION;
use crate::server::ServeError;
use crate::words::chinese;

/// One-time codes of a fresh server.
const SAMPLE_CODES: [&str; 3] = ["SAMPLE-ENROL-0001", "SAMPLE-ENROL-0002", "SAMPLE-ENROL-0003"];

/// Puts the sample codes into a fresh database.
pub fn seed_codes(connection: &Connection) -> rusqlite::Result<()> {
    for code in SAMPLE_CODES {
        connection.execute(
            "INSERT OR IGNORE INTO enrolment_code (code_sha256) VALUES (?1)",
            [Sha256::digest(code).as_slice()],
        )?;
    }
    Ok(())
}

/// The terminals' certificate authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// Opens it, or makes it at the first start. Key and certificate stay in the database.
    pub fn open(connection: &Connection, now: Timestamp) -> Result<Self, ServeError> {
        let fresh = KeyPair::generate()?.serialize_pem().into_bytes();
        let key = database::secret(connection, "authority_key", || fresh)?;
        let key = KeyPair::from_pem(&String::from_utf8_lossy(&key))?;
        let fresh = root(now).self_signed(&key)?.pem().into_bytes();
        let pem = database::secret(connection, "authority_certificate", || fresh)?;
        let pem = String::from_utf8_lossy(&pem).into_owned();
        let issuer = Issuer::from_ca_cert_pem(&pem, key)?;
        Ok(Self { issuer, pem })
    }

    /// Signs the request of a terminal. Only its public key is taken: name and use are ours.
    fn sign(&self, csr: &str, terminal: &str, now: Timestamp) -> Result<String, rcgen::Error> {
        let mut request = CertificateSigningRequestParams::from_pem(csr)?;
        let mut params = validity(CertificateParams::default(), now, 1);
        params.distinguished_name.push(DnType::CommonName, terminal);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        request.params = params;
        Ok(request.signed_by(&self.issuer)?.pem())
    }
}

fn root(now: Timestamp) -> CertificateParams {
    let mut params = validity(CertificateParams::default(), now, 10);
    params
        .distinguished_name
        .push(DnType::CommonName, "Bianmin Kiosk SAMPLE terminal authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// From yesterday (clocks differ) for some years.
fn validity(mut params: CertificateParams, now: Timestamp, years: i32) -> CertificateParams {
    let from = day(now).yesterday().unwrap_or_default();
    let to = from.checked_add(years.years()).unwrap_or(from);
    let time = |date: jiff::civil::Date| {
        let [month, day] = [date.month(), date.day()].map(i8::unsigned_abs);
        date_time_ymd(i32::from(date.year()), month, day)
    };
    params.not_before = time(from);
    params.not_after = time(to);
    params
}

/// `POST /v1/terminals`.
pub fn enrol(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: Enrolment = request.json()?;
    let code = Sha256::digest(&body.enrolment_code);
    let id = format!("terminal-{}", super::new_id());
    let used = request.db.execute(
        "UPDATE enrolment_code SET used_by = ?2 WHERE code_sha256 = ?1 AND used_by IS NULL",
        params![code.as_slice(), id],
    )?;
    if used == 0 {
        return Err(Case::EnrolmentRefused.into());
    }
    let certificate = request
        .office
        .authority
        .sign(&body.csr, &id, request.now)
        .map_err(|_| Refusal::invalid("/csr", "not_a_request"))?;
    request.db.execute(
        "INSERT INTO terminal (id, certificate_sha256, hardware, enrolled_at) VALUES (?1, ?2, ?3, ?4)",
        params![
            id,
            Sha256::digest(&certificate).as_slice(),
            body.hardware.to_string(),
            request.now_ms()
        ],
    )?;
    Answer::created(&Enrolled {
        terminal_id: id,
        certificate,
        ca: request.office.authority.pem.clone(),
        place: chinese("place.sample"),
        region: REGION.to_owned(),
    })
}

/// A terminal that was locked is refused everything.
pub fn refuse_blocked(request: &Request<'_>) -> Result<(), Refusal> {
    let blocked: Option<bool> = request
        .db
        .query_row(
            "SELECT blocked FROM terminal WHERE id = ?1",
            [&request.received.terminal],
            |row| row.get(0),
        )
        .optional()?;
    if blocked == Some(true) {
        return Err(Case::TerminalBlocked.into());
    }
    Ok(())
}
