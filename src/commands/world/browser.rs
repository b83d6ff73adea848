//! A browser as somebody holds it: it keeps its cookie, follows nothing by itself, and sends forms.

use std::future::Future;

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Url};

/// Between the parts of a body; none of the demo's pictures holds it.
const BOUNDARY: &str = "bianmin-kiosk-sample-boundary";

/// One browser.
pub(super) struct Browser {
    client: Client,
    tasks: tokio::runtime::Runtime,
    cookie: String,
}

impl Browser {
    pub fn new() -> Result<Self, String> {
        // The first caller installs it; whoever comes later finds it there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let tasks = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let client = Client::builder().no_proxy().redirect(Policy::none()).build();
        Ok(Self {
            client: client.map_err(|error| error.to_string())?,
            tasks: tasks.map_err(|error| error.to_string())?,
            cookie: String::new(),
        })
    }

    /// The text of a page.
    pub fn get(&mut self, address: &str) -> Result<String, String> {
        self.send(self.client.get(address))
    }

    /// Sends a form; the text of the page that answers.
    pub fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Result<String, String> {
        let form = Url::parse_with_params("form:", fields).map_err(|error| error.to_string())?;
        let body = form.query().unwrap_or_default().to_owned();
        let kind = "application/x-www-form-urlencoded";
        self.send(self.client.post(address).header("content-type", kind).body(body))
    }

    /// Sends one picture as the field `picture`.
    pub fn post_picture(&mut self, address: &str, picture: &[u8]) -> Result<String, String> {
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"picture\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        let end = format!("\r\n--{BOUNDARY}--\r\n");
        let body = [head.as_bytes(), picture, end.as_bytes()].concat();
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(self.client.post(address).header("content-type", kind).body(body))
    }

    fn send(&mut self, request: RequestBuilder) -> Result<String, String> {
        let request = request.header("cookie", &self.cookie);
        let (status, cookie, text) = self.tasks.block_on(answer(request.send()))?;
        if let Some(cookie) = cookie {
            self.cookie = cookie;
        }
        if status >= 400 {
            return Err(format!("the page answers {status}: {text}"));
        }
        Ok(text)
    }
}

async fn answer(
    sent: impl Future<Output = reqwest::Result<reqwest::Response>>,
) -> Result<(u16, Option<String>, String), String> {
    let response = sent.await.map_err(|error| error.to_string())?;
    let cookie = response
        .headers()
        .get("set-cookie")
        .and_then(|value| value.to_str().ok());
    let cookie = cookie
        .and_then(|cookie| cookie.split(';').next())
        .map(str::to_owned);
    let status = response.status().as_u16();
    let text = response.text().await.map_err(|error| error.to_string())?;
    Ok((status, cookie, text))
}

/// Value of the first field of this name on a page: a hidden one, or the first choice of a list.
pub(super) fn value<'a>(page: &'a str, name: &str) -> Result<&'a str, String> {
    let field = format!("name=\"{name}\" value=\"");
    let value = page
        .split_once(field.as_str())
        .and_then(|(_, rest)| rest.split('"').next());
    value.ok_or_else(|| format!("the page has no field `{name}`: {page}"))
}
