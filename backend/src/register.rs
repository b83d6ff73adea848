//! The sample registers: telephones, property, relatives, bank accounts, benefits.
//!
//! Everything is derived from the sample people, the same at every start. Telephones are of the
//! block 140, which is not given to persons; account numbers begin with 9999, which no bank has.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::people::Person;
use crate::samples::dice::Dice;
use crate::samples::papers::{self, ECertificate};
use crate::samples::profile::Profile;
use crate::samples::records::{self, Record, Records};

/// Region whose residents the sample people are (越秀区, GB/T 2260).
pub const REGION: &str = "440104";

/// A relative in the household register.
#[derive(Clone)]
pub struct Relative {
    /// Name.
    pub name: String,
    /// Card number.
    pub id_no: String,
    /// GB/T 4761, two digits, seen from the resident.
    pub relation: &'static str,
}

/// A resident with what the registers hold.
#[derive(Clone)]
pub struct Resident {
    /// Card number.
    pub id_no: String,
    /// Name.
    pub name: String,
    /// `男` or `女`.
    pub sex: String,
    /// Birthday.
    pub birth: Date,
    /// Address.
    pub address: String,
    /// Mobile number.
    pub phone: String,
    /// Account for benefits.
    pub bank_account: String,
    /// Rows of the personal registers, by row of the list of services.
    pub records: Records,
    /// Electronic certificates.
    pub papers: Vec<ECertificate>,
    /// What the registers know besides.
    pub profile: Profile,
    /// What a check of the means finds; for officers only.
    pub means: Value,
    /// Relatives.
    pub relatives: Vec<Relative>,
    /// Receives a benefit that needs proof of life.
    pub benefit: bool,
}

/// All residents by card number.
pub struct Register(BTreeMap<String, Resident>);

impl Register {
    /// Derives the registers: the same for the same seed and day.
    pub fn of(people: &[Person], seed: u64, today: Date) -> Self {
        let residents = people
            .iter()
            .enumerate()
            .map(|(index, person)| (person.number.clone(), resident(index, person, seed, today)));
        Self(residents.collect())
    }

    /// A resident.
    pub fn find(&self, id_no: &str) -> Option<&Resident> {
        self.0.get(id_no)
    }

    /// An electronic certificate by the id in its code.
    pub fn paper(&self, id: Uuid) -> Option<&ECertificate> {
        let papers = self.0.values().flat_map(|resident| &resident.papers);
        papers.into_iter().find(|paper| paper.id == id)
    }
}

fn resident(index: usize, person: &Person, seed: u64, today: Date) -> Resident {
    let profile = Profile::of(person, seed, today);
    let mut records = records::of(person, &profile, seed, today);
    let properties = match person.id.as_str() {
        "d2" => 2,
        "d3" => 0,
        _ => 1,
    };
    records.insert(
        "H01",
        (0..properties).map(|number| property(index, number)).collect(),
    );
    Resident {
        id_no: person.number.clone(),
        name: person.name.clone(),
        sex: person.sex.clone(),
        birth: person.birth,
        address: person.address.clone(),
        phone: format!("140{:08}", 1234 + index * 1111),
        bank_account: with_luhn(&format!("999900{:012}", 20_261_123 + index * 7_919)),
        relatives: vec![relative(person)],
        benefit: profile.benefit,
        papers: papers::of(person, &profile, &records, seed, today),
        means: means(
            &profile,
            properties,
            &mut Dice::new(seed, &format!("means/{}", person.number)),
        ),
        records,
        profile,
    }
}

/// What the departments answer about a person's means.
fn means(profile: &Profile, properties: usize, dice: &mut Dice) -> Value {
    json!({
        "income_month_yuan": format!("{}.00", profile.income_per_head),
        "deposits_yuan": format!("{}.00", dice.between(1_000, 80_000)),
        "vehicles": u32::from(profile.drives),
        "properties": properties,
        "sources": ["公安", "人社", "税务", "公积金", "不动产登记", "市场监管", "银行"],
    })
}

fn property(index: usize, number: usize) -> Record {
    const PLACES: [(&str, &str); 2] = [
        ("440104", "样例市越秀区样例路*号***房"),
        ("440106", "样例市天河区虚构街*号***房"),
    ];
    let (district, address) = PLACES.get(number % 2).copied().unwrap_or(("440104", ""));
    let cells = [
        ("address_masked", address.to_owned()),
        (
            "area_m2",
            format!("{}.{:02}", 62 + index * 7 + number * 31, 18 + number),
        ),
        (
            "cert_no_masked",
            format!("样例不动产权第****{:03}号", 120 + index * 10 + number),
        ),
        (
            "registered_on",
            format!("20{:02}-0{}-1{}", 9 + index, 3 + number, index % 9),
        ),
    ];
    Record::of(&cells).with("district", district)
}

/// A fictitious child (or, for the young, mother) of the person.
fn relative(person: &Person) -> Relative {
    let old = is_old(person.birth);
    Relative {
        name: if old { "样例子" } else { "样例母" }.to_owned(),
        id_no: sample_number(person.birth),
        relation: if old { "30" } else { "52" },
    }
}

fn is_old(birth: Date) -> bool {
    birth.year() < 1990
}

/// The number of the relative of somebody born on this day.
fn sample_number(birth: Date) -> String {
    let year = birth.year() + if is_old(birth) { 28 } else { -29 };
    let (month, day) = (birth.month(), 5 + birth.day() % 20);
    with_check_digit(&format!("990000{year:04}{month:02}{day:02}022"))
}

/// Appends the check character of GB 11643 to 17 digits.
fn with_check_digit(digits: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits
        .chars()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight)
        .sum();
    let check = "10X98765432".chars().nth((sum % 11) as usize).unwrap_or('0');
    format!("{digits}{check}")
}

/// Appends the check digit of ISO/IEC 7812.
fn with_luhn(digits: &str) -> String {
    let sum: u32 = digits
        .chars()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let value = digit.to_digit(10).unwrap_or(0);
            if index % 2 == 0 {
                value * 2 / 10 + value * 2 % 10
            } else {
                value
            }
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_published_examples() {
        assert_eq!(with_check_digit("11010519491231002"), "11010519491231002X");
        assert_eq!(with_luhn("7992739871"), "79927398713");
    }

    #[test]
    fn relatives_have_numbers_that_can_be_written_down() {
        for birth in [jiff::civil::date(1944, 2, 29), jiff::civil::date(1998, 10, 31)] {
            let number = sample_number(birth);
            assert_eq!(kiosk::catalogue::validate::id_number(&number), Ok(()), "{number}");
        }
    }
}
