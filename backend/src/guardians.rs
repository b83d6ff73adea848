//! The sample register of guardians: d2 is the registered guardian of d4, who receives a benefit.

use std::collections::BTreeMap;

use crate::people::Person;

/// Ward and guardian, by their ids in `people.toml`.
const SAMPLE: [(&str, &str); 1] = [("d4", "d2")];

/// Card number of the guardian by that of the ward.
pub struct Guardians(BTreeMap<String, String>);

impl Guardians {
    /// Those of the sample people.
    pub fn of(people: &[Person]) -> Self {
        let number = |id: &str| {
            let person = people.iter().find(|person| person.id == id);
            person.map(|person| person.number.clone())
        };
        let pairs = SAMPLE
            .into_iter()
            .filter_map(|(ward, guardian)| Some((number(ward)?, number(guardian)?)));
        Self(pairs.collect())
    }

    /// Whether `guardian` is the registered guardian of `ward`.
    pub fn is_guardian(&self, guardian: &str, ward: &str) -> bool {
        self.guardian_of(ward) == Some(guardian)
    }

    /// Card number of the registered guardian of a ward.
    pub fn guardian_of(&self, ward: &str) -> Option<&str> {
        self.0.get(ward).map(String::as_str)
    }

    /// Card numbers of the wards of a person.
    pub fn wards<'a>(&'a self, guardian: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(_, known)| *known == guardian)
            .map(|(ward, _)| ward.as_str())
    }
}
