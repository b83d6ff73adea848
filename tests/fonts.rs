//! The fonts that `scripts/setup.sh` installs draw every character that a name or a text can have.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use fontdb::{Database, Family, Query};
use kiosk::text::Texts;

/// Where Debian's packages put their fonts.
const FONTS: &str = "/usr/share/fonts";
/// The font of the screens, and the one to which rare characters fall back.
const SCREEN: [&str; 2] = ["Noto Sans CJK SC", "HanaMinB"];
/// The ideographs of GB 18030-2022 at implementation level 3.
const LEVEL_3: [(char, char); 8] = [
    ('\u{4e00}', '\u{9fef}'),   // the unified block
    ('\u{3400}', '\u{4db5}'),   // extension A
    ('\u{20000}', '\u{2a6d6}'), // B
    ('\u{2a700}', '\u{2b734}'), // C
    ('\u{2b740}', '\u{2b81d}'), // D
    ('\u{2b820}', '\u{2cea1}'), // E
    ('\u{2ceb0}', '\u{2ebe0}'), // F
    ('\u{fa0e}', '\u{fa29}'),   // see `OF_COMPATIBILITY`
];
/// Unified ideographs among those of compatibility; the others between them are no ideographs of their own.
const OF_COMPATIBILITY: &str = "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩";

static INSTALLED: LazyLock<Database> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_fonts_dir(FONTS);
    fonts
});

/// Which of the characters a family has no glyph for.
fn lacking(family: &str, characters: impl IntoIterator<Item = char>) -> BTreeSet<char> {
    let query = Query {
        families: &[Family::Name(family)],
        ..Query::default()
    };
    let Some(id) = INSTALLED.query(&query) else {
        panic!("the font {family} is not installed (run scripts/setup.sh)");
    };
    let lacking = INSTALLED.with_face_data(id, |data, index| {
        let face = ttf_parser::Face::parse(data, index).unwrap();
        characters
            .into_iter()
            .filter(|char| face.glyph_index(*char).is_none())
            .collect()
    });
    lacking.unwrap()
}

/// The same for a family with those it falls back to.
fn lacking_in_all(families: &[&str], characters: BTreeSet<char>) -> BTreeSet<char> {
    families
        .iter()
        .fold(characters, |left, family| lacking(family, left))
}

fn texts() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/texts");
    let mut files = BTreeMap::new();
    for language in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(language.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            files.insert(path.display().to_string(), text);
        }
    }
    files
}

/// What a file says, without its comments and ids.
fn said(text: &str) -> BTreeSet<char> {
    let table: BTreeMap<String, String> = toml::from_str(text).unwrap();
    let characters = table.values().flat_map(|words| words.chars());
    characters.filter(|char| !char.is_control()).collect()
}

#[test]
fn every_ideograph_of_gb_18030_2022_can_be_drawn() {
    let of_compatibility =
        |char: &char| !('\u{fa0e}'..='\u{fa29}').contains(char) || OF_COMPATIBILITY.contains(*char);
    let level_3: BTreeSet<char> = LEVEL_3
        .into_iter()
        .flat_map(|(first, last)| first..=last)
        .filter(of_compatibility)
        .collect();
    assert_eq!(level_3.len(), 87_887);
    assert_eq!(lacking_in_all(&SCREEN, level_3), BTreeSet::new());
}

#[test]
fn every_text_of_a_language_can_be_drawn_in_its_own_font() {
    let files = texts();
    let texts = Texts::load(&files).unwrap();
    for (language, pack) in texts.packs() {
        let own = pack.font.as_deref().unwrap_or(SCREEN[0]);
        let folder = format!("/{language}/");
        let characters: BTreeSet<char> = files
            .iter()
            .filter(|(path, _)| path.contains(&folder))
            .flat_map(|(_, text)| said(text))
            .collect();
        assert!(!characters.is_empty(), "{language}");
        assert_eq!(lacking(own, characters), BTreeSet::new(), "{language} in {own}");
    }
}

#[test]
fn what_is_shown_by_its_code_is_what_no_font_can_draw() {
    let blocks = [
        '\u{3400}'..='\u{4dbf}',
        '\u{4e00}'..='\u{9fff}',
        '\u{20000}'..='\u{2a6df}',
        '\u{2a700}'..='\u{2b73f}',
        '\u{2b740}'..='\u{2b81d}',
        '\u{2b820}'..='\u{2cea1}',
        '\u{2ceb0}'..='\u{2ebe0}',
        '\u{2ebf0}'..='\u{2ee5d}',
        '\u{30000}'..='\u{3134a}',
        '\u{31350}'..='\u{323af}',
    ];
    let all: BTreeSet<char> = blocks.into_iter().flatten().collect();
    let by_code: BTreeSet<char> = all
        .iter()
        .copied()
        .filter(|char| !kiosk::text::rare::is_drawn(*char))
        .collect();
    assert_eq!(lacking_in_all(&SCREEN, all), by_code);
}
