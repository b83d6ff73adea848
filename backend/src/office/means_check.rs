//! The check of a household's means: started by the submission, answered later, told to the
//! officer only. The letter of authorisation is its mandate (社会救助暂行办法 art. 58).

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::ms;
use crate::http::request::Request;
use crate::problem::Refusal;

/// Asks the registers of the departments. They answer later.
pub fn start(request: &Request<'_>, application: &str) -> Result<(), Refusal> {
    let now = request.now_ms();
    request.db.execute(
        "INSERT INTO means_check (application_id, started_at, answer_due) VALUES (?1, ?2, ?3)
         ON CONFLICT (application_id) DO UPDATE SET started_at = ?2, answer_due = ?3, answered_at = NULL, result = NULL",
        params![application, now, now + ms(request.office.means_check)],
    )?;
    Ok(())
}

/// Takes the answer in when it has arrived.
pub fn settle(request: &Request<'_>, application: &str) -> Result<(), Refusal> {
    let due: Option<(i64, String)> = request
        .db
        .query_row(
            "SELECT m.answer_due, a.applicant_id_no FROM means_check m JOIN application a ON a.id = m.application_id
             WHERE m.application_id = ?1 AND m.answered_at IS NULL",
            [application],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((due, id_no)) = due.filter(|(due, _)| *due <= request.now_ms()) else {
        return Ok(());
    };
    let means = request
        .office
        .register
        .find(&id_no)
        .map(|resident| resident.means.clone());
    let result = json!({ "found": means.is_some(), "means": means });
    request.db.execute(
        "UPDATE means_check SET answered_at = ?2, result = ?3 WHERE application_id = ?1",
        params![application, due, result.to_string()],
    )?;
    Ok(())
}
