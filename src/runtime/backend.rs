//! Calls to the backend, each on a task of its own; answers come back as events.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::runtime::Handle;
use zeroize::Zeroizing;

use super::materials::Shelf;
use super::outlet::{Input, Outlet};
use super::vault::{Token, Vault};
use super::watch::Watch;
use crate::document::preview::{Certificate, PagePicture, PdfError};
use crate::protocol::call::{Call, CallFailure, CallResult, Method};
use crate::remote::Remote;
use crate::session::event::Event;
use crate::session::ticket::Ticket;

/// Between two looks whether the backend can be reached.
const PROBE_EVERY: Duration = Duration::from_secs(3);
/// Between two looks for a newer catalogue.
const CATALOGUE_EVERY: Duration = Duration::from_secs(120);
/// Width of the preview's picture, in pixels.
const PREVIEW_WIDTH: u32 = 856;
/// Width in which the pages that are not shown are drawn.
const CHECK_WIDTH: u32 = 120;

/// The first page of the fetched document; `None` when there is none.
pub type PreviewWatch = Watch<Option<Arc<PagePicture>>>;

/// The backend as the loop uses it.
#[derive(Clone)]
pub(crate) struct Backend {
    pub remote: Remote,
    pub tasks: Handle,
    pub vault: Vault,
    pub preview: PreviewWatch,
    pub outlet: Outlet,
}

impl Backend {
    /// Sends a call; answers with [`Event::Answer`].
    pub fn call(&self, ticket: Ticket, call: Call, token: Option<Token>) {
        let (remote, outlet) = (self.remote.clone(), self.outlet.clone());
        self.tasks.spawn(async move {
            let mut result = remote.send(&call, bearer(token.as_ref())).await;
            if call.method == Method::Post && call.path == "/v1/sessions" {
                take_token(ticket.session, &mut result, &outlet);
            }
            outlet.event(Event::Online(!matches!(
                result,
                Err(CallFailure::Offline | CallFailure::Unconfirmed)
            )));
            outlet.event(Event::Answer { ticket, result });
        });
    }

    /// Sends a call of no visit from a worker's thread, and waits for how it ends.
    pub fn call_and_wait(&self, call: &Call) -> CallResult {
        self.tasks.block_on(self.remote.send(call, None))
    }

    /// Fetches, checks and draws a document; answers with [`Event::Document`].
    pub fn fetch_document(&self, ticket: Ticket, job_id: String, sha256: String, token: Option<Token>) {
        let this = self.clone();
        self.tasks.spawn(async move {
            let token = bearer(token.as_ref()).unwrap_or_default();
            let fetched = this.remote.fetch_document(&job_id, token).await;
            let result = match fetched {
                Ok(document) => {
                    let checked = tokio::task::spawn_blocking(move || look_at(document.bytes, &sha256)).await;
                    checked.map_or(Err("document.unusable"), |checked| checked.map_err(reason))
                }
                Err(failure) => {
                    tracing::warn!(event = "document.unreachable", ?failure);
                    Err("document.unreachable")
                }
            };
            let result = result.map(|(certificate, picture)| {
                let pages = u32::try_from(certificate.pages()).unwrap_or(u32::MAX);
                if this
                    .vault
                    .set_document(ticket.session, &job_id, Arc::new(certificate))
                {
                    this.preview.set(Some(Arc::new(picture)));
                    // The visit may have ended in between: its end must have the last word.
                    if this.vault.document(&job_id).is_none() {
                        this.preview.set(None);
                    }
                }
                pages
            });
            this.outlet.event(Event::Document { ticket, result });
        });
    }

    /// The visit is over.
    pub fn forget_preview(&self) {
        self.preview.set(None);
    }

    /// Follows the backend's catalogue from `known` on, a bundle's version.
    pub fn watch_catalogue(&self, shelf: Shelf, known: String) {
        let (remote, outlet) = (self.remote.clone(), self.outlet.clone());
        self.tasks.spawn(follow_catalogue(remote, outlet, shelf, known));
    }

    /// Tells the session again and again whether the backend can be reached.
    pub fn watch_line(&self) {
        let (remote, outlet) = (self.remote.clone(), self.outlet.clone());
        self.tasks.spawn(async move {
            loop {
                outlet.event(Event::Online(remote.probe().await.is_ok()));
                tokio::time::sleep(PROBE_EVERY).await;
            }
        });
    }
}

/// Asks for a newer catalogue again and again. A good one goes to the loop; one that is refused
/// is not asked for twice.
async fn follow_catalogue(remote: Remote, outlet: Outlet, shelf: Shelf, mut known: String) {
    loop {
        match remote.fetch_catalogue(&shelf.region, Some(&known)).await {
            Ok(None) => {}
            Ok(Some(bundle)) => {
                known.clone_from(&bundle.version);
                let shelf = shelf.clone();
                let taken = tokio::task::spawn_blocking(move || shelf.take(bundle)).await;
                if let Ok(Some(stock)) = taken {
                    outlet.send(Input::Catalogue(stock));
                }
            }
            Err(failure) => tracing::debug!(event = "catalogue.unreachable", ?failure),
        }
        tokio::time::sleep(CATALOGUE_EVERY).await;
    }
}

fn bearer(token: Option<&Token>) -> Option<&str> {
    token.map(|token| token.as_str())
}

/// The token goes into the vault; the session never sees it.
fn take_token(session: u64, result: &mut CallResult, outlet: &Outlet) {
    let Ok(Value::Object(body)) = result else { return };
    if let Some(Value::String(token)) = body.get_mut("token") {
        let token = Zeroizing::new(std::mem::take(token));
        outlet.send(Input::Token(session, Arc::new(token)));
    }
}

fn look_at(bytes: Vec<u8>, sha256: &str) -> Result<(Certificate, PagePicture), PdfError> {
    let certificate = Certificate::open_announced(bytes, sha256)?;
    let picture = certificate.render(0, PREVIEW_WIDTH)?;
    // Only drawing finds every font that is missing: no page is printed that could not be drawn.
    for page in 1..certificate.pages() {
        certificate.render(page, CHECK_WIDTH)?;
    }
    Ok((certificate, picture))
}

fn reason(error: PdfError) -> &'static str {
    tracing::warn!(event = "document.refused", cause = %error);
    match error {
        PdfError::Digest => "document.changed",
        PdfError::FontNotEmbedded => "document.fonts_missing",
        _ => "document.unusable",
    }
}
