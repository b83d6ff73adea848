//! All values of the page's global in one structure: the mapping fills what a page uses, the rest
//! stays empty, and only what differs from before is set. So nothing of a person stays in a value
//! that the present page does not show, and a countdown repaints nothing but itself.

use kiosk_ui as ui;
use slint::{ModelRc, SharedString, VecModel};

use crate::session::action::Action;
use crate::session::view;

use super::list::List;
use super::picture;

macro_rules! values {
    ($($name:ident $set:ident: $type:ty,)+) => {
        /// Single values.
        #[derive(Clone, Default, PartialEq)]
        pub(super) struct Values {
            $(pub $name: $type,)+
        }

        impl Values {
            fn apply(&self, old: &Self, page: &ui::Page<'_>) {
                $(if self.$name != old.$name {
                    page.$set(self.$name.clone());
                })+
            }
        }
    };
}

values! {
    title set_title: SharedString,
    lead set_lead: SharedString,
    note set_note: SharedString,
    error set_error: SharedString,
    category set_category: SharedString,
    number set_number: SharedString,
    who set_who: SharedString,
    seconds_left set_seconds_left: i32,
    next set_next: ui::ButtonData,
    searching set_searching: bool,
    query set_query: SharedString,
    page set_page: i32,
    pages set_pages: i32,
    card set_card: ui::CardState,
    challenge set_challenge: ui::Challenge,
    hint set_hint: ui::FaceHint,
    attempt set_attempt: i32,
    focus set_focus: SharedString,
    value set_value: SharedString,
    pin_length set_pin_length: i32,
    document set_document: SharedString,
    fingerprint set_fingerprint: SharedString,
    written set_written: bool,
    declaration set_declaration: SharedString,
    declared set_declared: bool,
    empty set_empty: SharedString,
    camera set_camera: bool,
    tone set_tone: ui::Tone,
    plan_radius set_plan_radius: i32,
    code_text set_code_text: SharedString,
    capture set_capture: ui::CaptureStage,
    pay set_pay: ui::PayStage,
    amount set_amount: SharedString,
    call set_call: ui::CallStage,
    seconds set_seconds: i32,
    part set_part: ui::PartKind,
    happened set_happened: SharedString,
    kept set_kept: SharedString,
    now set_now: SharedString,
    level set_level: i32,
    card_left set_card_left: bool,
    slips set_slips: i32,
    sheets set_sheets: i32,
}

/// A field, comparable with its options.
#[derive(Clone, PartialEq)]
pub(super) struct Field {
    /// Without options.
    pub data: ui::FieldData,
    pub options: Vec<ui::ChoiceData>,
}

/// A part of the review, comparable with its rows.
#[derive(Clone, PartialEq)]
pub(super) struct Section {
    pub edit: SharedString,
    pub title: SharedString,
    pub rows: Vec<ui::RowData>,
}

/// A paper, comparable without its picture.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Paper {
    pub kind: ui::PaperKind,
    pub page: i32,
    pub pages: i32,
    pub reason: SharedString,
    /// Payload.
    pub qr: String,
}

/// Which keyboard the page asks for.
#[derive(Clone, Default, PartialEq)]
pub(super) struct KeyboardWish {
    /// Field that is typed into; empty for none.
    pub field: String,
    pub kind: Option<view::Keyboard>,
    pub card_number: bool,
    /// Field that the green key goes on to; empty: it closes the keyboard.
    pub after: String,
}

macro_rules! lists {
    ($($name:ident $set:ident: $data:ty => $row:ty, $make:expr;)+) => {
        /// Rows of the lists.
        #[derive(Default)]
        pub(super) struct Rows {
            $(pub $name: Vec<$data>,)+
        }

        struct Lists {
            $($name: List<$data, $row>,)+
        }

        impl Lists {
            fn new(page: &ui::Page<'_>) -> Self {
                let lists = Self { $($name: List::new($make),)+ };
                $(page.$set(lists.$name.model());)+
                lists
            }

            fn set(&self, rows: Rows) {
                $(self.$name.set(rows.$name);)+
            }
        }
    };
}

