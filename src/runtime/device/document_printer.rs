//! The page printer. Every state of a job is in the journal before the act that it announces, and
//! nothing is ever printed twice by itself; see [`crate::document::print_job`].

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use kiosk_drivers::error::DeviceError;
use kiosk_drivers::health::Health;
use kiosk_drivers::port::document_printer::{DocumentJob, DocumentPrinter, JobProgress};

use crate::document::print_job::{Event as JobEvent, Next, PrintJob, State};
use crate::protocol::body::Delivery;
use crate::runtime::clock::Clock;
use crate::runtime::outlet::{Outlet, Stop};
use crate::runtime::reason;
use crate::runtime::vault::Vault;
use crate::session::effect::AuditRecord;
use crate::session::event::{DeviceRole, Event, PrintEnd};
use crate::session::ticket::Ticket;
use crate::store::{Store, StoreError};

const ROLE: DeviceRole = DeviceRole::A4Printer;
/// How often an idle printer is asked.
const LOOK: Duration = Duration::from_secs(3);
/// How often a printing printer is asked.
const POLL: Duration = Duration::from_millis(250);
/// Without any answer or any progress for so long, a person is asked to look.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the worker is asked for.
pub(crate) enum Order {
    /// Print the fetched document of this job.
    Print { ticket: Ticket, job_id: String },
    /// Go on with the job that stopped.
    Resume { ticket: Ticket, job_id: String },
    /// The visit ended: nothing more may come out.
    Wipe,
}

/// The job in hand.
struct Running {
    ticket: Ticket,
    job: PrintJob,
    told_page: u32,
    /// The session was told that it stopped, and has to say when to go on.
    paused: bool,
    moved: Instant,
}

/// The worker of the page printer.
pub(crate) struct DocumentWorker {
    pub printer: Box<dyn DocumentPrinter>,
    pub orders: Receiver<Order>,
    pub store: Store,
    pub vault: Vault,
    pub clock: std::sync::Arc<dyn Clock>,
    pub outlet: Outlet,
    pub stop: Stop,
}

