//! The served description matches the server.

use std::collections::{BTreeMap, BTreeSet};

use kiosk::protocol::{authorisation, body, handover, information, money};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::*;

const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"];

async fn described() -> (Bench, Value) {
    let bench = Bench::start().await;
    let document = bench.get("/v1/openapi.json").await.body;
    (bench, document)
}

#[tokio::test]
async fn it_lists_exactly_the_methods_that_the_router_answers() {
    let (bench, document) = described().await;
    let visit = bench.open().await;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let concrete = path
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part });
        let concrete = concrete.collect::<Vec<_>>().join("/");
        for method in METHODS {
            let request = visit.request(Method::from_bytes(method.as_bytes()).unwrap(), &concrete);
            let answer = send(request).await;
            let listed = operations.get(method.to_ascii_lowercase()).is_some();
            assert_eq!(answer.status != 405, listed, "{method} {path}");
            if answer.status == 404 {
                // A resource that is not there, never a route that is not there.
                assert!(path.contains('{'), "{method} {path} is not routed");
            }
        }
    }
}

#[tokio::test]
async fn every_route_of_the_source_is_listed() {
    let (_bench, document) = described().await;
    let table = include_str!("../../src/http/route.rs");
    let mut routed = BTreeSet::new();
    for line in table
        .lines()
        .filter_map(|line| line.trim().strip_prefix("route("))
    {
        let (method, rest) = line.split_once(", \"").unwrap();
        let (path, rest) = rest.split_once('"').unwrap();
        routed.insert((
            method.to_ascii_lowercase(),
            path.to_owned(),
            rest.contains("true"),
        ));
    }
    let mut listed = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let keyed = parameters.contains(&json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
            listed.insert((method.clone(), path.clone(), keyed));
        }
    }
    assert_eq!(listed, routed, "(method, path, has a key)");
    let reads: Vec<_> = listed
        .iter()
        .filter(|(method, _, keyed)| method == "post" && !keyed)
        .map(|(_, path, _)| path.as_str())
        .collect();
    assert_eq!(
        reads,
        [
            "/v1/assistant/questions",
            "/v1/face-comparisons",
            "/v1/guidance",
            "/v1/prefill",
            "/v1/queries/{service_id}",
            "/v1/verifications"
        ]
    );
}

/// Names of the members that serde knows for a strict body.
fn members<T: DeserializeOwned>() -> BTreeSet<String> {
    let message = serde_json::from_value::<T>(json!({ "?": 0 }))
        .err()
        .unwrap()
        .to_string();
    let list = message.split_once("expected ").unwrap().1;
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[tokio::test]
async fn request_bodies_have_the_members_that_the_server_knows() {
    let (_bench, document) = described().await;
    let known = BTreeMap::from([
        ("Enrolment", members::<body::Enrolment>()),
        ("OpenSession", members::<body::OpenSession>()),
        ("Consent", members::<body::Consent>()),
        ("Subject", members::<body::Subject>()),
        ("IdentityVerification", members::<body::IdentityVerification>()),
        ("SmsCodeRequest", members::<body::SmsCodeRequest>()),
        ("FaceComparison", members::<body::FaceComparison>()),
        ("StaffLogin", members::<body::StaffLogin>()),
        ("Prefill", members::<body::Prefill>()),
        ("Query", members::<body::Query>()),
        ("Signature", members::<body::Signature>()),
        ("Application", members::<body::Application>()),
        ("PrintReport", members::<body::PrintReport>()),
        ("DocumentVerification", members::<body::DocumentVerification>()),
        ("Attestation", members::<body::Attestation>()),
        ("Evaluation", members::<body::Evaluation>()),
        ("Ticket", members::<body::Ticket>()),
        ("Question", members::<information::Question>()),
        (
            "AuthorisationRequest",
            members::<authorisation::AuthorisationRequest>(),
        ),
        ("AddSignature", members::<authorisation::AddSignature>()),
        ("UploadRequest", members::<handover::UploadRequest>()),
        ("UploadContent", members::<handover::UploadContent>()),
        ("VideoRequest", members::<handover::VideoRequest>()),
        ("PaymentRequest", members::<money::PaymentRequest>()),
        ("TopupRequest", members::<money::TopupRequest>()),
        ("TopupOutcome", members::<money::TopupOutcome>()),
    ]);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let strict: BTreeMap<&str, BTreeSet<String>> = schemas
        .iter()
        .filter(|(_, schema)| schema["additionalProperties"] == false)
        .map(|(name, schema)| {
            let names = schema["properties"].as_object().unwrap().keys().cloned();
            (name.as_str(), names.collect())
        })
        .collect();
    assert_eq!(strict, known);
}
