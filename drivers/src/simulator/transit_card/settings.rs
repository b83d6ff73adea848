//! Habits of the simulated reader.

use std::time::Duration;

/// What differs between readers, and between the cards on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The speed that the reader listens at.
    pub baud: u32,
    /// Each command is echoed before its answer, as the GemPC Twin does.
    pub echo: bool,
    /// The reader tells when a card comes or leaves.
    pub notices: bool,
    /// A card's answer waits to be fetched with GET RESPONSE, as with T=0.
    pub fetch: bool,
    /// So often does a card ask for more time before each answer.
    pub more_time: u8,
    /// How long a command takes.
    pub think: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            baud: 115_200,
            echo: true,
            notices: true,
            fetch: false,
            more_time: 0,
            think: Duration::from_millis(15),
        }
    }
}

impl Settings {
    /// A reader that takes no time.
    pub fn fast() -> Self {
        Self {
            think: Duration::ZERO,
            ..Self::default()
        }
    }
}
