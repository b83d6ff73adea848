//! Nothing of a person reaches the log.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::*;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_of_whole_visits_and_of_refusals_names_nobody() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .init();
    let bench = Bench::start().await;
    for person in ["d1", "d2", "d4"] {
        let visit = bench.open().await;
        visit.log_in(person).await;
        visit.post("/v1/applications", allowance()).await;
        let asked = visit.post("/v1/applications", kinship()).await;
        assert_eq!(asked.status, 201, "{person}");
        bench.pass(REVIEW);
        let id = asked.text("/application_id");
        let list = visit.get(&format!("/v1/applications/{id}/certificates")).await;
        let certificate = list.text("/certificates/0/certificate_id");
        let job = format!("/v1/certificates/{certificate}/print-jobs");
        assert_eq!(visit.post(&job, Value::Null).await.status, 201);
        visit
            .post(
                &format!("/v1/queries/{PROPERTY}"),
                json!({ "params": { "测试甲": "13800138000" } }),
            )
            .await;
        visit
            .post("/v1/sms-codes", json!({ "subject": subject(person) }))
            .await;
        let mut bad = allowance();
        bad["answers"]["elder.name"] = json!("测试乙");
        bad["region"] = Value::from("测试丁");
        visit.post("/v1/applications", bad).await;
        visit.post("/v1/prefill", json!("99000019810825413X")).await;
    }
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("/v1/applications"), "the log was captured");
    let code = bench.get("/sample/sms").await.text("/messages/0/text");
    let code: String = code.chars().filter(char::is_ascii_digit).take(6).collect();
    for personal in [
        "测试",
        "99000019810825413X",
        "110000194403126227",
        "110000195306307354",
        "13800138000",
        "6228480402564890018",
        "1400000",
        "子女入学",
        "246810",
        "样例子",
        &format!("验证码 {code}"),
    ] {
        let found = text.lines().find(|line| line.contains(personal));
        assert_eq!(found, None, "{personal}");
    }
}
