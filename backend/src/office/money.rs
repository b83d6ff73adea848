//! Payments and top-ups: pay, write, read again, confirm. What was paid and not written goes back.
//!
//! A payment belongs to its terminal, not to a visit: after a power cut the terminal asks with the same
//! key, or by the payment's id, and gets the state as it is now.

use kiosk::catalogue::model::Service;
use kiosk::protocol::money::{PaymentRequest, PaymentState, TopupOutcome, TopupPermit, TopupRequest};
use kiosk_drivers::port::transit_card::LoadChallenge;
use rusqlite::{OptionalExtension, Row, params};

use super::{at_office_time, new_id, number, secret_token};
use crate::http::answer::{Answer, Content};
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::services::hex;
use crate::transit::{self, digits};

/// The code to pay with is good so long.
const PAY_MS: i64 = 5 * 60 * 1000;
/// Without a permit to write, what was paid goes back after so long.
const UNWRITTEN_MS: i64 = 2 * 60 * 1000;
/// With a permit and no word of the card, nobody knows: after so long people look at it.
const UNKNOWN_MS: i64 = 24 * 60 * 60 * 1000;
/// Most that one payment takes, in fen.
const MOST_FEN: u32 = 100_000;

/// A payment of the database.
pub struct Payment {
    /// Id.
    pub id: String,
    /// Opens the page to pay.
    pub token: String,
    /// Number on the receipt.
    pub number: String,
    /// State of services.md 4.6, or `expired`.
    pub state: String,
    /// In fen.
    pub amount_fen: u32,
    created_at: i64,
}

fn row(row: &Row<'_>) -> rusqlite::Result<Payment> {
    Ok(Payment {
        id: row.get("id")?,
        token: row.get("token")?,
        number: row.get("number")?,
        state: row.get("state")?,
        amount_fen: row.get("amount_fen")?,
        created_at: row.get("created_at")?,
    })
}

/// `POST /v1/payments`.
pub fn create(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: PaymentRequest = request.json()?;
    let service = request.office.service(&body.service_id)?;
    let amount_fen = amount(request, service, &body.amount)?;
    let id = new_id();
    request.db.execute(
        "INSERT INTO payment (id, terminal, token, number, service_id, amount_fen, state, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'created', ?7)",
        params![
            id,
            request.received.terminal,
            secret_token(),
            number(request.db, "F", request.now)?,
            body.service_id,
            amount_fen,
            request.now_ms()
        ],
    )?;
    Answer::created(&shown(request, &own(request, &id)?))
}

/// The kept answer of a repeated key, with the payment's state as it is now.
pub fn refresh(request: &Request<'_>, kept: Answer) -> Result<Answer, Refusal> {
    let id = match &kept.content {
        Content::Json(body) => body.get("payment_id").and_then(serde_json::Value::as_str),
        _ => None,
    };
    match id {
        Some(id) => Answer::ok(&shown(request, &own(request, id)?)),
        None => Ok(kept),
    }
}

/// An amount that the service takes: one of its choices, or within its limits.
fn amount(request: &Request<'_>, service: &Service, text: &str) -> Result<u32, Refusal> {
    let refused = || Refusal::invalid("/amount", "not_offered");
    let fee = service.fee.as_ref().ok_or_else(refused)?;
    let field = service.field(&fee.amount_field).ok_or_else(refused)?;
    let amount_fen = fen(text)
        .filter(|fen| (1..=MOST_FEN).contains(fen))
        .ok_or_else(refused)?;
    let options = request.office.services.catalogue.options(field);
    let yuan = f64::from(amount_fen) / 100.0;
    let offered = if options.is_empty() {
        field.validate.min.is_none_or(|min| yuan >= min) && field.validate.max.is_none_or(|max| yuan <= max)
    } else {
        options.iter().any(|(code, _)| fen(code) == Some(amount_fen))
    };
    if offered { Ok(amount_fen) } else { Err(refused()) }
}

