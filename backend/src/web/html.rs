//! Making of pages: escaped text in a small frame that every telephone can show.

use std::fmt::Write as _;

use kiosk::protocol::body::Words;

use super::form::Form;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::words::text;

/// What goes back.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Media type.
    pub kind: &'static str,
    /// Body.
    pub body: Vec<u8>,
    /// Where to go on.
    pub location: Option<String>,
    /// Cookie.
    pub cookie: Option<String>,
}

impl Reply {
    /// A body of a type.
    pub fn of(kind: &'static str, body: Vec<u8>) -> Self {
        Self {
            status: 200,
            kind,
            body,
            location: None,
            cookie: None,
        }
    }

    /// Goes on at a path of ours.
    pub fn to(path: &str) -> Self {
        Self {
            status: 303,
            location: Some(path.to_owned()),
            ..Self::of("text/html; charset=utf-8", Vec::new())
        }
    }
}

/// A page in the making. Whatever is put in as text is escaped.
pub struct Html {
    language: &'static str,
    body: String,
}

/// Text that means nothing to a browser but itself.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

impl Html {
    /// An empty page in the reader's language.
    pub fn new(request: &Request<'_>) -> Self {
        Self::in_language(super::language(&request.received.headers))
    }

    /// An empty page in a language.
    pub fn in_language(language: &'static str) -> Self {
        Self {
            language,
            body: String::new(),
        }
    }

    /// Our words by id, in the reader's language.
    pub fn own(&self, id: &str) -> String {
        self.pick(&text(id))
    }

    /// Words in the reader's language, or in Chinese.
    pub fn pick(&self, words: &Words) -> String {
        let found = words.get(self.language).or_else(|| words.get("zh-Hans"));
        found.cloned().unwrap_or_default()
    }

    fn element(&mut self, tag: &str, content: &str) -> &mut Self {
        let _ = write!(self.body, "<{tag}>{}</{tag}>", escaped(content));
        self
    }

    /// Heading.
    pub fn heading(&mut self, content: &str) -> &mut Self {
        self.element("h1", content)
    }

    /// Second heading.
    pub fn section(&mut self, content: &str) -> &mut Self {
        self.element("h2", content)
    }

    /// Paragraph.
    pub fn paragraph(&mut self, content: &str) -> &mut Self {
        self.element("p", content)
    }

    /// Label and value.
    pub fn line(&mut self, label: &str, value: &str) -> &mut Self {
        let _ = write!(
            self.body,
            "<dl><dt>{}</dt><dd>{}</dd></dl>",
            escaped(label),
            escaped(value)
        );
        self
    }

    /// A link to a path of ours.
    pub fn link(&mut self, path: &str, content: &str) -> &mut Self {
        let _ = write!(
            self.body,
            r#"<p><a href="{}">{}</a></p>"#,
            escaped(path),
            escaped(content)
        );
        self
    }

    /// A picture of ours.
    pub fn picture(&mut self, path: &str, words: &str) -> &mut Self {
        let _ = write!(
            self.body,
            r#"<p><img src="{}" alt="{}"></p>"#,
            escaped(path),
            escaped(words)
        );
        self
    }

    /// Begins a form that is sent to a path of ours; `file` for one with a picture.
    pub fn form(&mut self, path: &str, file: bool) -> &mut Self {
        let kind = if file {
            r#" enctype="multipart/form-data""#
        } else {
            ""
        };
        let _ = write!(
            self.body,
            r#"<form method="post" action="{}"{kind}>"#,
            escaped(path)
        );
        self
    }

    /// A search that stays on this page.
    pub fn search(&mut self, path: &str, value: &str, button: &str) -> &mut Self {
        let _ = write!(
            self.body,
            r#"<form method="get" action="{}"><input name="q" value="{}"><button>{}</button></form>"#,
            escaped(path),
            escaped(value),
            escaped(button)
        );
        self
    }

    /// A value that nobody sees.
    pub fn hidden(&mut self, name: &str, value: &str) -> &mut Self {
        let _ = write!(
            self.body,
            r#"<input type="hidden" name="{name}" value="{}">"#,
            escaped(value)
        );
        self
    }

