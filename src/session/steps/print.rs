//! A certificate: preview and print. A stopped job goes on as the same job, one that failed is over;
//! one whose end nobody knows asks the person and is never repeated by itself. The runtime reports
//! how each job ended, so that a power cut loses no report.

use crate::protocol::body::{Delivery, PrintJob};
use crate::protocol::call::{CallFailure, CallResult, IdempotencyKey};
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::effect::Effect;
use crate::session::event::{DeviceRole, Event, PrintEnd};
use crate::session::link::parse;
use crate::session::stage::{Stage, Turn, button, button_off, say};
use crate::session::ticket::Ticket;
use crate::session::view::{Button, MachinePart, Page, Paper, Say};

use super::trouble::{Trouble, Way};

enum Phase {
    /// The backend makes the copy.
    Ordering(Option<Ticket>),
    /// The document is fetched, checked and rendered.
    Fetching(Ticket),
    /// The person looks at it.
    Preview,
    Printing {
        ticket: Ticket,
        page: u32,
    },
    /// The same job can go on, also by itself.
    Stopped {
        ticket: Ticket,
        reason: &'static str,
        page: u32,
    },
    /// Nobody can tell.
    Unknown,
    /// It is over, as far as the visit can tell.
    Done(Delivery),
}

/// The page of the certificate.
pub(in crate::session) struct Certificate {
    step: usize,
    key: Option<IdempotencyKey>,
    job: Option<PrintJob>,
    pages: u32,
    phase: Phase,
}

