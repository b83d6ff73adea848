//! Pictures on their way to a matter: from the document camera, or from the person's own telephone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kiosk::catalogue::model::{Acquire, FieldType, Limits, Service};
use kiosk::protocol::body::Words;
use kiosk::protocol::handover::{UploadContent, UploadRequest, UploadState};
use rusqlite::{OptionalExtension, Row, params};

use super::{new_id, secret_token};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::picture::{self, Unfit};
use crate::problem::{Case, Refusal};
use crate::words::text;

/// A place waits so long for its picture.
const WAIT_MS: i64 = 15 * 60 * 1000;
/// A picture waits so long for its matter: as long as a visit can last.
const KEPT_MS: i64 = 60 * 60 * 1000;
/// Places that one visit may have open.
const OPEN_LIMIT: u32 = 20;

/// A place for a picture.
pub struct Upload {
    /// Id.
    pub id: String,
    /// Opens the page for telephones.
    pub token: String,
    /// Service.
    pub service_id: String,
    /// Field or material.
    pub about: String,
    /// `waiting`, `received`, `refused` or `expired`.
    pub state: String,
    /// Id of the words that tell why it was refused.
    pub problem: String,
}

fn row(row: &Row<'_>) -> rusqlite::Result<Upload> {
    Ok(Upload {
        id: row.get("id")?,
        token: row.get("token")?,
        service_id: row.get("service_id")?,
        about: row.get("about")?,
        state: row.get("state")?,
        problem: row.get("problem")?,
    })
}

/// `POST /v1/uploads`.
pub fn create(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: UploadRequest = request.json()?;
    let service = request.office.service(&body.service_id)?;
    limits(service, &body.about).ok_or_else(|| Refusal::invalid("/about", "takes_no_picture"))?;
    let session = &request.session()?.id;
    let open: u32 = request.db.query_row(
        "SELECT count(*) FROM upload WHERE session_id = ?1 AND state IN ('waiting', 'refused')",
        [session],
        |row| row.get(0),
    )?;
    if open >= OPEN_LIMIT {
        return Err(Case::RateLimited.into());
    }
    let id = new_id();
    request.db.execute(
        "INSERT INTO upload (id, token, session_id, service_id, about, state, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?7)",
        params![
            id,
            secret_token(),
            session,
            body.service_id,
            body.about,
            request.now_ms(),
            request.now_ms() + WAIT_MS
        ],
    )?;
    Answer::created(&shown(request, &find(request, "id", &id)?))
}

/// What a picture for a field or material must keep to; `None` when it takes none.
fn limits(service: &Service, about: &str) -> Option<Limits> {
    let by_hand = |ways: &[Acquire]| {
        ways.iter()
            .any(|way| matches!(way, Acquire::DocCamera | Acquire::QrUpload))
    };
    if let Some(field) = service.field(about) {
        let picture = matches!(field.kind, FieldType::Photo | FieldType::Document);
        return (picture && by_hand(&field.acquire)).then(|| field.validate.clone());
    }
    let material = service.material(about)?;
    by_hand(&material.acquire).then(Limits::default)
}

/// A place by a unique column.
fn find(request: &Request<'_>, column: &str, value: &str) -> Result<Upload, Refusal> {
    request
        .db
        .query_row(&format!("SELECT * FROM upload WHERE {column} = ?1"), [value], row)
        .optional()?
        .ok_or_else(|| Case::NotFound.into())
}

/// A place by the secret of its code.
pub fn by_token(request: &Request<'_>, token: &str) -> Result<Upload, Refusal> {
    find(request, "token", token)
}

fn own(request: &Request<'_>) -> Result<Upload, Refusal> {
    let id = request.param("upload_id");
    let mine: bool = request.db.query_row(
        "SELECT EXISTS (SELECT 1 FROM upload WHERE id = ?1 AND session_id = ?2)",
        params![id, request.session()?.id],
        |row| row.get(0),
    )?;
    if mine {
        find(request, "id", id)
    } else {
        Err(Case::NotFound.into())
    }
}

fn shown(request: &Request<'_>, upload: &Upload) -> UploadState {
    UploadState {
        upload_id: upload.id.clone(),
        state: upload.state.clone(),
        qr: request.office.web_address("u", &upload.token),
        problem: if upload.problem.is_empty() {
            Words::new()
        } else {
            text(&upload.problem)
        },
    }
}

/// `GET /v1/uploads/{upload_id}`.
pub fn read(request: &Request<'_>) -> Result<Answer, Refusal> {
    Answer::ok(&shown(request, &own(request)?))
}

/// `PUT /v1/uploads/{upload_id}/content`. A picture that does not do is `refused` with the reason, and
/// another may follow.
pub fn content(request: &Request<'_>) -> Result<Answer, Refusal> {
    let upload = own(request)?;
    let body: UploadContent = request.json()?;
    let bytes = STANDARD
        .decode(body.jpeg.as_bytes())
        .map_err(|_| Refusal::invalid("/jpeg", "base64"))?;
    take(request, &upload, &bytes)?;
    Answer::ok(&shown(request, &find(request, "id", &upload.id)?))
}

