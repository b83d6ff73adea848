//! Home, lists, search and the service page: everything before a matter begins.

use crate::catalogue::hours::opening_hours;
use crate::catalogue::model::{Category, Offline, Service, Status};
use crate::catalogue::search::Index;

use super::action::Action;
use super::context::Context;
use super::event::DeviceRole;
use super::stage::{button_off, say};
use super::tiles::words;
use super::view::{Fact, Page, Say};
use super::{regions, tiles};

/// Where a person looks around.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Browse {
    Home,
    Category {
        id: String,
        page: usize,
        from: Box<Browse>,
    },
    Search {
        query: String,
        page: usize,
    },
    Service {
        id: String,
        from: Box<Browse>,
    },
    Regions {
        page: usize,
    },
}

/// What comes of an action.
pub(super) enum Step {
    Stay,
    /// Leave the home page.
    Out,
    /// Begin a matter.
    Begin(String),
    /// Serve this region from now on.
    Region(String),
}

/// A row of a list.
enum Entry<'a> {
    Service(&'a Service),
    Category(&'a Category),
}

const LONGEST_QUERY: usize = 30;

impl Browse {
    pub fn act(&mut self, context: &Context, index: &Index, action: &Action) -> Step {
        match action {
            Action::OpenCategory(id) => self.open_category(context, id),
            // A row can be a category too.
            Action::OpenService(id) if context.catalogue.service(id).is_none() => {
                self.open_category(context, id);
            }
            Action::OpenSearch => {
                *self = Self::Search {
                    query: String::new(),
                    page: 0,
                }
            }
            Action::OpenService(id) => self.open_service(id),
            Action::Choose(id) if matches!(self, Self::Regions { .. }) => {
                if context.catalogue.regions.iter().any(|region| region.id == *id) {
                    *self = Self::Home;
                    return Step::Region(id.clone());
                }
            }
            Action::Back => return self.back(),
            Action::Next => {
                if let Self::Service { id, .. } = self {
                    let off = context
                        .catalogue
                        .service(id)
                        .and_then(|service| obstacle(context, service));
                    if off.is_none() {
                        return Step::Begin(id.clone());
                    }
                }
            }
            other => self.list_action(context, index, other),
        }
        Step::Stay
    }

    fn open_service(&mut self, id: &str) {
        let from = match &*self {
            Self::Service { from, .. } => from.clone(),
            other => Box::new(other.clone()),
        };
        let id = id.to_owned();
        *self = Self::Service { id, from };
    }

    fn open_category(&mut self, context: &Context, id: &str) {
        let Some(category) = context.catalogue.category(id) else {
            return;
        };
        if tiles::category_off(context, category).is_some() {
            return;
        }
        match &category.service {
            Some(service) => self.open_service(service),
            None if id == tiles::REGION => *self = Self::Regions { page: 0 },
            None => {
                let from = Box::new(std::mem::replace(self, Self::Home));
                let id = id.to_owned();
                *self = Self::Category { id, page: 0, from };
            }
        }
    }

    fn back(&mut self) -> Step {
        match std::mem::replace(self, Self::Home) {
            Self::Home => return Step::Out,
            Self::Service { from, .. } => *self = *from,
            // A category that was opened behind another leads back to it.
            Self::Category { from, .. } if matches!(*from, Self::Category { .. }) => *self = *from,
            Self::Category { .. } | Self::Search { .. } | Self::Regions { .. } => {}
        }
        Step::Stay
    }

    fn list_action(&mut self, context: &Context, index: &Index, action: &Action) {
        if let Self::Search { query, page } = self {
            match action {
                Action::Type(text) => {
                    let room = LONGEST_QUERY.saturating_sub(query.chars().count());
                    query.extend(text.chars().filter(|char| !char.is_control()).take(room));
                }
                Action::Erase => drop(query.pop()),
                Action::Clear => query.clear(),
                _ => {}
            }
            if matches!(action, Action::Type(_) | Action::Erase | Action::Clear) {
                *page = 0;
            }
        }
        if let Action::TurnPage(wanted) = action {
            let last = match self {
                Self::Regions { .. } => regions::pages(context),
                _ => pages(context, self.entries(context, index).len()),
            } - 1;
            if let Self::Category { page, .. } | Self::Search { page, .. } | Self::Regions { page } = self {
                *page = (*wanted).min(last);
            }
        }
    }

    fn entries<'a>(&self, context: &'a Context, index: &Index) -> Vec<Entry<'a>> {
        let visible = |service: &&Service| tiles::is_visible(context, service);
        match self {
            Self::Category { id, .. } if id == tiles::MORE => tiles::behind_more(context)
                .into_iter()
                .map(Entry::Category)
                .collect(),
            Self::Category { id, .. } => {
                let services = context.catalogue.services.iter().filter(visible);
                services
                    .filter(|service| service.service.category == *id)
                    .map(Entry::Service)
                    .collect()
            }
            Self::Search { query, .. } => index
                .find(query)
                .into_iter()
                .filter_map(|id| context.catalogue.service(id))
                .filter(visible)
                .map(Entry::Service)
                .collect(),
            _ => Vec::new(),
        }
    }

    pub fn page(&self, context: &Context, index: &Index) -> Page {
        match self {
            Self::Home => tiles::home(context),
            Self::Category { id, page, .. } => {
                let title = context
                    .catalogue
                    .category(id)
                    .map(|category| words(&category.title));
                self.list(context, index, title, None, *page)
            }
            Self::Search { query, page } => self.list(context, index, None, Some(query.clone()), *page),
            Self::Regions { page } => regions::page(context, *page),
            Self::Service { id, .. } => match context.catalogue.service(id) {
                Some(service) => service_page(context, service),
                None => tiles::home(context),
            },
        }
    }

    fn list(
        &self,
        context: &Context,
        index: &Index,
        title: Option<Say>,
        query: Option<String>,
        page: usize,
    ) -> Page {
        let entries = self.entries(context, index);
        let per_page = context.settings.list_rows.max(1);
        Page::List {
            title: title.unwrap_or_else(|| Say::id("search.title")),
            query,
            pages: pages(context, entries.len()),
            services: entries
                .into_iter()
                .skip(page * per_page)
                .take(per_page)
                .map(|entry| match entry {
                    Entry::Service(service) => tiles::of_service(context, service),
                    Entry::Category(category) => tiles::of_category(context, category),
                })
                .collect(),
            page,
        }
    }
}

