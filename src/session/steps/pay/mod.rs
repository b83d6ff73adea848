//! A payment, and what is written with it onto a transit card: write, read again, confirm. Before
//! the person can pay and before the card is written the journal holds the payment; what is certain
//! in the end goes into the journal too, and the runtime settles it with the backend. Nothing is ever
//! written a second time without the card having been read.

mod amount;
mod page;
mod wire;

use crate::protocol::call::{CallResult, IdempotencyKey, Method};
use crate::protocol::money::{PaymentRequest, PaymentState, TopupPermit};
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::effect::Effect;
use crate::session::event::{DeviceRole, Event, Instant};
use crate::session::link::parse;
use crate::session::payment::{Payment, Stage as Certain};
use crate::session::stage::{Stage, Turn};
use crate::session::ticket::Ticket;
use crate::session::transit::{LoadChallenge, LoadEnd, LoadPermit, TransitFault, TransitSeen};
use crate::session::view::{Page, Say};

use super::slip::Slip;
use super::trouble::{Trouble, Way};

/// Between two looks whether it was paid.
const ASK_EVERY_S: u32 = 2;
/// The same card is awaited for so long once it was paid.
const CARD_BACK_S: u32 = 90;
/// The backend's word is awaited for so long; the runtime gets it later too.
const SETTLE_S: u32 = 10;

/// What a card is awaited for.
enum Wait {
    /// To be loaded, before anything is paid.
    First,
    /// It was paid: the same card, to be loaded.
    Load,
    /// It may have been written: the same card, to be read. With the receipt that it gave, if any.
    Check(String),
}

/// Where the money and the value are in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// On the card.
    Done,
    /// On its way back; the backend has not said yet that it has arrived.
    Reversing,
    /// Back.
    Reversed,
    /// Nothing was ever paid.
    Unpaid,
    /// Staff clears it up.
    Manual,
}

enum Phase {
    Card {
        ticket: Ticket,
        until: Instant,
        wait: Wait,
    },
    /// It was read; the person has not said yet that it is to be paid.
    Seen,
    /// The backend makes the payment.
    Creating(Ticket),
    /// Written down before its code is seen.
    Keeping(Ticket),
    Paying {
        until: Instant,
        ask_at: Instant,
        asked: Option<Ticket>,
    },
    /// The card gives its challenge.
    Beginning(Ticket),
    /// The issuer gives its permit.
    Permit(Ticket),
    /// Written down before the permit reaches the card.
    Announcing {
        ticket: Ticket,
        permit: LoadPermit,
    },
    Writing(Ticket),
    /// The backend hears how it ended; without its word it ends as `likely`.
    Settling {
        likely: Fate,
        until: Instant,
    },
    Ended(Fate),
}

/// The page of the payment.
pub(in crate::session) struct Pay {
    step: usize,
    amount_fen: u32,
    key: Option<IdempotencyKey>,
    /// The card as it was before the payment.
    card: Option<TransitSeen>,
    payment: Option<PaymentState>,
    topup_id: String,
    /// Balance before and after the write that was begun.
    purse: Option<(u32, u32)>,
    hint: Option<Say>,
    phase: Option<Phase>,
    slip: Option<Slip>,
}