/// Fen of yuan with no or two decimals, `50` or `50.00`.
fn fen(text: &str) -> Option<u32> {
    let (yuan, cents) = text.split_once('.').unwrap_or((text, "00"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(yuan) || !plain(cents) || cents.len() != 2 {
        return None;
    }
    let yuan: u32 = yuan.parse().ok()?;
    yuan.checked_mul(100)?.checked_add(cents.parse().ok()?)
}

/// `50.00`.
pub fn yuan(fen: u32) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

fn find(request: &Request<'_>, column: &str, value: &str) -> Result<Payment, Refusal> {
    request
        .db
        .query_row(
            &format!("SELECT * FROM payment WHERE {column} = ?1"),
            [value],
            row,
        )
        .optional()?
        .ok_or_else(|| Case::NotFound.into())
}

/// A payment by the secret of its code.
pub fn by_token(request: &Request<'_>, token: &str) -> Result<Payment, Refusal> {
    find(request, "token", token)
}

fn own(request: &Request<'_>, id: &str) -> Result<Payment, Refusal> {
    let mine: bool = request.db.query_row(
        "SELECT EXISTS (SELECT 1 FROM payment WHERE id = ?1 AND terminal = ?2)",
        params![id, request.received.terminal],
        |row| row.get(0),
    )?;
    if mine {
        find(request, "id", id)
    } else {
        Err(Case::NotFound.into())
    }
}

fn shown(request: &Request<'_>, payment: &Payment) -> PaymentState {
    let left = (payment.created_at + PAY_MS - request.now_ms()).max(0) / 1000;
    PaymentState {
        payment_id: payment.id.clone(),
        state: payment.state.clone(),
        amount: yuan(payment.amount_fen),
        qr: request.office.web_address("p", &payment.token),
        number: payment.number.clone(),
        expires_in_s: u32::try_from(left).unwrap_or(0),
    }
}

/// `GET /v1/payments/{payment_id}`.
pub fn read(request: &Request<'_>) -> Result<Answer, Refusal> {
    Answer::ok(&shown(request, &own(request, request.param("payment_id"))?))
}

/// `POST /v1/payments/{payment_id}/reversal`: nothing was written, so the money goes back. With a permit
/// out and no word of the card nobody can tell, and people look at it.
pub fn reverse(request: &Request<'_>) -> Result<Answer, Refusal> {
    let payment = own(request, request.param("payment_id"))?;
    match payment.state.as_str() {
        "created" => set(request, &payment.id, "expired")?,
        "paid" if permit_is_out(request, &payment.id)? => set(request, &payment.id, "manual")?,
        "paid" => give_back(request, &payment.id)?,
        "reversing" | "reversed" | "manual" | "expired" => {}
        _ => return Err(Refusal::from(Case::PaymentFinal).with("state", payment.state)),
    }
    Answer::created(&shown(request, &own(request, &payment.id)?))
}

fn set(request: &Request<'_>, id: &str, state: &str) -> Result<(), Refusal> {
    request.db.execute(
        "UPDATE payment SET state = ?2, ended_at = CASE WHEN ?2 IN ('created', 'paid', 'reversing') THEN NULL ELSE ?3 END
         WHERE id = ?1",
        params![id, state, request.now_ms()],
    )?;
    Ok(())
}

/// Orders the money back; the sample's payment service confirms it when the office next looks.
fn give_back(request: &Request<'_>, id: &str) -> Result<(), Refusal> {
    set(request, id, "reversing")
}

/// A permit to write was given, and what the card did is not known.
fn permit_is_out(request: &Request<'_>, payment: &str) -> Result<bool, Refusal> {
    Ok(request.db.query_row(
        "SELECT EXISTS (SELECT 1 FROM topup WHERE payment_id = ?1 AND written IS NULL)",
        [payment],
        |row| row.get(0),
    )?)
}

/// The person confirms or cancels on the telephone.
///
/// # Errors
/// `payment-final` when the code's time is over or it was used.
pub fn pay(request: &Request<'_>, payment: &Payment, confirmed: bool) -> Result<(), Refusal> {
    if payment.state != "created" {
        return Err(Refusal::from(Case::PaymentFinal).with("state", payment.state.as_str()));
    }
    if !confirmed {
        return set(request, &payment.id, "expired");
    }
    request.db.execute(
        "UPDATE payment SET state = 'paid', paid_at = ?2 WHERE id = ?1",
        params![payment.id, request.now_ms()],
    )?;
    Ok(())
}

/// `POST /v1/topups`: the issuer's permit for a paid payment, once; the same card may ask again.
pub fn permit(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: TopupRequest = request.json()?;
    let payment = own(request, &body.payment_id)?;
    if payment.state != "paid" || permit_is_out(request, &payment.id)? {
        return Err(Refusal::from(Case::PaymentFinal).with("state", payment.state));
    }
    if !(16..=20).contains(&body.card_no.len()) || !body.card_no.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::invalid("/card_no", "form"));
    }
    if body.terminal_no != hex(&transit::TERMINAL_NO) {
        return Err(Refusal::invalid("/terminal_no", "unknown"));
    }
    let challenge = LoadChallenge {
        old_balance_fen: body.old_balance_fen,
        counter: body.counter,
        key_version: body.key_version,
        algorithm: body.algorithm,
        random: digits(&body.random).ok_or_else(|| Refusal::invalid("/random", "form"))?,
        mac1: digits(&body.mac1).ok_or_else(|| Refusal::invalid("/mac1", "form"))?,
    };
    let now = at_office_time(request.now);
    let Some(permit) = transit::permit(payment.amount_fen, &challenge, now) else {
        // The card lies: nothing is written to it, and the money goes back.
        give_back(request, &payment.id)?;
        return Err(Refusal::from(Case::CardRefused).keeping());
    };
    let answer = TopupPermit {
        topup_id: new_id(),
        date: hex(&permit.date),
        time: hex(&permit.time),
        mac2: hex(&permit.mac2),
    };
    request.db.execute(
        "INSERT INTO topup (id, payment_id, card_hash, old_balance_fen, counter, date, time, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            answer.topup_id,
            payment.id,
            request.office.person_hash(&body.card_no),
            body.old_balance_fen,
            body.counter,
            answer.date,
            answer.time,
            request.now_ms()
        ],
    )?;
    Answer::created(&answer)
}

