//! What a page shows beside what is said of it at once: read after that, for who does not see it.

use super::view::{Choice, Fact, Field, Member, Node, Page, Row, Say, Section, Tile, View};

/// The words, in the order of the page. Controls are left out: the keypad says each as it comes to it.
/// A code or a PIN that is being typed is never among them.
pub(super) fn shown(view: &View) -> Vec<Say> {
    if view.dialog.is_some() {
        return Vec::new();
    }
    match &view.page {
        Page::Attract => board(view),
        Page::Home {
            tiles: all,
            shortcuts,
        } => tiles(all.iter().chain(shortcuts)),
        Page::List { services, .. } => tiles(services),
        Page::Service {
            facts: all, needs, ..
        } => facts(all.iter().chain(needs)),
        Page::LoginWays { ways, .. } => choices(ways),
        Page::SmsCode { phone_masked, .. } => vec![Say::Verbatim(phone_masked.clone())],
        Page::Form {
            known, fields, focus, ..
        } => {
            let mut all = rows(known);
            all.extend(fields.iter().flat_map(|field| field_words(field, focus)));
            all
        }
        Page::Review { declaration, .. } => vec![declaration.clone()],
        Page::Submitted {
            number, nodes: all, ..
        } => {
            let mut words = vec![Say::Verbatim(number.clone())];
            words.extend(nodes(all));
            words
        }
        Page::Table {
            columns,
            rows: lines,
            note,
            ..
        } => table(columns, lines, note),
        Page::Outcome { rows: all, .. } | Page::Pay { rows: all, .. } => rows(all),
        Page::Choose { note, .. } => note.iter().cloned().collect(),
        Page::Record { sections, note, .. } => {
            let mut words = sections_words(sections);
            words.extend(note.clone());
            words
        }
        Page::Slots { days, times, .. } => choices(days.iter().chain(times)),
        Page::Household { members, note, .. } => {
            let mut words: Vec<Say> = members.iter().flat_map(member).collect();
            words.extend(note.clone());
            words
        }
        Page::Call { lines, .. } => lines.clone(),
        Page::Timeline {
            number,
            nodes: all,
            rows: reasons,
            ..
        } => {
            let mut words = vec![Say::Verbatim(number.clone())];
            words.extend(nodes(all));
            words.extend(rows(reasons));
            words
        }
        Page::Problem { title, .. } => vec![title.clone()],
        Page::OutOfService { code, .. } => vec![Say::Verbatim(code.clone())],
        // What is said of these at once is all that they show.
        Page::Consent { .. }
        | Page::Card { .. }
        | Page::Face { .. }
        | Page::FaceAgain { .. }
        | Page::StaffWitness { .. }
        | Page::Signature { .. }
        | Page::Working { .. }
        | Page::Scan { .. }
        | Page::Reading { .. }
        | Page::Capture { .. }
        | Page::Certificate { .. }
        | Page::Rating { .. }
        | Page::Goodbye { .. } => Vec::new(),
    }
}

fn board(view: &View) -> Vec<Say> {
    let Some(board) = &view.chrome.board else {
        return Vec::new();
    };
    let mut words = vec![board.works.clone()];
    words.extend(board.off.iter().cloned());
    words.push(board.hours.clone());
    words.extend(board.elsewhere.clone());
    words
}

fn tiles<'a>(tiles: impl IntoIterator<Item = &'a Tile>) -> Vec<Say> {
    let words = |tile: &Tile| [Some(tile.title.clone()), tile.off.clone()];
    tiles.into_iter().flat_map(words).flatten().collect()
}

fn facts<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Vec<Say> {
    let words = |fact: &Fact| {
        [
            Some(fact.label.clone()),
            Some(fact.text.clone()),
            fact.sub.clone(),
        ]
    };
    facts.into_iter().flat_map(words).flatten().collect()
}

fn choices<'a>(choices: impl IntoIterator<Item = &'a Choice>) -> Vec<Say> {
    let words = |choice: &Choice| [Some(choice.title.clone()), choice.off.clone()];
    choices.into_iter().flat_map(words).flatten().collect()
}

fn rows(rows: &[Row]) -> Vec<Say> {
    let words = |row: &Row| [row.label.clone(), row.value.clone()];
    rows.iter().flat_map(words).collect()
}

fn sections_words(sections: &[Section]) -> Vec<Say> {
    let words = |section: &Section| {
        let mut words = vec![section.title.clone()];
        words.extend(rows(&section.rows));
        words
    };
    sections.iter().flat_map(words).collect()
}

fn nodes(nodes: &[Node]) -> Vec<Say> {
    nodes.iter().map(|node| node.title.clone()).collect()
}

fn member(member: &Member) -> [Say; 2] {
    [Say::Verbatim(member.name.clone()), member.role.clone()]
}

/// A field that is being typed into is left to its keys.
fn field_words(field: &Field, focus: &str) -> Vec<Say> {
    let mut words = vec![field.label.clone()];
    if field.id != focus && !field.value.is_empty() {
        words.push(Say::Verbatim(field.value.clone()));
    }
    words.extend(field.error.clone());
    words
}

fn table(columns: &[Say], lines: &[Vec<String>], note: &Say) -> Vec<Say> {
    let line = |cells: &Vec<String>| {
        let cells = cells.iter().map(|cell| Say::Verbatim(cell.clone()));
        let cells: Vec<Say> = cells.collect();
        columns.iter().cloned().zip(cells).flat_map(<[Say; 2]>::from)
    };
    let mut words: Vec<Say> = lines.iter().flat_map(line).collect();
    words.push(note.clone());
    words
}
