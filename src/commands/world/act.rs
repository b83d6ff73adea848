//! What can be done to the simulated world, as the dock's buttons and the scripts name it:
//! `thing:what` or `thing:what=value`.

use std::time::Duration;

use super::cards::Flaw;
use super::line::Mode;

/// A device that can be unplugged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// Identity card reader.
    IdReader,
    /// Camera.
    Camera,
    /// Receipt printer.
    ReceiptPrinter,
    /// Page printer.
    DocumentPrinter,
    /// Code scanner.
    CodeScanner,
    /// Document camera.
    DocumentCamera,
    /// Reader of transit cards.
    TransitCard,
}

/// Who or what is before the camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Face {
    /// The person of the card, who does what is asked.
    Same,
    /// Somebody else, who does what is asked.
    Other,
    /// This person.
    Person(String),
    /// Nobody.
    Nobody,
    /// The person does only this (`print`, `too-dark`, `mask`, …).
    Perform(String),
}

/// State of the receipt printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// All is well again.
    Ok,
    /// Paper near its end.
    Low,
    /// No paper.
    Out,
    /// Cover open.
    Cover,
    /// The cutter is stuck.
    Jam,
    /// Answers nothing.
    Mute,
}

/// What lies under the document camera, and in what light.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sheet {
    /// A page full of writing.
    Paper,
    /// This picture of the demo's people, e.g. `sequences/d1/print/00.jpg`.
    Picture(String),
    /// Nothing.
    Remove,
    /// The light is off.
    Dark,
    /// The lens is out of focus.
    Blurred,
    /// All is well again.
    Ok,
}

/// What happens on the reader of transit cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transit {
    /// The sample card is put down, with the purse it has.
    Place,
    /// Another transit card is put down.
    Other,
    /// A card without a purse is put down.
    Foreign,
    /// Taken away.
    Remove,
    /// Taken away as soon as the next load was begun.
    RemoveBegun,
    /// Taken away with the next write, before the card has answered.
    RemoveWriting,
    /// The card refuses the next write.
    Refuse,
    /// The next write takes, and its answer is lost.
    LoseAnswer,
    /// All is well again.
    Ok,
}

/// What somebody does with their telephone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phone {
    /// Pays what the code on the screen asks for.
    Pay,
    /// Refuses to.
    Cancel,
    /// Sends this picture of the demo's people to the code on the screen.
    Picture(String),
    /// Signs the letter of the last slip, as the first person who can.
    Sign,
}

/// What the officer does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Officer {
    /// Answers the call that waits.
    Answer,
    /// Says something.
    Say(String),
    /// Ends the talk with a result.
    End(String),
    /// Decides the matter of the last slip: `accept`, `approve`, `refuse`, `return`, …, and why.
    Decide(String, String),
}

/// State of the page printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// All is well again.
    Ok,
    /// No paper.
    Out,
    /// No paper after so many more sheets.
    OutAfter(u32),
    /// A sheet is stuck.
    Jam,
    /// Cover open.
    Cover,
    /// Switched off and on: its jobs are forgotten.
    Restart,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// This person's card is put on the reader.
    PlaceCard(String, Flaw),
    /// It is put there and pulled away so soon.
    PullCard(String, Duration),
    /// The card is taken away.
    RemoveCard,
    /// Before the camera.
    Face(Face),
    /// Receipt printer.
    Receipt(Slip),
    /// Page printer.
    Page(Page),
    /// Document camera.
    Sheet(Sheet),
    /// Transit card.
    Transit(Transit),
    /// Somebody's telephone.
    Telephone(Phone),
    /// The officer.
    Officer(Officer),
    /// Network.
    Network(Mode),
    /// Cable out.
    Unplug(Device),
    /// Cable in.
    Plug(Device),
    /// These words are held before the scanner; empty for the code of the last certificate.
    Scan(String),
    /// The same before the camera.
    ShowCode(String),
}

