//! Signing a household's letter by telephone, with the code on the slip: choose who one is, a code by
//! message to the registered telephone, read the letter, sign. No number of a person is shown.

use kiosk::catalogue::model::RemoteSign;
use kiosk::protocol::body::Signature;
use rusqlite::{OptionalExtension, params};

use super::form::Form;
use super::html::{Html, Reply};
use crate::http::request::Request;
use crate::office::authorisations::{self, Hand, Letter, Signatory};
use crate::office::{masked_name, masked_phone, sample, secret_token};
use crate::problem::{Case, Refusal};
use crate::register::Resident;
use crate::words::chinese;

/// A code is good so long, and so is the letter that it opened.
const CODE_MS: i64 = 5 * 60 * 1000;
const READING_MS: i64 = 30 * 60 * 1000;
/// A further code after so long, and so many a day.
const RESEND_MS: i64 = 60 * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const DAILY: u32 = 5;
const ATTEMPTS: u32 = 3;
/// The box that the script draws.
const BOX_MM: (f32, f32) = (100.0, 40.0);

/// The letter of the address, open and allowed to be signed by telephone.
fn open_letter(request: &Request<'_>) -> Result<Letter, Refusal> {
    let letter = authorisations::by_token(request, request.param("token"))?;
    if letter.is_open() && authorisations::allows(request, &letter, RemoteSign::QrPhone)? {
        Ok(letter)
    } else {
        Err(Case::AuthorisationClosed.into())
    }
}

/// Who may sign at a place and has a registered telephone, in a fixed order.
fn hands<'a>(request: &Request<'a>, letter: &Letter, signatory: &Signatory) -> Vec<&'a Resident> {
    let register = &request.office.register;
    let mut hands: Vec<&Resident> = Vec::new();
    let family = letter.signatories.iter().map(|one| one.id_no.as_str());
    let guardian = request.office.guardians.guardian_of(&signatory.id_no);
    for id_no in family.chain(guardian) {
        let known = hands.iter().any(|one| one.id_no == id_no);
        if !known
            && authorisations::may_sign(request, letter, signatory, id_no)
            && let Some(resident) = register.find(id_no)
        {
            hands.push(resident);
        }
    }
    hands
}

/// `GET /s/{token}`: who are you?
pub fn people(request: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    let letter = authorisations::by_token(request, request.param("token"))?;
    let mut page = Html::new(request);
    let title = page.pick(&letter.wording.title);
    page.heading(&title);
    if letter.is_complete() {
        let words = page.own("web.sign.complete");
        return Ok(page.paragraph(&words).reply());
    }
    let letter = open_letter(request)?;
    let (who, send) = (page.own("web.sign.who"), page.own("web.sign.send_code"));
    let path = format!("/s/{}/code", letter.token);
    page.section(&who).form(&path, false);
    let waiting = letter.signatories.iter().filter(|one| one.signed_at.is_none());
    let mut offered = 0;
    for signatory in waiting.clone() {
        for (index, hand) in hands(request, &letter, signatory).into_iter().enumerate() {
            let label = if signatory.by_guardian {
                let name = masked_name(&signatory.name);
                let pattern = page.own("web.sign.for_ward");
                pattern
                    .replace("{guardian}", &masked_name(&hand.name))
                    .replace("{ward}", &name)
            } else {
                masked_name(&signatory.name)
            };
            page.radio("who", &format!("{}/{index}", signatory.id), &label);
            offered += 1;
        }
    }
    if offered > 0 {
        page.button("go", "1", &send);
    }
    page.end();
    let words = page.own("web.sign.at_terminal");
    let until = page.own("web.sign.until").replace("{date}", &letter.sign_until);
    Ok(page.paragraph(&words).paragraph(&until).reply())
}

/// Signatory and hand of the choice `<signatory>/<index>`.
fn chosen<'a>(
    request: &Request<'a>,
    letter: &Letter,
    choice: &str,
) -> Result<(Signatory, &'a Resident), Refusal> {
    let unknown = || Refusal::invalid("/who", "unknown");
    let (id, index) = choice.split_once('/').ok_or_else(unknown)?;
    let signatory = letter
        .signatories
        .iter()
        .find(|one| one.id == id)
        .ok_or_else(unknown)?;
    if signatory.signed_at.is_some() {
        return Err(Case::AlreadySigned.into());
    }
    let index: usize = index.parse().map_err(|_| unknown())?;
    let hand = hands(request, letter, signatory)
        .into_iter()
        .nth(index)
        .ok_or_else(unknown)?;
    Ok((signatory.clone(), hand))
}

/// `POST /s/{token}/code`.
pub fn send_code(request: &Request<'_>, form: &Form) -> Result<Reply, Refusal> {
    let letter = open_letter(request)?;
    let (signatory, hand) = chosen(request, &letter, form.text("who"))?;
    refuse_too_many(request, hand)?;
    let ticket = secret_token();
    let code = format!("{:06}", rand::random_range(0..1_000_000));
    let now = request.now_ms();
    request.db.execute(
        "INSERT INTO phone_signing (ticket, signatory_id, signer_id_no, code, sent_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![ticket, signatory.id, hand.id_no, code, now, now + CODE_MS],
    )?;
    let text = chinese("sms.letter_code").replace("{code}", &code);
    sample::send_sms(request, &hand.phone, &text)?;
    Ok(ask_code(request, &letter, &ticket, &hand.phone, ""))
}

