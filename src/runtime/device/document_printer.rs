//! The page printer. Every state of a job is in the journal before the act that it announces, and
//! nothing is ever printed twice by itself; see [`crate::document::print_job`]. A job's row leaves
//! the journal when the backend has heard how it ended, be it after a power cut.

mod report;
#[cfg(test)]
mod tests;

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use kiosk_drivers::error::DeviceError;
use kiosk_drivers::health::{Health, Link};
use kiosk_drivers::port::document_printer::{DocumentJob, DocumentPrinter, JobProgress};

use crate::document::print_job::{Event as JobEvent, Next, PrintJob, State};
use crate::protocol::call::{Call, CallResult};
use crate::runtime::clock::Clock;
use crate::runtime::outlet::{Outlet, Stop};
use crate::runtime::reason;
use crate::runtime::vault::Vault;
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
    /// The visit is done with this document, printed or not; `all_out` when the person has all pages.
    End { job_id: String, all_out: bool },
    /// The visit ended: nothing more may come out.
    Wipe,
}

/// The job in hand, also when it has ended, until the visit is done with it.
struct Running {
    ticket: Ticket,
    job: PrintJob,
    told_page: u32,
    /// The session was told that it stopped or ended, and has to say how to go on.
    paused: bool,
    moved: Instant,
    /// Text id of why it fails, if it does.
    why: &'static str,
}

/// The worker of the page printer.
pub(crate) struct DocumentWorker {
    pub printer: Box<dyn DocumentPrinter>,
    pub orders: Receiver<Order>,
    /// Sends a call to the backend and waits for how it ends.
    pub call: Box<dyn Fn(&Call) -> CallResult + Send>,
    pub store: Store,
    pub vault: Vault,
    pub clock: std::sync::Arc<dyn Clock>,
    pub outlet: Outlet,
    pub stop: Stop,
}

