//! Rules that are judged at a step: each refusal gives its reason, the law, the other way, and how to
//! object. What nobody can tell is left to an officer: the person goes on.

use serde_json::Value;

use crate::catalogue::model::{ElseOutcome, RouteOutcome, Rule, RuleType, Text};
use crate::session::context::Context;
use crate::session::stage::{Turn, say};
use crate::session::view::Say;
use crate::text::in_language;

use super::trouble::{Trouble, Way};

/// Judges the rules of a step: on to the next stop, or the words of the first rule that does not hold.
pub(super) fn judged(context: &mut Context, step: usize) -> Turn {
    let rules = of_step(context, step);
    note_routes(context, &rules);
    let broken = rules.into_iter().find(|rule| {
        rule.else_outcome.is_some() && context.judge(|facts| rule.when.judge(facts)) == Some(false)
    });
    let Some(rule) = broken else { return Turn::Next };
    context.audit("rule.broken", &[("rule", &rule.id)]);
    let message = message(context, &rule);
    let asked = context.flow.as_ref().is_some_and(|flow| flow.stop().asks());
    Turn::To(Box::new(match rule.else_outcome {
        Some(ElseOutcome::Warn) => warning(message),
        // What was just filled in can be put right.
        _ if rule.kind == RuleType::Validation && asked => correction(message, step),
        _ => Trouble::refusal(message, route(context, &rule)),
    }))
}

/// The rules that a step names.
pub(super) fn of_step(context: &Context, step: usize) -> Vec<Rule> {
    let Some((service, step)) = context.service().zip(context.step(step)) else {
        return Vec::new();
    };
    step.rules
        .iter()
        .filter_map(|id| service.rule(id))
        .cloned()
        .collect()
}

/// A route to a choice of the office is a fact, `routes.<rule>`, for the conditions of later steps.
fn note_routes(context: &mut Context, rules: &[Rule]) {
    let chooses = |rule: &&Rule| rule.outcome == Some(RouteOutcome::ChooseOffice);
    for rule in rules.iter().filter(chooses) {
        let holds = context.judge(|facts| rule.when.judge(facts));
        let fact = holds.map_or(Value::Null, Value::Bool);
        context.person.facts.insert(format!("routes.{}", rule.id), fact);
    }
}

/// Words of the catalogue, or those of the engine.
fn words(text: Option<&Text>, fallback: &'static str) -> Say {
    text.map_or_else(|| Say::id(fallback), |text| Say::Words((**text).clone()))
}

fn message(context: &Context, rule: &Rule) -> Say {
    let message = words(rule.message.as_ref(), "refusal.message");
    let Some(law) = &rule.law else { return message };
    let law = in_language(law, &context.preferences.language).into_owned();
    Say::All(vec![message, say("refusal.law", [("law", law)])])
}

fn route(context: &Context, rule: &Rule) -> Say {
    let appeal = context
        .service()
        .and_then(|service| service.after.appeal.as_ref());
    Say::All(vec![
        words(rule.route.as_ref(), "refusal.now"),
        words(appeal, "refusal.appeal"),
    ])
}

fn warning(message: Say) -> Trouble {
    Trouble {
        title: Say::id("warning.title"),
        kept: Say::id("warning.kept"),
        main: Say::id("action.go_on"),
        way: Some(Way::On),
        ..Trouble::refusal(message, Say::id("warning.now"))
    }
}

fn correction(message: Say, step: usize) -> Trouble {
    Trouble {
        title: Say::id("warning.title"),
        kept: Say::id("trouble.kept.answers"),
        main: Say::id("action.edit"),
        way: Some(Way::Edit(step)),
        ..Trouble::refusal(message, Say::id("correction.now"))
    }
}
