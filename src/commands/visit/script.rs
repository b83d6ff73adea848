//! A scripted visit as a file: what the person does, what happens around, what must be seen.

use std::path::Path;

use serde::Deserialize;

use super::errand::Errand;
use crate::commands::world::Act;
use crate::session::action::{Action, Drawing, StrokePoint};

/// A scripted visit.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What it shows, in one line.
    pub title: String,
    /// Needs the face models; without them it cannot be played.
    #[serde(default)]
    pub needs_face: bool,
    /// What is so before the terminal starts, as [`Act`]s.
    #[serde(default)]
    pub before: Vec<String>,
    /// One after another.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Press one of the buttons of [`tapped`].
    Tap(String),
    /// Open a service by id.
    Open(String),
    /// Open a category by id.
    Category(String),
    /// Choose one of several by id.
    Choose(String),
    /// Choose the first, second, … of the things on the page.
    ChooseNth(usize),
    /// Give a field the focus.
    Focus(String),
    /// Type words.
    Type(String),
    /// Type the code that the backend sent to the sample telephone.
    TypeSmsCode(bool),
    /// Tick by id.
    Toggle(String),
    /// Sign by finger.
    Sign(bool),
    /// Rate, 1 to 5.
    Rate(u8),
    /// Choose a language by tag.
    Language(String),
    /// Something happens around the terminal, see [`Act::parse`].
    World(String),
    /// Let so many seconds pass at once.
    Advance(u64),
    /// Wait until this page is there; `page/dialog` with a dialog over it.
    WaitFor(String),
    /// Wait until these words, or this text id, are part of what is seen.
    WaitText(String),
    /// This page is there now.
    ExpectPage(String),
    /// These words, or this text id, are part of what is seen.
    ExpectText(String),
    /// These words are not.
    ExpectNoText(String),
    /// So many slips have come out.
    ExpectReceipts(usize),
    /// The last slip holds these words.
    ExpectOnReceipt(String),
    /// The last slip does not hold them.
    ExpectNotOnReceipt(String),
    /// So many certificates have come out, with all their pages.
    ExpectCertificates(usize),
    /// The camera has delivered no picture so far.
    ExpectCameraUnused(bool),
    /// A picture of the screen, under this name.
    Shot(String),
    /// Goes on as a resident would, page by page, until the errand's page or the end of the visit.
    Walk(Walk),
}

/// A stretch of a visit that needs no telling.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Walk {
    /// The service.
    pub service: String,
    /// What is brought and said.
    #[serde(default)]
    pub errand: Errand,
}

/// A script that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// No such file.
    #[error("{file}: cannot be read: {cause}")]
    Unreadable {
        /// Path.
        file: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Not of the known form.
    #[error("{file}: {message}\nexample: steps = [ {{ tap = \"start\" }}, {{ wait_for = \"home\" }} ]")]
    Malformed {
        /// Path.
        file: String,
        /// With line and key.
        message: String,
    },
}

impl Script {
    /// Reads a script, and every act in it.
    ///
    /// # Errors
    /// When the file cannot be read, or says something unknown.
    pub fn load(file: &Path) -> Result<Self, ScriptError> {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file).map_err(|cause| ScriptError::Unreadable {
            file: name.clone(),
            cause,
        })?;
        Self::parse(&name, &text)
    }

    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, ScriptError> {
        let malformed = |message: String| ScriptError::Malformed {
            file: name.to_owned(),
            message,
        };
        let script: Self = toml::from_str(text).map_err(|error| malformed(error.to_string()))?;
        for act in &script.before {
            Act::parse(act).map_err(malformed)?;
        }
        for (number, step) in (1..).zip(&script.steps) {
            let checked = match step {
                Step::World(act) => Act::parse(act).map(drop),
                Step::Tap(name) => tapped(name).map(drop),
                _ => Ok(()),
            };
            checked.map_err(|problem| malformed(format!("step {number}: {problem}")))?;
        }
        Ok(script)
    }
}

/// The action of a button.
///
/// # Errors
/// When there is no such button, with those that there are.
pub(super) fn tapped(name: &str) -> Result<Action, String> {
    let buttons = [
        ("start", Action::Start),
        ("next", Action::Next),
        ("back", Action::Back),
        ("home", Action::Home),
        ("leave", Action::Leave),
        ("decline", Action::Decline),
        ("call_staff", Action::CallStaff),
        ("close_dialog", Action::CloseDialog),
        ("more_time", Action::MoreTime),
        ("read_aloud", Action::ReadAloud),
        ("bigger_text", Action::BiggerText),
        ("care_mode", Action::CareMode(true)),
        ("high_contrast", Action::HighContrast(true)),
        ("low_reach", Action::LowReach(true)),
        ("comfort", Action::Comfort),
        ("aloud", Action::Aloud(true)),
        ("curtain", Action::Curtain(true)),
        ("search", Action::OpenSearch),
        ("erase", Action::Erase),
        ("clear", Action::Clear),
        ("sign_again", Action::SignAgain),
        ("send_code_again", Action::SendCodeAgain),
        ("try_again", Action::TryAgain),
        ("paper_came_out", Action::PaperCameOut(true)),
        ("paper_did_not_come_out", Action::PaperCameOut(false)),
        ("skip_rating", Action::SkipRating),
        ("another_matter", Action::AnotherMatter),
    ];
    let known = || {
        buttons
            .iter()
            .map(|(known, _)| *known)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let found = buttons
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, action)| action.clone());
    found.ok_or_else(|| format!("there is no button `{name}`; known: {}", known()))
}

/// A signature of three strokes, written in about a second.
pub(super) fn signature() -> Drawing {
    let stroke = |start: (i32, i32), to: (i32, i32), from_ms: i32| -> Vec<StrokePoint> {
        (0..=20)
            .map(|step| {
                let along = |from: i32, to: i32| from + (to - from) * step / 20;
                let bow = step * (20 - step) * 6;
                [
                    along(start.0, to.0),
                    along(start.1, to.1) + bow,
                    from_ms + step * 15,
                ]
            })
            .collect()
    };
    Drawing {
        size: [35_400, 17_700],
        strokes: vec![
            stroke((6000, 5000), (14_000, 4500), 0),
            stroke((10_000, 3000), (9000, 12_000), 380),
            stroke((16_000, 4000), (25_000, 11_000), 760),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_step_by_step() {
        let script = Script::parse(
            "x.toml",
            "title = \"t\"\nsteps = [ { tap = \"start\" }, { world = \"card:d1\" }, { wait_for = \"home\" } ]",
        )
        .unwrap();
        assert_eq!(script.steps[2], Step::WaitFor("home".to_owned()));
        assert!(!script.needs_face);
    }

    #[test]
    fn an_unknown_step_button_or_act_names_its_place() {
        let error = |steps: &str| {
            Script::parse("x.toml", &format!("title = \"t\"\nsteps = [ {steps} ]"))
                .unwrap_err()
                .to_string()
        };
        assert!(error("{ press = \"start\" }").contains("unknown variant `press`"));
        assert!(error("{ tap = \"go\" }").contains("step 1: there is no button `go`; known: start, next"));
        assert!(
            error("{ tap = \"start\" }, { world = \"sun:on\" }").contains("step 2: `sun:on` is not known")
        );
    }
}
