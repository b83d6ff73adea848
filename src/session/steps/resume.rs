//! A certificate that was approved after the person had left is printed without a further application.

use crate::protocol::body::{Certificates, MyApplications};
use crate::protocol::call::Method;
use crate::session::context::{Context, Keyed};
use crate::session::event::Event;
use crate::session::link::{Readiness, parse};
use crate::session::stage::{Stage, Turn};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

/// Looks for one that was issued and never printed. When nothing is found, for whatever reason, the
/// service goes its usual way.
pub(in crate::session) struct Resume {
    /// The step that waits for the certificate.
    step: usize,
    asked: Asked,
}

/// What the backend was asked last.
enum Asked {
    Nothing,
    Applications(Ticket),
    Certificates(Ticket),
}

impl Resume {
    /// For the waiting step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            asked: Asked::Nothing,
        }
    }

    fn ask(&mut self, context: &mut Context) -> Turn {
        match context.link_ready(&[]) {
            Readiness::Waiting => return Turn::Stay,
            Readiness::Failed(_) => return Turn::Next,
            Readiness::Ready => {}
        }
        let ticket = context.call(Method::Get, "/v1/applications", &(), Keyed::No);
        self.asked = Asked::Applications(ticket);
        Turn::Stay
    }

    fn ask_for_certificates(&mut self, context: &mut Context, mine: MyApplications) -> Turn {
        let op = context
            .service()
            .and_then(|service| service.op(service.steps.get(self.step)?.op.as_deref()?))
            .cloned();
        let (Some(op), Some(flow)) = (op, &mut context.flow) else {
            return Turn::Next;
        };
        let approved = mine
            .applications
            .into_iter()
            .find(|one| one.service_id == flow.service && one.state == "approved");
        let Some(approved) = approved else {
            return Turn::Next;
        };
        flow.application_id = Some(approved.application_id);
        flow.number = approved.number;
        self.asked = Asked::Certificates(context.call_op(&op, &(), Keyed::No));
        Turn::Stay
    }
}

fn go_on(context: &mut Context, certificates: Option<Certificates>) -> Turn {
    let waiting = certificates.is_some_and(|list| list.certificates.iter().any(|one| one.printed == 0));
    if let Some(flow) = &mut context.flow {
        if waiting {
            flow.skip_to_wait();
        } else {
            flow.application_id = None;
            flow.number = None;
        }
    }
    Turn::Next
}

impl Stage for Resume {
    fn enter(&mut self, context: &mut Context) -> Turn {
        self.ask(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match (event, &self.asked) {
            (_, Asked::Nothing) => self.ask(context),
            (Event::Answer { ticket, result }, Asked::Applications(asked)) if ticket == asked => {
                match parse::<MyApplications>(result) {
                    Ok(mine) => self.ask_for_certificates(context, mine),
                    Err(_) => Turn::Next,
                }
            }
            (Event::Answer { ticket, result }, Asked::Certificates(asked)) if ticket == asked => {
                go_on(context, parse(result).ok())
            }
            _ => Turn::Stay,
        }
    }

    fn page(&self, _context: &Context) -> Page {
        Page::Working {
            what: Say::id("resume.looking"),
            sub: Say::id("resume.looking.sub"),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        true
    }
}