/// A permit that was given.
struct Topup {
    payment_id: String,
    old_balance_fen: u32,
    counter: u16,
    date: String,
    time: String,
    written: Option<bool>,
}

/// `PUT /v1/topups/{topup_id}/outcome`, by the terminal of the payment; saying the same again changes
/// nothing. Answers the payment.
pub fn outcome(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: TopupOutcome = request.json()?;
    let id = request.param("topup_id");
    let topup = topup(request, id)?;
    let payment = own(request, &topup.payment_id)?;
    if let Some(written) = topup.written {
        if written != body.written {
            return Err(Refusal::from(Case::PaymentFinal).with("state", payment.state));
        }
        return Answer::ok(&shown(request, &payment));
    }
    request.db.execute(
        "UPDATE topup SET written = ?2, balance_fen = ?3, tac = ?4 WHERE id = ?1",
        params![id, body.written, body.balance_fen, body.tac],
    )?;
    // People may have begun to look at it: then they decide, with what the terminal says now.
    if payment.state == "paid" {
        settle(request, &payment, &topup, &body)?;
    }
    Answer::ok(&shown(request, &own(request, &payment.id)?))
}

fn topup(request: &Request<'_>, id: &str) -> Result<Topup, Refusal> {
    let found = request
        .db
        .query_row("SELECT * FROM topup WHERE id = ?1", [id], |row| {
            Ok(Topup {
                payment_id: row.get("payment_id")?,
                old_balance_fen: row.get("old_balance_fen")?,
                counter: row.get("counter")?,
                date: row.get("date")?,
                time: row.get("time")?,
                written: row.get("written")?,
            })
        })
        .optional()?;
    found.ok_or_else(|| Case::NotFound.into())
}

/// Written and proven: done. Not written: the money goes back. What contradicts itself goes to people.
fn settle(
    request: &Request<'_>,
    payment: &Payment,
    topup: &Topup,
    said: &TopupOutcome,
) -> Result<(), Refusal> {
    let new_fen = topup.old_balance_fen.saturating_add(payment.amount_fen);
    let receipt = digits(&said.tac)
        .zip(digits(&topup.date).zip(digits(&topup.time)))
        .is_some_and(|(tac, (date, time))| {
            transit::is_receipt(tac, payment.amount_fen, new_fen, topup.counter, date, time)
        });
    // Without a balance nobody can tell whether the value is on the card: no money goes back then.
    let as_before = said.balance_fen == Some(topup.old_balance_fen);
    match said.written {
        true if receipt && said.balance_fen.is_none_or(|fen| fen == new_fen) => {
            set(request, &payment.id, "done")
        }
        // The value was read on the card; its receipt did not come.
        true if said.tac.is_empty() && said.balance_fen == Some(new_fen) => {
            set(request, &payment.id, "value_written")
        }
        false if said.tac.is_empty() && as_before => give_back(request, &payment.id),
        _ => set(request, &payment.id, "manual"),
    }
}

/// What time does to payments: codes run out, money goes back, what nobody knows goes to people.
pub fn expire(request: &Request<'_>) -> Result<(), Refusal> {
    let now = request.now_ms();
    let db = request.db;
    db.execute(
        "UPDATE payment SET state = 'expired', ended_at = ?1 WHERE state = 'created' AND created_at + ?2 <= ?1",
        params![now, PAY_MS],
    )?;
    // The sample's payment service gives back at once what it was ordered to.
    db.execute(
        "UPDATE payment SET state = 'reversed', ended_at = ?1 WHERE state = 'reversing'",
        [now],
    )?;
    db.execute(
        "UPDATE payment SET state = 'reversing' WHERE state = 'paid' AND paid_at + ?2 <= ?1
         AND NOT EXISTS (SELECT 1 FROM topup WHERE payment_id = payment.id AND written IS NULL)",
        params![now, UNWRITTEN_MS],
    )?;
    db.execute(
        "UPDATE payment SET state = 'manual', ended_at = ?1 WHERE state = 'paid' AND paid_at + ?2 <= ?1",
        params![now, UNKNOWN_MS],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_yuan_with_no_or_two_decimals() {
        assert_eq!(fen("50"), Some(5000));
        assert_eq!(fen("50.05"), Some(5005));
        for bad in [
            "",
            ".",
            "50.",
            "50.5",
            "-1",
            "1e3",
            "５０",
            "99999999999",
            "50.000",
        ] {
            assert_eq!(fen(bad), None, "{bad}");
        }
        assert_eq!((yuan(5005), yuan(7)), ("50.05".to_owned(), "0.07".to_owned()));
    }
}