fn ask_code(request: &Request<'_>, letter: &Letter, ticket: &str, phone: &str, fault: &str) -> Reply {
    let mut page = Html::new(request);
    let sent = page
        .own("web.sign.code_sent")
        .replace("{phone}", &masked_phone(phone));
    let (label, next) = (page.own("web.sign.code"), page.own("web.sign.read"));
    if !fault.is_empty() {
        let words = page.own(fault);
        page.paragraph(&words);
    }
    page.paragraph(&sent)
        .form(&format!("/s/{}/letter", letter.token), false)
        .hidden("ticket", ticket)
        .input(
            "code",
            &label,
            r#"inputmode="numeric" autocomplete="one-time-code" maxlength="6" required"#,
        )
        .button("go", "1", &next)
        .end()
        .reply()
}

/// One message a minute and five a day for a person.
fn refuse_too_many(request: &Request<'_>, hand: &Resident) -> Result<(), Refusal> {
    let now = request.now_ms();
    request
        .db
        .execute("DELETE FROM phone_signing WHERE sent_at < ?1", [now - DAY_MS])?;
    let (last, today): (Option<i64>, u32) = request.db.query_row(
        "SELECT max(sent_at), count(*) FROM phone_signing WHERE signer_id_no = ?1",
        [&hand.id_no],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let soon = last.is_some_and(|last| now < last + RESEND_MS);
    if soon || today >= DAILY {
        return Err(Case::RateLimited.into());
    }
    Ok(())
}

/// A person on the way through these pages.
struct Signing {
    signatory_id: String,
    signer_id_no: String,
}

/// The signing of a ticket whose code was right and whose time is not over.
fn confirmed(request: &Request<'_>, ticket: &str) -> Result<Signing, Refusal> {
    let found = request
        .db
        .query_row(
            "SELECT signatory_id, signer_id_no FROM phone_signing
             WHERE ticket = ?1 AND confirmed = 1 AND expires_at > ?2",
            params![ticket, request.now_ms()],
            |row| {
                Ok(Signing {
                    signatory_id: row.get(0)?,
                    signer_id_no: row.get(1)?,
                })
            },
        )
        .optional()?;
    found.ok_or_else(|| Case::SessionEnded.into())
}

/// `POST /s/{token}/letter`: the code, then the letter with a box to sign in.
pub fn letter(request: &Request<'_>, form: &Form) -> Result<Reply, Refusal> {
    let letter = open_letter(request)?;
    let ticket = form.text("ticket");
    let now = request.now_ms();
    let tried: Option<(String, String)> = request
        .db
        .query_row(
            "UPDATE phone_signing SET attempts = attempts + 1
             WHERE ticket = ?1 AND confirmed = 0 AND expires_at > ?2 AND attempts < ?3
             RETURNING code, signer_id_no",
            params![ticket, now, ATTEMPTS],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let (code, signer) = tried.ok_or_else(|| Refusal::from(Case::SessionEnded))?;
    if code != form.text("code").trim() {
        let phone = request.office.register.find(&signer).map(|one| one.phone.clone());
        return Ok(ask_code(
            request,
            &letter,
            ticket,
            &phone.unwrap_or_default(),
            "web.sign.wrong_code",
        ));
    }
    request.db.execute(
        "UPDATE phone_signing SET confirmed = 1, code = '', expires_at = ?2 WHERE ticket = ?1",
        params![ticket, now + READING_MS],
    )?;
    Ok(show_letter(request, &letter, ticket))
}

fn show_letter(request: &Request<'_>, letter: &Letter, ticket: &str) -> Reply {
    let mut page = Html::new(request);
    let title = page.pick(&letter.wording.title);
    page.heading(&title).paragraph(&letter.number);
    for paragraph in &letter.wording.paragraphs {
        let words = page.pick(paragraph);
        page.paragraph(&words);
    }
    let sign_here = page.own("web.sign.here");
    let (again, sign) = (page.own("web.sign.again"), page.own("web.sign.sign"));
    page.section(&sign_here)
        .form(&format!("/s/{}/signature", letter.token), false)
        .hidden("ticket", ticket)
        .hidden("sha256", &letter.sha256)
        .signature()
        .plain_button("again", &again)
        .button("go", "1", &sign)
        .end()
        .script()
        .reply()
}

/// `POST /s/{token}/signature`.
pub fn signature(request: &Request<'_>, form: &Form) -> Result<Reply, Refusal> {
    let letter = open_letter(request)?;
    let signing = confirmed(request, form.text("ticket"))?;
    let hand = request
        .office
        .register
        .find(&signing.signer_id_no)
        .ok_or(Case::NotFound)?;
    let strokes =
        serde_json::from_str(form.text("strokes")).map_err(|_| Refusal::invalid("/signature", "form"))?;
    let signature = Signature {
        version: 1,
        w_mm: BOX_MM.0,
        h_mm: BOX_MM.1,
        strokes,
        document_sha256: form.text("sha256").to_owned(),
    };
    let by = Hand {
        id_no: &hand.id_no,
        name: &hand.name,
        channel: "phone",
        verification_id: None,
    };
    authorisations::add(request, &letter, &signing.signatory_id, &by, &signature)?;
    request.db.execute(
        "DELETE FROM phone_signing WHERE ticket = ?1",
        [form.text("ticket")],
    )?;
    let mut page = Html::new(request);
    let (done, next) = (page.own("web.sign.done"), page.own("web.sign.next"));
    Ok(page.heading(&done).paragraph(&next).reply())
}
