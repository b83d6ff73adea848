//! Conditions as data, with three values (Kleene): a missing or `unknown` answer makes a leaf unknown.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A condition.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Raw")]
pub enum Predicate {
    /// All must hold.
    All(Vec<Predicate>),
    /// One must hold.
    Any(Vec<Predicate>),
    /// Must not hold.
    Not(Box<Predicate>),
    /// A comparison.
    Leaf(Leaf),
}

/// A comparison of one value.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// What is compared.
    pub of: Operand,
    /// How.
    pub op: Op,
    /// With what; `Null` for `present` and `absent`.
    pub value: Value,
}

/// What a leaf looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// A field of the service, `party.name`.
    Field(String),
    /// A fact of the backend or the session, e.g. `registry.residence_region`.
    Fact(String),
}

/// Comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// One of a list.
    In,
    /// None of a list.
    Nin,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// There and not empty.
    Present,
    /// Missing or empty.
    Absent,
    /// The whole text matches a regular expression.
    Matches,
    /// Begins with.
    StartsWith,
    /// Age in years by birthday, from a card number or a date, at least.
    AgeGe,
    /// Age in years, less than.
    AgeLt,
    /// Whole months since a date, at least.
    MonthsSinceGe,
    /// Two lists have a common member.
    Intersects,
    /// Equal to another field.
    EqField,
    /// Not equal to another field.
    NeField,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    all: Option<Vec<Predicate>>,
    any: Option<Vec<Predicate>>,
    not: Option<Box<Predicate>>,
    field: Option<String>,
    fact: Option<String>,
    op: Option<Op>,
    #[serde(default)]
    value: Value,
}

impl TryFrom<Raw> for Predicate {
    type Error = &'static str;

    fn try_from(raw: Raw) -> Result<Self, Self::Error> {
        match (raw.all, raw.any, raw.not, raw.field, raw.fact, raw.op) {
            (Some(all), None, None, None, None, None) => Ok(Self::All(all)),
            (None, Some(any), None, None, None, None) => Ok(Self::Any(any)),
            (None, None, Some(not), None, None, None) => Ok(Self::Not(not)),
            (None, None, None, Some(field), None, Some(op)) => Ok(Self::Leaf(Leaf {
                of: Operand::Field(field),
                op,
                value: raw.value,
            })),
            (None, None, None, None, Some(fact), Some(op)) => Ok(Self::Leaf(Leaf {
                of: Operand::Fact(fact),
                op,
                value: raw.value,
            })),
            _ => Err(
                "a condition is { field|fact = \"…\", op = \"…\", value = … }, or one of all, any, not; \
                 example: { field = \"elder.id_no\", op = \"age_ge\", value = 80 }",
            ),
        }
    }
}

/// What predicates are judged by.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// Answers by field id.
    pub answers: &'a BTreeMap<String, Value>,
    /// Facts by name.
    pub facts: &'a BTreeMap<String, Value>,
    /// The day, in the place's civil time.
    pub today: Date,
}

impl Predicate {
    /// True, false, or `None` for unknown.
    pub fn judge(&self, facts: Facts<'_>) -> Option<bool> {
        match self {
            Self::All(parts) => fold(parts, facts, false),
            Self::Any(parts) => fold(parts, facts, true),
            Self::Not(part) => part.judge(facts).map(|value| !value),
            Self::Leaf(leaf) => leaf.judge(facts),
        }
    }

    /// Every leaf below, for the lint.
    pub fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::leaves).collect(),
            Self::Not(part) => part.leaves(),
            Self::Leaf(leaf) => vec![leaf],
        }
    }
}

/// `decisive` settles the whole: true for "any", false for "all".
fn fold(parts: &[Predicate], facts: Facts<'_>, decisive: bool) -> Option<bool> {
    let mut unknown = false;
    for part in parts {
        match part.judge(facts) {
            Some(value) if value == decisive => return Some(decisive),
            Some(_) => {}
            None => unknown = true,
        }
    }
    if unknown { None } else { Some(!decisive) }
}

