//! What is to be seen, as data. The presenter maps this to the screen and adds nothing;
//! live pictures (camera, preview) travel beside it.

use crate::protocol::body::Words;

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

/// What surrounds every page. The default is that of a machine where nobody is served.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chrome {
    /// Masked name of who is signed in.
    pub who: Option<String>,
    /// Masked name of the member of staff who helps or works here (工作人员协助).
    pub staff: Option<String>,
    /// `第 n 步，共 m 步` and minutes left, in a flow.
    pub progress: Option<Progress>,
    /// Language tag.
    pub language: String,
    /// Size.
    pub size: TextSize,
    /// High contrast.
    pub high_contrast: bool,
    /// All that is pressed stands where somebody who sits reaches it.
    pub low_reach: bool,
    /// The focus goes on by itself after so many milliseconds; 0: it does not.
    pub scan_ms: u32,
    /// The screen is dark: who listens is not read over the shoulder.
    pub curtain: bool,
    /// Pages and what the keypad comes to are read by themselves.
    pub aloud: bool,
    /// Who speaks (`cmn`, `yue`, `en`).
    pub voice: &'static str,
    /// 1 to 5.
    pub volume: u8,
    /// The backend is reachable.
    pub online: bool,
    /// The camera is open: the mark must be seen.
    pub camera_on: bool,
    /// Home, attract and goodbye have no "back" and show 12345 instead.
    pub home_dock: bool,
    /// On the attract page: what works here now.
    pub board: Option<Board>,
}

/// What works here now.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// How many services can be used now.
    pub works: Say,
    /// They all can.
    pub all_well: bool,
    /// Names of categories of which nothing can be done now.
    pub off: Vec<Say>,
    /// When the terminal can be used.
    pub hours: Say,
    /// The nearest other terminal, when something cannot be done here.
    pub elsewhere: Option<Say>,
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
    /// Chinese: pinyin with candidates, and the other methods.
    Pinyin,
    /// The same for the name of a person.
    Name,
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
    /// Waiting for the card of the person who is signed in, or signs in.
    Waiting,
    /// Waiting for somebody else's card: whose, and what to do with the one that lies there.
    Other(Say),
    /// Reading: do not take it away.
    Reading,
    /// No data: cause and next action.
    Problem(Say),
}

/// How an outcome is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As hoped.
    Good,
    /// Something is left to do.
    Warn,
    /// Not as hoped.
    Bad,
    /// Neither.
    Info,
}

/// A place on the plan around the terminal, which is its middle.
#[derive(Debug, Clone, PartialEq)]
pub struct Pin {
    /// Number shown at the pin and at its line: the place of the thing among those of this page, from 1.
    pub number: usize,
    /// Kilometres to the east.
    pub east_km: f32,
    /// Kilometres to the north.
    pub north_km: f32,
}

/// A member of a household, or one of those who sign. On the screen a line holds about 8 characters of name and
/// role together and 14 of the second line in care mode; 12 and 20 otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// For [`super::action::Action::Choose`]; empty when nothing can be done with the line.
    pub id: String,
    /// Masked name.
    pub name: String,
    /// Relation and role.
    pub role: Say,
    /// `Some(true)` signed, `Some(false)` not yet, `None` where nothing is signed.
    pub signed: Option<bool>,
    /// Second line: who signs for whom, when it was signed, what is missing.
    pub sub: Option<Say>,
    /// What touching the line does ("签字", "删除"); `None` for nothing.
    pub act: Option<Say>,
}

/// Where a picture stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureStage {
    /// The live picture is seen.
    Live,
    /// A picture was taken: use it, or take another.
    Taken,
    /// A telephone is awaited.
    Telephone,
    /// It is being sent.
    Sending,
    /// It has arrived.
    Received,
}

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayStage {
    /// The card is awaited.
    Card,
    /// The person pays with the telephone.
    Paying,
    /// The value is being written: do not take the card away.
    Writing,
    /// Written and read again.
    Done,
    /// Not written; the money goes back.
    Reversing,
    /// The money went back.
    Reversed,
    /// Nobody can tell: staff clears it up.
    Manual,
}

