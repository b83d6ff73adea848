//! The choice of another region: its rules and its services until the end of the visit.

use crate::catalogue::model::Region;

use super::context::Context;
use super::tiles::words;
use super::view::{Choice, Page, Say};

/// Pages of the regions.
pub(super) fn pages(context: &Context) -> usize {
    let count = context.catalogue.regions.len();
    count.div_ceil(context.choices_per_page()).max(1)
}

/// The page of the regions.
pub(super) fn page(context: &Context, page: usize) -> Page {
    let per_page = context.choices_per_page();
    let pages = pages(context);
    let page = page.min(pages - 1);
    let regions = context.catalogue.regions.iter();
    Page::Choose {
        title: Say::id("regions.title"),
        lead: Some(Say::id("regions.lead")),
        choices: regions
            .skip(page * per_page)
            .take(per_page)
            .map(|region| choice(context, region))
            .collect(),
        empty: Say::id("choose.empty"),
        pins: Vec::new(),
        note: None,
        page,
        pages,
        next: None,
        others: Vec::new(),
    }
}

fn choice(context: &Context, region: &Region) -> Choice {
    let note = region.note.as_ref();
    Choice {
        id: region.id.clone(),
        icon: "map-pin".to_owned(),
        title: words(&region.title),
        sub: note.map_or_else(|| Say::Verbatim(String::new()), words),
        // The region of the terminal is often a district of the one that stands here.
        chosen: context.region().starts_with(region.id.trim_end_matches("00")),
        off: None,
    }
}