impl Leaf {
    fn judge(&self, facts: Facts<'_>) -> Option<bool> {
        let value = match &self.of {
            Operand::Field(id) => facts.answers.get(id),
            Operand::Fact(name) => facts.facts.get(name),
        };
        match self.op {
            Op::Present => return Some(!is_empty(value)),
            Op::Absent => return Some(is_empty(value)),
            _ => {}
        }
        let value = value.filter(|value| !value.is_null() && value.as_str() != Some("unknown"))?;
        let other = &self.value;
        match self.op {
            Op::Present | Op::Absent => None,
            Op::Eq => Some(same(value, other)),
            Op::Ne => Some(!same(value, other)),
            Op::In => Some(other.as_array()?.iter().any(|one| same(value, one))),
            Op::Nin => Some(!other.as_array()?.iter().any(|one| same(value, one))),
            Op::Lt => Some(order(value, other)?.is_lt()),
            Op::Le => Some(order(value, other)?.is_le()),
            Op::Gt => Some(order(value, other)?.is_gt()),
            Op::Ge => Some(order(value, other)?.is_ge()),
            Op::Matches => {
                let pattern = regex_lite::Regex::new(&format!("^(?:{})$", other.as_str()?)).ok()?;
                Some(pattern.is_match(value.as_str()?))
            }
            Op::StartsWith => Some(as_text(value).starts_with(other.as_str()?)),
            Op::AgeGe => Some(age(value, facts.today)? >= other.as_i64()?),
            Op::AgeLt => Some(age(value, facts.today)? < other.as_i64()?),
            Op::MonthsSinceGe => Some(months_since(date_of(value)?, facts.today) >= other.as_i64()?),
            Op::Intersects => {
                let wanted = other.as_array()?;
                Some(
                    value
                        .as_array()?
                        .iter()
                        .any(|one| wanted.iter().any(|two| same(one, two))),
                )
            }
            Op::EqField => other_field(other, facts).map(|two| same(value, two)),
            Op::NeField => other_field(other, facts).map(|two| !same(value, two)),
        }
    }
}

fn other_field<'a>(name: &Value, facts: Facts<'a>) -> Option<&'a Value> {
    facts.answers.get(name.as_str()?).filter(|value| !value.is_null())
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(list)) => list.is_empty(),
        Some(_) => false,
    }
}