impl Certificate {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            key: None,
            job: None,
            pages: 0,
            phase: Phase::Ordering(None),
        }
    }

    fn order(&mut self, context: &mut Context) -> Turn {
        let service = context.service();
        let op = service.and_then(|service| service.op(service.steps.get(self.step)?.op.as_deref()?));
        let Some(op) = op.cloned() else { return Turn::Rate };
        let key = *self.key.get_or_insert_with(|| context.new_key());
        self.phase = Phase::Ordering(Some(context.call_op(&op, &(), Keyed::With(key))));
        Turn::Stay
    }

    fn ordered(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        match parse::<PrintJob>(result) {
            Ok(job) => {
                self.pages = job.pages;
                let (job_id, sha256) = (job.job_id.clone(), job.sha256.clone());
                self.job = Some(job);
                let ask = |ticket| Effect::FetchDocument {
                    ticket,
                    job_id,
                    sha256,
                };
                self.phase = Phase::Fetching(context.ask_with(ask));
                Turn::Stay
            }
            Err(failure) => self.call_trouble(&failure),
        }
    }

    fn call_trouble(&self, failure: &CallFailure) -> Turn {
        let again = Box::new(Self {
            key: self.key,
            ..Self::new(self.step)
        });
        Turn::To(Box::new(Trouble::of_call(failure, Say::id("print.kept"), again)))
    }

    fn fetched(&mut self, context: &mut Context, result: &Result<u32, &'static str>) -> Turn {
        match result {
            Ok(pages) => {
                self.pages = (*pages).max(1);
                self.phase = Phase::Preview;
                Turn::Stay
            }
            Err(reason) => {
                // The copy was fetched once and cannot be used: a new one is ordered when tried again.
                self.end(context, false);
                self.finish(context, Delivery::Failed, 0);
                self.anew("print.unusable.title", None, Say::id(reason))
            }
        }
    }

    /// This copy is over; trying again orders another one.
    fn anew(&self, title: &'static str, part: Option<MachinePart>, happened: Say) -> Turn {
        Turn::To(Box::new(Trouble {
            title: Say::id(title),
            part,
            happened,
            kept: Say::id("print.kept"),
            now: Say::id("print.unusable.now"),
            code: String::new(),
            main: Say::id("action.try_again"),
            way: Some(Way::Again(Box::new(Self::new(self.step)))),
            edit: false,
        }))
    }

    fn print(&mut self, context: &mut Context, resume: bool) {
        let Some(job_id) = self.job.as_ref().map(|job| job.job_id.clone()) else {
            return;
        };
        let page = match self.phase {
            Phase::Stopped { page, .. } => page,
            _ => 1,
        };
        let ticket = context.ask_with(|ticket| {
            if resume {
                Effect::ResumePrint { ticket, job_id }
            } else {
                Effect::PrintDocument { ticket, job_id }
            }
        });
        self.phase = Phase::Printing { ticket, page };
    }

    /// The job at the printer: its ticket and the page that is being printed.
    fn under_way(&mut self) -> Option<(Ticket, &mut u32)> {
        match &mut self.phase {
            Phase::Printing { ticket, page } | Phase::Stopped { ticket, page, .. } => Some((*ticket, page)),
            _ => None,
        }
    }

    fn printing(&mut self, at: Ticket, printed: u32) -> Turn {
        let pages = self.pages;
        if let Some((ticket, page)) = self.under_way()
            && ticket == at
        {
            *page = printed.clamp(1, pages);
        }
        Turn::Stay
    }

    fn ended(&mut self, context: &mut Context, at: Ticket, end: PrintEnd) -> Turn {
        let page = match self.under_way() {
            Some((ticket, page)) if ticket == at => *page,
            _ => return Turn::Stay,
        };
        match end {
            PrintEnd::Completed => self.finish(context, Delivery::Delivered, self.pages),
            PrintEnd::Incomplete(reason) => {
                context.staff_ticket("device_fault", "a4_printer");
                self.phase = Phase::Stopped {
                    ticket: at,
                    reason,
                    page,
                };
            }
            PrintEnd::Failed(reason) => return self.failed(context, reason, page),
            PrintEnd::Unknown => self.phase = Phase::Unknown,
        }
        Turn::Stay
    }

    /// The job is over without all of its pages: what is printed next is another one.
    fn failed(&mut self, context: &mut Context, reason: &'static str, page: u32) -> Turn {
        context.staff_ticket("device_fault", "a4_printer");
        let happened = self.happened(reason, page);
        let delivery = if page > 1 {
            Delivery::Partial
        } else {
            Delivery::Failed
        };
        self.finish(context, delivery, page.saturating_sub(1));
        self.anew("print.stopped.title", Some(part(reason)), happened)
    }

    /// Counted once, with so many pages in the person's hand.
    fn finish(&mut self, context: &mut Context, delivery: Delivery, papers: u32) {
        let words = match delivery {
            Delivery::Delivered => "delivered",
            Delivery::Partial => "partial",
            Delivery::Failed => "failed",
            Delivery::Unknown => "unknown",
        };
        context.audit("print.ended", &[("outcome", words)]);
        context.came_out(0, papers);
        self.phase = Phase::Done(delivery);
    }

    /// The visit is done with a job that has not ended by itself.
    fn end(&self, context: &mut Context, all_out: bool) {
        if let Some(job) = &self.job {
            context.ask(Effect::EndPrint {
                job_id: job.job_id.clone(),
                all_out,
            });
        }
    }

    /// The person goes without the paper.
    fn give_up(&mut self, context: &mut Context) {
        let (delivery, papers) = match self.phase {
            Phase::Stopped { page, .. } if page > 1 => (Delivery::Partial, page - 1),
            Phase::Stopped { .. } | Phase::Preview => (Delivery::Failed, 0),
            Phase::Unknown | Phase::Printing { .. } => (Delivery::Unknown, 0),
            Phase::Ordering(_) | Phase::Fetching(_) | Phase::Done(_) => return,
        };
        self.end(context, false);
        self.finish(context, delivery, papers);
    }

    fn act(&mut self, context: &mut Context, action: &Action) -> Turn {
        match (&self.phase, action) {
            (Phase::Preview, Action::Next) if context.device_fault(DeviceRole::A4Printer).is_none() => {
                self.print(context, false);
                Turn::Stay
            }
            (Phase::Stopped { .. }, Action::TryAgain) => {
                self.print(context, true);
                Turn::Stay
            }
            (Phase::Stopped { .. } | Phase::Preview, Action::Decline) => {
                self.give_up(context);
                Turn::Next
            }
            (Phase::Unknown, Action::PaperCameOut(true)) => {
                self.end(context, true);
                self.finish(context, Delivery::Delivered, self.pages);
                Turn::Stay
            }
            (Phase::Unknown, Action::PaperCameOut(false)) => {
                self.give_up(context);
                Turn::Stay
            }
            (Phase::Done(_), Action::Next) => Turn::Next,
            (Phase::Preview | Phase::Done(_), Action::Back) => Turn::Home,
            (Phase::Done(_), Action::AnotherMatter) => {
                context.then_home = true;
                Turn::Rate
            }
            _ => Turn::Stay,
        }
    }

    /// The reason, and how many pages are out.
    fn happened(&self, reason: &'static str, page: u32) -> Say {
        let out = match page {
            0 | 1 => Say::id("print.stopped.none_out"),
            _ => say(
                "print.stopped.some_out",
                [
                    ("out", (page - 1).to_string()),
                    ("missing", (self.pages + 1).saturating_sub(page).to_string()),
                ],
            ),
        };
        let reason = Say::All(vec![Say::id("device.name.a4_printer"), Say::id(reason)]);
        Say::All(vec![reason, Say::id("punctuation.stop"), out])
    }

    fn stopped_page(&self, context: &Context, reason: &'static str, page: u32) -> Page {
        let staff = button(Action::CallStaff, "headset", Say::id("action.call_staff"));
        let later = button(Action::Decline, "clock", Say::id("print.later"));
        // As long as the printer cannot, only a member of staff can help.
        let (next, others) = if context.device_off(DeviceRole::A4Printer).is_some() {
            (staff, vec![later])
        } else {
            let go_on = button(Action::TryAgain, "printer", Say::id("print.stopped.go"));
            (go_on, vec![staff, later])
        };
        Page::Problem {
            title: Say::id("print.stopped.title"),
            part: Some(part(reason)),
            happened: self.happened(reason, page),
            kept: Say::id("print.kept"),
            now: Say::id("print.stopped.now"),
            code: String::new(),
            next,
            others,
        }
    }

    fn certificate_page(&self, context: &Context) -> Page {
        let service = context.service();
        let step = service.and_then(|service| service.steps.get(self.step));
        let title = step.and_then(|step| step.title.as_ref());
        let (paper, text, off) = match &self.phase {
            Phase::Printing { page, .. } => (
                Paper::Printing {
                    page: *page,
                    pages: self.pages,
                },
                "print.printing",
                Some(Say::id("paper.wait")),
            ),
            Phase::Unknown => (Paper::Unknown, "print.done", Some(Say::id("paper.answer"))),
            Phase::Done(Delivery::Delivered) => (Paper::Done, "print.done", None),
            Phase::Done(_) => (
                Paper::Failed {
                    reason: Say::id("print.not_out"),
                },
                "print.done",
                None,
            ),
            _ => (Paper::None, "print.go", context.device_off(DeviceRole::A4Printer)),
        };
        let others: Vec<Button> = match &self.phase {
            Phase::Preview => vec![button(Action::Decline, "clock", Say::id("print.later"))],
            Phase::Done(_) => vec![button(Action::AnotherMatter, "home", Say::id("action.another"))],
            _ => Vec::new(),
        };
        Page::Certificate {
            title: title.map_or_else(|| Say::id("print.title"), |title| Say::Words((**title).clone())),
            pages: self.pages,
            paper,
            next: button_off(Action::Next, "printer", Say::id(text), off),
            others,
        }
    }
}