lists! {
    others set_others: ui::ButtonData => ui::ButtonData, Clone::clone;
    tiles set_tiles: ui::TileData => ui::TileData, Clone::clone;
    shortcuts set_shortcuts: ui::TileData => ui::TileData, Clone::clone;
    facts set_facts: ui::FactData => ui::FactData, Clone::clone;
    needs set_needs: ui::FactData => ui::FactData, Clone::clone;
    choices set_choices: ui::ChoiceData => ui::ChoiceData, Clone::clone;
    rows set_rows: ui::RowData => ui::RowData, Clone::clone;
    challenges set_challenges: ui::ChallengeData => ui::ChallengeData, Clone::clone;
    fields set_fields: Field => ui::FieldData, field_row;
    sections set_sections: Section => ui::SectionData, section_row;
    nodes set_nodes: ui::NodeData => ui::NodeData, Clone::clone;
    paragraphs set_paragraphs: SharedString => SharedString, Clone::clone;
    pins set_pins: ui::PinData => ui::PinData, Clone::clone;
    times set_times: ui::ChoiceData => ui::ChoiceData, Clone::clone;
    members set_members: ui::MemberData => ui::MemberData, Clone::clone;
    columns set_columns: SharedString => SharedString, Clone::clone;
    table set_table: Vec<SharedString> => ui::TableRow, |cells| ui::TableRow { cells: model(cells) };
}

fn model<T: Clone + 'static>(rows: &[T]) -> ModelRc<T> {
    ModelRc::new(VecModel::from(rows.to_vec()))
}

fn field_row(field: &Field) -> ui::FieldData {
    ui::FieldData {
        options: model(&field.options),
        ..field.data.clone()
    }
}

fn section_row(section: &Section) -> ui::SectionData {
    ui::SectionData {
        edit: section.edit.clone(),
        title: section.title.clone(),
        rows: model(&section.rows),
    }
}

/// A whole page, ready for the screen.
#[derive(Default)]
pub(super) struct Screen {
    pub kind: ui::PageKind,
    pub values: Values,
    pub rows: Rows,
    pub paper: Paper,
    /// Payload of the code for one's own telephone; empty for none.
    pub code: String,
    /// What the main action does.
    pub next: Option<Action>,
    /// What the second actions do, in their order.
    pub others: Vec<Action>,
    pub keyboard: KeyboardWish,
}

/// The page's global with what it shows at present.
pub(super) struct PageGlobal {
    kind: ui::PageKind,
    values: Values,
    paper: Paper,
    code: String,
    lists: Lists,
}

impl PageGlobal {
    pub fn new(page: &ui::Page<'_>) -> Self {
        // The defaults of the .slint file are not all those of Rust: set every value once.
        let values = Values {
            pages: 1,
            attempt: 1,
            ..Values::default()
        };
        page.set_pages(values.pages);
        page.set_attempt(values.attempt);
        page.set_kind(ui::PageKind::Attract);
        Self {
            kind: ui::PageKind::Attract,
            values,
            paper: Paper::default(),
            code: String::new(),
            lists: Lists::new(page),
        }
    }

    /// Shows a page; says whether it is another one than before.
    pub fn show(&mut self, page: &ui::Page<'_>, screen: Screen) -> bool {
        let turned = self.kind != screen.kind;
        if turned {
            page.set_ink(SharedString::default());
        }
        screen.values.apply(&self.values, page);
        self.lists.set(screen.rows);
        if screen.paper != self.paper {
            page.set_paper(paper_data(&screen.paper));
        }
        if screen.code != self.code {
            page.set_code(picture::code(&screen.code));
        }
        // Last, so that the new page is made with its data.
        if turned {
            page.set_kind(screen.kind);
        }
        (self.kind, self.values) = (screen.kind, screen.values);
        (self.paper, self.code) = (screen.paper, screen.code);
        turned
    }
}

fn paper_data(paper: &Paper) -> ui::PaperData {
    ui::PaperData {
        kind: paper.kind,
        page: paper.page,
        pages: paper.pages,
        // Half of the present page: honest about a page that is still inside.
        progress: if paper.pages > 0 {
            (paper.page as f32 - 0.5).max(0.0) / paper.pages as f32
        } else {
            0.5
        },
        reason: paper.reason.clone(),
        qr: picture::code(&paper.qr),
    }
}
