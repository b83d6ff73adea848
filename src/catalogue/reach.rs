//! Can a condition come out true, and can it come out false? A condition that cannot is a mistake of
//! the author: a step that nobody reaches, a field that nobody is asked for.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::model::{FieldType, Service};
use super::predicate::{Facts, Leaf, Op, Operand, Predicate};

/// Any day will do: ages are tried on both sides of the birthday.
const TODAY: Date = jiff::civil::date(2026, 11, 24);

/// Values with which the condition comes out as wanted, by field and by fact; `None` when there are none.
pub fn example(service: &Service, condition: &Predicate, wanted: bool) -> Option<Example> {
    let mut example = Example::default();
    let search = Search { service, condition };
    search
        .solve(&[(condition, wanted)], &mut example)
        .then_some(example)
}

/// Values that make a condition come out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Example {
    /// By field id.
    pub answers: BTreeMap<String, Value>,
    /// By name.
    pub facts: BTreeMap<String, Value>,
}

impl Example {
    fn get(&self, of: &Operand) -> Option<&Value> {
        match of {
            Operand::Field(id) => self.answers.get(id),
            Operand::Fact(name) => self.facts.get(name),
        }
    }

    fn set(&mut self, of: &Operand, value: Option<Value>) {
        let (map, key) = match of {
            Operand::Field(id) => (&mut self.answers, id),
            Operand::Fact(name) => (&mut self.facts, name),
        };
        match value {
            Some(value) => map.insert(key.clone(), value),
            None => map.remove(key),
        };
    }

    fn judge(&self, leaf: &Predicate) -> Option<bool> {
        leaf.judge(Facts {
            answers: &self.answers,
            facts: &self.facts,
            today: TODAY,
        })
    }
}

struct Search<'a> {
    service: &'a Service,
    condition: &'a Predicate,
}

impl Search<'_> {
    /// Makes every goal come out as wanted, or leaves the example as it was.
    fn solve(&self, goals: &[(&Predicate, bool)], example: &mut Example) -> bool {
        let Some(((goal, wanted), rest)) = goals.split_last() else {
            return true;
        };
        match goal {
            Predicate::Not(part) => self.solve(&[rest, &[(part, !wanted)]].concat(), example),
            Predicate::All(parts) if *wanted => self.solve_all(parts, true, rest, example),
            Predicate::Any(parts) if !*wanted => self.solve_all(parts, false, rest, example),
            Predicate::All(parts) | Predicate::Any(parts) => parts
                .iter()
                .any(|part| self.solve(&[rest, &[(part, *wanted)]].concat(), example)),
            Predicate::Leaf(leaf) => self.solve_leaf(goal, leaf, *wanted, rest, example),
        }
    }

    fn solve_all(
        &self,
        parts: &[Predicate],
        wanted: bool,
        rest: &[(&Predicate, bool)],
        example: &mut Example,
    ) -> bool {
        let goals: Vec<(&Predicate, bool)> = rest
            .iter()
            .copied()
            .chain(parts.iter().map(|part| (part, wanted)))
            .collect();
        self.solve(&goals, example)
    }

    fn solve_leaf(
        &self,
        goal: &Predicate,
        leaf: &Leaf,
        wanted: bool,
        rest: &[(&Predicate, bool)],
        example: &mut Example,
    ) -> bool {
        let before = example.get(&leaf.of).cloned();
        let tried = match &before {
            Some(value) => vec![value.clone()],
            None => self.candidates(&leaf.of),
        };
        let partner = partner(leaf).filter(|partner| example.get(partner).is_none());
        if let Some(partner) = &partner {
            example.set(partner, Some(json!("x")));
        }
        for value in tried {
            example.set(&leaf.of, Some(value));
            if example.judge(goal) == Some(wanted) && self.solve(rest, example) {
                return true;
            }
        }
        example.set(&leaf.of, before);
        if let Some(partner) = &partner {
            example.set(partner, None);
        }
        false
    }

    /// Values that matter for one operand: its options, or those around what the condition compares with.
    fn candidates(&self, of: &Operand) -> Vec<Value> {
        let mut values = vec![Value::Null];
        let field = match of {
            Operand::Field(id) => self.service.field(id),
            Operand::Fact(_) => None,
        };
        let own = field.map(|field| field.choices.iter().map(|entry| entry.code.clone()));
        let options: Vec<String> = match field {
            Some(field) if !field.options.is_empty() => field.options.clone(),
            _ => own.into_iter().flatten().collect(),
        };
        let many = field.is_some_and(|field| field.kind == FieldType::MultiChoice);
        let wrap = |value: Value| if many { json!([value]) } else { value };
        if options.is_empty() {
            let leaves = self.condition.leaves();
            values.extend(
                leaves
                    .iter()
                    .filter(|leaf| leaf.of == *of)
                    .flat_map(|leaf| around(leaf)),
            );
        } else {
            values.extend(options.into_iter().map(|code| wrap(json!(code))));
        }
        values
    }
}

