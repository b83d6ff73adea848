//! The offices behind the API, one file a resource. Handlers work inside the request's transaction.

pub mod applications;
pub mod attestations;
pub mod catalogue;
pub mod certificates;
pub mod consents;
pub mod faces;
pub mod feedback;
pub mod identity;
pub mod openapi;
pub mod prefill;
pub mod print_jobs;
pub mod queries;
pub mod review;
pub mod sample;
pub mod sessions;
pub mod sms;
pub mod staff;
pub mod terminals;
pub mod verifications;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kiosk::catalogue::model::{Service, Status};
use kiosk::catalogue::seal;
use rand::RngCore;
use rusqlite::Connection;
use uuid::Uuid;

use crate::certificate::{Press, Signer};
use crate::database;
use crate::face::FaceRegister;
use crate::http::idempotency::InFlight;
use crate::options::{Clock, Options};
use crate::people;
use crate::problem::{Case, Refusal};
use crate::register::Register;
use crate::server::ServeError;
use crate::services::Services;

/// Everything of a running server.
pub struct Office {
    /// One writer.
    pub database: Mutex<Connection>,
    /// Keys whose requests run.
    pub in_flight: InFlight,
    /// Time.
    pub clock: Clock,
    /// Catalogue.
    pub services: Services,
    /// Publishes the catalogue.
    pub issuer: Option<SigningKey>,
    /// Sample registers.
    pub register: Register,
    /// Portraits.
    pub faces: FaceRegister,
    /// Makes certificates.
    pub press: Press,
    /// Signs the codes on certificates.
    pub signer: Signer,
    /// Issues the terminals' certificates.
    pub authority: terminals::Authority,
    /// Time of a review.
    pub review: Duration,
    /// Milliseconds of the first certificate.
    pub warm_up_ms: u128,
}

impl Office {
    /// Opens database, keys, registers and the press, and makes one certificate to warm it up.
    pub fn open(options: Options) -> Result<Self, ServeError> {
        let data = &options.data;
        std::fs::create_dir_all(data).map_err(|source| ServeError::Data {
            path: data.clone(),
            source,
        })?;
        let connection = database::open(&data.join("backend.sqlite"))?;
        let seed = database::secret(&connection, "certificate_signing_key", || random::<32>().to_vec())?;
        let authority = terminals::Authority::open(&connection, (options.clock)())?;
        terminals::seed_codes(&connection)?;
        let people = people::load(&options.people)?;
        let started = Instant::now();
        let press = Press::open(&options.fonts)?;
        press.warm_up()?;
        Ok(Self {
            services: Services::load(&options.catalogue)?,
            issuer: options.issuer_key.as_deref().map(seal::signing_key).transpose()?,
            register: Register::of(&people),
            signer: Signer::from_seed(&seed),
            authority,
            press,
            warm_up_ms: started.elapsed().as_millis(),
            database: Mutex::new(connection),
            in_flight: InFlight::default(),
            clock: options.clock,
            faces: FaceRegister::open(&options.models, &people),
            review: options.review,
        })
    }

    /// An offered service of the catalogue.
    pub fn service(&self, id: &str) -> Result<&Service, Refusal> {
        let service = self.services.catalogue.service(id).ok_or(Case::NotFound)?;
        match service.service.status {
            Status::Active | Status::Pilot => Ok(service),
            Status::Suspended => Err(Case::ServiceSuspended.into()),
            Status::Retired => Err(Case::NotFound.into()),
        }
    }
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// A new id, in order of time.
pub fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// The offices' civil time. China has one zone without summer time.
fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

/// The day at the offices.
pub fn day(now: Timestamp) -> Date {
    now.to_zoned(zone()).date()
}

/// RFC 3339 with the offices' offset, e.g. `2026-11-23T09:30:00+08:00`.
pub fn rfc3339(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// [`rfc3339`] of stored milliseconds.
pub fn rfc3339_ms(at: i64) -> String {
    Timestamp::from_millisecond(at).map(rfc3339).unwrap_or_default()
}

/// Milliseconds of a duration.
pub fn ms(duration: Duration) -> i64 {
    SignedDuration::try_from(duration).map_or(i64::MAX, |duration| {
        i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
    })
}

/// `2026112300007`: day, then a count of that day, five digits.
pub fn number(db: &Connection, kind: &str, now: Timestamp) -> rusqlite::Result<String> {
    let day = day(now).strftime("%Y%m%d").to_string();
    let count = database::next(db, &format!("{kind}/{day}"))?;
    Ok(format!("{kind}{day}{count:05}"))
}

/// Only the family name stays: `张*`, `欧阳**` is not attempted, so `欧**`.
pub fn masked_name(name: &str) -> String {
    name.chars()
        .enumerate()
        .map(|(index, letter)| if index == 0 { letter } else { '*' })
        .collect()
}

/// `138****5678`.
pub fn masked_phone(phone: &str) -> String {
    let head: String = phone.chars().take(3).collect();
    let tail: String = phone.chars().skip(7).collect();
    format!("{head}****{tail}")
}