fn pages(context: &Context, services: usize) -> usize {
    services.div_ceil(context.settings.list_rows.max(1)).max(1)
}

/// Why a service cannot be started now; `None` when it can.
pub(super) fn obstacle(context: &Context, service: &Service) -> Option<Say> {
    if service.service.status == Status::Suspended {
        return Some(Say::id("off.suspended"));
    }
    if !service.serves(context.region()) {
        return Some(Say::id("off.region"));
    }
    let terminals = &service.availability.terminals;
    if !terminals.is_empty() && !terminals.iter().any(|tag| context.settings.tags.contains(tag)) {
        return Some(Say::id("off.terminal"));
    }
    if !open_now(
        &service.availability.hours,
        context.civil().hour(),
        context.civil().minute(),
    ) {
        return Some(say("off.hours", [("hours", service.availability.hours.clone())]));
    }
    if !context.online && service.availability.offline == Offline::Deny {
        return Some(Say::id("off.offline"));
    }
    let missing = service
        .devices
        .required
        .iter()
        .find_map(|role| context.device_off(*role));
    missing.or_else(|| {
        let any = &service.devices.any_of;
        let usable = any.iter().any(|role| context.device_fault(*role).is_none());
        any.first()
            .filter(|_| !usable)
            .and_then(|role| context.device_off(*role))
    })
}

/// Without hours it is always open; hours that cannot be read are refused when the catalogue is loaded.
fn open_now(hours: &str, hour: i8, minute: i8) -> bool {
    let Some((from, to)) = opening_hours(hours) else {
        return true;
    };
    let now = i32::from(hour) * 60 + i32::from(minute);
    if from <= to {
        (from..to).contains(&now)
    } else {
        now >= from || now < to
    }
}

fn service_page(context: &Context, service: &Service) -> Page {
    let page = &service.page;
    let category = context.catalogue.category(&service.service.category);
    let fact = |icon, label, remark: &crate::catalogue::model::Remark| Fact {
        icon,
        label: Say::id(label),
        text: words(&remark.text),
        sub: remark.sub.as_ref().map(words),
    };
    let mut facts = vec![
        fact("building-bank", "fact.decides", &page.decides),
        fact("clock", "fact.duration", &page.duration),
        fact("coin-yuan", "fact.cost", &page.cost),
    ];
    facts.extend(receipt_notice(context, service));
    let minutes = say("service.start", [("n", page.minutes.to_string())]);
    Page::Service {
        category: category.map_or_else(|| Say::Verbatim(String::new()), |category| words(&category.title)),
        title: words(&service.service.title),
        summary: words(&service.service.summary),
        facts,
        needs: page
            .needs
            .iter()
            .map(|need| Fact {
                icon: known_icon(&need.icon),
                label: words(&need.text),
                text: need
                    .sub
                    .as_ref()
                    .map_or_else(|| Say::Verbatim(String::new()), words),
                sub: None,
            })
            .collect(),
        start: button_off(Action::Next, "chevron-right", minutes, obstacle(context, service)),
    }
}

/// The receipt printer cannot: said before the person starts, with what comes instead.
fn receipt_notice(context: &Context, service: &Service) -> Option<Fact> {
    let printed = service
        .outputs
        .iter()
        .any(|output| output.printer == Some(DeviceRole::ReceiptPrinter));
    let reason = context
        .device_off(DeviceRole::ReceiptPrinter)
        .filter(|_| printed)?;
    let replaced = service.outputs.iter().any(|output| !output.fallback.is_empty());
    let text = if replaced {
        "fact.receipt.screen"
    } else {
        "fact.receipt.none"
    };
    Some(Fact {
        icon: "qrcode",
        label: Say::id("fact.receipt"),
        text: Say::id(text),
        sub: Some(reason),
    })
}

/// Icons of the needs: names of the catalogue that the screen knows.
fn known_icon(name: &str) -> &'static str {
    const ICONS: [&str; 10] = [
        "id",
        "users",
        "user",
        "credit-card",
        "signature",
        "device-mobile",
        "file-text",
        "writing",
        "qrcode",
        "home",
    ];
    ICONS
        .iter()
        .find(|icon| **icon == name)
        .copied()
        .unwrap_or("info-circle")
}

#[cfg(test)]
mod tests {
    use super::open_now;

    #[test]
    fn opening_hours_hold_over_midnight_too() {
        assert!(open_now("00:00-24:00", 23, 59));
        assert!(open_now("08:30-17:30", 8, 30));
        assert!(!open_now("08:30-17:30", 17, 30));
        assert!(open_now("22:00-06:00", 1, 0));
        assert!(!open_now("22:00-06:00", 12, 0));
        assert!(open_now("", 3, 0));
    }
}