impl DocumentWorker {
    /// Runs until it is stopped.
    pub fn run(mut self) {
        self.recover();
        let mut running: Option<Running> = None;
        let mut looked: Option<Instant> = None;
        while !self.stop.stopped() {
            let active = running.as_ref().is_some_and(|run| !run.paused);
            if !active && looked.is_none_or(|at| at.elapsed() >= LOOK) {
                let health = self.printer.health();
                self.outlet.health(ROLE, health);
                looked = Some(Instant::now());
            }
            match self.orders.recv_timeout(if active { POLL } else { LOOK }) {
                Ok(order) => self.take(order, &mut running),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.go_on(&mut running);
        }
        self.withdraw(&mut running);
    }

    fn take(&mut self, order: Order, running: &mut Option<Running>) {
        match order {
            Order::Print { ticket, job_id } => {
                self.withdraw(running);
                *running = self.prepare(ticket, job_id);
            }
            Order::Resume { ticket, job_id } => match running {
                Some(run) if run.job.key == job_id => {
                    (run.ticket, run.paused, run.moved) = (ticket, false, Instant::now());
                }
                _ => self.end(ticket, PrintEnd::Unknown),
            },
            Order::Wipe => self.withdraw(running),
        }
    }

    fn prepare(&mut self, ticket: Ticket, job_id: String) -> Option<Running> {
        let Some(document) = self.vault.document(&job_id) else {
            self.end(ticket, PrintEnd::Failed("document.wiped"));
            return None;
        };
        let pages = u32::try_from(document.pages()).unwrap_or(u32::MAX);
        let job = PrintJob::prepared(job_id, document.sha256(), pages);
        if let Err(error) = self.keep(&job) {
            self.end(ticket, PrintEnd::Failed(error.text_id()));
            return None;
        }
        Some(Running {
            ticket,
            job,
            told_page: 0,
            paused: false,
            moved: Instant::now(),
        })
    }

    /// One step of the job in hand.
    fn go_on(&mut self, running: &mut Option<Running>) {
        let Some(run) = running.as_mut().filter(|run| !run.paused) else {
            return;
        };
        if let Err(error) = self.step(run) {
            tracing::error!(event = "print.journal", cause = %error);
            self.end(run.ticket, PrintEnd::Unknown);
            run.paused = true;
            return;
        }
        let end = match (run.job.next(), &run.job.state) {
            (Next::AskPerson, _) => PrintEnd::Unknown,
            (Next::Nothing, State::Completed) => PrintEnd::Completed,
            (Next::Nothing, _) => PrintEnd::Failed("device.reason.hardware"),
            _ => return,
        };
        self.end(run.ticket, end);
        if end != PrintEnd::Unknown {
            self.drop_row(&run.job.key);
        }
        *running = None;
    }

    fn step(&mut self, run: &mut Running) -> Result<(), StoreError> {
        match run.job.next() {
            Next::Send => self.send(run),
            Next::Find => match self.printer.find(&run.job.key) {
                Ok(found) => self.note(run, JobEvent::Found(found)),
                Err(error) => {
                    self.wait_for_answer(run, &error);
                    Ok(())
                }
            },
            Next::Ask(reference) => match self.printer.progress(&reference) {
                Ok(progress) => self.progress(run, progress),
                Err(error) => {
                    self.wait_for_answer(run, &error);
                    Ok(())
                }
            },
            Next::Cancel(reference) => match self.printer.cancel(&reference) {
                Ok(()) => self.note(run, JobEvent::Cancelled),
                Err(error) => {
                    self.wait_for_answer(run, &error);
                    Ok(())
                }
            },
            Next::AskPerson | Next::Nothing => Ok(()),
        }
    }

    fn send(&mut self, run: &mut Running) -> Result<(), StoreError> {
        let Some(document) = self.vault.document(&run.job.key) else {
            return self.note(run, JobEvent::Withdrawn);
        };
        self.note(run, JobEvent::Sending)?;
        self.tell_page(run, 1);
        let job = DocumentJob {
            key: run.job.key.clone(),
            pdf: document.bytes().to_vec(),
            copies: 1,
        };
        let event = match self.printer.submit(&job) {
            Ok(reference) => JobEvent::Accepted(reference),
            Err(error) => {
                tracing::warn!(event = "print.not_accepted", cause = reason::detail_of(&error));
                JobEvent::NotAccepted(error.kind)
            }
        };
        self.note(run, event)
    }

    fn progress(&mut self, run: &mut Running, progress: JobProgress) -> Result<(), StoreError> {
        let before = run.job.pages_out;
        if let JobProgress::Stopped(health) = &progress {
            self.pause(run, health.clone());
        }
        self.note(run, JobEvent::Progress(progress))?;
        if run.job.pages_out > before {
            run.moved = Instant::now();
            self.tell_page(run, (run.job.pages_out + 1).min(run.job.pages));
        }
        if run.moved.elapsed() > PATIENCE && !run.job.has_ended() && !run.paused {
            let health = self.printer.health();
            self.pause(run, health);
        }
        Ok(())
    }

    /// The printer does not answer: asked again, and after a while a person is told.
    fn wait_for_answer(&mut self, run: &mut Running, error: &DeviceError) {
        tracing::warn!(event = "print.unanswered", cause = reason::detail_of(error));
        if run.moved.elapsed() > POLL * 8 {
            self.pause(run, reason::health_of(error));
        }
    }

    /// The same job goes on when the session says so.
    fn pause(&self, run: &mut Running, health: Health) {
        run.paused = true;
        let reason = reason::gravest(&health);
        self.outlet.health(ROLE, health);
        self.end(run.ticket, PrintEnd::Incomplete(reason));
    }

    fn tell_page(&self, run: &mut Running, page: u32) {
        if run.told_page != page {
            run.told_page = page;
            self.outlet.event(Event::Printing {
                ticket: run.ticket,
                page,
            });
        }
    }

    fn end(&self, ticket: Ticket, end: PrintEnd) {
        self.outlet.event(Event::Printed { ticket, end });
    }

    /// The visit is over: what the printer still holds must not come out for the next person.
    fn withdraw(&mut self, running: &mut Option<Running>) {
        let Some(mut run) = running.take() else { return };
        let event = match run.job.next() {
            Next::Send => JobEvent::Withdrawn,
            Next::Ask(reference) | Next::Cancel(reference) => match self.printer.cancel(&reference) {
                Ok(()) => JobEvent::Cancelled,
                // The row stays: the job is looked for at the next start.
                Err(_) => return,
            },
            Next::Find | Next::AskPerson | Next::Nothing => return,
        };
        run.job.apply(event);
        self.drop_row(&run.job.key);
    }

    /// After a power cut nobody waits for the paper any more: what has not come out is cancelled,
    /// what nobody can know is for the staff. Nothing is printed.
    fn recover(&mut self) {
        let jobs = match self.store.print_jobs() {
            Ok(jobs) => jobs,
            Err(error) => return tracing::error!(event = "print.recover", cause = %error),
        };
        for mut job in jobs {
            if let Err(error) = self.settle(&mut job) {
                // The printer may be switched on later; the row waits for the next start.
                tracing::warn!(event = "print.recover", cause = reason::detail_of(&error));
                continue;
            }
            let outcome = job.report().map_or("unknown", |report| match report.outcome {
                Delivery::Delivered => "delivered",
                Delivery::Partial => "partial",
                Delivery::Failed => "failed",
                Delivery::Unknown => "unknown",
            });
            let members = vec![("job_id", job.key.clone()), ("outcome", outcome.to_owned())];
            let record = AuditRecord {
                id: "print.recovered",
                members,
            };
            let at = self.clock.wall().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
            let written = self.store.write(|writer| {
                writer.audit(&record, &at)?;
                writer.print_job_settled(&job.key)
            });
            if let Err(error) = written {
                tracing::error!(event = "print.recover", cause = %error);
            }
        }
    }

    fn settle(&mut self, job: &mut PrintJob) -> Result<(), DeviceError> {
        loop {
            match job.next() {
                Next::Send => job.apply(JobEvent::Withdrawn),
                Next::Find => job.apply(JobEvent::Found(self.printer.find(&job.key)?)),
                Next::Cancel(reference) => {
                    self.printer.cancel(&reference)?;
                    job.apply(JobEvent::Cancelled);
                }
                Next::Ask(reference) => {
                    job.apply(JobEvent::Progress(self.printer.progress(&reference)?));
                    if !job.has_ended() {
                        self.printer.cancel(&reference)?;
                        job.apply(JobEvent::Cancelled);
                    }
                }
                Next::AskPerson | Next::Nothing => return Ok(()),
            }
        }
    }

    fn note(&self, run: &mut Running, event: JobEvent) -> Result<(), StoreError> {
        let before = run.job.clone();
        run.job.apply(event);
        if run.job == before {
            Ok(())
        } else {
            self.keep(&run.job)
        }
    }

    fn keep(&self, job: &PrintJob) -> Result<(), StoreError> {
        let at = self.clock.wall().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        self.store.write(|writer| writer.print_job(job, &at))
    }

    fn drop_row(&self, key: &str) {
        if let Err(error) = self.store.write(|writer| writer.print_job_settled(key)) {
            tracing::error!(event = "print.journal", cause = %error);
        }
    }
}
