//! Pictures on their way to the backend, and the talk with a remote officer.

use serde::{Deserialize, Serialize};

use super::body::Words;

/// `POST /v1/uploads`: makes a place for one picture of a material or a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UploadRequest {
    /// Service.
    pub service_id: String,
    /// Field or material that the picture is for.
    pub about: String,
}

/// Answer to [`UploadRequest`] and to `GET /v1/uploads/{upload_id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UploadState {
    /// For later calls and for the matter.
    pub upload_id: String,
    /// `waiting`, `received`, `refused` or `expired`.
    pub state: String,
    /// Code with which a telephone opens the upload page; no data of a person in it.
    pub qr: String,
    /// Why it was refused, in words.
    #[serde(default)]
    pub problem: Words,
}

/// `PUT /v1/uploads/{upload_id}/content`: the picture that the document camera took. Answered with
/// [`UploadState`]; after `refused` another may follow.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UploadContent {
    /// JPEG, base64.
    pub jpeg: String,
}

/// `POST /v1/video-sessions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VideoRequest {
    /// Service; its `[video]` names the queue.
    pub service_id: String,
}

/// Answer to [`VideoRequest`] and to `GET /v1/video-sessions/{video_id}`; `DELETE` of the same path hangs up.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct VideoState {
    /// For later calls.
    pub video_id: String,
    /// `waiting`, `connected` or `ended`.
    pub state: String,
    /// People before this one.
    pub ahead: u32,
    /// Who answers: counter and masked name.
    pub officer: Words,
    /// What the officer wrote or shared, oldest first.
    pub messages: Vec<VideoMessage>,
    /// Result in words, once ended.
    pub result: Words,
    /// Number of the matter, once ended; empty for none.
    pub number: String,
}

/// One thing said or shared.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct VideoMessage {
    /// Words, as captions for those who hear badly.
    pub words: Words,
    /// `caption` or `document`.
    pub kind: String,
    /// Text of a shared document to read.
    #[serde(default)]
    pub paragraphs: Vec<Words>,
}