impl Pay {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            amount_fen: 0,
            key: None,
            card: None,
            payment: None,
            topup_id: String::new(),
            purse: None,
            hint: None,
            phase: None,
            slip: None,
        }
    }

    // The card.

    fn await_card(&mut self, context: &mut Context, wait: Wait) -> Turn {
        let known = match wait {
            Wait::First => None,
            Wait::Load | Wait::Check(_) => self.card.as_ref().map(|card| card.card_no.clone()),
        };
        let seconds = match wait {
            Wait::First => context.settings.card_s,
            Wait::Load | Wait::Check(_) => CARD_BACK_S,
        };
        let ticket = context.ask_with(|ticket| Effect::WaitTransitCard { ticket, known });
        let until = context.after(context.patience(seconds));
        self.hint = None;
        self.phase = Some(Phase::Card { ticket, until, wait });
        Turn::Stay
    }

    fn seen(&mut self, context: &mut Context, result: &Result<TransitSeen, TransitFault>) -> Turn {
        let seen = match result {
            Ok(seen) => seen,
            Err(fault) => {
                self.hint = Some(page::hint(*fault));
                return Turn::Stay;
            }
        };
        self.hint = None;
        match self.phase.take() {
            Some(Phase::Card { wait: Wait::Load, .. }) => self.begin(context),
            Some(Phase::Card {
                wait: Wait::Check(tac),
                ..
            }) => self.checked(context, seen.balance_fen, tac),
            _ => {
                self.card = Some(seen.clone());
                self.phase = Some(Phase::Seen);
                Turn::Stay
            }
        }
    }

    /// The card was read again after a write of which nobody knew.
    fn checked(&mut self, context: &mut Context, balance_fen: u32, tac: String) -> Turn {
        let certain = match self.purse {
            Some((_, after)) if balance_fen == after => Certain::Written { balance_fen, tac },
            Some((before, _)) if balance_fen == before => Certain::NotWritten { balance_fen },
            _ => Certain::Unknown,
        };
        self.close(context, certain)
    }

    fn card_overdue(&mut self, context: &mut Context) -> Turn {
        match self.phase.take() {
            Some(Phase::Card {
                wait: Wait::First, ..
            }) => {
                context.ask(Effect::StopTransit);
                self.no_card("pay.card.none.happened")
            }
            Some(Phase::Card {
                wait: Wait::Check(_), ..
            }) => {
                context.ask(Effect::StopTransit);
                self.close(context, Certain::Unknown)
            }
            _ => {
                context.ask(Effect::StopTransit);
                self.reverse(context)
            }
        }
    }

    fn no_card(&self, happened: &'static str) -> Turn {
        Turn::To(Box::new(Trouble {
            title: Say::id("pay.card.none.title"),
            part: None,
            happened: Say::id(happened),
            kept: Say::id("pay.kept.unpaid"),
            now: Say::id("pay.card.none.now"),
            code: String::new(),
            main: Say::id("action.try_again"),
            way: Some(Way::Again(Box::new(Self::new(self.step)))),
            edit: false,
        }))
    }

    // The payment.

    fn create(&mut self, context: &mut Context) -> Turn {
        let service = context.service();
        let op = service.and_then(|service| service.op(service.steps.get(self.step)?.op.as_deref()?));
        let (Some(op), Some(service)) = (op.cloned(), service) else {
            return Turn::Home;
        };
        let body = PaymentRequest {
            service_id: service.service.id.clone(),
            amount: amount::yuan_of(self.amount_fen),
        };
        let key = *self.key.get_or_insert_with(|| context.new_key());
        self.phase = Some(Phase::Creating(context.call_op(&op, &body, Keyed::With(key))));
        Turn::Stay
    }

    fn created(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        match parse::<PaymentState>(result) {
            Ok(payment) => {
                self.payment = Some(payment);
                self.phase = self.keep(context, Certain::Open).map(Phase::Keeping);
                Turn::Stay
            }
            Err(failure) => {
                self.phase = None;
                let again = Self {
                    key: self.key,
                    ..Self::new(self.step)
                };
                Turn::To(Box::new(Trouble::of_call(
                    &failure,
                    Say::id("pay.kept.unpaid"),
                    Box::new(again),
                )))
            }
        }
    }

    /// Writes down what is certain; answers with `PaymentKept`, and with `PaymentSettled` where it
    /// is the end.
    fn keep(&self, context: &mut Context, stage: Certain) -> Option<Ticket> {
        let payment = Payment {
            payment_id: self.payment.as_ref()?.payment_id.clone(),
            topup_id: self.topup_id.clone(),
            stage,
        };
        Some(context.ask_with(|ticket| Effect::KeepPayment { ticket, payment }))
    }

    fn kept(&mut self, context: &mut Context, kept: bool) -> Turn {
        match self.phase.take() {
            Some(Phase::Keeping(_)) if kept => self.show_code(context),
            Some(Phase::Announcing { permit, .. }) if kept => {
                let ticket = context.ask_with(|ticket| Effect::FinishLoad { ticket, permit });
                self.phase = Some(Phase::Writing(ticket));
                Turn::Stay
            }
            Some(Phase::Keeping(_) | Phase::Announcing { .. }) => self.reverse(context),
            other => {
                self.phase = other;
                Turn::Stay
            }
        }
    }

    fn show_code(&mut self, context: &Context) -> Turn {
        let seconds = self.payment.as_ref().map_or(0, |payment| payment.expires_in_s);
        self.phase = Some(Phase::Paying {
            until: context.after(seconds),
            ask_at: context.after(ASK_EVERY_S),
            asked: None,
        });
        Turn::Stay
    }

    fn paying_tick(&mut self, context: &mut Context) -> Turn {
        let Some(Phase::Paying { until, ask_at, asked }) = &mut self.phase else {
            return Turn::Stay;
        };
        if context.now >= *until {
            return self.reverse(context);
        }
        if asked.is_none() && context.now >= *ask_at {
            let id = self.payment.as_ref().map(|payment| payment.payment_id.as_str());
            let path = format!("/v1/payments/{}", id.unwrap_or_default());
            *asked = Some(context.call(Method::Get, &path, &(), Keyed::No));
        }
        Turn::Stay
    }

    /// No answer is asked for again; the code ends by its own clock.
    fn looked(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        let state = parse::<PaymentState>(result).map(|payment| payment.state);
        match state.as_deref() {
            Ok("paid") => self.begin(context),
            Ok("expired" | "reversed" | "reversing") => self.reverse(context),
            Ok("manual") => self.close(context, Certain::Unknown),
            _ => {
                if let Some(Phase::Paying { ask_at, asked, .. }) = &mut self.phase {
                    (*ask_at, *asked) = (context.after(ASK_EVERY_S), None);
                }
                Turn::Stay
            }
        }
    }

    // The load.

    fn begin(&mut self, context: &mut Context) -> Turn {
        let amount_fen = self.amount_fen;
        let ticket = context.ask_with(|ticket| Effect::BeginLoad { ticket, amount_fen });
        self.phase = Some(Phase::Beginning(ticket));
        Turn::Stay
    }

    fn begun(&mut self, context: &mut Context, result: &Result<LoadChallenge, TransitFault>) -> Turn {
        match result {
            Ok(challenge) => self.ask_permit(context, challenge),
            Err(TransitFault::Removed | TransitFault::OtherCard) => self.await_card(context, Wait::Load),
            Err(_) => self.reverse(context),
        }
    }

    fn ask_permit(&mut self, context: &mut Context, challenge: &LoadChallenge) -> Turn {
        let before = challenge.old_balance_fen;
        self.purse = before.checked_add(self.amount_fen).map(|after| (before, after));
        let (Some(payment), Some(card)) = (&self.payment, &self.card) else {
            return Turn::Home;
        };
        let body = wire::request(&payment.payment_id, &card.card_no, challenge);
        let ticket = context.call_with(Method::Post, "/v1/topups", &body, Keyed::Yes, 10, 2);
        self.phase = Some(Phase::Permit(ticket));
        Turn::Stay
    }

    fn permitted(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        let given = parse::<TopupPermit>(result).ok();
        let permit = given.as_ref().and_then(wire::permit);
        let (Some(given), Some(permit)) = (given, permit) else {
            return self.reverse(context);
        };
        self.topup_id = given.topup_id;
        self.phase = self
            .keep(context, Certain::Writing)
            .map(|ticket| Phase::Announcing { ticket, permit });
        Turn::Stay
    }

    fn written(&mut self, context: &mut Context, end: LoadEnd) -> Turn {
        match end {
            LoadEnd::Loaded { balance_fen, tac } => {
                let tac = wire::hex(&tac);
                self.close(context, Certain::Written { balance_fen, tac })
            }
            LoadEnd::NotWritten(TransitFault::Removed | TransitFault::OtherCard) => {
                self.await_card(context, Wait::Load)
            }
            LoadEnd::NotWritten(_) => self.reverse(context),
            LoadEnd::Unknown { tac } => {
                let tac = tac.map(|tac| wire::hex(&tac)).unwrap_or_default();
                self.await_card(context, Wait::Check(tac))
            }
        }
    }

    // The end.

    /// Nothing was written and nothing will be: whatever was paid goes back.
    fn reverse(&mut self, context: &mut Context) -> Turn {
        let certain = self.untouched();
        self.close(context, certain)
    }

    /// The card is as it was read.
    fn untouched(&self) -> Certain {
        let balance_fen = self.before().unwrap_or_default();
        Certain::NotWritten { balance_fen }
    }

    fn close(&mut self, context: &mut Context, certain: Certain) -> Turn {
        let likely = match &certain {
            Certain::Written { balance_fen, .. } => {
                if let Some((_, after)) = &mut self.purse {
                    *after = *balance_fen;
                }
                Fate::Done
            }
            Certain::NotWritten { .. } => Fate::Reversing,
            Certain::Open | Certain::Writing | Certain::Unknown => Fate::Manual,
        };
        let until = context.after(SETTLE_S);
        self.keep(context, certain);
        self.phase = Some(Phase::Settling { likely, until });
        Turn::Stay
    }

    fn settled(&mut self, context: &mut Context, state: &str) -> Turn {
        let fate = match state {
            "done" => Fate::Done,
            "reversed" => Fate::Reversed,
            "expired" => Fate::Unpaid,
            _ => Fate::Manual,
        };
        self.end(context, fate)
    }

    fn end(&mut self, context: &mut Context, fate: Fate) -> Turn {
        let outcome = match fate {
            Fate::Done => "done",
            Fate::Reversing => "reversing",
            Fate::Reversed => "reversed",
            Fate::Unpaid => "unpaid",
            Fate::Manual => "manual",
        };
        context.audit("payment.ended", &[("outcome", outcome)]);
        self.phase = Some(Phase::Ended(fate));
        if fate != Fate::Unpaid {
            let number = self.payment.as_ref().map(|payment| payment.number.clone());
            if let Some(flow) = &mut context.flow {
                flow.number = number;
            }
            self.print(context);
        }
        Turn::Stay
    }

    fn print(&mut self, context: &mut Context) {
        let values = self.values(context);
        if let Some(slip) = &mut self.slip {
            slip.print(context, values, Vec::new());
        }
    }

    /// What would be certain if the visit went no further; `None` when the journal holds nothing open.
    fn abandoned(&self) -> Option<Certain> {
        Some(match self.phase.as_ref()? {
            Phase::Writing(_)
            | Phase::Card {
                wait: Wait::Check(_), ..
            } => Certain::Unknown,
            Phase::Keeping(_)
            | Phase::Paying { .. }
            | Phase::Beginning(_)
            | Phase::Permit(_)
            | Phase::Announcing { .. }
            | Phase::Card { wait: Wait::Load, .. } => self.untouched(),
            Phase::Card { .. } | Phase::Seen | Phase::Creating(_) => return None,
            Phase::Settling { .. } | Phase::Ended(_) => return None,
        })
    }

    fn act(&mut self, context: &mut Context, action: &Action) -> Turn {
        match (self.phase.as_ref(), action) {
            (Some(Phase::Seen), Action::Next) => self.create(context),
            (
                Some(
                    Phase::Seen
                    | Phase::Card {
                        wait: Wait::First, ..
                    },
                ),
                Action::Back,
            ) => Turn::Back,
            (Some(Phase::Paying { .. }), Action::Decline | Action::Back) => self.reverse(context),
            (
                Some(Phase::Card {
                    wait: Wait::Load | Wait::Check(_),
                    ..
                }),
                Action::Decline,
            ) => self.card_overdue(context),
            (Some(Phase::Ended(_)), Action::Next) if !self.waits() => Turn::Next,
            (Some(Phase::Ended(_)), Action::AnotherMatter) if !self.waits() => {
                context.then_home = true;
                Turn::Rate
            }
            (Some(Phase::Ended(_)), Action::Choose(id)) if id == page::PRINT && self.can_print_again() => {
                self.print(context);
                Turn::Stay
            }
            _ => Turn::Stay,
        }
    }

    fn answered(&mut self, context: &mut Context, ticket: Ticket, result: &CallResult) -> Turn {
        match &self.phase {
            Some(Phase::Creating(mine)) if *mine == ticket => self.created(context, result),
            Some(Phase::Paying { asked, .. }) if *asked == Some(ticket) => self.looked(context, result),
            Some(Phase::Permit(mine)) if *mine == ticket => self.permitted(context, result),
            _ => Turn::Stay,
        }
    }

    fn tick(&mut self, context: &mut Context) -> Turn {
        match &self.phase {
            Some(Phase::Card { until, .. }) if context.now >= *until => self.card_overdue(context),
            Some(Phase::Paying { .. }) => self.paying_tick(context),
            Some(Phase::Settling { likely, until, .. }) if context.now >= *until => {
                let likely = *likely;
                self.end(context, likely)
            }
            _ => Turn::Stay,
        }
    }
}

