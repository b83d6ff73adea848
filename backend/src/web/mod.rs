//! Pages for people's own telephones and for officers: a second listener, plain HTTP behind the
//! owner's gateway. Small HTML made here, no framework; only the signature needs a script.

mod form;
mod html;
mod limit;
mod officer;
mod pay;
mod picture;
mod route;
mod sign;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{Query, RawPathParams, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::{MethodFilter, MethodRouter, on};
use kiosk::protocol::call::Method;
use rusqlite::TransactionBehavior;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::http::answer::SAMPLE_HEADER;
use crate::http::listen;
use crate::http::request::{Received, Request};
use crate::office::{Office, upkeep};
use crate::problem::{Case, Refusal};
use form::Form;
use html::Reply;
use limit::Limiter;
use route::{PAGES, Page};

/// Time for a form to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Only what this server sends itself is loaded, and forms go nowhere else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

struct Web {
    office: Arc<Office>,
    limiter: Limiter,
}

/// Serves the pages until the task is dropped.
pub fn serve(listener: TcpListener, office: Arc<Office>) -> JoinHandle<()> {
    tokio::spawn(listen::accept(listener, router(office)))
}

/// The address that telephones use where none is configured.
pub fn base(address: SocketAddr) -> String {
    format!("http://{address}")
}

fn router(office: Arc<Office>) -> Router {
    let web = Arc::new(Web {
        office,
        limiter: Limiter::default(),
    });
    let mut paths: BTreeMap<&'static str, MethodRouter<Arc<Web>>> = BTreeMap::new();
    for page in PAGES {
        let filter = match page.method {
            Method::Post => MethodFilter::POST,
            _ => MethodFilter::GET,
        };
        let handler = async move |state, params, query, headers, body| {
            handle(page, state, params, query, headers, body).await
        };
        let method = paths.remove(page.path).unwrap_or_default();
        paths.insert(page.path, method.merge(on(filter, handler)));
    }
    paths
        .into_iter()
        .fold(Router::new(), |router, (path, method)| router.route(path, method))
        .fallback(nowhere)
        .with_state(web)
}

async fn nowhere(headers: HeaderMap) -> Response<Body> {
    respond(html::refused(language(&headers), &Case::NotFound.into()))
}

async fn handle(
    page: &'static Page,
    State(web): State<Arc<Web>>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Body,
) -> Response<Body> {
    let started = Instant::now();
    let language = language(&headers);
    let result = match (params, read(&web, page, &headers, body).await) {
        (Err(_), _) => Err(Case::NotFound.into()),
        (_, Err(refusal)) => Err(refusal),
        (Ok(params), Ok(body)) => {
            let received = Received {
                route: page.path,
                params: params
                    .iter()
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect(),
                query,
                headers,
                body,
                terminal: "web".to_owned(),
            };
            tokio::task::spawn_blocking(move || run(&web.office, page, &received))
                .await
                .unwrap_or_else(|_| Err(Case::Internal.into()))
        }
    };
    let case = result.as_ref().err().map(|refusal| refusal.case.name());
    let response = respond(result.unwrap_or_else(|refusal| html::refused(language, &refusal)));
    tracing::info!(
        method = ?page.method, route = page.path, status = response.status().as_u16(), case,
        ms = started.elapsed().as_millis(), "page"
    );
    response
}

async fn read(web: &Web, page: &Page, headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
    let now = (web.office.clock)().as_millisecond();
    web.limiter.pass(page.class, &client(headers), now)?;
    tokio::time::timeout(BODY_TIME, listen::collect(body, page.body_limit))
        .await
        .map_err(|_| Refusal::from(Case::RequestTimeout))?
}

/// Who asks, as the gateway says; it is the only one that can reach a loopback address.
fn client(headers: &HeaderMap) -> String {
    headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.rsplit(',').next())
        .map_or_else(|| "direct".to_owned(), |last| last.trim().to_owned())
}

/// English for those who ask for it first, Chinese for everyone else.
fn language(headers: &HeaderMap) -> &'static str {
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if wanted.to_ascii_lowercase().starts_with("en") {
        "en"
    } else {
        "zh-Hans"
    }
}

/// Runs a page in its transaction. Blocks.
fn run(office: &Office, page: &Page, received: &Received) -> Result<Reply, Refusal> {
    let form = Form::of(received)?;
    let mut connection = office.database.lock().unwrap_or_else(PoisonError::into_inner);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let request = Request {
        office,
        db: &transaction,
        now: (office.clock)(),
        received,
        session: None,
    };
    let result = upkeep::run(&request).and_then(|()| (page.handler)(&request, &form));
    match &result {
        Ok(_) => transaction.commit()?,
        Err(refusal) if refusal.keep => transaction.commit()?,
        Err(_) => transaction.rollback()?,
    }
    result
}

fn respond(reply: Reply) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut set = |name: header::HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, reply.kind);
    set(header::CACHE_CONTROL, "no-store");
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::HeaderName::from_static(SAMPLE_HEADER), "true");
    if let Some(location) = &reply.location {
        set(header::LOCATION, location);
    }
    if let Some(cookie) = &reply.cookie {
        set(header::SET_COOKIE, cookie);
    }
    response
}