impl Act {
    /// Reads `thing:what=value`.
    ///
    /// # Errors
    /// What is not known, with what is.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (thing, rest) = text
            .split_once(':')
            .ok_or_else(|| format!("`{text}`: write thing:what"))?;
        let (what, value) = rest.split_once('=').unwrap_or((rest, ""));
        match thing {
            "card" => card(what, value),
            "face" => Ok(Self::Face(face(what, value))),
            "receipt" => slip(what).map(Self::Receipt),
            "page" => page(what, value).map(Self::Page),
            "doc" => Ok(Self::Sheet(sheet(rest))),
            "transit" => transit(what).map(Self::Transit),
            "telephone" => telephone(what, value).map(Self::Telephone),
            "officer" => Ok(Self::Officer(officer(what, value))),
            "network" => network(what, value).map(Self::Network),
            "unplug" => device(what).map(Self::Unplug),
            "plug" => device(what).map(Self::Plug),
            "scan" => Ok(Self::Scan(code(rest))),
            "code" => Ok(Self::ShowCode(code(rest))),
            _ => Err(unknown(
                text,
                "card, face, receipt, page, doc, transit, telephone, officer, network, unplug, plug, scan, code",
            )),
        }
    }
}

fn telephone(what: &str, value: &str) -> Result<Phone, String> {
    Ok(match what {
        "pay" => Phone::Pay,
        "cancel" => Phone::Cancel,
        "picture" => Phone::Picture(value.to_owned()),
        "sign" => Phone::Sign,
        other => return Err(unknown(other, "pay, cancel, picture=FILE, sign")),
    })
}

fn officer(what: &str, value: &str) -> Officer {
    match what {
        "answer" => Officer::Answer,
        "say" => Officer::Say(value.to_owned()),
        "end" => Officer::End(value.to_owned()),
        act => Officer::Decide(act.to_owned(), value.to_owned()),
    }
}

fn unknown(word: &str, known: &str) -> String {
    format!("`{word}` is not known; write one of {known}")
}

fn code(rest: &str) -> String {
    if rest == "printed" {
        String::new()
    } else {
        rest.to_owned()
    }
}

fn card(what: &str, value: &str) -> Result<Act, String> {
    let flaw = match value {
        "" => Flaw::None,
        "expired" => Flaw::Expired,
        "no_photo" => Flaw::NoPhoto,
        "unreadable" => Flaw::Unreadable,
        "forged" => Flaw::Forged,
        "bank" => Flaw::Foreign,
        other => match other.strip_suffix("ms").and_then(|number| number.parse().ok()) {
            Some(after) => return Ok(Act::PullCard(what.to_owned(), Duration::from_millis(after))),
            None => {
                return Err(unknown(
                    other,
                    "expired, no_photo, unreadable, forged, bank, or 200ms",
                ));
            }
        },
    };
    Ok(if what == "remove" {
        Act::RemoveCard
    } else {
        Act::PlaceCard(what.to_owned(), flaw)
    })
}

fn face(what: &str, value: &str) -> Face {
    match what {
        "same" => Face::Same,
        "other" => Face::Other,
        "nobody" => Face::Nobody,
        "photo" => Face::Perform("print".to_owned()),
        "person" => Face::Person(value.to_owned()),
        sequence => Face::Perform(sequence.to_owned()),
    }
}

fn slip(what: &str) -> Result<Slip, String> {
    Ok(match what {
        "ok" => Slip::Ok,
        "low" => Slip::Low,
        "out" => Slip::Out,
        "cover" => Slip::Cover,
        "jam" => Slip::Jam,
        "mute" => Slip::Mute,
        other => return Err(unknown(other, "ok, low, out, cover, jam, mute")),
    })
}