/// The other field of a comparison between two.
fn partner(leaf: &Leaf) -> Option<Operand> {
    matches!(leaf.op, Op::EqField | Op::NeField)
        .then(|| leaf.value.as_str().map(|id| Operand::Field(id.to_owned())))?
}

/// Values on both sides of what a leaf compares with.
fn around(leaf: &Leaf) -> Vec<Value> {
    let other = &leaf.value;
    let listed = || other.as_array().cloned().unwrap_or_default();
    match leaf.op {
        Op::Present | Op::Absent => vec![json!("x")],
        Op::Eq | Op::Ne => vec![other.clone(), another(other)],
        Op::In | Op::Nin => listed().into_iter().chain([json!("none of them")]).collect(),
        Op::Intersects => vec![json!(listed()), json!(["none of them"])],
        Op::Lt | Op::Le | Op::Gt | Op::Ge => other.as_f64().map_or_else(Vec::new, |number| {
            vec![json!(number - 1.0), json!(number), json!(number + 1.0)]
        }),
        Op::StartsWith => vec![other.clone(), json!("~")],
        // A pattern has no inverse; a card number, a telephone and a word are tried.
        Op::Matches => ["440104199003074413", "13800138000", "x"]
            .map(|text| json!(text))
            .to_vec(),
        Op::AgeGe | Op::AgeLt => ago(other, 12),
        Op::MonthsSinceGe => ago(other, 1),
        Op::EqField | Op::NeField => vec![json!("x"), json!("y")],
    }
}

fn another(value: &Value) -> Value {
    match value {
        Value::Bool(value) => json!(!value),
        Value::Number(number) => json!(number.as_f64().unwrap_or_default() + 1.0),
        _ => json!("another"),
    }
}

/// The day so many units of `months` ago, and a year after it.
fn ago(units: &Value, months: i64) -> Vec<Value> {
    let months = units
        .as_i64()
        .unwrap_or_default()
        .saturating_mul(months)
        .clamp(0, 2400);
    let days = [months, (months - 12).max(-12)];
    days.into_iter()
        .filter_map(|months| TODAY.checked_sub(months.months()).ok())
        .map(|date| json!(date.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::tests::reference;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Holder {
        when: Predicate,
    }

    fn comes_out(condition: &str) -> (bool, bool) {
        let holder: Holder = toml::from_str(condition).unwrap();
        let catalogue = reference();
        let service = &catalogue.services[0];
        let found = |wanted| {
            let example = example(service, &holder.when, wanted)?;
            assert_eq!(example.judge(&holder.when), Some(wanted), "{condition}");
            Some(())
        };
        (found(true).is_some(), found(false).is_some())
    }

    #[test]
    fn an_ordinary_condition_can_come_out_both_ways() {
        for condition in [
            "when = { fact = 'a', op = 'eq', value = 'yes' }",
            "when = { fact = 'a', op = 'age_ge', value = 80 }",
            "when = { fact = 'a', op = 'age_lt', value = 16 }",
            "when = { fact = 'a', op = 'months_since_ge', value = 12 }",
            "when = { fact = 'a', op = 'intersects', value = ['x', 'y'] }",
            "when = { fact = 'a', op = 'absent' }",
            "when = { fact = 'a', op = 'lt', value = 5 }",
            "when = { field = 'a', op = 'ne_field', value = 'b' }",
            "when = { field = 'a', op = 'eq_field', value = 'b' }",
            "when.all = [{ fact = 'a', op = 'eq', value = 1 }, { not = { fact = 'b', op = 'present' } }]",
            "when.any = [{ fact = 'a', op = 'in', value = ['x'] }, { fact = 'a', op = 'in', value = ['y'] }]",
        ] {
            assert_eq!(comes_out(condition), (true, true), "{condition}");
        }
    }

    #[test]
    fn a_contradiction_never_holds_and_a_tautology_never_fails() {
        let contradiction =
            "when.all = [{ fact = 'a', op = 'eq', value = 'x' }, { fact = 'a', op = 'eq', value = 'y' }]";
        assert_eq!(comes_out(contradiction), (false, true));
        let tautology = "when.any = [{ fact = 'a', op = 'present' }, { fact = 'a', op = 'absent' }]";
        assert_eq!(comes_out(tautology), (true, false));
    }
}
