//! The talk with a remote officer: a queue, captions and shared texts, and a result in words.

use axum::http::StatusCode;
use kiosk::catalogue::model::StaffRole;
use kiosk::protocol::body::Words;
use kiosk::protocol::handover::{VideoMessage, VideoRequest, VideoState};
use rusqlite::{OptionalExtension, Row, params};

use super::staff::Member;
use super::{masked_name, new_id, number, parties, staff};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::words::{plain, text, with_names};

/// Messages of one talk.
const MESSAGES: usize = 200;
/// Characters of a caption or of a result, and of a shared text.
const CAPTION: usize = 500;
const SHARED: usize = 8_000;

/// A talk of the database.
pub struct Talk {
    /// Id.
    pub id: String,
    /// Service.
    pub service_id: String,
    /// Queue.
    pub queue: String,
    /// `waiting`, `connected` or `ended`.
    pub state: String,
    /// Number of the officer.
    pub officer: Option<String>,
    /// What was said.
    pub messages: Vec<VideoMessage>,
    result: String,
    number: String,
    /// When it was asked for.
    pub created_at: i64,
}

fn row(row: &Row<'_>) -> rusqlite::Result<Talk> {
    let messages: String = row.get("messages")?;
    Ok(Talk {
        id: row.get("id")?,
        service_id: row.get("service_id")?,
        queue: row.get("queue")?,
        state: row.get("state")?,
        officer: row.get("officer")?,
        messages: serde_json::from_str(&messages).unwrap_or_default(),
        result: row.get("result")?,
        number: row.get("number")?,
        created_at: row.get("created_at")?,
    })
}

/// `POST /v1/video-sessions`.
pub fn open(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: VideoRequest = request.json()?;
    let service = request.office.service(&body.service_id)?;
    let video = service
        .video
        .as_ref()
        .ok_or_else(|| Refusal::invalid("/service_id", "not_offered"))?;
    if service.login.level > 0 {
        parties::principal(request, service)?;
    }
    let id = new_id();
    let now = request.now_ms();
    request.db.execute(
        "INSERT INTO video (id, session_id, service_id, queue, state, messages, created_at, wait_until)
         VALUES (?1, ?2, ?3, ?4, 'waiting', '[]', ?5, ?6)",
        params![
            id,
            request.session()?.id,
            body.service_id,
            video.queue,
            now,
            now + i64::from(video.max_wait_s) * 1000
        ],
    )?;
    Answer::created(&shown(request, &find(request, &id)?)?)
}

/// A talk by id.
pub fn find(request: &Request<'_>, id: &str) -> Result<Talk, Refusal> {
    request
        .db
        .query_row("SELECT * FROM video WHERE id = ?1", [id], row)
        .optional()?
        .ok_or_else(|| Case::NotFound.into())
}

fn own(request: &Request<'_>) -> Result<Talk, Refusal> {
    let id = request.param("video_id");
    let mine: bool = request.db.query_row(
        "SELECT EXISTS (SELECT 1 FROM video WHERE id = ?1 AND session_id = ?2)",
        params![id, request.session()?.id],
        |row| row.get(0),
    )?;
    if mine {
        find(request, id)
    } else {
        Err(Case::NotFound.into())
    }
}

/// `GET /v1/video-sessions/{video_id}`.
pub fn read(request: &Request<'_>) -> Result<Answer, Refusal> {
    Answer::ok(&shown(request, &own(request)?)?)
}