/// Takes a picture for a place that waits.
///
/// # Errors
/// `upload-expired`; `upstream-unavailable` when faces must be counted and there are no models.
pub fn take(request: &Request<'_>, upload: &Upload, bytes: &[u8]) -> Result<(), Refusal> {
    if upload.state == "expired" {
        return Err(Case::UploadExpired.into());
    }
    let service = request.office.service(&upload.service_id)?;
    let limits = limits(service, &upload.about).ok_or(Case::NotFound)?;
    let (state, problem, kept) = match fit(request, &limits, bytes)? {
        Ok(jpeg) => ("received", "", Some(jpeg)),
        Err(unfit) => ("refused", unfit.text_id(), None),
    };
    let until = request.now_ms() + if kept.is_some() { KEPT_MS } else { WAIT_MS };
    request.db.execute(
        "UPDATE upload SET state = ?2, problem = ?3, picture = ?4, expires_at = ?5 WHERE id = ?1",
        params![upload.id, state, problem, kept, until],
    )?;
    Ok(())
}

fn fit(request: &Request<'_>, limits: &Limits, bytes: &[u8]) -> Result<Result<Vec<u8>, Unfit>, Refusal> {
    let picture = match picture::read(bytes) {
        Ok(picture) => picture,
        Err(unfit) => return Ok(Err(unfit)),
    };
    let shorter = picture.width().min(picture.height());
    if limits.min_px.is_some_and(|least| shorter < least) {
        return Ok(Err(Unfit::TooSmall));
    }
    if let Some(wanted) = limits.faces {
        let found = request
            .office
            .faces
            .count(&picture)
            .map_err(|_| Refusal::from(Case::UpstreamUnavailable))?;
        if found == 0 && wanted > 0 {
            return Ok(Err(Unfit::NoFace));
        }
        if found != wanted as usize {
            return Ok(Err(Unfit::OtherFaces));
        }
    }
    Ok(picture::jpeg(&picture))
}

/// The picture of a place of this visit, and its id.
pub fn picture(
    request: &Request<'_>,
    service_id: &str,
    about: &str,
    upload_id: &str,
) -> Result<Vec<u8>, Refusal> {
    let pointer = format!("/materials/{about}");
    let found: Option<Option<Vec<u8>>> = request
        .db
        .query_row(
            "SELECT picture FROM upload WHERE id = ?1 AND session_id = ?2 AND service_id = ?3 AND about = ?4
             AND state = 'received'",
            params![upload_id, request.session()?.id, service_id, about],
            |row| row.get(0),
        )
        .optional()?;
    found
        .flatten()
        .ok_or_else(|| Refusal::invalid(&pointer, "no_picture"))
}

/// Gives the pictures that a body names to its application. A picture belongs to one matter.
pub fn attach(
    request: &Request<'_>,
    application: &str,
    body: &kiosk::protocol::body::Application,
) -> Result<(), Refusal> {
    for (about, upload_id) in &body.materials {
        picture(request, &body.service_id, about, upload_id)?;
        let taken = request.db.execute(
            "UPDATE upload SET application_id = ?2 WHERE id = ?1 AND coalesce(application_id, ?2) = ?2",
            params![upload_id, application],
        )?;
        if taken == 0 {
            return Err(Refusal::invalid(&format!("/materials/{about}"), "used"));
        }
    }
    Ok(())
}

/// Deletes the pictures that the service keeps no longer than its answer (`privacy.wipe`).
pub fn wipe(request: &Request<'_>, service: &Service, application: &str) -> Result<(), Refusal> {
    for about in &service.privacy.wipe {
        request.db.execute(
            "DELETE FROM upload WHERE application_id = ?1 AND about = ?2",
            params![application, about],
        )?;
    }
    Ok(())
}

/// Pictures of an application: id, and what each is of.
pub fn of_application(request: &Request<'_>, application: &str) -> Result<Vec<(String, String)>, Refusal> {
    let mut query = request
        .db
        .prepare("SELECT id, about FROM upload WHERE application_id = ?1 ORDER BY rowid")?;
    let pictures = query.query_map([application], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(pictures.collect::<Result<_, _>>()?)
}

/// Deletes a picture that has served its purpose.
pub fn delete(request: &Request<'_>, upload_id: &str) -> Result<(), Refusal> {
    request
        .db
        .execute("DELETE FROM upload WHERE id = ?1", [upload_id])?;
    Ok(())
}

/// Places whose time is over take nothing more; what no matter took is deleted.
pub fn expire(request: &Request<'_>) -> Result<(), Refusal> {
    request.db.execute(
        "UPDATE upload SET state = 'expired', picture = NULL
         WHERE application_id IS NULL AND state <> 'expired' AND expires_at <= ?1",
        [request.now_ms()],
    )?;
    Ok(())
}

/// At the end of a visit nothing stays that no matter took.
pub fn end_visit(request: &Request<'_>, session: &str) -> Result<(), Refusal> {
    request.db.execute(
        "DELETE FROM upload WHERE session_id = ?1 AND application_id IS NULL",
        [session],
    )?;
    Ok(())
}
