//! Services as data: what the terminal and the backend both read from `config/catalogue`.

pub mod bundle;
pub mod finding;
pub mod hours;
pub mod lint;
pub mod load;
mod locate;
pub mod model;
pub mod predicate;
pub mod search;
#[cfg(test)]
pub(crate) mod tests;
pub mod validate;
pub mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

pub use finding::{Finding, Severity};
use model::{
    Categories, Category, CodeList, ConsentText, Field, LetterText, Manifest, Material, Operation, Output,
    Party, Rule, Service,
};

/// A loaded and checked bundle.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// `catalogue.toml`.
    pub manifest: Manifest,
    /// Tiles of the home page.
    pub categories: Categories,
    /// Services, in the manifest's order.
    pub services: Vec<Service>,
    /// Consent texts by id.
    pub consents: BTreeMap<String, ConsentText>,
    /// Letters of households by id.
    pub letters: BTreeMap<String, LetterText>,
    /// Code lists by id.
    pub codes: BTreeMap<String, CodeList>,
    /// Ids of the slip layouts.
    pub receipts: BTreeSet<String>,
}

impl Catalogue {
    /// A service by id.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.service.id == id)
    }

    /// Services of a category; `all` holds every one.
    pub fn services_of<'a>(&'a self, category: &'a str) -> impl Iterator<Item = &'a Service> {
        self.services
            .iter()
            .filter(move |service| category == "all" || service.service.category == category)
    }

    /// A tile by id, of whichever list.
    pub fn category(&self, id: &str) -> Option<&Category> {
        let lists = [
            &self.categories.categories,
            &self.categories.care,
            &self.categories.shortcuts,
        ];
        lists.into_iter().flatten().find(|category| category.id == id)
    }

    /// Options of a choice: code and words. A field's own come before those of a code list.
    pub fn options(&self, field: &Field) -> Vec<(String, crate::protocol::body::Words)> {
        let listed = field.code_list.as_ref().and_then(|id| self.codes.get(id));
        let listed = listed.map(|list| list.entries.as_slice()).unwrap_or_default();
        field
            .choices
            .iter()
            .chain(listed)
            .filter(|entry| field.options.is_empty() || field.options.contains(&entry.code))
            .map(|entry| (entry.code.clone(), (*entry.title).clone()))
            .collect()
    }
}

impl Service {
    /// A field by id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// A rule by id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// A material by id.
    pub fn material(&self, id: &str) -> Option<&Material> {
        self.materials.iter().find(|material| material.id == id)
    }

    /// A party by role.
    pub fn party(&self, role: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.role == role)
    }

    /// An operation by id.
    pub fn op(&self, id: &str) -> Option<&Operation> {
        self.ops.iter().find(|op| op.id == id)
    }

    /// A paper by id.
    pub fn output(&self, id: &str) -> Option<&Output> {
        self.outputs.iter().find(|output| output.id == id)
    }

    /// Role of the person who is signed in.
    pub fn own_role(&self) -> &str {
        self.parties
            .iter()
            .find(|party| party.identity == model::PartyIdentity::Session)
            .map_or("applicant", |party| party.role.as_str())
    }

    /// Served in this region (6 or 12 digits): a city's code serves its districts, a province's its cities.
    pub fn serves(&self, region: &str) -> bool {
        let covers = |code: &String| region.starts_with(code.trim_end_matches("00"));
        self.availability.regions.iter().any(covers) && !self.availability.exclude.iter().any(covers)
    }
}

impl ConsentText {
    /// SHA-256 (hex) of the text in one language; what is not translated counts in Chinese.
    pub fn sha256(&self, language: &str) -> String {
        let parts = [
            &self.title,
            &self.processor,
            &self.contact,
            &self.points.purpose,
            &self.points.what,
            &self.points.retention,
            &self.points.withdrawal,
            &self.method,
            &self.necessity,
            &self.effect,
            &self.rights,
        ];
        let mut hash = Sha256::new();
        hash.update(format!("{}\n{}\n{language}\n", self.id, self.version));
        for part in parts {
            let words = part.get(language).or_else(|| part.get("zh-Hans"));
            hash.update(words.map_or("", String::as_str));
            hash.update("\n");
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