/// `DELETE /v1/video-sessions/{video_id}`: the person hangs up.
pub fn close(request: &Request<'_>) -> Result<Answer, Refusal> {
    let talk = own(request)?;
    if talk.state != "ended" {
        finish(request, &talk.id, "", "")?;
    }
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn finish(request: &Request<'_>, id: &str, result: &str, number: &str) -> Result<(), Refusal> {
    request.db.execute(
        "UPDATE video SET state = 'ended', result = ?2, number = ?3, ended_at = ?4 WHERE id = ?1",
        params![id, result, number, request.now_ms()],
    )?;
    Ok(())
}

fn shown(request: &Request<'_>, talk: &Talk) -> Result<VideoState, Refusal> {
    let ahead: u32 = request.db.query_row(
        "SELECT count(*) FROM video WHERE queue = ?1 AND state = 'waiting' AND rowid < (SELECT rowid FROM video WHERE id = ?2)",
        params![talk.queue, talk.id],
        |row| row.get(0),
    )?;
    let officer = talk.officer.as_deref().and_then(staff::find);
    Ok(VideoState {
        video_id: talk.id.clone(),
        state: talk.state.clone(),
        ahead: if talk.state == "waiting" { ahead } else { 0 },
        officer: officer.map(introduced).unwrap_or_default(),
        messages: talk.messages.clone(),
        result: result_words(&talk.result),
        number: talk.number.clone(),
    })
}

/// A result is words of an officer, or the id of a text of ours.
fn result_words(result: &str) -> Words {
    match result {
        "" => Words::new(),
        "video.nobody" => text(result),
        words => plain(words),
    }
}

/// Counter and masked name.
fn introduced(member: &Member) -> Words {
    let name = masked_name(member.name);
    with_names(&text("video.officer"), |words, _| {
        words.replace("{number}", member.number).replace("{name}", &name)
    })
}

/// Talks that wait or go on, oldest first.
pub fn live(request: &Request<'_>) -> Result<Vec<Talk>, Refusal> {
    let mut query = request
        .db
        .prepare("SELECT * FROM video WHERE state <> 'ended' ORDER BY rowid LIMIT 50")?;
    let talks = query.query_map([], row)?;
    Ok(talks.collect::<Result<_, _>>()?)
}

/// An officer takes a talk that waits.
pub fn answer(request: &Request<'_>, talk: &Talk, member: &Member) -> Result<(), Refusal> {
    let taken = request.db.execute(
        "UPDATE video SET state = 'connected', officer = ?2 WHERE id = ?1 AND state = 'waiting'",
        params![talk.id, member.number],
    )?;
    if taken == 0 || !member.is(StaffRole::Officer) {
        return Err(Case::StateConflict.into());
    }
    Ok(())
}

/// The officer's words: a caption, or a text to read when `shared` is not empty.
pub fn say(
    request: &Request<'_>,
    talk: &Talk,
    member: &Member,
    words: &str,
    shared: &str,
) -> Result<(), Refusal> {
    refuse_another(talk, member)?;
    let long = words.chars().count() > CAPTION || shared.chars().count() > SHARED;
    if words.trim().is_empty() || long || talk.messages.len() >= MESSAGES {
        return Err(Refusal::invalid("/words", "length"));
    }
    let mut messages = talk.messages.clone();
    messages.push(VideoMessage {
        words: plain(words.trim()),
        kind: if shared.trim().is_empty() {
            "caption"
        } else {
            "document"
        }
        .to_owned(),
        paragraphs: shared
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(plain)
            .collect(),
    });
    request.db.execute(
        "UPDATE video SET messages = ?2 WHERE id = ?1",
        params![talk.id, serde_json::to_string(&messages)?],
    )?;
    Ok(())
}

fn refuse_another(talk: &Talk, member: &Member) -> Result<(), Refusal> {
    if talk.state == "connected" && talk.officer.as_deref() == Some(member.number) {
        Ok(())
    } else {
        Err(Case::StateConflict.into())
    }
}

/// The officer ends the talk with its result; the person gets a number for it.
pub fn end(request: &Request<'_>, talk: &Talk, member: &Member, result: &str) -> Result<(), Refusal> {
    refuse_another(talk, member)?;
    let result = result.trim();
    if result.is_empty() || result.chars().count() > CAPTION {
        return Err(Refusal::invalid("/result", "length"));
    }
    let number = number(request.db, "H", request.now)?;
    finish(request, &talk.id, result, &number)
}

/// Whoever waited too long is told that nobody came.
pub fn expire(request: &Request<'_>) -> Result<(), Refusal> {
    request.db.execute(
        "UPDATE video SET state = 'ended', result = 'video.nobody', ended_at = ?1
         WHERE state = 'waiting' AND wait_until <= ?1",
        [request.now_ms()],
    )?;
    Ok(())
}

/// A visit's talks end with it, and what was said is forgotten.
pub fn end_visit(request: &Request<'_>, session: &str) -> Result<(), Refusal> {
    request.db.execute(
        "UPDATE video SET state = 'ended', ended_at = coalesce(ended_at, ?2), messages = '[]' WHERE session_id = ?1",
        params![session, request.now_ms()],
    )?;
    Ok(())
}
