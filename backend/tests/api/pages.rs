//! The pages for telephones and officers.

use std::collections::BTreeMap;

use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::pictures::frame;
use crate::support::*;
use crate::together::*;

/// A browser: keeps its cookie, follows nothing by itself.
struct Browser<'a> {
    bench: &'a Bench,
    client: reqwest::Client,
    cookie: std::cell::RefCell<String>,
}

struct Page {
    status: u16,
    text: String,
    location: String,
    policy: String,
    bytes: Vec<u8>,
}

impl Page {
    /// Value of the hidden field, or of the first option of this name.
    fn value(&self, name: &str) -> String {
        let field = format!("name=\"{name}\" value=\"");
        let (_, rest) = self
            .text
            .split_once(&field)
            .unwrap_or_else(|| panic!("{name}: {}", self.text));
        rest.split('"').next().unwrap().to_owned()
    }
}

impl<'a> Browser<'a> {
    fn new(bench: &'a Bench) -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(Policy::none());
        Self {
            bench,
            client: client.build().unwrap(),
            cookie: Default::default(),
        }
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with("http") {
            return path.to_owned();
        }
        format!("http://{}{path}", self.bench.running.web.unwrap())
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Page {
        let request = request.header("Cookie", self.cookie.borrow().clone());
        let response = request.send().await.unwrap();
        let header = |name: &str| {
            let value = response.headers().get(name);
            value
                .map(|value| value.to_str().unwrap().to_owned())
                .unwrap_or_default()
        };
        let cookie = header("set-cookie");
        if !cookie.is_empty() {
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
            *self.cookie.borrow_mut() = cookie.split(';').next().unwrap().to_owned();
        }
        let (status, location, policy) = (
            response.status().as_u16(),
            header("location"),
            header("content-security-policy"),
        );
        assert_eq!(header("cache-control"), "no-store");
        let bytes = response.bytes().await.unwrap().to_vec();
        Page {
            status,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            location,
            policy,
            bytes,
        }
    }

    async fn get(&self, path: &str) -> Page {
        self.send(self.client.get(self.address(path))).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", escape(value)))
            .collect::<Vec<_>>()
            .join("&");
        let request = self
            .client
            .post(self.address(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body);
        self.send(request).await
    }
}

fn escape(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn code(bench: &Bench) -> String {
    let message = bench.get("/sample/sms").await.text("/messages/0/text");
    let (_, rest) = message.split_once("验证码 ").unwrap();
    rest.chars().take(6).collect()
}

async fn letter(visit: &Visit<'_>) -> Value {
    let members =
        json!([{ "name": "测试乙", "id_no": "99000019810825413X", "relation": "20", "capacity": "full" }]);
    let sent = visit
        .post(
            "/v1/applications",
            json!({ "service_id": LETTER, "service_rev": 1, "region": "440104",
                    "answers": { "household_member": members, "supporter": [] } }),
        )
        .await;
    let body = json!({ "application_id": sent.text("/application_id"), "authorisation": "household_check" });
    visit.post("/v1/authorisations", body).await.body
}

const INK: &str = "[[[1000,1000,0],[5000,2000,80]],[[6000,900,200],[7000,3000,300]]]";

/// S16: one signs by telephone.
#[tokio::test]
async fn a_letter_is_signed_by_telephone_with_a_code_to_the_registered_number() {
    let bench = bench().await;
    let visit = bench.open().await;
    let applicant = visit.identify("d1", "applicant").await;
    let letter = letter(&visit).await;
    let address = letter["qr"].as_str().unwrap();
    let browser = Browser::new(&bench);
    let who = browser.get(address).await;
    assert_eq!(who.status, 200);
    assert!(who.policy.contains("default-src 'none'") && who.policy.contains("script-src 'self'"));
    assert!(
        who.text.contains("测**") && !who.text.contains("测试乙"),
        "{}",
        who.text
    );
    let choices: Vec<&str> = who.text.split("name=\"who\" value=\"").skip(1).collect();
    assert_eq!(choices.len(), 2);
    let second = choices[1].split('"').next().unwrap();

    let asked = browser.post(&format!("{address}/code"), &[("who", second)]).await;
    assert!(asked.text.contains("140****2345"), "{}", asked.text);
    let soon = browser.post(&format!("{address}/code"), &[("who", second)]).await;
    assert_eq!(soon.status, 429);
    let ticket = asked.value("ticket");
    let code = code(&bench).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let path = format!("{address}/letter");
    let no = browser.post(&path, &[("ticket", &ticket), ("code", wrong)]).await;
    assert!(no.text.contains("验证码不对"));
    let early = browser
        .post(
            &format!("{address}/signature"),
            &[("ticket", &ticket), ("strokes", INK)],
        )
        .await;
    assert_eq!(early.status, 401, "without the code nothing is signed");
    let read = browser.post(&path, &[("ticket", &ticket), ("code", &code)]).await;
    assert!(
        read.text.contains("自愿授权") && read.text.contains("canvas"),
        "{}",
        read.text
    );
    for number in ["99000019810825413X", "110000194403126227", "14000002345"] {
        assert!(!format!("{}{}{}", who.text, asked.text, read.text).contains(number));
    }
    let sha256 = read.value("sha256");
    let sign = format!("{address}/signature");
    let other = browser
        .post(&sign, &[("ticket", &ticket), ("sha256", "00"), ("strokes", INK)])
        .await;
    assert_eq!(other.status, 422);
    let done = browser
        .post(
            &sign,
            &[("ticket", &ticket), ("sha256", &sha256), ("strokes", INK)],
        )
        .await;
    assert!(
        done.status == 200 && done.text.contains("签好了"),
        "{}",
        done.text
    );
    let again = browser
        .post(
            &sign,
            &[("ticket", &ticket), ("sha256", &sha256), ("strokes", INK)],
        )
        .await;
    assert_eq!(again.status, 401);

    let path = format!(
        "/v1/authorisations/{}",
        letter["authorisation_id"].as_str().unwrap()
    );
    let state = visit.get(&path).await;
    assert_eq!(
        (
            state.text("/signatories/1/state").as_str(),
            state.text("/state").as_str()
        ),
        ("signed", "open")
    );
    let body = json!({
        "signatory_id": letter["signatories"][0]["signatory_id"], "verification_id": applicant,
        "signature": strokes(letter["sha256"].as_str().unwrap()),
    });
    let sealed = visit.post(&format!("{path}/signatures"), body).await;
    assert_eq!(sealed.text("/state"), "sealed");
    assert!(browser.get(address).await.text.contains("已经签齐"));
}

#[tokio::test]
async fn unknown_addresses_open_nothing_and_guessing_is_slowed() {
    let bench = bench().await;
    let browser = Browser::new(&bench);
    for path in ["/s/x", "/u/x", "/p/x", "/", "/v1/health", "/officer/nothing"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    assert_eq!(
        bench.get("/officer/login").await.case(),
        "not-found",
        "never on the terminals' port"
    );
    let mut last = 0;
    for _ in 0..40 {
        last = browser.post("/p/x/confirmation", &[("go", "1")]).await.status;
    }
    assert_eq!(last, 429);
    bench.pass(std::time::Duration::from_secs(61));
    assert_eq!(
        browser.post("/p/x/confirmation", &[("go", "1")]).await.status,
        404
    );
    for (kind, body) in [
        ("text/plain", "x"),
        ("multipart/form-data; boundary=b", "no form"),
    ] {
        let request = browser
            .client
            .post(browser.address("/u/x"))
            .header("Content-Type", kind);
        let page = browser.send(request.body(body)).await;
        assert!(matches!(page.status, 400 | 415), "{kind}");
    }
}

#[tokio::test]
async fn a_picture_comes_by_telephone_without_its_metadata() {
    let bench = bench_with(|options| options.models = root().join("models")).await;
    let visit = bench.open().await;
    let order = json!({ "service_id": "test.search", "about": "missing_person.photo" });
    let place = visit.post("/v1/uploads", order).await;
    let address = place.text("/qr");
    let browser = Browser::new(&bench);
    assert!(browser.get(&address).await.text.contains("type=\"file\""));
    let upload = async |picture: &[u8]| {
        let mut body =
            b"--b\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"x.jpg\"\r\n\r\n".to_vec();
        body.extend(picture);
        body.extend(b"\r\n--b--\r\n");
        let request = browser
            .client
            .post(&address)
            .header("Content-Type", "multipart/form-data; boundary=b");
        browser.send(request.body(body)).await
    };
    assert!(upload(b"nothing").await.text.contains("打不开"));
    let picture = frame("d1/neutral/00.jpg");
    let marked = [&picture[..2], b"\xFF\xFE\x00\x0DSECRETPLACE", &picture[2..]].concat();
    assert!(upload(&marked).await.text.contains("收到了"));
    let path = format!("/v1/uploads/{}", place.text("/upload_id"));
    assert_eq!(visit.get(&path).await.text("/state"), "received");
    let kept: Vec<u8> = database(&bench)
        .query_row("SELECT picture FROM upload", [], |row| row.get(0))
        .unwrap();
    assert!(!kept.windows(6).any(|part| part == b"SECRET"));
}

async fn sign_in(browser: &Browser<'_>, number: &str, pin: &str) -> Page {
    browser
        .post("/officer/login", &[("staff_number", number), ("pin", pin)])
        .await
}

fn acts(bench: &Bench) -> BTreeMap<String, u32> {
    let database = database(bench);
    let mut query = database
        .prepare("SELECT act, count(*) FROM officer_act WHERE staff_number = '1002' GROUP BY act")
        .unwrap();
    query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[tokio::test]
async fn an_officer_finds_a_matter_and_decides_with_a_reason() {
    let bench = bench().await;
    let visit = bench.open().await;
    visit.identify("d1", "elder").await;
    let body = json!({ "service_id": PROXY, "service_rev": 1, "region": "440104",
                       "answers": { "elder.phone": "13800138000" } });
    let sent = visit.post("/v1/applications", body).await;
    let (id, number) = (sent.text("/application_id"), sent.text("/number"));

    let browser = Browser::new(&bench);
    assert_eq!(browser.get("/officer").await.location, "/officer/login");
    for (number, pin) in [("1002", "000000"), ("1001", "246810"), ("9999", "1")] {
        assert_eq!(sign_in(&browser, number, pin).await.status, 403, "{number}");
    }
    assert_eq!(sign_in(&browser, "1002", "135790").await.status, 303);
    let list = browser.get(&format!("/officer?q={number}")).await;
    assert!(list.text.contains(&number));
    assert!(!browser.get("/officer?q=A1999").await.text.contains(&number));

    let path = format!("/officer/matters/{id}");
    let matter = browser.get(&path).await;
    assert!(
        matter.text.contains("138****8000") && matter.text.contains("测**"),
        "{}",
        matter.text
    );
    for personal in ["13800138000", "110000194403126227", "测试甲"] {
        assert!(!matter.text.contains(personal), "{personal}");
    }
    let token = matter.value("form_token");
    let act = async |act: &str, reason: &str, token: &str| {
        let fields = [("act", act), ("reason", reason), ("form_token", token)];
        browser.post(&format!("{path}/acts"), &fields).await.status
    };
    assert_eq!(act("accept", "", "forged").await, 403, "another site's form");
    assert_eq!(act("approve", "", &token).await, 409, "not accepted yet");
    assert_eq!(act("return", "", &token).await, 422, "a reason is needed");
    assert_eq!(act("accept", "", &token).await, 303);
    assert_eq!(act("refuse", "年龄不够", &token).await, 303);
    let timeline = visit.get(&format!("/v1/applications/{id}/timeline")).await;
    assert!(timeline.body.to_string().contains("refused"), "{}", timeline.body);
    let cases = visit.get("/v1/cases").await.body.to_string();
    assert!(cases.contains("年龄不够") && cases.contains("12345"), "{cases}");
    let done = acts(&bench);
    assert_eq!((done["look"], done["accept"], done["refuse"]), (1, 1, 1));

    assert_eq!(
        browser
            .post("/officer/logout", &[("form_token", &token)])
            .await
            .status,
        303
    );
    assert_eq!(browser.get("/officer").await.location, "/officer/login");
}

#[tokio::test]
async fn an_officer_answers_a_call_and_ends_it_with_a_result() {
    let bench = bench().await;
    let visit = bench.open().await;
    visit.identify("d1", "applicant").await;
    let call = visit
        .post("/v1/video-sessions", json!({ "service_id": "test.video" }))
        .await;
    let mine = format!("/v1/video-sessions/{}", call.text("/video_id"));
    let browser = Browser::new(&bench);
    sign_in(&browser, "1002", "135790").await;
    let path = format!("/officer/talks/{}", call.text("/video_id"));
    assert!(browser.get("/officer/talks").await.text.contains(&path));
    let token = browser.get(&path).await.value("form_token");
    let act = async |fields: &[(&str, &str)]| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .copied()
            .chain([("form_token", token.as_str())])
            .collect();
        browser.post(&format!("{path}/acts"), &fields).await.status
    };
    assert_eq!(
        act(&[("act", "say"), ("words", "x")]).await,
        409,
        "not answered yet"
    );
    assert_eq!(act(&[("act", "answer")]).await, 303);
    assert_eq!(act(&[("act", "answer")]).await, 409, "not twice");
    assert_eq!(visit.get(&mine).await.text("/state"), "connected");
    assert_eq!(act(&[("act", "say"), ("words", "您好")]).await, 303);
    let shared = [("act", "say"), ("words", "请看"), ("shared", "第一条\n\n第二条")];
    assert_eq!(act(&shared).await, 303);
    let talk = visit.get(&mine).await;
    assert_eq!(talk.text("/messages/0/words/zh-Hans"), "您好");
    assert_eq!(talk.text("/messages/1/kind"), "document");
    assert_eq!(
        talk.body["messages"][1]["paragraphs"].as_array().unwrap().len(),
        2
    );
    assert!(talk.text("/officer/zh-Hans").contains("审**"));
    assert_eq!(act(&[("act", "end"), ("result", "材料齐了")]).await, 303);
    let ended = visit.get(&mine).await;
    assert_eq!(
        (
            ended.text("/state").as_str(),
            ended.text("/result/zh-Hans").as_str()
        ),
        ("ended", "材料齐了")
    );
    assert_eq!(ended.text("/number"), "H2026112300001");
    assert!(!browser.get("/officer/talks").await.bytes.is_empty());
}