/// An empty tray is drawn as one; any other fault only where the sheets come out.
fn part(reason: &'static str) -> MachinePart {
    if reason == "device.reason.paper_out" {
        MachinePart::PaperOut
    } else {
        MachinePart::A4
    }
}

impl Stage for Certificate {
    fn enter(&mut self, context: &mut Context) -> Turn {
        self.order(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match (event, &self.phase) {
            (Event::Answer { ticket, result }, Phase::Ordering(Some(mine))) if ticket == mine => {
                self.ordered(context, result)
            }
            (Event::Document { ticket, result }, Phase::Fetching(mine)) if ticket == mine => {
                self.fetched(context, result)
            }
            (Event::Printing { ticket, page }, _) => self.printing(*ticket, *page),
            (Event::Printed { ticket, end }, _) => self.ended(context, *ticket, *end),
            (Event::Action(action), _) => self.act(context, action),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        match &self.phase {
            Phase::Ordering(_) | Phase::Fetching(_) => Page::Working {
                what: Say::id("print.preparing"),
                sub: Say::id("print.preparing.sub"),
            },
            Phase::Stopped { reason, page, .. } => self.stopped_page(context, reason, *page),
            _ => self.certificate_page(context),
        }
    }

    fn lost(&self) -> Option<Say> {
        let open = matches!(
            self.phase,
            Phase::Printing { .. } | Phase::Stopped { .. } | Phase::Unknown
        );
        open.then(|| Say::id("leave.printing"))
    }

    fn busy(&self, _context: &Context) -> bool {
        matches!(
            self.phase,
            Phase::Ordering(_) | Phase::Fetching(_) | Phase::Printing { .. }
        )
    }

    fn leave(&mut self, context: &mut Context) {
        self.give_up(context);
    }
}
