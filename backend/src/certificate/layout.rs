//! What each certificate says: one template for all, the words in `texts/certificates.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kiosk::catalogue::model::Text;
use serde::Deserialize;

/// Values by the name in `{…}`.
pub type Values = BTreeMap<String, String>;

/// The words of one certificate.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Id, signed with the fields.
    pub kind: String,
    /// Row of the list of services.
    row: String,
    /// Name.
    pub title: Text,
    /// Who issues it, a text of `texts/office.toml`.
    pub office: String,
    opening: String,
    columns: Vec<String>,
    cells: Vec<String>,
    /// Row of the list of services whose register fills the table; otherwise it has one row.
    pub records: Option<String>,
    closing: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    certificate: Vec<Layout>,
}

static LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    toml::from_str::<File>(include_str!("../../texts/certificates.toml"))
        .map(|file| file.certificate)
        .unwrap_or_default()
});

impl Layout {
    /// The layout of a service by the rows that it covers.
    pub fn of_rows(rows: &[String]) -> Option<&'static Self> {
        LAYOUTS.iter().find(|layout| rows.contains(&layout.row))
    }

    /// A layout by the kind that was signed; kinship for a certificate without one, which is older.
    pub fn of_kind(kind: Option<&str>) -> Option<&'static Self> {
        let kind = kind.unwrap_or("kinship");
        LAYOUTS.iter().find(|layout| layout.kind == kind)
    }

    /// What stands on the paper: this is signed, and printed as it is.
    pub fn fields(&self, values: &Values, records: &[Values]) -> BTreeMap<String, String> {
        let one_row = [Values::new()];
        let rows: Vec<Vec<String>> = if self.records.is_some() { records } else { &one_row }
            .iter()
            .map(|row| {
                let value = |name: &str| row.get(name).or_else(|| values.get(name));
                self.cells.iter().map(|cell| fill(cell, value)).collect()
            })
            .collect();
        let words = |template: &String| fill(template, |name| values.get(name));
        let json = |list: &[String]| serde_json::to_string(list).unwrap_or_default();
        let closing: Vec<String> = self.closing.iter().map(words).collect();
        [
            ("kind", self.kind.clone()),
            ("title", self.title.get("zh-Hans").cloned().unwrap_or_default()),
            ("opening", words(&self.opening)),
            ("columns", json(&self.columns)),
            ("rows", serde_json::to_string(&rows).unwrap_or_default()),
            ("closing", json(&closing)),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}

/// Puts values in once: what stands in a value is never read as a name.
fn fill<'a>(template: &str, value: impl Fn(&str) -> Option<&'a String>) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, following)) = after.split_once('}') else {
            break;
        };
        text.push_str(before);
        text.push_str(value(name).map_or("", String::as_str));
        rest = following;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_readable_and_every_row_has_its_own_kind() {
        let mut kinds: Vec<&str> = LAYOUTS.iter().map(|layout| layout.kind.as_str()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!((LAYOUTS.len(), kinds.len()), (9, 9));
        for layout in LAYOUTS.iter() {
            assert_eq!(layout.columns.len(), layout.cells.len(), "{}", layout.kind);
            assert!(
                !crate::words::text(&layout.office).is_empty(),
                "{}",
                layout.office
            );
            assert!(layout.title.contains_key("en"));
        }
        let rows = ["B13", "G01", "G02", "G03", "G04", "G05", "H02", "H05"];
        for row in rows {
            assert!(Layout::of_rows(&[row.to_owned()]).is_some(), "{row}");
        }
    }

    #[test]
    fn values_are_put_in_once_and_never_read_as_names() {
        let values = Values::from([
            ("a".to_owned(), "{b}".to_owned()),
            ("b".to_owned(), "secret".to_owned()),
        ]);
        assert_eq!(fill("x{a}y{missing}z{", |name| values.get(name)), "x{b}yz{");
    }

    #[test]
    fn a_table_of_a_register_has_a_line_for_each_record() {
        let layout = Layout::of_kind(Some("tax")).unwrap();
        let record = |year: &str| Values::from([("year".to_owned(), year.to_owned())]);
        let fields = layout.fields(&Values::new(), &[record("2024"), record("2025")]);
        let rows: Vec<Vec<String>> = serde_json::from_str(&fields["rows"]).unwrap();
        assert_eq!((rows.len(), rows[1][0].as_str()), (2, "2025"));
    }
}
