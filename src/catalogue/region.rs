//! A catalogue as it reads in one region on one day: the variants of its services that hold there,
//! the later ones last.

use jiff::civil::Date;

use super::Catalogue;
use super::model::{Service, Variant};

/// A city's code covers its districts, a province's its cities.
pub(super) fn covers(code: &str, region: &str) -> bool {
    region.starts_with(code.trim_end_matches("00"))
}

impl Catalogue {
    /// The catalogue as it reads in a region (6 or 12 digits) on a day.
    pub fn in_region(&self, region: &str, today: Date) -> Self {
        let mut local = self.clone();
        local.services = self
            .services
            .iter()
            .map(|service| service.in_region(region, today))
            .collect();
        local
    }
}

impl Service {
    /// The service as it reads in a region (6 or 12 digits) on a day.
    pub fn in_region(&self, region: &str, today: Date) -> Self {
        let mut local = self.clone();
        for variant in self
            .variants
            .iter()
            .filter(|variant| variant.holds(region, today))
        {
            local.vary(variant);
        }
        local
    }

    fn vary(&mut self, variant: &Variant) {
        let (about, page) = (&mut self.service, &mut self.page);
        replace(&mut about.title, variant.title.as_ref());
        replace(&mut about.summary, variant.summary.as_ref());
        replace(&mut page.sub, variant.sub.as_ref());
        replace(&mut page.decides, variant.decides.as_ref());
        replace(&mut page.duration, variant.duration.as_ref());
        self.fields
            .retain(|field| !variant.hide_fields.contains(&field.id));
        self.materials
            .retain(|material| !variant.hide_materials.contains(&material.id));
        self.steps.retain(|step| !variant.hide_steps.contains(&step.id));
        for step in &mut self.steps {
            step.fields.retain(|id| !variant.hide_fields.contains(id));
            step.materials.retain(|id| !variant.hide_materials.contains(id));
        }
        for rule in &mut self.rules {
            if let Some(other) = variant.rules.iter().find(|other| other.id == rule.id) {
                rule.when = other.when.clone();
                rule.message = other.message.clone().or_else(|| rule.message.take());
                rule.route = other.route.clone().or_else(|| rule.route.take());
            }
        }
    }
}

impl Variant {
    /// Holds in this region on this day.
    fn holds(&self, region: &str, today: Date) -> bool {
        let there = self.regions.is_empty() || self.regions.iter().any(|code| covers(code, region));
        let day = |text: &Option<String>| text.as_ref().map(|text| text.parse::<Date>());
        // A day that cannot be read is refused when the catalogue is loaded.
        let begun = day(&self.from).is_none_or(|first| first.is_ok_and(|first| first <= today));
        let goes_on = day(&self.until).is_none_or(|last| last.is_ok_and(|last| today <= last));
        there && begun && goes_on
    }
}

fn replace<T: Clone>(value: &mut T, other: Option<&T>) {
    if let Some(other) = other {
        value.clone_from(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::model::Field;
    use crate::catalogue::tests::reference;

    const VARIANTS: &str = r#"
[[variant]]
id = "huizhou"
regions = ["441300"]
note = { zh = "示例" }
title = { zh = "惠州高龄津贴" }
hide_fields = ["elder.phone"]
hide_steps = ["confirm"]
[[variant.rule]]
id = "age"
when = { field = "elder.id_no", op = "age_ge", value = 65 }

[[variant]]
id = "later"
from = "2027-01-01"
until = "2027-12-31"
note = { zh = "示例" }
title = { zh = "明年的津贴" }
"#;

    #[derive(serde::Deserialize)]
    struct Variants {
        variant: Vec<Variant>,
    }

    fn allowance() -> Service {
        let mut service = reference().service("gd.elder.allowance.apply").unwrap().clone();
        service.variants = toml::from_str::<Variants>(VARIANTS).unwrap().variant;
        service
    }

    fn on(day: &str, region: &str) -> Service {
        allowance().in_region(region, day.parse().unwrap())
    }

    fn ids(fields: &[Field]) -> Vec<&str> {
        fields.iter().map(|field| field.id.as_str()).collect()
    }

    #[test]
    fn a_variant_changes_words_questions_steps_and_rules_in_its_region_alone() {
        let here = on("2026-11-23", "440104");
        assert_eq!(here, allowance());
        let there = on("2026-11-23", "441302");
        assert_eq!(there.service.title["zh-Hans"], "惠州高龄津贴");
        assert!(!ids(&there.fields).contains(&"elder.phone"));
        let asked = there.steps.iter().flat_map(|step| &step.fields);
        assert!(asked.clone().count() > 0 && asked.clone().all(|id| id != "elder.phone"));
        assert!(there.steps.iter().all(|step| step.id != "confirm"));
        assert_ne!(there.rule("age").unwrap().when, here.rule("age").unwrap().when);
        assert_eq!(
            there.rule("age").unwrap().message,
            here.rule("age").unwrap().message
        );
    }

    #[test]
    fn a_variant_holds_from_its_first_to_its_last_day() {
        let title = |day| on(day, "440104").service.title["zh-Hans"].clone();
        assert_eq!(title("2026-12-31"), "高龄津贴申请");
        assert_eq!(title("2027-01-01"), "明年的津贴");
        assert_eq!(title("2027-12-31"), "明年的津贴");
        assert_eq!(title("2028-01-01"), "高龄津贴申请");
    }

    #[test]
    fn a_later_variant_wins() {
        assert_eq!(on("2027-05-01", "441300").service.title["zh-Hans"], "明年的津贴");
    }
}
