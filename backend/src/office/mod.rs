//! The offices behind the API, one file a resource. Handlers work inside the request's transaction.

pub mod applications;
pub mod assistant;
pub mod attestations;
pub mod authorisations;
pub mod cases;
pub mod catalogue;
pub mod certificates;
pub mod consents;
pub mod e_certificates;
pub mod entitlements;
pub mod faces;
pub mod feedback;
pub mod household;
pub mod identity;
pub mod information;
pub mod judge;
pub mod matters;
pub mod means_check;
pub mod money;
pub mod openapi;
pub mod packages;
pub mod parties;
pub mod plan;
pub mod prefill;
pub mod print_jobs;
pub mod queries;
pub mod review;
pub mod sample;
pub mod searches;
pub mod sessions;
pub mod slots;
pub mod sms;
pub mod staff;
pub mod states;
pub mod stats;
pub mod tasks;
pub mod terminals;
pub mod track;
pub mod upkeep;
pub mod uploads;
pub mod verifications;
pub mod videos;

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kiosk::catalogue::model::{Service, Status};
use kiosk::catalogue::seal;
use kiosk::protocol::body::Words;
use kiosk::text::format::full_date_time;
use rand::RngCore;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::certificate::{Press, Signer};
use crate::database;
use crate::face::FaceRegister;
use crate::guardians::Guardians;
use crate::http::idempotency::InFlight;
use crate::options::{Clock, Options};
use crate::people;
use crate::problem::{Case, Refusal};
use crate::public::PublicRegisters;
use crate::register::Register;
use crate::samples;
use crate::server::ServeError;
use crate::services::Services;
use crate::sheltered::Sheltered;
use crate::words::words;

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
    /// Sample registers of persons.
    pub register: Register,
    /// Public registers.
    pub public: PublicRegisters,
    /// Sample data are drawn from it.
    pub seed: u64,
    /// Portraits.
    pub faces: FaceRegister,
    /// Case files of sheltered people.
    pub sheltered: Sheltered,
    /// Registered guardians.
    pub guardians: Guardians,
    /// Address of the pages for telephones, without a slash at its end.
    pub web_base: String,
    /// Key of the hashes by which people are found.
    person_key: Vec<u8>,
    /// Makes certificates.
    pub press: Press,
    /// Signs the codes on certificates.
    pub signer: Signer,
    /// Issues the terminals' certificates.
    pub authority: terminals::Authority,
    /// Time of a review.
    pub review: Duration,
    /// Time that the departments take to answer a check of the means.
    pub means_check: Duration,
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
        let mut connection = database::open(&data.join("backend.sqlite"))?;
        let person_key = database::secret(&connection, "person_key", || random::<32>().to_vec())?;
        let seed = database::secret(&connection, "certificate_signing_key", || random::<32>().to_vec())?;
        let authority = terminals::Authority::open(&connection, (options.clock)())?;
        terminals::seed_codes(&connection)?;
        let people = people::load(&options.people)?;
        let now = (options.clock)();
        samples::cases::fill(&mut connection, &people, options.seed, now)?;
        let faces = FaceRegister::open(&options.models, &people);
        let started = Instant::now();
        let press = Press::open(&options.fonts)?;
        press.warm_up()?;
        Ok(Self {
            services: Services::load(&options.catalogue)?.with_earlier(&connection)?,
            issuer: options.issuer_key.as_deref().map(issuer).transpose()?,
            register: Register::of(&people, options.seed, day(now)),
            seed: options.seed,
            public: PublicRegisters::load(&options.registers)?,
            signer: Signer::from_seed(&seed),
            authority,
            press,
            warm_up_ms: started.elapsed().as_millis(),
            database: Mutex::new(connection),
            in_flight: InFlight::default(),
            clock: options.clock,
            sheltered: Sheltered::load(&options.registers, &faces)?,
            faces,
            guardians: Guardians::of(&people),
            person_key,
            web_base: options.web_base,
            review: options.review,
            means_check: options.means_check,
        })
    }

    /// Keyed hash of a card number: finds a person's rows, and tells nobody who it is.
    pub fn person_hash(&self, number: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(&self.person_key);
        hash.update([0]);
        hash.update(number);
        hash.finalize().into()
    }

    /// Address of a page for telephones, opened by its secret.
    pub fn web_address(&self, page: &str, token: &str) -> String {
        format!("{}/{page}/{token}", self.web_base)
    }

    /// The service under which something began, as it reads in a region on a day: it ends under that
    /// revision, also when there is a newer one or the service is not offered any more.
    ///
    /// # Errors
    /// `not-found` or `service-suspended`.
    pub fn service_at(&self, id: &str, rev: u32, region: &str, today: Date) -> Result<Service, Refusal> {
        let current = self.services.catalogue.service(id);
        if current.is_some_and(|current| current.service.status == Status::Suspended) {
            return Err(Case::ServiceSuspended.into());
        }
        let service = self.services.at(id, rev).ok_or(Case::NotFound)?;
        Ok(service.in_region(region, today))
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

/// The key with which the catalogue is published.
fn issuer(path: &Path) -> Result<SigningKey, ServeError> {
    let broken = |problem: String| ServeError::Issuer {
        path: path.to_owned(),
        problem,
    };
    let pem = std::fs::read_to_string(path).map_err(|error| broken(error.to_string()))?;
    seal::signing_key(&pem).map_err(|error| broken(error.to_string()))
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// A secret for an address, 24 characters that nobody can guess.
pub fn secret_token() -> String {
    URL_SAFE_NO_PAD.encode(random::<18>())
}

/// A new id, in order of time.
pub fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// The offices' civil time. China has one zone without summer time.
fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

/// Day and time at the offices.
pub fn at_office_time(now: Timestamp) -> DateTime {
    now.to_zoned(zone()).datetime()
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

/// A moment at the offices.
pub fn at_office(date: Date, time: Time) -> Timestamp {
    date.to_datetime(time)
        .to_zoned(zone())
        .map(|zoned| zoned.timestamp())
        .unwrap_or_default()
}

/// A moment as people read it, `2026年11月23日 09:30`.
pub fn at_office_words(ms: i64) -> Words {
    let Ok(at) = Timestamp::from_millisecond(ms) else {
        return Words::new();
    };
    let at = at.to_zoned(zone()).datetime();
    words(&full_date_time(at, "zh-Hans"), &full_date_time(at, "en"))
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
