//! What a terminal decides about its visits: place, time-outs, thresholds.

/// Settings of a visit. Times are in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Region of the terminal, GB/T 2260, 6 or 12 digits.
    pub region: String,
    /// Words for this terminal: a service may be offered at some terminals alone.
    pub tags: Vec<String>,
    /// Name of the place, printed on receipts.
    pub place: String,
    /// Name of the machine, printed on receipts; may be empty.
    pub terminal: String,
    /// When the terminal can be used, `HH:MM-HH:MM`.
    pub hours: String,
    /// Name and distance (metres) of the nearest other terminal.
    pub elsewhere: Option<(String, u32)>,
    /// The data are fictitious: every slip says so.
    pub sample: bool,
    /// Language at the start of each visit.
    pub language: String,
    /// Random bytes of this run of the program: idempotency keys are derived from them.
    pub key_seed: [u8; 16],
    /// Base of the links on receipts; the case number is appended.
    pub portal: String,
    /// Without a touch on pages with personal data, until the warning.
    pub idle_s: u32,
    /// The same on public pages.
    pub public_idle_s: u32,
    /// Length of the warning's countdown.
    pub countdown_s: u32,
    /// How often in a row "more time" helps without anything else being done.
    pub more_time_max: u32,
    /// Care mode multiplies the waits by this.
    pub care_factor: u32,
    /// Longest visit; "more time" extends it by five minutes.
    pub longest_s: u32,
    /// Wait for a card.
    pub card_s: u32,
    /// One face check.
    pub face_s: u32,
    /// Tries with the face.
    pub face_tries: u8,
    /// Cosine from which on two templates are of the same person.
    pub face_matched: f32,
    /// Cosine from which on a member of staff decides.
    pub face_undecided: f32,
    /// Wait for a code.
    pub scan_s: u32,
    /// Goodbye page.
    pub goodbye_s: u32,
    /// A card that is left behind for so long calls the staff.
    pub card_left_s: u32,
    /// A submission without an answer is asked about for so long.
    pub confirm_s: u32,
    /// Between two questions.
    pub confirm_every_s: u32,
    /// Between two looks at a certificate that is being issued.
    pub poll_s: u32,
    /// Services on one page of a list.
    pub list_rows: usize,
    /// The screen is wider than high: less room for what is read.
    pub landscape: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            region: "440104".to_owned(),
            tags: Vec::new(),
            place: String::new(),
            terminal: String::new(),
            hours: "00:00-24:00".to_owned(),
            elsewhere: None,
            sample: false,
            language: crate::text::BASE.to_owned(),
            key_seed: [0; 16],
            portal: "https://gateway.example.gov.cn/case/".to_owned(),
            idle_s: 60,
            public_idle_s: 120,
            countdown_s: 20,
            more_time_max: 10,
            care_factor: 3,
            longest_s: 1800,
            card_s: 60,
            face_s: 30,
            face_tries: 3,
            face_matched: 0.60,
            face_undecided: 0.50,
            scan_s: 60,
            goodbye_s: 15,
            card_left_s: 60,
            confirm_s: 60,
            confirm_every_s: 5,
            poll_s: 3,
            list_rows: 6,
            landscape: false,
        }
    }
}
