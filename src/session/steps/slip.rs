//! A slip that belongs to a page: printed once, never again by itself, and replaced by a code on the
//! screen where the printer cannot.

use std::collections::BTreeMap;

use crate::catalogue::model::{Fallback, Output, OutputKind};
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::effect::{Effect, ReceiptOrder};
use crate::session::event::{DeviceRole, Event, Instant, PrintEnd};
use crate::session::ticket::Ticket;
use crate::session::view::{Paper, Say};
use crate::text::in_language;

/// A printer that says nothing for so long says nothing any more: the person is asked.
const SILENT_S: u32 = 120;

/// Rows of a slip by name.
pub(in crate::session) type Rows = Vec<BTreeMap<String, String>>;

/// State of one slip.
pub(in crate::session) struct Slip {
    output: Option<Output>,
    pub paper: Paper,
    /// What is waited for, and until when.
    job: Option<(Ticket, Instant)>,
}

impl Slip {
    /// The slip that the page of this step shows: the first one whose condition may hold.
    pub fn of(context: &Context, step: usize) -> Self {
        let holds = |output: &&Output| {
            let when = output.when.as_ref();
            when.is_none_or(|when| context.judge(|facts| when.judge(facts)) != Some(false))
        };
        let outputs = context.flow.iter().flat_map(|flow| flow.slips(step));
        let mut outputs = outputs.filter_map(|id| context.service()?.output(id));
        Self {
            output: outputs.find(holds).cloned(),
            paper: Paper::None,
            job: None,
        }
    }

    /// A slip that belongs to no page of the plan.
    pub fn of_output(output: Output) -> Self {
        Self {
            output: Some(output),
            paper: Paper::None,
            job: None,
        }
    }

    /// Nothing is waited for.
    pub fn idle(&self) -> bool {
        self.job.is_none()
    }

    pub fn exists(&self) -> bool {
        self.output.is_some()
    }

    /// Why it cannot be printed now.
    pub fn off(&self, context: &Context) -> Option<Say> {
        context.device_off(DeviceRole::ReceiptPrinter)
    }

    /// Prints, or shows the code at once when the printer cannot.
    pub fn print(&mut self, context: &mut Context, values: BTreeMap<String, String>, rows: Rows) {
        let Some(output) = self.output.clone().filter(|_| self.job.is_none()) else {
            return;
        };
        if let Some(reason) = self.off(context) {
            self.replace(context, reason);
            return;
        }
        let order = order(context, &output, values, rows);
        let ticket = context.ask_with(|ticket| Effect::PrintReceipt { ticket, order });
        self.job = Some((ticket, context.after(SILENT_S)));
        self.paper = Paper::Printing { page: 1, pages: 1 };
    }

    /// Takes what concerns the slip; true when it did.
    pub fn on(&mut self, context: &mut Context, event: &Event) -> bool {
        match event {
            Event::Printed { ticket, end } if self.job.is_some_and(|(asked, _)| asked == *ticket) => {
                self.job = None;
                self.ended(context, *end);
                true
            }
            Event::Tick { .. } if self.job.is_some_and(|(_, end)| context.now >= end) => {
                self.job = None;
                self.ended(context, PrintEnd::Unknown);
                true
            }
            Event::Action(Action::PaperCameOut(out)) if self.paper == Paper::Unknown => {
                if *out {
                    self.came_out(context);
                } else {
                    self.replace(context, Say::id("slip.not_out"));
                }
                true
            }
            _ => false,
        }
    }

    fn ended(&mut self, context: &mut Context, end: PrintEnd) {
        match end {
            PrintEnd::Completed => self.came_out(context),
            PrintEnd::Incomplete(reason) | PrintEnd::Failed(reason) => {
                context.audit("receipt.ended", &[("outcome", "failed")]);
                let printer = Say::id("device.name.receipt_printer");
                self.replace(context, Say::All(vec![printer, Say::id(reason)]));
            }
            PrintEnd::Unknown => {
                context.audit("receipt.ended", &[("outcome", "unknown")]);
                self.paper = Paper::Unknown;
            }
        }
    }

    fn came_out(&mut self, context: &mut Context) {
        context.came_out(1, 0);
        context.audit("receipt.ended", &[("outcome", "delivered")]);
        self.paper = Paper::Done;
    }

    fn replace(&mut self, context: &Context, reason: Say) {
        let by_code = self
            .output
            .as_ref()
            .is_some_and(|output| output.fallback.contains(&Fallback::ScreenQr));
        let link = self.output.as_ref().and_then(|output| link(context, output));
        self.paper = match link.filter(|_| by_code) {
            Some(qr) => Paper::OnScreen { reason, qr },
            None => Paper::Failed { reason },
        };
    }
}

/// Where the person finds the case again, or where the others sign; nothing personal is in it.
fn link(context: &Context, output: &Output) -> Option<String> {
    if output.qr.as_deref() == Some("sign") {
        let letter = context.person.letter.as_ref()?;
        return Some(letter.state.qr.clone());
    }
    let number = context.flow.as_ref()?.number.as_ref()?;
    Some(format!("{}{number}", context.settings.portal))
}

fn order(
    context: &Context,
    output: &Output,
    mut values: BTreeMap<String, String>,
    rows: Rows,
) -> ReceiptOrder {
    let language = context.preferences.language.clone();
    let qr = values.remove("qr").or_else(|| link(context, output));
    // What the page gave stands: the register's office, for instance, before the deciding one.
    let mut put = |name: &str, value: String| {
        values.entry(name.to_owned()).or_insert(value);
    };
    if let Some(service) = context.service() {
        put(
            "service",
            in_language(&service.service.title, &language).into_owned(),
        );
        put(
            "office",
            in_language(&service.page.decides.text, &language).into_owned(),
        );
    }
    let own = context.subject().filter(|_| context.identified());
    if let Some(subject) = context.principal().or(own) {
        put("name", subject.name.clone());
        put("id_no", subject.id_no.clone());
    }
    // A receipt names everyone who took a part beside the one it is about.
    for role in context.known_roles() {
        let card = context
            .card_of(&role)
            .filter(|_| output.kind == OutputKind::Receipt);
        if let Some(card) = card.filter(|card| Some(&card.subject) != context.principal().or(own)) {
            put(&role, card.subject.name.clone());
        }
    }
    if let Some(number) = context.flow.as_ref().and_then(|flow| flow.number.clone()) {
        put("number", number);
    }
    for name in ["submitted_at", "attested_at", "verified_at", "printed_at"] {
        put(name, context.paper_now());
    }
    if context.settings.sample {
        put("sample", "yes".to_owned());
    }
    put("place", context.settings.place.clone());
    put("terminal", context.settings.terminal.clone());
    if let Some(note) = &output.note {
        put("note", in_language(note, &language).into_owned());
    }
    ReceiptOrder {
        template: output.template.clone(),
        qr: qr.filter(|_| output.qr.is_some()),
        language,
        values,
        rows,
    }
}
