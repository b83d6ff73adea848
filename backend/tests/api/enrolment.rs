//! Enrolment of a terminal.

use std::process::Command;

use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn a_code_works_once_and_the_certificate_is_of_our_authority() {
    let bench = Bench::start().await;
    let key = rcgen::KeyPair::generate().unwrap();
    let csr = rcgen::CertificateParams::new(vec![])
        .unwrap()
        .serialize_request(&key)
        .unwrap()
        .pem()
        .unwrap();
    let body = |code: &str| json!({ "enrolment_code": code, "csr": csr, "hardware": { "model": "sample" } });
    assert_eq!(
        bench.post("/v1/terminals", body("WRONG")).await.case(),
        "enrolment-refused"
    );
    let enrolled = bench.post("/v1/terminals", body("SAMPLE-ENROL-0001")).await;
    assert_eq!(enrolled.status, 201);
    assert_eq!(
        bench
            .post("/v1/terminals", body("SAMPLE-ENROL-0001"))
            .await
            .case(),
        "enrolment-refused"
    );

    let folder = tempfile::tempdir().unwrap();
    let [ca, certificate] = ["ca", "certificate"].map(|name| {
        let path = folder.path().join(name);
        std::fs::write(&path, enrolled.text(&format!("/{name}"))).unwrap();
        path
    });
    if let Ok(verified) = Command::new("openssl")
        .args(["verify", "-purpose", "sslclient", "-CAfile"])
        .args([&ca, &certificate])
        .output()
    {
        assert!(
            verified.status.success(),
            "{}",
            String::from_utf8_lossy(&verified.stderr)
        );
        let subject = Command::new("openssl")
            .args(["x509", "-noout", "-subject", "-in"])
            .arg(&certificate)
            .output()
            .unwrap();
        let subject = String::from_utf8_lossy(&subject.stdout).into_owned();
        assert!(subject.contains(&enrolled.text("/terminal_id")), "{subject}");
    }
}

#[tokio::test]
async fn a_bad_request_for_a_certificate_does_not_spend_the_code() {
    let bench = Bench::start().await;
    let body = json!({ "enrolment_code": "SAMPLE-ENROL-0002", "csr": "-----BEGIN NONSENSE-----" });
    for _ in 0..2 {
        let answer = bench.post("/v1/terminals", body.clone()).await;
        assert_eq!(answer.case(), "validation");
        assert_eq!(answer.text("/errors/0/pointer"), "/csr");
    }
}
