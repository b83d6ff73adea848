//! Words and slips: what the session asks for by id becomes text and lines.

use std::sync::Arc;

use kiosk_drivers::port::receipt_printer::Receipt;

use crate::document::receipt::{OrderError, Templates};
use crate::session::effect::ReceiptOrder;
use crate::session::view::Say;
use crate::text::Texts;

/// Texts and receipt templates.
#[derive(Clone)]
pub(crate) struct Paper {
    pub texts: Arc<Texts>,
    pub templates: Arc<Templates>,
}

impl Paper {
    /// The slip that an order asks for.
    ///
    /// # Errors
    /// When there is no such template, or the order lacks a value.
    pub fn receipt(&self, order: &ReceiptOrder) -> Result<Receipt, OrderError> {
        self.templates.fill(order)
    }

    /// Words in a language.
    pub fn words(&self, say: &Say, language: &str) -> String {
        self.texts.resolve(say, language)
    }
}
