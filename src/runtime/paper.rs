//! Words and slips: what the session asks for by id becomes text and lines.

use std::sync::Arc;

use kiosk_drivers::port::receipt_printer::Receipt;
use zeroize::Zeroizing;

use crate::document::receipt::{OrderError, Templates};
use crate::session::effect::ReceiptOrder;
use crate::session::view::Say;
use crate::speech::Part;
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

    /// Words in a language, for the ear. A message without arguments keeps its id: it may have been
    /// recorded.
    pub fn parts(&self, say: &Say, language: &str) -> Vec<Part> {
        if let Say::All(says) = say {
            return says.iter().flat_map(|say| self.parts(say, language)).collect();
        }
        let id = match say {
            Say::Id(id, arguments) if arguments.is_empty() => Some(*id),
            _ => None,
        };
        let text = Zeroizing::new(self.texts.resolve(say, language));
        vec![Part { id, text }]
    }
}
