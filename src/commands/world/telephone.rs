//! The sample telephones: what the reference backend sent by short message, and the pages that open with a
//! code of the terminal's screen or slip.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use kiosk_drivers::port::camera::Frame;

use super::browser::{Browser, value};
use super::{DemoWorld, Phone};

const CODE_LENGTH: usize = 6;
/// A signature as a finger writes it: 0.01 mm and milliseconds.
const INK: &str = "[[[1000,1000,0],[5000,2000,80]],[[6000,900,200],[7000,3000,300]]]";

impl DemoWorld {
    /// The digits of the newest message.
    ///
    /// # Errors
    /// When no code was sent.
    pub fn sms_code(&self) -> Result<String, String> {
        let list = self.sample("/sample/sms")?;
        let text = list.pointer("/messages/0/text").and_then(|text| text.as_str());
        text.unwrap_or_default()
            .split(|c: char| !c.is_ascii_digit())
            .find(|digits| digits.len() == CODE_LENGTH)
            .map(str::to_owned)
            .ok_or_else(|| "no code was sent".to_owned())
    }

    /// What the reference backend shows to those who try it out.
    pub(super) fn sample(&self, path: &str) -> Result<serde_json::Value, String> {
        let text = Browser::new()?.get(&format!("http://{}{path}", self.backend))?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    /// Somebody uses their telephone.
    pub(super) fn telephone(&self, what: &Phone) -> Result<(), String> {
        let mut browser = Browser::new()?;
        match what {
            Phone::Pay => {
                let address = self.code_on_screen()?;
                browser.post(&format!("{address}/confirmation"), &[("go", "1")])?;
            }
            Phone::Cancel => {
                let address = self.code_on_screen()?;
                browser.post(&format!("{address}/cancellation"), &[("go", "1")])?;
            }
            Phone::Picture(path) => {
                let picture = self.print_of(path).map_err(|error| error.to_string())?;
                browser.post_picture(&self.code_on_screen()?, &jpeg(&picture)?)?;
            }
            Phone::Sign => self.sign(&mut browser)?,
        }
        Ok(())
    }

    /// Signs the letter of the last slip, as the first person who can.
    fn sign(&self, browser: &mut Browser) -> Result<(), String> {
        let address = self.code_on_slip()?;
        let people = browser.get(&address)?;
        let who = value(&people, "who").map_err(|_| "nobody is left who could sign by telephone")?;
        let asked = browser.post(&format!("{address}/code"), &[("who", who)])?;
        let ticket = value(&asked, "ticket")?;
        let code = self.sms_code()?;
        let letter = browser.post(
            &format!("{address}/letter"),
            &[("ticket", ticket), ("code", &code)],
        )?;
        let fields = [
            ("ticket", value(&letter, "ticket")?),
            ("sha256", value(&letter, "sha256")?),
            ("strokes", INK),
        ];
        browser.post(&format!("{address}/signature"), &fields).map(drop)
    }

    fn code_on_slip(&self) -> Result<String, String> {
        let text = self.last_slip();
        let mut codes = text
            .split("[QR ")
            .skip(1)
            .filter_map(|rest| rest.split(']').next());
        let address = codes.find(|code| code.starts_with("http"));
        address
            .map(str::to_owned)
            .ok_or_else(|| format!("no code on the last slip: {text}"))
    }
}

fn jpeg(picture: &Frame) -> Result<Vec<u8>, String> {
    let mut bytes = Cursor::new(Vec::new());
    let (width, height) = (picture.width, picture.height);
    JpegEncoder::new(&mut bytes)
        .encode(&picture.rgb, width, height, image::ExtendedColorType::Rgb8)
        .map_err(|error| error.to_string())?;
    Ok(bytes.into_inner())
}
