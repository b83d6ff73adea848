//! Tiles and rows that open a service or a category, with the reason where one cannot be opened.

use crate::catalogue::model::{Category, Service, Status, Text};

use super::browse::obstacle;
use super::context::Context;
use super::view::{Page, Say, Tile};

/// The category of everything that the home page has no tile for.
pub(super) const MORE: &str = "more";
/// The tile that leads to the choice of a region.
pub(super) const REGION: &str = "region";

/// Words of the catalogue.
pub(super) fn words(text: &Text) -> Say {
    Say::Words((**text).clone())
}

/// What is shown here: offered, and served in the person's region.
pub(super) fn is_visible(context: &Context, service: &Service) -> bool {
    service.service.status != Status::Retired && service.serves(context.region())
}

/// A service as a row.
pub(super) fn of_service(context: &Context, service: &Service) -> Tile {
    Tile {
        id: service.service.id.clone(),
        icon: service.page.icon.clone(),
        title: words(&service.service.title),
        sub: words(&service.page.sub),
        off: obstacle(context, service),
        strong: false,
    }
}

/// A category as a tile or a row.
pub(super) fn of_category(context: &Context, category: &Category) -> Tile {
    Tile {
        id: category.id.clone(),
        icon: category.icon.clone(),
        title: words(&category.title),
        sub: words(&category.sub),
        off: category_off(context, category),
        strong: category.strong,
    }
}

/// The home page.
pub(super) fn home(context: &Context) -> Page {
    let shortcuts = context.catalogue.categories.shortcuts.iter();
    Page::Home {
        tiles: on_home(context)
            .iter()
            .map(|category| of_category(context, category))
            .collect(),
        shortcuts: shortcuts.map(|category| of_category(context, category)).collect(),
    }
}

fn on_home(context: &Context) -> &[Category] {
    let categories = &context.catalogue.categories;
    if context.preferences.care {
        &categories.care
    } else {
        &categories.categories
    }
}

/// Categories that the present home page has no tile for.
pub(super) fn behind_more(context: &Context) -> Vec<&Category> {
    let categories = &context.catalogue.categories;
    let here = on_home(context);
    categories
        .categories
        .iter()
        .chain(&categories.more)
        .filter(|category| category.id != MORE && here.iter().all(|tile| tile.id != category.id))
        .collect()
}

/// A category is grey when it has no service here, or when every one of them cannot be used for the same reason.
pub(super) fn category_off(context: &Context, category: &Category) -> Option<Say> {
    let nothing = || Some(Say::id("off.not_here"));
    if let Some(id) = &category.service {
        let service = context.catalogue.service(id);
        return match service.filter(|service| is_visible(context, service)) {
            Some(service) => obstacle(context, service),
            None => nothing(),
        };
    }
    match category.id.as_str() {
        MORE => return None,
        REGION if context.catalogue.regions.is_empty() => return nothing(),
        REGION => return None,
        _ => {}
    }
    let mut reasons = context
        .catalogue
        .services_of(&category.id)
        .filter(|service| is_visible(context, service))
        .map(|service| obstacle(context, service));
    let Some(first) = reasons.next() else {
        return nothing();
    };
    let first = first?;
    let offline = Say::id("off.offline");
    let mut same = first == offline;
    for reason in reasons {
        same &= reason? == offline;
    }
    Some(if same { offline } else { Say::id("off.all_closed") })
}
