//! The terminal's own devices, for those who keep the machine: states, papers, and an order for work.

use crate::protocol::body::TicketOpened;
use crate::protocol::call::CallResult;
use crate::session::action::Action;
use crate::session::context::{Context, device_name};
use crate::session::event::{DeviceRole, DeviceState, Event};
use crate::session::link::parse;
use crate::session::stage::{Stage, Turn, button, button_off, say};
use crate::session::ticket::Ticket;
use crate::session::view::{Choice, Page, Paper, Row, Say, Section};

/// Devices on one page.
const ROWS: usize = 6;

/// One device, and the order that was placed for it.
struct Open {
    role: DeviceRole,
    ticket: Option<Ticket>,
    ordered: Option<Say>,
}

/// The list, and the page of one device.
pub(in crate::session) struct Devices {
    step: usize,
    page: usize,
    open: Option<Open>,
}

impl Devices {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            page: 0,
            open: None,
        }
    }

    fn act_on_list(&mut self, context: &Context, action: &Action) -> Turn {
        match action {
            Action::Choose(id) => {
                let mut states = context.device_states();
                self.open = states
                    .find(|(role, _)| short_name(*role) == id)
                    .map(|(role, _)| Open {
                        role,
                        ticket: None,
                        ordered: None,
                    });
                Turn::Stay
            }
            Action::TurnPage(page) => {
                self.page = *page;
                Turn::Stay
            }
            Action::Next => Turn::Next,
            Action::Back => Turn::Back,
            _ => Turn::Stay,
        }
    }

    fn list(&self, context: &Context) -> Page {
        let states: Vec<_> = context.device_states().collect();
        let pages = states.len().div_ceil(ROWS).max(1);
        let page = self.page.min(pages - 1);
        let step = context.service().and_then(|service| service.steps.get(self.step));
        let title = step.and_then(|step| step.title.as_ref());
        Page::Choose {
            title: title.map_or_else(|| Say::id("devices.title"), |title| Say::Words((**title).clone())),
            lead: Some(Say::id("devices.lead")),
            choices: states
                .iter()
                .skip(page * ROWS)
                .take(ROWS)
                .map(|(role, state)| Choice {
                    id: short_name(*role).to_owned(),
                    icon: icon(*role).to_owned(),
                    title: Say::id(device_name(*role)),
                    sub: state_words(state),
                    chosen: false,
                    off: None,
                })
                .collect(),
            empty: Say::id("devices.none"),
            pins: Vec::new(),
            note: None,
            page,
            pages,
            next: Some(button(Action::Next, "check", Say::id("devices.done"))),
            others: Vec::new(),
        }
    }
}

impl Open {
    fn order(&mut self, context: &mut Context) {
        let kind = match context.device_state(self.role) {
            Some(DeviceState::Low) => "supply_low",
            Some(DeviceState::Unusable("device.reason.paper_out" | "device.reason.toner_out")) => {
                "supply_low"
            }
            _ => "device_fault",
        };
        self.ticket = Some(context.staff_ticket(kind, short_name(self.role)));
    }

    fn ordered(&mut self, result: &CallResult) {
        self.ticket = None;
        self.ordered = Some(match parse::<TicketOpened>(result) {
            Ok(opened) => say("devices.ordered", [("number", opened.number)]),
            Err(_) => Say::id("devices.not_ordered"),
        });
    }

    fn rows(&self, context: &Context) -> Vec<Row> {
        let state = context.device_state(self.role).map(state_words);
        let printed = match self.role {
            DeviceRole::ReceiptPrinter => Some(context.printed.slips),
            DeviceRole::A4Printer => Some(context.printed.sheets),
            _ => None,
        };
        let rows = [
            ("devices.row.state", state),
            (
                "devices.row.printed",
                printed.map(|count| Say::Verbatim(count.to_string())),
            ),
        ];
        rows.into_iter()
            .filter_map(|(label, value)| {
                Some(Row {
                    label: Say::id(label),
                    value: value?,
                    source: None,
                })
            })
            .collect()
    }

    fn page(&self, context: &Context) -> Page {
        let waiting = self.ticket.is_some().then(|| Say::id("devices.ordering"));
        let done = self.ordered.is_some();
        let next = if done {
            button(Action::Back, "check", Say::id("devices.back"))
        } else {
            button_off(Action::Next, "headset", Say::id("devices.order"), waiting)
        };
        Page::Record {
            title: Say::id(device_name(self.role)),
            lead: self
                .ordered
                .clone()
                .unwrap_or_else(|| Say::id("devices.order.lead")),
            sections: vec![Section {
                edit: String::new(),
                title: Say::id("devices.row.section"),
                rows: self.rows(context),
            }],
            pins: Vec::new(),
            code: None,
            note: None,
            page: 0,
            pages: 1,
            receipt: Paper::None,
            next,
            others: Vec::new(),
        }
    }
}

/// `a4_printer`, as tickets and configuration name it.
fn short_name(role: DeviceRole) -> &'static str {
    device_name(role).rsplit('.').next().unwrap_or_default()
}

fn state_words(state: &DeviceState) -> Say {
    Say::id(match state {
        DeviceState::Ready => "devices.state.ready",
        DeviceState::Low => "devices.state.low",
        DeviceState::Unusable(reason) => reason,
        DeviceState::NotFitted => "device.reason.not_fitted",
    })
}

fn icon(role: DeviceRole) -> &'static str {
    match role {
        DeviceRole::Screen => "device-desktop",
        DeviceRole::IdReader => "id",
        DeviceRole::Camera | DeviceRole::DocCamera => "camera",
        DeviceRole::ReceiptPrinter => "receipt",
        DeviceRole::A4Printer => "printer",
        DeviceRole::QrScanner => "scan",
        DeviceRole::Speaker => "volume",
        DeviceRole::TransitCard => "credit-card",
    }
}

impl Stage for Devices {
    fn enter(&mut self, _context: &mut Context) -> Turn {
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match (event, &mut self.open) {
            (Event::Answer { ticket, result }, Some(open)) if open.ticket == Some(*ticket) => {
                open.ordered(result);
                Turn::Stay
            }
            (Event::Action(Action::Back), Some(_)) => {
                self.open = None;
                Turn::Stay
            }
            (Event::Action(Action::Next), Some(open)) if open.ticket.is_none() && open.ordered.is_none() => {
                open.order(context);
                Turn::Stay
            }
            (Event::Action(action), None) => self.act_on_list(context, action),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        match &self.open {
            Some(open) => open.page(context),
            None => self.list(context),
        }
    }
}
