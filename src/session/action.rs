//! What a person can do on the screen. The presenter sends these, and so do scripted visits.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A stroke's point: x and y in 0.01 mm from the upper left corner of the box, t in ms.
pub type StrokePoint = [i32; 3];

/// What a finger drew. Personal data: zeroed when dropped.
#[derive(Debug, Clone, Default, PartialEq, Zeroize, ZeroizeOnDrop)]
pub struct Drawing {
    /// Width and height of the box on the screen, in 0.01 mm.
    pub size: [i32; 2],
    /// The strokes, in the order in which they were drawn.
    pub strokes: Vec<Vec<StrokePoint>>,
}

/// One action.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Touch the attract screen.
    Start,
    /// One page back.
    Back,
    /// To the home page; asks first when something would be lost.
    Home,
    /// End the visit. While the dialog "something would be lost" is open: yes, to whatever was asked
    /// for (home or out).
    Leave,
    /// Call a member of staff.
    CallStaff,
    /// Close the open dialog.
    CloseDialog,
    /// "I am still here."
    MoreTime,
    /// Read the page aloud.
    ReadAloud,
    /// Next text size.
    BiggerText,
    /// Care mode on or off.
    CareMode(bool),
    /// High contrast on or off.
    HighContrast(bool),
    /// Low reach on or off: all that is pressed stands where somebody who sits can reach it.
    LowReach(bool),
    /// The page of all such settings, over whatever is shown.
    Comfort,
    /// The screen is dark: who listens is not read over the shoulder.
    Curtain(bool),
    /// The focus goes on by itself after so many milliseconds, for who has one switch; 0: it does not.
    Scan(u32),
    /// The page is read by itself, and what the keypad comes to.
    Aloud(bool),
    /// Stop speaking.
    Hush,
    /// One step louder, or less loud.
    Louder(bool),
    /// Who speaks (`cmn`, `yue`, `en`).
    Voice(&'static str),
    /// A key of the tactile keypad was pressed.
    Keypad,
    /// The keypad has come to this: what it says is what stands there.
    Reached(String),
    /// Language by tag (`zh-Hans`, `en`).
    Language(String),
    /// Open a category of the home page.
    OpenCategory(String),
    /// Open the search page.
    OpenSearch,
    /// Open a service.
    OpenService(String),
    /// Turn a list to another page, from 0.
    TurnPage(usize),
    /// The page's main action (the one green button). With a field focused it goes to the next field
    /// that still needs something, or closes the keyboard; a second time it leaves the form.
    Next,
    /// Choose one of several equal things by its id: a login way (`face`, `sms`, `witness`), an option
    /// of a field (`field=code`), or what a button of the page carries (`print`, `switch`).
    Choose(String),
    /// Refuse: consent, face, printing.
    Decline,
    /// Give a field the focus; empty to close the keyboard.
    Focus(String),
    /// Type into the focused field (whole words from the input method).
    Type(String),
    /// Delete the last character of the focused field.
    Erase,
    /// Empty the focused field.
    Clear,
    /// Tick or untick.
    Toggle(String),
    /// Go back from the review to the step that holds these fields.
    Edit(String),
    /// The signature so far (all of it).
    Sign(Drawing),
    /// Wipe the signature and write again.
    SignAgain,
    /// Ask for a further SMS code.
    SendCodeAgain,
    /// Answer to "did the paper come out?".
    PaperCameOut(bool),
    /// Go on with the same job after a fault.
    TryAgain,
    /// Rate, 1 to 5.
    Rate(u8),
    /// A remark on the rating page.
    RateTag(String),
    /// Do not rate.
    SkipRating,
    /// Another matter, same person.
    AnotherMatter,
}