fn same(one: &Value, two: &Value) -> bool {
    match (one.as_f64(), two.as_f64()) {
        (Some(one), Some(two)) => one == two,
        _ => one == two,
    }
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn order(one: &Value, two: &Value) -> Option<std::cmp::Ordering> {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    match (number(one), number(two)) {
        (Some(one), Some(two)) => one.partial_cmp(&two),
        _ => Some(one.as_str()?.cmp(two.as_str()?)),
    }
}

/// The birth date in a card number of 18 characters, or a date `YYYY-MM-DD` or `YYYYMMDD`.
pub fn date_of(value: &Value) -> Option<Date> {
    let text = value.as_str()?;
    let digits: String = match text.len() {
        18 => text.get(6..14)?.to_owned(),
        _ => text.chars().filter(|char| *char != '-').collect(),
    };
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
    Date::new(
        part(0, 4)?,
        i8::try_from(part(4, 6)?).ok()?,
        i8::try_from(part(6, 8)?).ok()?,
    )
    .ok()
}

/// Full years on `today`: somebody born on 29 February comes of age on 1 March of common years.
fn age(value: &Value, today: Date) -> Option<i64> {
    let birth = date_of(value)?;
    let before_birthday = (today.month(), today.day()) < (birth.month(), birth.day());
    Some(i64::from(today.year()) - i64::from(birth.year()) - i64::from(before_birthday))
}

fn months_since(date: Date, today: Date) -> i64 {
    let months = (i64::from(today.year()) - i64::from(date.year())) * 12 + i64::from(today.month())
        - i64::from(date.month());
    months - i64::from(today.day() < date.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TODAY: Date = jiff::civil::date(2026, 11, 22);

    fn judge(condition: &str, answers: &[(&str, Value)]) -> Option<bool> {
        #[derive(Deserialize)]
        struct Holder {
            when: Predicate,
        }
        let holder: Holder = toml::from_str(condition).unwrap();
        let answers = answers
            .iter()
            .map(|(k, v)| ((*k).to_owned(), v.clone()))
            .collect();
        let facts = BTreeMap::from([("registry.region".to_owned(), json!("440104001"))]);
        holder.when.judge(Facts {
            answers: &answers,
            facts: &facts,
            today: TODAY,
        })
    }

    #[test]
    fn each_operator_gives_its_three_values() {
        let table = [
            ("eq", "'a'", json!("a"), Some(true)),
            ("eq", "'a'", json!("b"), Some(false)),
            ("eq", "1", json!(1.0), Some(true)),
            ("eq", "'a'", json!("unknown"), None),
            ("eq", "'a'", Value::Null, None),
            ("ne", "'a'", json!("b"), Some(true)),
            ("in", "['a', 'b']", json!("b"), Some(true)),
            ("in", "['a', 'b']", json!("c"), Some(false)),
            ("nin", "['a', 'b']", json!("c"), Some(true)),
            ("lt", "5", json!(4), Some(true)),
            ("le", "5", json!(5), Some(true)),
            ("gt", "5", json!("10"), Some(true)),
            ("ge", "5", json!(4), Some(false)),
            ("present", "0", json!(""), Some(false)),
            ("present", "0", json!("x"), Some(true)),
            ("present", "0", Value::Null, Some(false)),
            ("absent", "0", json!([]), Some(true)),
            ("matches", "'[0-9]{3}'", json!("123"), Some(true)),
            ("matches", "'[0-9]{3}'", json!("1234"), Some(false)),
            ("starts_with", "'4401'", json!("440104"), Some(true)),
            ("age_ge", "80", json!("110101194611220011"), Some(true)),
            ("age_ge", "80", json!("110101194611230019"), Some(false)),
            ("age_lt", "16", json!("2010-11-22"), Some(false)),
            ("age_lt", "16", json!("2010-11-23"), Some(true)),
            ("age_ge", "80", json!("not a date"), None),
            ("months_since_ge", "12", json!("2025-11-22"), Some(true)),
            ("months_since_ge", "12", json!("2025-11-23"), Some(false)),
            ("intersects", "['a']", json!(["b", "a"]), Some(true)),
            ("intersects", "['a']", json!(["b"]), Some(false)),
        ];
        for (op, value, given, expected) in table {
            let condition = format!("when = {{ field = 'x', op = '{op}', value = {value} }}");
            assert_eq!(
                judge(&condition, &[("x", given.clone())]),
                expected,
                "{op} {given}"
            );
        }
    }

    #[test]
    fn fields_can_be_compared_with_each_other() {
        let answers = [("x", json!("a")), ("y", json!("a"))];
        assert_eq!(
            judge("when = { field = 'x', op = 'eq_field', value = 'y' }", &answers),
            Some(true)
        );
        assert_eq!(
            judge("when = { field = 'x', op = 'ne_field', value = 'z' }", &answers),
            None
        );
    }

    #[test]
    fn unknown_spreads_unless_another_part_settles_the_whole() {
        let leaf = |name: &str| format!("{{ field = '{name}', op = 'eq', value = 'yes' }}");
        let answers = [("t", json!("yes")), ("f", json!("no"))];
        let table = [
            ("all", "t", "u", None),
            ("all", "f", "u", Some(false)),
            ("any", "t", "u", Some(true)),
            ("any", "f", "u", None),
            ("all", "t", "t", Some(true)),
            ("any", "f", "f", Some(false)),
        ];
        for (how, one, two, expected) in table {
            let condition = format!("when.{how} = [{}, {}]", leaf(one), leaf(two));
            assert_eq!(judge(&condition, &answers), expected, "{how} {one} {two}");
        }
        assert_eq!(judge(&format!("when.not = {}", leaf("u")), &answers), None);
        assert_eq!(judge(&format!("when.not = {}", leaf("t")), &answers), Some(false));
    }

    #[test]
    fn facts_are_looked_up_apart_from_fields() {
        assert_eq!(
            judge(
                "when = { fact = 'registry.region', op = 'starts_with', value = '440104' }",
                &[]
            ),
            Some(true)
        );
    }

    #[test]
    fn a_leap_day_child_comes_of_age_on_the_first_of_march() {
        let birth = json!("2008-02-29");
        assert_eq!(age(&birth, jiff::civil::date(2026, 2, 28)), Some(17));
        assert_eq!(age(&birth, jiff::civil::date(2026, 3, 1)), Some(18));
    }

    #[test]
    fn a_condition_of_two_kinds_is_refused() {
        #[derive(Debug, Deserialize)]
        struct Holder {
            #[allow(dead_code)]
            when: Predicate,
        }
        let text = "when = { field = 'x', fact = 'y', op = 'eq', value = 1 }";
        assert!(toml::from_str::<Holder>(text).is_err());
    }
}
