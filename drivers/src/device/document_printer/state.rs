//! `printer-state` and `printer-state-reasons` as health.

use super::client::Group;
use crate::health::{Health, Link, Reason};

/// `printer-state` stopped.
const STOPPED: i32 = 5;

/// Beginning of a keyword, what it means, and whether nothing can be printed then. Printers differ
/// in the ends (`-report`, `-warning`, `-error`), and some say warning where they mean error.
const REASONS: [(&str, Reason, bool); 17] = [
    ("media-empty", Reason::PaperOut, true),
    ("media-needed", Reason::PaperOut, true),
    ("media-low", Reason::PaperLow, false),
    ("media-jam", Reason::PaperJam, true),
    ("cover-open", Reason::CoverOpen, true),
    ("door-open", Reason::CoverOpen, true),
    ("interlock-open", Reason::CoverOpen, true),
    ("input-tray-missing", Reason::PaperOut, true),
    ("toner-empty", Reason::TonerOut, true),
    ("toner-low", Reason::TonerLow, false),
    ("marker-supply-empty", Reason::TonerOut, true),
    ("marker-supply-low", Reason::TonerLow, false),
    ("fuser-over-temp", Reason::Overheated, true),
    ("output-area-full", Reason::Unknown, true),
    ("shutdown", Reason::Hardware, true),
    ("paused", Reason::Unknown, true),
    ("stopping", Reason::Unknown, true),
];

/// Health from the group of printer attributes.
pub fn health(group: &Group<'_>) -> Health {
    let accepting = group.flag("printer-is-accepting-jobs").unwrap_or(true);
    let stopped = group.number("printer-state") == Some(STOPPED);
    from_keywords(&group.words("printer-state-reasons"), stopped || !accepting)
}

fn from_keywords(keywords: &[String], stopped: bool) -> Health {
    let mut reasons = Vec::new();
    let mut blocked = stopped;
    for keyword in keywords {
        match REASONS.iter().find(|(start, ..)| keyword.starts_with(start)) {
            Some((_, reason, blocks)) => {
                reasons.push(*reason);
                blocked |= *blocks && !keyword.ends_with("-report");
            }
            None if keyword.ends_with("-error") => {
                reasons.push(Reason::Hardware);
                blocked = true;
            }
            None => {}
        }
    }
    if blocked && reasons.is_empty() {
        reasons.push(Reason::Unknown);
    }
    reasons.sort_unstable();
    reasons.dedup();
    Health {
        link: if blocked { Link::Faulted } else { Link::Online },
        reasons,
        detail: format!("printer-state-reasons: {}", keywords.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(keywords: &[&str]) -> (Link, Vec<Reason>) {
        let keywords: Vec<String> = keywords.iter().map(|word| (*word).to_owned()).collect();
        let health = from_keywords(&keywords, false);
        (health.link, health.reasons)
    }

    #[test]
    fn reasons_are_known_by_their_beginning() {
        assert_eq!(of(&["none"]), (Link::Online, vec![]));
        assert_eq!(
            of(&["media-empty-warning"]),
            (Link::Faulted, vec![Reason::PaperOut])
        );
        assert_eq!(
            of(&["media-empty-error", "media-needed-error"]),
            (Link::Faulted, vec![Reason::PaperOut])
        );
        assert_eq!(of(&["media-jam"]), (Link::Faulted, vec![Reason::PaperJam]));
        assert_eq!(of(&["door-open-error"]), (Link::Faulted, vec![Reason::CoverOpen]));
        assert_eq!(
            of(&["marker-supply-empty-error"]),
            (Link::Faulted, vec![Reason::TonerOut])
        );
    }

    #[test]
    fn warnings_do_not_stop() {
        assert_eq!(of(&["toner-low-warning"]), (Link::Online, vec![Reason::TonerLow]));
        assert_eq!(of(&["media-low-report"]), (Link::Online, vec![Reason::PaperLow]));
        assert_eq!(of(&["wifi-not-configured-report"]), (Link::Online, vec![]));
    }

    #[test]
    fn an_unknown_error_stops() {
        assert_eq!(of(&["bander-jam-error"]), (Link::Faulted, vec![Reason::Hardware]));
    }

    #[test]
    fn a_stopped_printer_without_a_reason_is_a_fault() {
        let health = from_keywords(&["none".to_owned()], true);
        assert_eq!(
            (health.link, health.reasons),
            (Link::Faulted, vec![Reason::Unknown])
        );
    }
}
