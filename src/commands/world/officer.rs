//! The sample officer at the backend's own pages: answers talks and decides matters.

use super::browser::{Browser, value};
use super::{DemoWorld, Officer};

/// The sample officer who decides.
const SIGN_IN: [(&str, &str); 2] = [("staff_number", "1002"), ("pin", "135790")];

impl DemoWorld {
    pub(super) fn officer(&self, what: &Officer) -> Result<(), String> {
        let base = self.sample("/sample/pages")?;
        let base = base.get("base").and_then(|base| base.as_str()).unwrap_or_default().to_owned();
        let mut browser = Browser::new()?;
        browser.post(&format!("{base}/officer/login"), &SIGN_IN)?;
        let (list, act, name, words) = match what {
            Officer::Answer => ("/officer/talks", "answer", "words", ""),
            Officer::Say(words) => ("/officer/talks", "say", "words", words.as_str()),
            Officer::End(words) => ("/officer/talks", "end", "result", words.as_str()),
            Officer::Decide(act, reason) => ("/officer", act.as_str(), "reason", reason.as_str()),
        };
        let page = browser.get(&format!("{base}{list}"))?;
        let path = newest(&page).ok_or("nothing waits for the officer")?;
        let page = browser.get(&format!("{base}{path}"))?;
        let fields = [("act", act), (name, words), ("form_token", value(&page, "form_token")?)];
        browser.post(&format!("{base}{path}/acts"), &fields).map(drop)
    }
}

/// Address of the first thing of a list.
fn newest(page: &str) -> Option<&str> {
    let mut links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.find(|link| link.starts_with("/officer/matters/") || link.starts_with("/officer/talks/"))
}
