//! From a received request to its answer: terminal, session, key, transaction, handler, commit.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::HeaderMap;
use rusqlite::TransactionBehavior;

use super::answer::Answer;
use super::idempotency::Keyed;
use super::request::{Received, Request};
use super::route::{Caller, Route};
use crate::office::{Office, sessions, terminals, upkeep};
use crate::problem::Refusal;

/// Runs one request. Blocks: the database is one file with one writer.
pub fn run(office: &Office, route: &Route, received: &Received) -> Result<Answer, Refusal> {
    let keyed = route.keyed.then(|| Keyed::of(received)).transpose()?;
    let _running = keyed
        .as_ref()
        .map(|keyed| office.in_flight.enter(&received.terminal, keyed))
        .transpose()?;
    let mut connection = office.database.lock().unwrap_or_else(PoisonError::into_inner);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut request = Request {
        office,
        db: &transaction,
        now: (office.clock)(),
        received,
        session: None,
    };
    let result = answer(&mut request, route, keyed.as_ref());
    match &result {
        Ok(_) => transaction.commit()?,
        Err(refusal) if refusal.keep => transaction.commit()?,
        Err(_) => transaction.rollback()?,
    }
    result
}

/// How often the clock is looked at when nobody asks.
const KEEP_UP: Duration = Duration::from_secs(20);

/// Does what time asks for, until the task is dropped.
pub async fn keep_up(office: Arc<Office>) {
    let mut ticks = tokio::time::interval(KEEP_UP);
    loop {
        ticks.tick().await;
        let office = Arc::clone(&office);
        let done = tokio::task::spawn_blocking(move || tick(&office)).await;
        if !matches!(done, Ok(Ok(()))) {
            tracing::error!("what time asks for was not done; it is tried again");
        }
    }
}

fn tick(office: &Office) -> Result<(), Refusal> {
    let received = Received {
        route: "",
        params: BTreeMap::new(),
        query: BTreeMap::new(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        terminal: String::new(),
    };
    let mut connection = office.database.lock().unwrap_or_else(PoisonError::into_inner);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    upkeep::run(&Request {
        office,
        db: &transaction,
        now: (office.clock)(),
        received: &received,
        session: None,
    })?;
    transaction.commit()?;
    Ok(())
}

fn answer(request: &mut Request<'_>, route: &Route, keyed: Option<&Keyed>) -> Result<Answer, Refusal> {
    let terminal = &request.received.terminal;
    terminals::refuse_blocked(request)?;
    upkeep::run(request)?;
    let session = match route.caller {
        Caller::Session => Some(sessions::of_token(request)?),
        Caller::Terminal => None,
    };
    let session_id = session.as_ref().map(|session| session.id.clone());
    if let Some(keyed) = keyed
        && let Some(kept) = keyed.kept(request.db, terminal, session_id.as_deref())?
    {
        return route
            .refresh
            .map_or_else(|| Ok(kept.clone()), |refresh| refresh(request, kept.clone()));
    }
    if let Some(session) = session {
        request.session = Some(sessions::refresh(request, session)?);
    }
    let answer = (route.handler)(request)?;
    if let Some(keyed) = keyed {
        keyed.keep(
            request.db,
            terminal,
            session_id.as_deref(),
            &answer,
            request.now.as_millisecond(),
        )?;
    }
    Ok(answer)
}
