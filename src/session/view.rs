//! What is to be seen, as data. The presenter maps this to the screen and adds nothing;
//! live pictures (camera, preview) travel beside it.

use crate::protocol::body::{Genuineness, Words};

use super::event::{Challenge, FaceHint};

/// Words for the person.
#[derive(Debug, Clone, PartialEq)]
pub enum Say {
    /// A text of `config/texts/`, with its arguments.
    Id(&'static str, Vec<(&'static str, String)>),
    /// Words of the catalogue or the backend, by language.
    Words(Words),
    /// Data as they are (a number, a masked name).
    Verbatim(String),
    /// Several, one after another.
    All(Vec<Say>),
}

impl Say {
    /// A text without arguments.
    pub fn id(id: &'static str) -> Self {
        Self::Id(id, Vec::new())
    }
}

/// Text sizes of visual.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextSize {
    /// 标准.
    #[default]
    Standard,
    /// 大字.
    Large,
    /// 关爱.
    Care,
    /// 特大.
    Extra,
}

/// What surrounds every page.
#[derive(Debug, Clone, PartialEq)]
pub struct Chrome {
    /// Masked name of who is signed in.
    pub who: Option<String>,
    /// `第 n 步，共 m 步` and minutes left, in a flow.
    pub progress: Option<Progress>,
    /// Language tag.
    pub language: String,
    /// Size.
    pub size: TextSize,
    /// High contrast.
    pub high_contrast: bool,
    /// The backend is reachable.
    pub online: bool,
    /// The camera is open: the mark must be seen.
    pub camera_on: bool,
    /// Home, attract and goodbye have no "back" and show 12345 instead.
    pub home_dock: bool,
}

/// Where one is in a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// From 1.
    pub now: usize,
    /// Number of steps that the person sees.
    pub total: usize,
    /// Minutes left, about.
    pub minutes_left: u32,
}

/// A tile or a row that opens something.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// Category or service id.
    pub id: String,
    /// Icon name without extension (`old`, `file-certificate`).
    pub icon: String,
    /// Name.
    pub title: Say,
    /// Second line.
    pub sub: Say,
    /// Why it cannot be used now; `None` when it can.
    pub off: Option<Say>,
    /// The one emphasised tile.
    pub strong: bool,
}

/// A line of "who decides", "how long".
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Icon name.
    pub icon: &'static str,
    /// What it is about.
    pub label: Say,
    /// Answer.
    pub text: Say,
    /// Second line, if any.
    pub sub: Option<Say>,
}

/// One of several equal things.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// For [`super::action::Action::Choose`].
    pub id: String,
    /// Icon name.
    pub icon: String,
    /// Name.
    pub title: Say,
    /// Second line.
    pub sub: Say,
    /// Chosen.
    pub chosen: bool,
    /// Why it cannot be chosen now.
    pub off: Option<Say>,
}

/// A button beside the main action.
#[derive(Debug, Clone, PartialEq)]
pub struct Button {
    /// What it does.
    pub action: super::action::Action,
    /// Icon name, may be empty.
    pub icon: &'static str,
    /// Verb.
    pub text: Say,
    /// Why it cannot be pressed now.
    pub off: Option<Say>,
}

/// A line of data with its source.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Name of the value.
    pub label: Say,
    /// Value, masked for the screen.
    pub value: Say,
    /// Where it comes from.
    pub source: Option<Say>,
}

/// Which keyboard a field needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyboard {
    /// Digits (and X for card numbers).
    Digits,
    /// Latin letters.
    Latin,
    /// Pinyin with candidates.
    Pinyin,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Field id of the catalogue.
    pub id: String,
    /// Label.
    pub label: Say,
    /// Present value as shown (masked when it came from a source and is not being edited).
    pub value: String,
    /// Source chip.
    pub source: Option<Say>,
    /// May be changed.
    pub editable: bool,
    /// What is wrong with it.
    pub error: Option<Say>,
    /// A hint below the box.
    pub hint: Option<Say>,
    /// Keyboard, for typed fields.
    pub keyboard: Option<Keyboard>,
    /// Options, for choices.
    pub options: Vec<Choice>,
}

/// A part of the review page.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// For [`super::action::Action::Edit`]; empty when it cannot be edited.
    pub edit: String,
    /// Heading.
    pub title: Say,
    /// Lines.
    pub rows: Vec<Row>,
}

