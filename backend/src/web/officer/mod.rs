//! The officer's pages: open matters and talks. Every act is written down with who did it.

pub mod login;
pub mod matters;
pub mod talks;

use rusqlite::params;

use super::html::Html;
use crate::http::request::Request;
use crate::office::new_id;
use crate::problem::Refusal;
use login::Officer;

/// Writes down what an officer did.
fn note(request: &Request<'_>, officer: &Officer, act: &str, about: &str) -> Result<(), Refusal> {
    request.db.execute(
        "INSERT INTO officer_act (id, staff_number, act, about, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![new_id(), officer.member.number, act, about, request.now_ms()],
    )?;
    Ok(())
}

/// The head of every page for officers.
fn begin(request: &Request<'_>, officer: &Officer) -> Html {
    let mut page = Html::new(request);
    let who = page.own("web.officer.who").replace("{name}", officer.member.name);
    let (matters, talks, leave) = (
        page.own("web.officer.matters"),
        page.own("web.officer.talks"),
        page.own("web.officer.leave"),
    );
    page.paragraph(&who)
        .link("/officer", &matters)
        .link("/officer/talks", &talks)
        .form("/officer/logout", false)
        .hidden("form_token", &officer.form_token)
        .button("go", "1", &leave)
        .end();
    page
}
