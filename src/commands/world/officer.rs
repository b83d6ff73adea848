//! The sample officer at the backend's own pages: answers talks and decides matters.

use super::browser::{Browser, value};
use super::{DemoWorld, Officer};

/// The sample officer who decides.
const SIGN_IN: [(&str, &str); 2] = [("staff_number", "1002"), ("pin", "135790")];

const NUMBER_LENGTH: usize = 14;

impl DemoWorld {
    pub(super) fn officer(&self, what: &Officer) -> Result<(), String> {
        let base = self.sample("/sample/pages")?;
        let base = base
            .get("base")
            .and_then(|base| base.as_str())
            .unwrap_or_default()
            .to_owned();
        let mut browser = Browser::new()?;
        browser.post(&format!("{base}/officer/login"), &SIGN_IN)?;
        let (list, act, name, words) = match what {
            Officer::Answer => ("/officer/talks", "answer", "words", ""),
            Officer::Say(words) => ("/officer/talks", "say", "words", words.as_str()),
            Officer::End(words) => ("/officer/talks", "end", "result", words.as_str()),
            Officer::Decide(act, reason) => ("/officer", act.as_str(), "reason", reason.as_str()),
        };
        // A matter by the number of its slip.
        let asked = match what {
            Officer::Decide(..) => format!("?q={}", self.number_on_slip()?),
            _ => String::new(),
        };
        let page = browser.get(&format!("{base}{list}{asked}"))?;
        let path = first(&page).ok_or("nothing waits for the officer")?;
        let page = browser.get(&format!("{base}{path}"))?;
        let fields = [
            ("act", act),
            (name, words),
            ("form_token", value(&page, "form_token")?),
        ];
        browser.post(&format!("{base}{path}/acts"), &fields).map(drop)
    }

    /// A letter and thirteen digits.
    fn number_on_slip(&self) -> Result<String, String> {
        let text = self.last_slip();
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let is_number = |word: &&str| {
            word.len() == NUMBER_LENGTH
                && word.starts_with(|c: char| c.is_ascii_uppercase())
                && word.chars().skip(1).all(|c| c.is_ascii_digit())
        };
        let number = words.find(is_number).map(str::to_owned);
        number.ok_or_else(|| format!("no number on the last slip: {text}"))
    }
}

/// Address of the first thing of a list.
fn first(page: &str) -> Option<&str> {
    let mut links = page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    links.find(|link| link.starts_with("/officer/matters/") || link.starts_with("/officer/talks/"))
}
