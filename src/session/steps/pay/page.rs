//! The page of the payment, and what stands on its receipt.

use std::collections::BTreeMap;

use super::{Fate, Pay, Phase, Wait, amount};
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Instant;
use crate::session::stage::{button, button_off, say};
use crate::session::transit::TransitFault;
use crate::session::view::{Button, Page, Paper, PayStage, Row, Say};
use crate::text::format;

/// Id of the choice that prints the receipt.
pub(super) const PRINT: &str = "print";

/// What is wrong with what lies on the reader.
pub(super) fn hint(fault: TransitFault) -> Say {
    Say::id(match fault {
        TransitFault::Removed => "pay.card.removed",
        TransitFault::OtherCard => "pay.card.other",
        TransitFault::WrongCard => "pay.card.wrong",
        TransitFault::Unusable => "pay.card.unusable",
        TransitFault::ReaderLost => "pay.card.lost.happened",
    })
}

impl Pay {
    pub(super) fn draw(&self, context: &Context) -> Page {
        let Some(phase) = &self.phase else {
            return working();
        };
        if matches!(phase, Phase::Creating(_) | Phase::Keeping(_)) {
            return working();
        }
        Page::Pay {
            title: self.title(phase),
            stage: stage(phase),
            amount: self.amount(context),
            qr: self.qr(phase),
            rows: self.rows(context),
            receipt: self.paper(),
            seconds_left: seconds_left(context, phase),
            next: self.next(context, phase),
            others: self.others(context, phase),
        }
    }

    fn title(&self, phase: &Phase) -> Say {
        if let Some(hint) = &self.hint {
            return hint.clone();
        }
        Say::id(match phase {
            Phase::Card {
                wait: Wait::First, ..
            } => "pay.card.title",
            Phase::Card { wait: Wait::Load, .. } => "pay.card.again.title",
            Phase::Card { .. } => "pay.card.check.title",
            Phase::Seen => "pay.seen.title",
            Phase::Paying { .. } => "pay.paying.title",
            Phase::Settling {
                likely: Fate::Reversing,
                ..
            }
            | Phase::Ended(Fate::Reversing) => "pay.reversing.title",
            Phase::Settling { .. } => "pay.settling.title",
            Phase::Ended(Fate::Done) => "pay.done.title",
            Phase::Ended(Fate::Reversed) => "pay.reversed.title",
            Phase::Ended(Fate::Unpaid) => "pay.unpaid.title",
            Phase::Ended(Fate::Manual) => "pay.manual.title",
            _ => "pay.writing.title",
        })
    }

    fn amount(&self, context: &Context) -> Say {
        let yuan = amount::yuan_of(self.amount_fen);
        Say::Verbatim(format::money(&yuan, &context.preferences.language))
    }

    /// The code is seen only while it may be paid.
    fn qr(&self, phase: &Phase) -> String {
        match (phase, &self.payment) {
            (Phase::Paying { .. }, Some(payment)) => payment.qr.clone(),
            _ => String::new(),
        }
    }

    fn rows(&self, context: &Context) -> Vec<Row> {
        let money = |fen| format::money(&amount::yuan_of(fen), &context.preferences.language);
        let card = self.card.as_ref();
        let number = self.payment.as_ref().map(|payment| payment.number.clone());
        let lines = [
            (
                "pay.row.card",
                card.map(|card| format::mask_tail(card.card_no.as_str())),
            ),
            ("pay.row.before", self.before().map(money)),
            ("pay.row.after", self.after().map(money)),
            ("pay.row.number", number),
        ];
        lines
            .into_iter()
            .filter_map(|(label, value)| {
                Some(Row {
                    label: Say::id(label),
                    value: Say::Verbatim(value?),
                    source: None,
                })
            })
            .collect()
    }

    /// Balance before the write, or before the payment.
    pub(super) fn before(&self) -> Option<u32> {
        let begun = self.purse.map(|(before, _)| before);
        begun.or(self.card.as_ref().map(|card| card.balance_fen))
    }

    /// The balance that was read again; before that nobody is told one.
    fn after(&self) -> Option<u32> {
        match self.phase {
            Some(Phase::Ended(Fate::Done)) => self.purse.map(|(_, after)| after),
            _ => None,
        }
    }

    pub(super) fn paper(&self) -> Paper {
        self.slip.as_ref().map_or(Paper::None, |slip| slip.paper.clone())
    }

