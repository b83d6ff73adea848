//! The sample telephone: what the reference backend sent by short message.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::DemoWorld;

const CODE_LENGTH: usize = 6;

impl DemoWorld {
    /// The digits of the newest message.
    ///
    /// # Errors
    /// When no code was sent.
    pub fn sms_code(&self) -> Result<String, String> {
        let answer = get(self.backend, "/sample/sms").map_err(|error| error.to_string())?;
        let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
        let list: serde_json::Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
        let text = list.pointer("/messages/0/text").and_then(|text| text.as_str());
        text.unwrap_or_default()
            .split(|c: char| !c.is_ascii_digit())
            .find(|digits| digits.len() == CODE_LENGTH)
            .map(str::to_owned)
            .ok_or_else(|| "no code was sent".to_owned())
    }
}

/// A plain HTTP GET without keep-alive.
fn get(address: SocketAddr, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