/// Where a talk stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallStage {
    /// In the queue.
    Waiting,
    /// Connected.
    Connected,
    /// Ended.
    Ended,
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
    /// What a check or a search brought. At most 6 rows, 4 with a slip.
    Outcome {
        /// How it is drawn.
        tone: Tone,
        /// Heading.
        title: Say,
        /// What it means and what to do with it.
        lead: Say,
        /// Details; their sources are not shown.
        rows: Vec<Row>,
        /// The slip.
        receipt: Paper,
        /// Main action.
        next: Button,
        /// Second actions.
        others: Vec<Button>,
    },
    /// A text to read before one goes on: a notice, a household's letter, a policy. A page holds, in lines of so many
    /// Chinese characters (two Latin letters count as one; each further paragraph costs half a line): 11 of 21 in
    /// the standard size, 9 of 19 large, 7 of 16 in care mode and in the largest size.
    Reading {
        /// Heading.
        title: Say,
        /// Paragraphs of this page.
        paragraphs: Vec<Say>,
        /// Who published it and when, if known.
        source: Option<Say>,
        /// From 0.
        page: usize,
        /// In all.
        pages: usize,
        /// Main action; off while the shortest reading time runs.
        next: Button,
        /// Second actions.
        others: Vec<Button>,
    },
    /// One of several equal things: an answer, an institution, a course, a case. A page holds 6 things (4 with pins)
    /// in the standard and the large size, 4 (3 with pins) in care mode, 3 in the largest. A title holds 18
    /// characters on one line, 14 in care mode; a longer one takes the place of its second line. In the largest size
    /// no plan is drawn, so the second line says the distance.
    Choose {
        /// Heading or question.
        title: Say,
        /// Second line.
        lead: Option<Say>,
        /// Things of this page. With `off` one is shown grey.
        choices: Vec<Choice>,
        /// Shown when there is none.
        empty: Say,
        /// Places of the things of this page on a plan around the terminal; empty for no plan.
        pins: Vec<Pin>,
        /// Source and date of a register, if any.
        note: Option<Say>,
        /// From 0.
        page: usize,
        /// In all, at least 1.
        pages: usize,
        /// Main action; `None` when touching a thing opens it.
        next: Option<Button>,
        /// Second actions.
        others: Vec<Button>,
    },
    /// One thing in full. A page holds 10 lines in the standard and the large size, 6 in care mode and in the largest:
    /// each row is one, each title of a section one and a half, and a value of more than 16 characters (12 in care
    /// mode) two. With pins, a code or a slip 4 lines remain.
    Record {
        /// Heading.
        title: Say,
        /// Second line.
        lead: Say,
        /// Parts of this page.
        sections: Vec<Section>,
        /// Where it is.
        pins: Vec<Pin>,
        /// Payload of a code to scan with one's own telephone, and what for.
        code: Option<(String, Say)>,
        /// Source and date.
        note: Option<Say>,
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
    /// Days and times of an appointment.
    Slots {
        /// Heading.
        title: Say,
        /// Where.
        place: Say,
        /// Days of this page; the chosen one is marked. Five at most, three in care mode and in the largest size.
        /// The title is the date (`11月23日`), the second line the weekday and, after a line break, what is left.
        /// A day that is off keeps its weekday and shows the reason below it.
        days: Vec<Choice>,
        /// From 0.
        page: usize,
        /// Pages of days.
        pages: usize,
        /// Times of the chosen day, twelve at most; the title is `09:00–09:30`.
        times: Vec<Choice>,
        /// Main action, off until a time is chosen.
        next: Button,
        /// Second actions.
        others: Vec<Button>,
    },
    /// 9 household: who belongs to it, and who has signed.
    Household {
        /// Heading.
        title: Say,
        /// What is to be done.
        lead: Say,
        /// Members of this page: four at most, two in care mode and in the largest size.
        members: Vec<Member>,
        /// From 0.
        page: usize,
        /// In all.
        pages: usize,
        /// E.g. until when all must have signed.
        note: Option<Say>,
        /// Main action.
        next: Button,
        /// Second actions, e.g. add by card, add by typing, sign later.
        others: Vec<Button>,
    },
    /// A picture of a paper or a photograph. Live and taken picture travel beside the page.
    Capture {
        /// What is taken.
        title: Say,
        /// How to lay it down, or what is wrong with the picture.
        lead: Say,
        /// Where it stands.
        stage: CaptureStage,
        /// Code with which a telephone opens the upload page; seen while the telephone is awaited.
        qr: Option<String>,
        /// From 1: the one of several papers.
        number: usize,
        /// In all.
        total: usize,
        /// Main action.
        next: Button,
        /// Second actions.
        others: Vec<Button>,
    },
    /// A payment and what is written with it.
    Pay {
        /// Heading.
        title: Say,
        /// Where it stands.
        stage: PayStage,
        /// `50.00 元`.
        amount: Say,
        /// Code to pay with; empty when it is not to be seen.
        qr: String,
        /// Card number, balance before and after; three at most.
        rows: Vec<Row>,
        /// The receipt.
        receipt: Paper,
        /// Seconds left, 0 for no limit.
        seconds_left: u32,
        /// Main action.
        next: Button,
        /// Second actions.
        others: Vec<Button>,
    },
    /// The talk with a remote officer.
    Call {
        /// Heading.
        title: Say,
        /// Where it stands.
        stage: CallStage,
        /// Who answers, or how many are before.
        lead: Say,
        /// What was said and shared, the newest last; at most six, in care mode four, in the largest size three.
        lines: Vec<Say>,
        /// Seconds of the wait or of the talk.
        seconds: u32,
        /// Main action.
        next: Button,
        /// Second actions.
        others: Vec<Button>,
    },
    /// How far a case is.
    Timeline {
        /// Service.
        title: Say,
        /// Number of the case.
        number: String,
        /// Present state in one sentence.
        lead: Say,
        /// States, five at most; in the largest size only the present one is shown.
        nodes: Vec<Node>,
        /// Reason of a refusal, missing papers, how to object; three at most, two with a slip.
        rows: Vec<Row>,
        /// The slip.
        receipt: Paper,
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
    /// Type, contrast, reach, voice and language.
    Comfort,
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
