//! What a browser sends: fields of a form, and one picture at most.

use std::collections::BTreeMap;

use crate::http::request::Received;
use crate::problem::{Case, Refusal};

/// A received form; empty for a page that is only read.
#[derive(Default)]
pub struct Form {
    fields: BTreeMap<String, String>,
    /// The file.
    pub file: Option<Vec<u8>>,
}

impl Form {
    /// Reads the body by its type.
    ///
    /// # Errors
    /// `unsupported-media-type`, `malformed-request`.
    pub fn of(received: &Received) -> Result<Self, Refusal> {
        if received.body.is_empty() {
            return Ok(Self::default());
        }
        let kind = received.header("content-type").unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            let text =
                std::str::from_utf8(&received.body).map_err(|_| Refusal::from(Case::MalformedRequest))?;
            return Ok(Self {
                fields: urlencoded(text),
                file: None,
            });
        }
        let boundary = kind
            .strip_prefix("multipart/form-data")
            .and_then(|rest| rest.split_once("boundary="))
            .map(|(_, boundary)| boundary.split(';').next().unwrap_or_default().trim_matches('"'))
            .filter(|boundary| (1..=70).contains(&boundary.len()))
            .ok_or(Case::UnsupportedMediaType)?;
        multipart(&received.body, boundary).ok_or_else(|| Case::MalformedRequest.into())
    }

    /// A field; empty for none.
    pub fn text(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

fn urlencoded(text: &str) -> BTreeMap<String, String> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (unescape(name), unescape(value)))
        .collect()
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok()),
            _ => None,
        };
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}

/// RFC 7578. Fields are text; the first file is kept, others are let go.
fn multipart(body: &[u8], boundary: &str) -> Option<Form> {
    let delimiter = format!("\r\n--{boundary}");
    let opening = format!("--{boundary}");
    let mut form = Form::default();
    let mut rest = body.get(find(body, opening.as_bytes())? + opening.len()..)?;
    loop {
        if rest.starts_with(b"--") {
            return Some(form);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, delimiter.as_bytes())?;
        let (part, tail) = rest.split_at_checked(end)?;
        take(&mut form, part)?;
        rest = tail.get(delimiter.len()..)?;
    }
}

fn take(form: &mut Form, part: &[u8]) -> Option<()> {
    let split = find(part, b"\r\n\r\n")?;
    let (head, content) = part.split_at_checked(split)?;
    let content = content.get(4..)?;
    let head = String::from_utf8_lossy(head);
    let parameter = |name: &str| {
        let (_, rest) = head.split_once(&format!("{name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    };
    if parameter("filename").is_some() {
        if form.file.is_none() {
            form.file = Some(content.to_vec());
        }
        return Some(());
    }
    // `filename` holds `name` too; without it the first one is the field's.
    let name = parameter(" name")?;
    form.fields
        .insert(name, String::from_utf8_lossy(content).into_owned());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_unescaped() {
        let fields = urlencoded("a=%E6%9D%8E+x%2B&b=%zz&c=%2&d");
        assert_eq!(fields["a"], "李 x+");
        assert_eq!((fields["b"].as_str(), fields["c"].as_str()), ("%zz", "%2"));
        assert!(!fields.contains_key("d"));
    }

    #[test]
    fn a_form_with_a_file_is_read_and_a_broken_one_is_not() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nhello\r\n--x\r\n\
            Content-Disposition: form-data; name=\"picture\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\xFF\xD8\r\n--y\r\n--x--\r\n";
        let form = multipart(body, "x").unwrap();
        assert_eq!(form.text("t"), "hello");
        assert_eq!(form.file.unwrap(), b"\xFF\xD8\r\n--y");
        for cut in 0..body.len() - 6 {
            assert!(multipart(&body[..cut], "x").is_none(), "cut at {cut}");
        }
    }
}