impl Stage for Pay {
    fn enter(&mut self, context: &mut Context) -> Turn {
        let field = context.service().and_then(|service| service.fee.as_ref());
        let amount = field.and_then(|fee| amount::fen_of(&context.person.text(&fee.amount_field)));
        let Some(amount_fen) = amount else {
            return Turn::Home;
        };
        self.amount_fen = amount_fen;
        let slip = Slip::of(context, self.step);
        self.slip = slip.exists().then_some(slip);
        self.await_card(context, Wait::First)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        if self.slip.as_mut().is_some_and(|slip| slip.on(context, event)) {
            return Turn::Stay;
        }
        match (event, &self.phase) {
            (Event::Action(action), _) => self.act(context, action),
            (Event::Tick { .. }, _) => self.tick(context),
            (Event::Answer { ticket, result }, _) => self.answered(context, *ticket, result),
            (Event::TransitCard { ticket, result }, Some(Phase::Card { ticket: mine, .. }))
                if ticket == mine =>
            {
                self.seen(context, result)
            }
            (Event::LoadBegun { ticket, result }, Some(Phase::Beginning(mine))) if ticket == mine => {
                self.begun(context, result)
            }
            (Event::LoadEnded { ticket, end }, Some(Phase::Writing(mine))) if ticket == mine => {
                self.written(context, *end)
            }
            (
                Event::PaymentKept { ticket, kept },
                Some(Phase::Keeping(mine) | Phase::Announcing { ticket: mine, .. }),
            ) if ticket == mine => self.kept(context, *kept),
            (
                Event::PaymentSettled {
                    payment_id, state, ..
                },
                Some(Phase::Settling { .. }),
            ) if self
                .payment
                .as_ref()
                .is_some_and(|mine| mine.payment_id == *payment_id) =>
            {
                self.settled(context, state)
            }
            (
                Event::Device(DeviceRole::TransitCard, _),
                Some(Phase::Card {
                    wait: Wait::First, ..
                }),
            ) if context.device_fault(DeviceRole::TransitCard).is_some() => {
                context.ask(Effect::StopTransit);
                self.phase = None;
                self.no_card("pay.card.lost.happened")
            }
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        self.draw(context)
    }

    fn lost(&self) -> Option<Say> {
        if self.waits() {
            return Some(Say::id("leave.printing"));
        }
        self.abandoned().is_some().then(|| Say::id("leave.paying"))
    }

    fn busy(&self, _context: &Context) -> bool {
        match &self.phase {
            Some(Phase::Seen) | None => false,
            Some(Phase::Ended(_)) => self.slip.as_ref().is_some_and(|slip| !slip.idle()),
            Some(_) => true,
        }
    }

    fn leave(&mut self, context: &mut Context) {
        if self.phase.is_some() {
            context.ask(Effect::StopTransit);
        }
        if let Some(certain) = self.abandoned() {
            self.keep(context, certain);
        }
        self.phase = None;
    }

    fn public(&self) -> bool {
        matches!(
            self.phase,
            Some(Phase::Card {
                wait: Wait::First,
                ..
            })
        )
    }
}