impl DocumentWorker {
    /// Runs until it is stopped.
    pub fn run(mut self) {
        let mut running: Option<Running> = None;
        let mut looked: Option<Instant> = None;
        while !self.stop.stopped() {
            let active = running.as_ref().is_some_and(|run| !run.paused);
            if active {
                self.go_on(&mut running);
            } else if looked.is_none_or(|at| at.elapsed() >= LOOK) {
                self.look(&mut running);
                looked = Some(Instant::now());
            }
            match self.orders.recv_timeout(if active { POLL } else { LOOK }) {
                Ok(order) => {
                    self.take(order, &mut running);
                    looked = None;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.withdraw(&mut running);
    }

    /// Between jobs, and while one is stopped: it may have gone on by itself.
    fn look(&mut self, running: &mut Option<Running>) {
        let health = self.printer.health();
        let answers = matches!(health.link, Link::Online | Link::Faulted);
        self.outlet.health(ROLE, health);
        self.go_on(running);
        if running.as_ref().is_none_or(|run| run.job.next() == Next::Nothing) {
            self.settle_all(answers);
        }
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
                _ => self.tell(ticket, PrintEnd::Unknown),
            },
            Order::End { job_id, all_out } => self.end(job_id, all_out, running),
            Order::Wipe => self.withdraw(running),
        }
    }

    fn prepare(&mut self, ticket: Ticket, job_id: String) -> Option<Running> {
        let job = self.job_of(job_id);
        if let Err(error) = self.keep(&job) {
            self.tell(ticket, PrintEnd::Failed(error.text_id()));
            return None;
        }
        Some(Running {
            ticket,
            job,
            told_page: 0,
            paused: false,
            moved: Instant::now(),
            why: "device.reason.hardware",
        })
    }

    fn job_of(&self, key: String) -> PrintJob {
        let document = self.vault.document(&key);
        let pages = document.as_ref().map_or(0, |document| document.pages());
        let sha256 = document.map(|document| document.sha256()).unwrap_or_default();
        PrintJob::prepared(key, sha256, u32::try_from(pages).unwrap_or(u32::MAX))
    }

    /// One step of the job in hand.
    fn go_on(&mut self, running: &mut Option<Running>) {
        let told = |run: &Running| run.paused && run.job.has_ended();
        let Some(run) = running.as_mut().filter(|run| !told(run)) else {
            return;
        };
        if let Err(error) = self.step(run) {
            tracing::error!(event = "print.journal", cause = %error);
            run.paused = true;
            if run.job.state == State::Prepared {
                self.tell(run.ticket, PrintEnd::Failed(error.text_id()));
                *running = None;
            } else {
                self.tell(run.ticket, PrintEnd::Unknown);
            }
            return;
        }
        let end = match (run.job.next(), &run.job.state) {
            (Next::AskPerson, _) => PrintEnd::Unknown,
            (Next::Nothing, State::Completed) => PrintEnd::Completed,
            (Next::Nothing, _) => PrintEnd::Failed(run.why),
            _ => return,
        };
        run.paused = true;
        self.tell(run.ticket, end);
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
            run.why = "document.wiped";
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
                run.why = reason::gravest(&reason::health_of(&error));
                JobEvent::NotAccepted(error.kind)
            }
        };
        self.note(run, event)
    }

    fn progress(&mut self, run: &mut Running, progress: JobProgress) -> Result<(), StoreError> {
        let before = run.job.pages_out;
        let stopped = match &progress {
            JobProgress::Stopped { health, .. } => Some(health.clone()),
            _ => None,
        };
        self.note(run, JobEvent::Progress(progress))?;
        if run.job.pages_out > before {
            run.moved = Instant::now();
            self.tell_page(run, (run.job.pages_out + 1).min(run.job.pages));
        }
        if let Some(health) = stopped {
            self.pause(run, health);
        } else if run.moved.elapsed() > PATIENCE && !run.job.has_ended() && !run.paused {
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

    /// The same job goes on when the session says so, or by itself. Told once.
    fn pause(&self, run: &mut Running, health: Health) {
        if !run.paused {
            run.paused = true;
            let reason = reason::gravest(&health);
            self.outlet.health(ROLE, health);
            self.tell(run.ticket, PrintEnd::Incomplete(reason));
        }
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

    fn tell(&self, ticket: Ticket, end: PrintEnd) {
        self.outlet.event(Event::Printed { ticket, end });
    }

    fn end(&mut self, key: String, all_out: bool, running: &mut Option<Running>) {
        match running {
            Some(run) if run.job.key == key => {
                let seen = if all_out {
                    self.note(run, JobEvent::Seen)
                } else {
                    Ok(())
                };
                log(seen);
                self.withdraw(running);
            }
            // It was fetched and never sent.
            _ => {
                let mut job = self.job_of(key);
                job.apply(JobEvent::Withdrawn);
                log(self.keep(&job));
            }
        }
    }

    /// The visit is done with it: what the printer still holds must not come out for the next person.
    fn withdraw(&mut self, running: &mut Option<Running>) {
        if let Some(mut run) = running.take() {
            self.settle(&mut run.job);
        }
    }

    /// Brings a job to its end, printing nothing more, and writes down what was learned. When the
    /// printer does not answer, the row stays, and is settled when it does.
    fn settle(&mut self, job: &mut PrintJob) {
        let before = job.clone();
        if let Err(error) = self.wind_up(job) {
            tracing::warn!(event = "print.unsettled", cause = reason::detail_of(&error));
        }
        if *job != before {
            log(self.keep(job));
        }
    }

    fn wind_up(&mut self, job: &mut PrintJob) -> Result<(), DeviceError> {
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
                        // It may have come out just before; a printer may also forget it at once.
                        let last = self.printer.progress(&reference)?;
                        if last != JobProgress::Unknown {
                            job.apply(JobEvent::Progress(last));
                        }
                        job.apply(JobEvent::Cancelled);
                    }
                }
                Next::AskPerson | Next::Nothing => return Ok(()),
            }
        }
    }

    /// Writes an event down; the job in hand takes it only when that is done.
    fn note(&self, run: &mut Running, event: JobEvent) -> Result<(), StoreError> {
        let mut job = run.job.clone();
        job.apply(event);
        if job != run.job {
            self.keep(&job)?;
            run.job = job;
        }
        Ok(())
    }

    fn keep(&self, job: &PrintJob) -> Result<(), StoreError> {
        let at = self.now();
        self.store.write(|writer| writer.print_job(job, &at))
    }

    fn now(&self) -> String {
        self.clock.wall().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }
}

/// What could not be written down is found out from the printer again.
fn log(written: Result<(), StoreError>) {
    if let Err(error) = written {
        tracing::error!(event = "print.journal", cause = %error);
    }
}
