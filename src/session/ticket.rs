//! Every asynchronous effect carries a ticket; an answer with a stale ticket is dropped, so that
//! nothing late reaches the next person.

/// Names one effect of one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket {
    /// Counts the visits since the program started.
    pub session: u64,
    /// Counts the effects within the visit.
    pub sequence: u64,
}
