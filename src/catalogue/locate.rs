//! Lines of a file by key path, so that a finding about the meaning can name its line.

use toml::de::{DeTable, DeValue};

/// One step of a key path.
#[derive(Debug, Clone, Copy)]
pub enum At<'a> {
    /// Member of a table.
    Key(&'a str),
    /// Element of an array, from 0.
    Index(usize),
}

/// Line and column, from 1, of a byte offset.
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

/// Line and column of the deepest member of `path` that the file has; `(1, 1)` when it has none.
pub fn locate(text: &str, path: &[At<'_>]) -> (usize, usize) {
    let Ok(root) = DeTable::parse(text) else {
        return (1, 1);
    };
    let mut offset = 0;
    let mut here: Option<&DeValue<'_>> = None;
    for (depth, step) in path.iter().enumerate() {
        match (step, here) {
            (At::Key(key), None) if depth == 0 => {
                let Some((name, value)) = root.get_ref().get_key_value(*key) else {
                    break;
                };
                offset = name.span().start;
                here = Some(value.get_ref());
            }
            (At::Key(key), Some(DeValue::Table(table))) => {
                let Some((name, value)) = table.get_key_value(*key) else {
                    break;
                };
                offset = name.span().start;
                here = Some(value.get_ref());
            }
            (At::Index(index), Some(DeValue::Array(array))) => {
                let Some(value) = array.get(*index) else { break };
                offset = value.span().start;
                here = Some(value.get_ref());
            }
            _ => break,
        }
    }
    line_column(text, offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_line_of_a_nested_key() {
        let text = "a = 1\n[[field]]\nid = \"x\"\n[[field]]\nid = \"y\"\nmask = \"name\"\n";
        assert_eq!(
            locate(text, &[At::Key("field"), At::Index(1), At::Key("mask")]),
            (6, 1)
        );
    }

    #[test]
    fn a_missing_key_points_to_its_table() {
        let text = "[[field]]\nid = \"x\"\n[[field]]\nid = \"y\"\n";
        let (line, _) = locate(text, &[At::Key("field"), At::Index(1), At::Key("mask")]);
        assert_eq!(line, 3);
    }
}
