//! Codes by short message. The telephone number never reaches the terminal.

use kiosk::protocol::body::{SmsCodeRequest, SmsCodeSent};
use rusqlite::{OptionalExtension, params};

use super::identity::check_subject;
use super::{masked_phone, new_id};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

const EXPIRES_S: u32 = 300;
const RESEND_S: u32 = 60;
const ATTEMPTS: u32 = 3;

/// `POST /v1/sms-codes`.
pub fn send(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: SmsCodeRequest = request.json()?;
    check_subject(&body.subject)?;
    let resident = request
        .office
        .register
        .find(&body.subject.id_no)
        .filter(|resident| resident.name == body.subject.name)
        .ok_or(Case::NoRegisteredPhone)?;
    let now = request.now_ms();
    request.db.execute(
        "DELETE FROM otp WHERE sent_at < ?1",
        [now - i64::from(EXPIRES_S) * 1000],
    )?;
    let last: Option<i64> = request.db.query_row(
        "SELECT max(sent_at) FROM otp WHERE id_no = ?1",
        [&resident.id_no],
        |row| row.get(0),
    )?;
    let wait = last.map_or(0, |last| last + i64::from(RESEND_S) * 1000 - now);
    if wait > 0 {
        let seconds = u32::try_from(wait.div_euclid(1000) + 1).unwrap_or(RESEND_S);
        return Err(Refusal::from(Case::RateLimited).after(seconds));
    }
    let code = format!("{:06}", rand::random_range(0..1_000_000));
    let sent = SmsCodeSent {
        otp_challenge_id: new_id(),
        phone_masked: masked_phone(&resident.phone),
        expires_in_s: EXPIRES_S,
        resend_after_s: RESEND_S,
    };
    request.db.execute(
        "INSERT INTO otp (id, session_id, id_no, code, expires_at, sent_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            sent.otp_challenge_id,
            request.session()?.id,
            resident.id_no,
            code,
            now + i64::from(EXPIRES_S) * 1000,
            now
        ],
    )?;
    let text = crate::words::chinese("sms.code").replace("{code}", &code);
    super::sample::send_sms(request, &resident.phone, &text)?;
    Answer::created(&sent)
}

/// Whether the code is right. Each wrong one counts; after three the challenge is over.
pub fn redeem(request: &Request<'_>, challenge: &str, code: &str, id_no: &str) -> Result<bool, Refusal> {
    let session = &request.session()?.id;
    let expected: Option<String> = request
        .db
        .query_row(
            "UPDATE otp SET attempts = attempts + 1
             WHERE id = ?1 AND session_id = ?2 AND id_no = ?3 AND used = 0 AND expires_at > ?4 AND attempts < ?5
             RETURNING code",
            params![challenge, session, id_no, request.now_ms(), ATTEMPTS],
            |row| row.get(0),
        )
        .optional()?;
    let right = expected.is_some_and(|expected| expected == code);
    if right {
        request
            .db
            .execute("UPDATE otp SET used = 1 WHERE id = ?1", [challenge])?;
    }
    Ok(right)
}
