//! The socket: router from the table, limits on size and time, one log line a request.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{Query, RawPathParams, State};
use axum::http::{HeaderMap, Response, header};
use axum::routing::{MethodFilter, MethodRouter, on};
use http_body_util::BodyExt;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use kiosk::protocol::call::Method;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::answer;
use super::dispatch;
use super::request::Received;
use super::route::{ROUTES, Route};
use crate::office::Office;
use crate::problem::{Case, Refusal};

/// Beyond the limit this much is read and thrown away, so that the refusal reaches the sender.
const DRAIN_LIMIT: usize = 8 * 1024 * 1024;
/// Time for the headers, also of the next request on a kept connection.
const HEADER_TIME: Duration = Duration::from_secs(60);
/// Time for the body.
const BODY_TIME: Duration = Duration::from_secs(10);
/// Connections at once.
const CONNECTIONS: usize = 256;

/// Name of the caller where no certificate tells it.
pub const LOOPBACK: &str = "loopback";

/// The router of [`ROUTES`].
pub fn router(office: Arc<Office>) -> Router {
    let mut paths: BTreeMap<&'static str, MethodRouter<Arc<Office>>> = BTreeMap::new();
    for route in ROUTES {
        let method = paths
            .remove(route.path)
            .unwrap_or_else(|| MethodRouter::new().fallback(wrong_method));
        let handler = async move |state, params, query, headers, body| {
            handle(route, state, params, query, headers, body).await
        };
        let method = method.merge(on(filter(route.method), handler));
        // HEAD would carry a GET out, and a document can be fetched once only.
        let method = match route.method {
            Method::Get => method.merge(on(MethodFilter::HEAD, wrong_method)),
            _ => method,
        };
        paths.insert(route.path, method);
    }
    paths
        .into_iter()
        .fold(Router::new(), |router, (path, method)| router.route(path, method))
        .fallback(nowhere)
        .with_state(office)
}

fn filter(method: Method) -> MethodFilter {
    match method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Delete => MethodFilter::DELETE,
    }
}

async fn nowhere() -> Response<Body> {
    answer::problem(&Case::NotFound.into(), &trace_id())
}

async fn wrong_method() -> Response<Body> {
    answer::problem(&Case::MethodNotAllowed.into(), &trace_id())
}

fn trace_id() -> String {
    Uuid::new_v4().simple().to_string()
}

async fn handle(
    route: &'static Route,
    State(office): State<Arc<Office>>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Body,
) -> Response<Body> {
    let started = Instant::now();
    let trace_id = trace_id();
    let result = match (params, read(&headers, body, route.body_limit).await) {
        // A path whose bytes are no text names nothing of ours.
        (Err(_), _) => Err(Case::NotFound.into()),
        (_, Err(refusal)) => Err(refusal),
        (Ok(params), Ok(body)) => {
            let received = Received {
                route: route.path,
                params: params
                    .iter()
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect(),
                query,
                headers,
                body,
                terminal: LOOPBACK.to_owned(),
            };
            tokio::task::spawn_blocking(move || dispatch::run(&office, route, &received))
                .await
                .unwrap_or_else(|_| Err(Case::Internal.into()))
        }
    };
    let case = result.as_ref().err().map(|refusal| refusal.case.name());
    let response = match result {
        Ok(answer) => answer::response(answer),
        Err(refusal) => answer::problem(&refusal, &trace_id),
    };
    tracing::info!(
        method = ?route.method, route = route.path, status = response.status().as_u16(), case,
        ms = started.elapsed().as_millis(), trace_id, "request"
    );
    response
}

/// Reads the body: JSON by its type, within the size and the time.
async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let body = tokio::time::timeout(BODY_TIME, collect(body, limit))
        .await
        .map_err(|_| Refusal::from(Case::RequestTimeout))??;
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !body.is_empty() && !essence.eq_ignore_ascii_case("application/json") {
        return Err(Case::UnsupportedMediaType.into());
    }
    Ok(body)
}

pub async fn collect(mut body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let mut kept = Vec::new();
    let mut total = 0usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refusal::from(Case::MalformedRequest))?;
        let Some(data) = frame.data_ref() else { continue };
        total = total.saturating_add(data.len());
        if total > DRAIN_LIMIT {
            break;
        }
        if total <= limit {
            kept.extend_from_slice(data);
        }
    }
    if total > limit {
        return Err(Case::TooLarge.into());
    }
    Ok(Bytes::from(kept))
}

/// Accepts connections until the task is dropped.
pub async fn accept(listener: TcpListener, router: Router) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _peer)) => {
                let router = router.clone();
                connections.spawn(async move {
                    connection(stream, router).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "accept");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, router: Router) {
    let _ = stream.set_nodelay(true);
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "connection");
    }
}

/// Plain HTTP is for this machine only; between machines the terminal proves itself by TLS.
pub fn is_allowed(address: SocketAddr) -> bool {
    address.ip().is_loopback()
}
