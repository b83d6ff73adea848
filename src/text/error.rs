//! Why texts cannot be loaded, each with what would be right.

use super::{BASE, pack};

/// Why texts could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// The file is no table of texts.
    #[error("{file}: {message} (each line is \"id\" = \"text with {{argument}}\")")]
    Syntax {
        /// Path.
        file: String,
        /// What the parser said, with line and column.
        message: String,
    },
    /// The file is no pack.
    #[error("{file}: {message} (a pack holds {})", pack::EXAMPLE)]
    Pack {
        /// Path.
        file: String,
        /// What is wrong, with line and column.
        message: String,
    },
    /// A language without a pack.
    #[error("config/texts/{language}: no {} (write {})", pack::FILE, pack::EXAMPLE)]
    NoPack {
        /// Language tag.
        language: String,
    },
    /// The base is no sample of itself.
    #[error(
        "config/texts/{BASE}/{}: the other languages translate this one (write status = \"complete\")",
        pack::FILE
    )]
    BaseIncomplete,
    /// One id, two texts.
    #[error("{file}: `{id}` has a text in another file of this language already (take one of them out)")]
    Twice {
        /// Path.
        file: String,
        /// Text id.
        id: String,
    },
    /// Texts that a language lacks.
    #[error("config/texts/{language}: no text for {} (add \"{}\" = \"…\")", ids.join(", "), ids.first().map_or("", |id| id))]
    Missing {
        /// Language tag.
        language: String,
        /// Text ids.
        ids: Vec<String>,
    },
    /// Texts that nothing shows.
    #[error("config/texts/{language}: {BASE} has no text {} (correct the id, or take the line out)", ids.join(", "))]
    Unknown {
        /// Language tag.
        language: String,
        /// Text ids.
        ids: Vec<String>,
    },
    /// The arguments of a text differ between the languages.
    #[error("config/texts/{language}: `{id}` has other arguments than in {BASE} (write {expected})")]
    Arguments {
        /// Language tag.
        language: String,
        /// Text id.
        id: String,
        /// Arguments of the Chinese text.
        expected: String,
    },
}