    /// A box to fill in; `attributes` are ours.
    pub fn input(&mut self, name: &str, label: &str, attributes: &str) -> &mut Self {
        let _ = write!(
            self.body,
            r#"<label>{}<input name="{name}" {attributes}></label>"#,
            escaped(label)
        );
        self
    }

    /// A large box to fill in.
    pub fn text_area(&mut self, name: &str, label: &str) -> &mut Self {
        let _ = write!(
            self.body,
            r#"<label>{}<textarea name="{name}" rows="4" maxlength="2000"></textarea></label>"#,
            escaped(label)
        );
        self
    }

    /// One of several.
    pub fn radio(&mut self, name: &str, value: &str, label: &str) -> &mut Self {
        let _ = write!(
            self.body,
            r#"<label class="row"><input type="radio" name="{name}" value="{}" required>{}</label>"#,
            escaped(value),
            escaped(label)
        );
        self
    }

    /// The box for the signature, with the script that fills `strokes`.
    pub fn signature(&mut self) -> &mut Self {
        self.body.push_str(
            r#"<canvas id="pad" width="1000" height="400"></canvas><input type="hidden" name="strokes" id="strokes">"#,
        );
        self
    }

    /// A button of the form.
    pub fn button(&mut self, name: &str, value: &str, label: &str) -> &mut Self {
        let _ = write!(
            self.body,
            r#"<button name="{name}" value="{}">{}</button>"#,
            escaped(value),
            escaped(label)
        );
        self
    }

    /// A button that only the script hears.
    pub fn plain_button(&mut self, id: &str, label: &str) -> &mut Self {
        let _ = write!(
            self.body,
            r#"<button type="button" id="{id}" class="plain">{}</button>"#,
            escaped(label)
        );
        self
    }

    /// Loads the script of the signature, and says what to do without one.
    pub fn script(&mut self) -> &mut Self {
        let words = self.own("web.no_script");
        let _ = write!(
            self.body,
            r#"<noscript><p>{}</p></noscript><script src="/assets/sign.js"></script>"#,
            escaped(&words)
        );
        self
    }

    /// Ends a form.
    pub fn end(&mut self) -> &mut Self {
        self.body.push_str("</form>");
        self
    }

    /// The finished page.
    pub fn reply(&self) -> Reply {
        let title = self.own("web.title");
        let page = format!(
            concat!(
                r#"<!doctype html><html lang="{}"><head><meta charset="utf-8">"#,
                r#"<meta name="viewport" content="width=device-width, initial-scale=1"><title>{}</title>"#,
                r#"<link rel="stylesheet" href="/assets/page.css"></head><body><header>{}</header>"#,
                "<main>{}</main></body></html>"
            ),
            self.language,
            escaped(&title),
            escaped(&self.own("web.sample")),
            self.body
        );
        Reply::of("text/html; charset=utf-8", page.into_bytes())
    }
}

/// A page that says why something was refused, and what to do.
pub fn refused(language: &'static str, refusal: &Refusal) -> Reply {
    let mut page = Html::in_language(language);
    let words = match refusal.case {
        Case::NotFound => text("web.nothing_here"),
        _ => refusal.problem.user_message.clone(),
    };
    let words = page.pick(&words);
    page.paragraph(&words).paragraph(&refusal.problem.code);
    Reply {
        status: refusal.status(),
        ..page.reply()
    }
}

/// `GET /assets/page.css`.
pub fn style(_: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    Ok(Reply::of(
        "text/css; charset=utf-8",
        include_bytes!("page.css").to_vec(),
    ))
}

/// `GET /assets/sign.js`.
pub fn script(_: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    Ok(Reply::of(
        "text/javascript; charset=utf-8",
        include_bytes!("sign.js").to_vec(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_shown_and_never_run() {
        let mut page = Html::in_language("zh-Hans");
        page.heading("<script>alert(1)</script>")
            .line("a", "\"><img src=x onerror=1>")
            .hidden("h", "'\"&");
        let body = String::from_utf8(page.reply().body).unwrap();
        assert!(!body.contains("<script>") && !body.contains("<img"));
        assert!(body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(body.contains("value=\"&#39;&quot;&amp;\""));
    }
}