    /// The receipt is under way, or nobody knows whether it came out.
    pub(super) fn waits(&self) -> bool {
        matches!(self.paper(), Paper::Printing { .. } | Paper::Unknown)
    }

    pub(super) fn can_print_again(&self) -> bool {
        matches!(self.paper(), Paper::Failed { .. })
    }

    fn next(&self, context: &Context, phase: &Phase) -> Button {
        let amount = self.amount_words(context);
        let (text, off) = match phase {
            Phase::Card { .. } => (say("pay.go", [("amount", amount)]), Some("pay.card.first")),
            Phase::Seen => (say("pay.go", [("amount", amount)]), None),
            Phase::Paying { .. } => (Say::id("pay.finish"), Some("pay.paying.wait")),
            Phase::Ended(_) if self.waits() => (Say::id("pay.finish"), Some("paper.wait")),
            Phase::Ended(_) => (Say::id("pay.finish"), None),
            _ => (Say::id("pay.finish"), Some("pay.writing.wait")),
        };
        button_off(Action::Next, "check", text, off.map(Say::id))
    }

    fn amount_words(&self, context: &Context) -> String {
        format::money(&amount::yuan_of(self.amount_fen), &context.preferences.language)
    }

    fn others(&self, context: &Context, phase: &Phase) -> Vec<Button> {
        let decline = |text| button(Action::Decline, "x", Say::id(text));
        match phase {
            Phase::Card { wait: Wait::Load, .. } => vec![decline("pay.card.give_up")],
            Phase::Card {
                wait: Wait::Check(_), ..
            } => vec![decline("pay.card.gone")],
            Phase::Paying { .. } => vec![decline("pay.cancel")],
            Phase::Ended(_) if !self.waits() => self.ways_on(context),
            _ => Vec::new(),
        }
    }

    fn ways_on(&self, context: &Context) -> Vec<Button> {
        let mut ways = Vec::new();
        if let Some(slip) = self.slip.as_ref().filter(|_| self.can_print_again()) {
            ways.push(button_off(
                Action::Choose(PRINT.to_owned()),
                "receipt",
                Say::id("action.print_again"),
                slip.off(context),
            ));
        }
        ways.push(button(Action::AnotherMatter, "home", Say::id("action.another")));
        ways
    }

    /// Values of the receipt; how it ended is the one of `done`, `reversing`, `reversed` and `manual`
    /// that is there.
    pub(super) fn values(&self, context: &Context) -> BTreeMap<String, String> {
        let money = |fen| format::money(&amount::yuan_of(fen), &context.preferences.language);
        let Some(Phase::Ended(fate)) = self.phase else {
            return BTreeMap::new();
        };
        let outcome = match fate {
            Fate::Done => "done",
            Fate::Reversing => "reversing",
            Fate::Reversed | Fate::Unpaid => "reversed",
            Fate::Manual => "manual",
        };
        let card = self.card.as_ref();
        let values = [
            (outcome, Some("yes".to_owned())),
            ("amount", Some(self.amount_words(context))),
            (
                "card_no",
                card.map(|card| format::mask_tail(card.card_no.as_str())),
            ),
            ("before", self.before().map(money)),
            ("after", self.after().map(money)),
        ];
        values
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    }
}

fn working() -> Page {
    Page::Working {
        what: Say::id("pay.creating"),
        sub: Say::id("pay.creating.sub"),
    }
}

fn stage(phase: &Phase) -> PayStage {
    match phase {
        Phase::Card { .. } | Phase::Seen => PayStage::Card,
        Phase::Paying { .. } => PayStage::Paying,
        Phase::Settling {
            likely: Fate::Reversing,
            ..
        }
        | Phase::Ended(Fate::Reversing) => PayStage::Reversing,
        Phase::Ended(Fate::Done) => PayStage::Done,
        Phase::Ended(Fate::Reversed | Fate::Unpaid) => PayStage::Reversed,
        Phase::Ended(Fate::Manual) => PayStage::Manual,
        _ => PayStage::Writing,
    }
}

fn seconds_left(context: &Context, phase: &Phase) -> u32 {
    let until: Option<Instant> = match phase {
        Phase::Card { until, .. } | Phase::Paying { until, .. } => Some(*until),
        _ => None,
    };
    until.map_or(0, |until| context.seconds_until(until))
}