/// A point of a timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Reached.
    pub done: bool,
    /// The present one.
    pub now: bool,
    /// Words.
    pub title: Say,
    /// Second line.
    pub sub: Option<Say>,
}

/// State of a paper that the person waits for.
#[derive(Debug, Clone, PartialEq)]
pub enum Paper {
    /// Not asked for.
    None,
    /// Being printed: page of pages.
    Printing {
        /// From 1.
        page: u32,
        /// In all.
        pages: u32,
    },
    /// Out.
    Done,
    /// The printer cannot: the reason, and a code on the screen instead.
    OnScreen {
        /// Reason.
        reason: Say,
        /// QR payload.
        qr: String,
    },
    /// Nobody can tell: the person is asked.
    Unknown,
    /// Did not come out, and nothing replaces it; `Action::TryAgain` prints it anew.
    Failed {
        /// Reason.
        reason: Say,
    },
}

/// The machine map's emphasised part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachinePart {
    /// The card field.
    Card,
    /// The receipt slot.
    Receipt,
    /// The page tray.
    A4,
    /// The page tray, empty.
    PaperOut,
}

/// What the card page says.
#[derive(Debug, Clone, PartialEq)]
pub enum CardPrompt {
    /// Waiting for a card.
    Waiting,
    /// Reading: do not take it away.
    Reading,
    /// No data: cause and next action.
    Problem(Say),
}

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub enum Page {
    /// 1 attract.
    Attract,
    /// 2, 18, 19, 21 home.
    Home {
        /// Categories (fewer in care mode).
        tiles: Vec<Tile>,
        /// The two wide tiles.
        shortcuts: Vec<Tile>,
    },
    /// Services of a category, or search results.
    List {
        /// Heading.
        title: Say,
        /// The search text, when this is the search page.
        query: Option<String>,
        /// Services of this page of the list.
        services: Vec<Tile>,
        /// From 0.
        page: usize,
        /// In all, at least 1.
        pages: usize,
    },
    /// 3 service.
    Service {
        /// Category.
        category: Say,
        /// Name.
        title: Say,
        /// What it is.
        summary: Say,
        /// Who decides, how long, what it costs.
        facts: Vec<Fact>,
        /// What one needs.
        needs: Vec<Fact>,
        /// The main action, off with its reason when it cannot be started.
        start: Button,
    },
    /// 4 ways of login, with the consent text of face.
    LoginWays {
        /// Equal ways.
        ways: Vec<Choice>,
        /// The four points of the consent, shown when face is chosen.
        points: Vec<Row>,
        /// Main action.
        next: Button,
    },
    /// A further separate consent (for instance the backend's face comparison).
    Consent {
        /// Heading.
        title: Say,
        /// Points.
        points: Vec<Row>,
        /// Agree.
        agree: Button,
        /// Refuse, as easy.
        decline: Button,
    },
    /// 5 card.
    Card {
        /// Prompt.
        prompt: CardPrompt,
        /// Seconds left.
        seconds_left: u32,
    },
    /// 6 face.
    Face {
        /// The instruction.
        now: Challenge,
        /// What to change.
        hint: FaceHint,
        /// The actions in order, with "done".
        challenges: Vec<(Challenge, bool)>,
        /// Seconds left.
        seconds_left: u32,
        /// From 1.
        attempt: u8,
    },
    /// A face check did not succeed: hint and ways on.
    FaceAgain {
        /// What to try.
        hint: Say,
        /// Try again is off after the third time.
        again: Button,
        /// Other ways.
        others: Vec<Button>,
    },
    /// SMS code.
    SmsCode {
        /// Where it was sent.
        phone_masked: String,
        /// Digits typed so far.
        digits: String,
        /// What is wrong.
        error: Option<Say>,
        /// Seconds until a further code may be asked for.
        resend_in: u32,
        /// Main action.
        next: Button,
    },
    /// Staff witness: number and PIN.
    StaffWitness {
        /// Typed number.
        number: String,
        /// Length of the typed PIN.
        pin_length: usize,
        /// `number` or `pin`.
        focus: &'static str,
        /// What is wrong.
        error: Option<Say>,
        /// Why a witness is needed.
        reason: Say,
        /// Main action.
        next: Button,
    },
    /// 7 form.
    Form {
        /// Heading.
        title: Say,
        /// Values that cannot be changed, with their source.
        known: Vec<Row>,
        /// Fields.
        fields: Vec<Field>,
        /// Focused field, empty for none.
        focus: String,
        /// Main action.
        next: Button,
    },
    /// 10 signature.
    Signature {
        /// Whose, masked.
        who: String,
        /// What is signed.
        document: Say,
        /// First eight digits of the document's SHA-256.
        fingerprint: String,
        /// There is enough ink.
        written: bool,
        /// Main action.
        next: Button,
    },
    /// 11 review.
    Review {
        /// Parts.
        sections: Vec<Section>,
        /// Declaration to tick; never ticked in advance.
        declaration: Say,
        /// Ticked.
        declared: bool,
        /// Main action.
        next: Button,
    },
    /// Something is under way at the backend.
    Working {
        /// What.
        what: Say,
        /// Second line: what is already safe, how long it may take.
        sub: Say,
    },
    /// 12 submitted.
    Submitted {
        /// Heading.
        title: Say,
        /// First paragraph.
        lead: Say,
        /// Number of the case.
        number: String,
        /// What comes.
        nodes: Vec<Node>,
        /// The receipt.
        receipt: Paper,
        /// Main action.
        next: Button,
        /// Second actions.
        others: Vec<Button>,
    },
    /// Rows of a query.
    Table {
        /// Heading.
        title: Say,
        /// Names of the columns.
        columns: Vec<Say>,
        /// Cells.
        rows: Vec<Vec<String>>,
        /// Shown instead of an empty table.
        empty: Say,
        /// Source and date.
        note: Say,
        /// From 0.
        page: usize,
        /// In all.
        pages: usize,
        /// The slip.
        receipt: Paper,
        /// Main action.
        next: Button,
        /// Second actions.
        others: Vec<Button>,
    },
    /// Waiting for a code.
    Scan {
        /// With the camera.
        camera: bool,
        /// What is wrong, e.g. not a code of ours.
        problem: Option<Say>,
        /// Seconds left.
        seconds_left: u32,
        /// Second actions.
        others: Vec<Button>,
    },
    /// Verdict on a document.
    Verdict {
        /// Verdict.
        result: Genuineness,
        /// Heading.
        title: Say,
        /// What to do with it.
        lead: Say,
        /// Details.
        rows: Vec<Row>,
        /// Main action.
        next: Button,
        /// Second actions.
        others: Vec<Button>,
    },
    /// 13 certificate: preview (pixels travel beside) and print.
    Certificate {
        /// Heading.
        title: Say,
        /// Pages.
        pages: u32,
        /// State.
        paper: Paper,
        /// Main action.
        next: Button,
        /// Second actions.
        others: Vec<Button>,
    },
    /// 17 a fault that a person mends; and any other problem: happened, kept, now.
    Problem {
        /// Heading.
        title: Say,
        /// Part of the machine, if one is meant.
        part: Option<MachinePart>,
        /// What happened.
        happened: Say,
        /// What is safe.
        kept: Say,
        /// What to do.
        now: Say,
        /// Short code for staff, may be empty.
        code: String,
        /// Main action.
        next: Button,
        /// Second actions.
        others: Vec<Button>,
    },
    /// 14 rating.
    Rating {
        /// 1 to 5, never set in advance.
        level: Option<u8>,
        /// Remarks with "chosen".
        tags: Vec<(&'static str, bool)>,
    },
    /// 15 goodbye.
    Goodbye {
        /// The card still lies there.
        card_left: bool,
        /// Slips to take.
        slips: u32,
        /// Sheets to take.
        sheets: u32,
        /// Seconds until the attract page.
        seconds_left: u32,
    },
    /// The terminal cannot serve: for residents and for a technician.
    OutOfService {
        /// What a technician must do.
        reason: Say,
        /// Code.
        code: String,
    },
}

/// Over the page, never over the dock.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    /// 16 idle.
    Idle {
        /// Countdown.
        seconds_left: u32,
        /// What is kept when the visit ends.
        kept: Say,
    },
    /// A member of staff was called.
    StaffCalled {
        /// The call was confirmed by the backend.
        confirmed: bool,
    },
    /// Something would be lost.
    Leave {
        /// What.
        what: Say,
    },
}

/// All that is to be seen.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Around.
    pub chrome: Chrome,
    /// Page.
    pub page: Page,
    /// Dialog.
    pub dialog: Option<Dialog>,
}
