//! Sign-in of officers: staff number and PIN, then a cookie that scripts cannot read.

use kiosk::catalogue::model::StaffRole;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::note;
use crate::http::request::Request;
use crate::office::staff::{self, Member};
use crate::office::{new_id, secret_token};
use crate::problem::{Case, Refusal};
use crate::web::form::Form;
use crate::web::html::{Html, Reply};

const COOKIE: &str = "officer";
const SLIDING_MS: i64 = 30 * 60 * 1000;
const HARD_MS: i64 = 8 * 60 * 60 * 1000;

/// An officer at work.
pub struct Officer {
    /// Who.
    pub member: &'static Member,
    /// Must come with every form: another site's form has none.
    pub form_token: String,
}

fn token(request: &Request<'_>) -> Option<String> {
    let cookies = request.received.header("cookie")?;
    let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// The officer who is signed in; `None` for nobody.
pub fn present(request: &Request<'_>) -> Result<Option<Officer>, Refusal> {
    let Some(token) = token(request) else {
        return Ok(None);
    };
    let now = request.now_ms();
    let found: Option<(String, String)> = request
        .db
        .query_row(
            "UPDATE officer_session SET used_at = ?2
             WHERE token_sha256 = ?1 AND used_at + ?3 > ?2 AND opened_at + ?4 > ?2
             RETURNING staff_number, form_token",
            params![hash(&token), now, SLIDING_MS, HARD_MS],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    Ok(found
        .and_then(|(number, form_token)| staff::find(&number).map(|member| Officer { member, form_token })))
}

/// The officer who sends a form of ours.
///
/// # Errors
/// `session-ended`; `staff-refused` for a form without its token.
pub fn acting(request: &Request<'_>, form: &Form) -> Result<Officer, Refusal> {
    let officer = present(request)?.ok_or(Case::SessionEnded)?;
    if form.text("form_token") == officer.form_token {
        Ok(officer)
    } else {
        Err(Case::StaffRefused.into())
    }
}

/// `GET /officer/login`.
pub fn ask(request: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    let mut page = Html::new(request);
    let title = page.own("web.officer.title");
    let (number, pin, enter) = (
        page.own("web.officer.number"),
        page.own("web.officer.pin"),
        page.own("web.officer.enter"),
    );
    Ok(page
        .heading(&title)
        .form("/officer/login", false)
        .input(
            "staff_number",
            &number,
            r#"inputmode="numeric" autocomplete="username" maxlength="10" required"#,
        )
        .input(
            "pin",
            &pin,
            r#"type="password" inputmode="numeric" autocomplete="current-password" maxlength="12" required"#,
        )
        .button("go", "1", &enter)
        .end()
        .reply())
}

/// `POST /officer/login`. Only officers come in.
pub fn enter(request: &Request<'_>, form: &Form) -> Result<Reply, Refusal> {
    let member = staff::recognise(request, form.text("staff_number"), form.text("pin"))?;
    if !member.is(StaffRole::Officer) {
        return Err(Case::StaffRefused.into());
    }
    let (secret, now) = (secret_token(), request.now_ms());
    request.db.execute(
        "DELETE FROM officer_session WHERE used_at + ?2 <= ?1",
        params![now, SLIDING_MS],
    )?;
    request.db.execute(
        "INSERT INTO officer_session (token_sha256, staff_number, form_token, opened_at, used_at)
         VALUES (?1, ?2, ?3, ?4, ?4)",
        params![hash(&secret), member.number, new_id(), now],
    )?;
    let officer = Officer {
        member,
        form_token: String::new(),
    };
    note(request, &officer, "enter", "")?;
    // Behind a gateway with TLS the cookie never leaves it.
    let secure = if request.office.web_base.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    Ok(Reply {
        cookie: Some(format!(
            "{COOKIE}={secret}; HttpOnly; SameSite=Strict; Path=/officer{secure}"
        )),
        ..Reply::to("/officer")
    })
}

/// `POST /officer/logout`.
pub fn leave(request: &Request<'_>, form: &Form) -> Result<Reply, Refusal> {
    let officer = acting(request, form)?;
    note(request, &officer, "leave", "")?;
    if let Some(token) = token(request) {
        request.db.execute(
            "DELETE FROM officer_session WHERE token_sha256 = ?1",
            params![hash(&token)],
        )?;
    }
    Ok(Reply {
        cookie: Some(format!(
            "{COOKIE}=; HttpOnly; SameSite=Strict; Path=/officer; Max-Age=0"
        )),
        ..Reply::to("/officer/login")
    })
}
