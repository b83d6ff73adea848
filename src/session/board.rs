//! What works here right now, for whoever stands before the terminal and has not yet begun.

use super::browse::obstacle;
use super::context::Context;
use super::tiles::{MORE, REGION, category_off, is_visible, words};
use super::view::{Board, Say};

/// More names would not be read.
const NAMES: usize = 3;

/// The board as things stand.
pub(super) fn board(context: &Context) -> Board {
    let other_terminals = Say::id("off.terminal");
    let states: Vec<bool> = context
        .catalogue
        .services
        .iter()
        .filter(|service| is_visible(context, service))
        .map(|service| obstacle(context, service))
        .filter(|why| why.as_ref() != Some(&other_terminals))
        .map(|why| why.is_none())
        .collect();
    let working = states.iter().filter(|works| **works).count();
    let all_well = working == states.len();
    let settings = &context.settings;
    let nearest = settings.elsewhere.as_ref().filter(|_| !all_well);
    Board {
        works: works(working, states.len()),
        all_well,
        off: closed(context),
        hours: hours(&settings.hours),
        elsewhere: nearest.map(|(name, metres)| {
            let arguments = vec![("name", name.clone()), ("distance", kilometres(*metres))];
            Say::Id("attract.elsewhere", arguments)
        }),
    }
}

fn works(working: usize, all: usize) -> Say {
    let id = match working {
        0 => "attract.works.none",
        _ if working == all => "attract.works.all",
        _ => "attract.works.some",
    };
    Say::Id(id, vec![("count", working.to_string()), ("all", all.to_string())])
}

/// Categories that are offered here and of which nothing can be done now.
fn closed(context: &Context) -> Vec<Say> {
    let nothing_here = Say::id("off.not_here");
    let categories = &context.catalogue.categories;
    let off = categories
        .categories
        .iter()
        .filter(|category| category.id != MORE && category.id != REGION)
        .filter(|category| category_off(context, category).is_some_and(|why| why != nothing_here));
    off.take(NAMES).map(|category| words(&category.title)).collect()
}

fn hours(hours: &str) -> Say {
    if hours == "00:00-24:00" {
        return Say::id("attract.open");
    }
    Say::Id("attract.hours", vec![("hours", hours.replace('-', "–"))])
}

/// `1.2` from 1200 m; never less than 0.1.
fn kilometres(metres: u32) -> String {
    let tenths = (metres.saturating_add(50) / 100).max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_in_tenths_of_a_kilometre() {
        let of = [0, 149, 150, 1249, 12_000].map(kilometres);
        assert_eq!(of, ["0.1", "0.1", "0.2", "1.2", "12.0"]);
    }
}