fn page(what: &str, value: &str) -> Result<Page, String> {
    Ok(match what {
        "ok" => Page::Ok,
        "out" => Page::Out,
        "out_after" => {
            let sheets = value
                .parse()
                .map_err(|_| format!("`{value}` is no number of sheets"))?;
            Page::OutAfter(sheets)
        }
        "jam" => Page::Jam,
        "cover" => Page::Cover,
        "restart" => Page::Restart,
        other => return Err(unknown(other, "ok, out, out_after=N, jam, cover, restart")),
    })
}

fn sheet(what: &str) -> Sheet {
    match what {
        "paper" => Sheet::Paper,
        "remove" => Sheet::Remove,
        "dark" => Sheet::Dark,
        "blurred" => Sheet::Blurred,
        "ok" => Sheet::Ok,
        picture => Sheet::Picture(picture.to_owned()),
    }
}

fn transit(what: &str) -> Result<Transit, String> {
    Ok(match what {
        "place" => Transit::Place,
        "other" => Transit::Other,
        "foreign" => Transit::Foreign,
        "remove" => Transit::Remove,
        "remove_begun" => Transit::RemoveBegun,
        "remove_writing" => Transit::RemoveWriting,
        "refuse" => Transit::Refuse,
        "lose_answer" => Transit::LoseAnswer,
        "ok" => Transit::Ok,
        other => {
            let known =
                "place, other, foreign, remove, remove_begun, remove_writing, refuse, lose_answer, ok";
            return Err(unknown(other, known));
        }
    })
}

fn network(what: &str, value: &str) -> Result<Mode, String> {
    Ok(match what {
        "on" => Mode::On,
        "off" => Mode::Off,
        "stall" => Mode::Stalled,
        "lose_answer" => Mode::LosesAnswerTo(value.to_owned()),
        other => return Err(unknown(other, "on, off, stall, lose_answer=PATH")),
    })
}

fn device(what: &str) -> Result<Device, String> {
    Ok(match what {
        "id_reader" => Device::IdReader,
        "camera" => Device::Camera,
        "receipt_printer" => Device::ReceiptPrinter,
        "document_printer" => Device::DocumentPrinter,
        "code_scanner" => Device::CodeScanner,
        "document_camera" => Device::DocumentCamera,
        "transit_card" => Device::TransitCard,
        other => {
            let known = "id_reader, camera, receipt_printer, document_printer, code_scanner, \
                         document_camera, transit_card";
            return Err(unknown(other, known));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_docks_words_are_understood() {
        let words = [
            ("card:d1", Act::PlaceCard("d1".to_owned(), Flaw::None)),
            ("card:remove", Act::RemoveCard),
            (
                "card:d2=200ms",
                Act::PullCard("d2".to_owned(), Duration::from_millis(200)),
            ),
            ("card:d2=bank", Act::PlaceCard("d2".to_owned(), Flaw::Foreign)),
            ("face:other", Act::Face(Face::Other)),
            ("face:too-dark", Act::Face(Face::Perform("too-dark".to_owned()))),
            ("receipt:cover", Act::Receipt(Slip::Cover)),
            ("page:out_after=1", Act::Page(Page::OutAfter(1))),
            (
                "network:lose_answer=/submission",
                Act::Network(Mode::LosesAnswerTo("/submission".to_owned())),
            ),
            ("unplug:code_scanner", Act::Unplug(Device::CodeScanner)),
            ("doc:paper", Act::Sheet(Sheet::Paper)),
            ("transit:place", Act::Transit(Transit::Place)),
            ("scan:printed", Act::Scan(String::new())),
        ];
        for (word, act) in words {
            assert_eq!(Act::parse(word), Ok(act), "{word}");
        }
    }

    #[test]
    fn an_unknown_word_names_the_known_ones() {
        assert_eq!(
            Act::parse("page:empty"),
            Err("`empty` is not known; write one of ok, out, out_after=N, jam, cover, restart".to_owned())
        );
        assert!(Act::parse("nonsense").is_err());
    }
}
