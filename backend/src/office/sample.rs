//! For demonstration only: what a real server would do outside of the terminal's sight.

use rusqlite::params;
use serde_json::{Value, json};

use super::rfc3339_ms;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

/// Puts a message where `GET /sample/sms` shows it.
pub fn send_sms(request: &Request<'_>, phone: &str, text: &str) -> Result<(), Refusal> {
    request.db.execute(
        "INSERT INTO sample_sms (phone, text, at) VALUES (?1, ?2, ?3)",
        params![phone, text, request.now_ms()],
    )?;
    Ok(())
}

/// `GET /sample/sms`: the last messages, newest first.
pub fn messages(request: &Request<'_>) -> Result<Answer, Refusal> {
    let mut query = request
        .db
        .prepare("SELECT phone, text, at FROM sample_sms ORDER BY id DESC LIMIT 20")?;
    let messages: Vec<Value> = query
        .query_map([], |row| {
            Ok(json!({
                "phone": row.get::<_, String>(0)?, "text": row.get::<_, String>(1)?, "at": rfc3339_ms(row.get(2)?),
            }))
        })?
        .collect::<Result<_, _>>()?;
    Answer::ok(&json!({ "sample": true, "messages": messages }))
}

/// `GET /sample/pages`: where the pages for telephones and officers are; empty for nowhere.
pub fn pages(request: &Request<'_>) -> Result<Answer, Refusal> {
    Answer::ok(&json!({ "sample": true, "base": request.office.web_base }))
}

/// `POST /sample/certificates/{certificate_id}/revocation`: the office takes a certificate back.
pub fn revoke(request: &Request<'_>) -> Result<Answer, Refusal> {
    let id = request.param("certificate_id");
    let changed = request.db.execute(
        "UPDATE certificate SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1",
        params![id, request.now_ms()],
    )?;
    if changed == 0 {
        return Err(Case::NotFound.into());
    }
    Answer::ok(&json!({ "certificate_id": id, "revoked": true }))
}
