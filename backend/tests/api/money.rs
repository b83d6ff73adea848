//! Payments and top-ups, and what happens when the power goes (S22).

use std::sync::Arc;
use std::time::Duration;

use kiosk_drivers::simulator::transit_card::{SAMPLE_LOAD_KEY, SAMPLE_TAC_KEY};
use kiosk_drivers::wire::pboc_mac::{Load, LoadKey, MacKey};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;
use crate::together::*;

const LOAD: Load = Load {
    amount_fen: 5000,
    terminal_no: [0, 0, 0, 0, 0, 1],
};
const RANDOM: [u8; 4] = [1, 2, 3, 4];
const OLD_FEN: u32 = 120;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn order(amount: &str) -> Value {
    json!({ "service_id": "test.topup", "amount": amount })
}

async fn payment(bench: &Bench) -> Value {
    let made = bench.post("/v1/payments", order("50.00")).await;
    assert_eq!(
        (made.status, made.text("/state").as_str()),
        (201, "created"),
        "{}",
        made.body
    );
    made.body
}

/// The person confirms on the page of the code.
pub async fn pay(bench: &Bench, payment: &Value, act: &str) -> u16 {
    let address = format!("{}/{act}", payment["qr"].as_str().unwrap());
    bench.client.post(address).send().await.unwrap().status().as_u16()
}

async fn state(bench: &Bench, payment: &Value) -> String {
    let path = format!("/v1/payments/{}", payment["payment_id"].as_str().unwrap());
    bench.get(&path).await.text("/state")
}

fn topup(payment: &Value, mac1: [u8; 4]) -> Value {
    json!({
        "payment_id": payment["payment_id"], "card_no": "3100000000000000012", "terminal_no": "000000000001", "old_balance_fen": OLD_FEN,
        "counter": 7, "key_version": 1, "algorithm": 0, "random": hex(&RANDOM), "mac1": hex(&mac1),
    })
}

fn mac1() -> [u8; 4] {
    LOAD.mac1(&LoadKey::new(SAMPLE_LOAD_KEY).session(RANDOM, 7), OLD_FEN)
}

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    let bytes: Vec<u8> = (0..N)
        .map(|index| u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).unwrap())
        .collect();
    bytes.try_into().unwrap()
}

fn tac(permit: &Answer) -> String {
    let (date, time) = (bytes(&permit.text("/date")), bytes(&permit.text("/time")));
    hex(&LOAD.tac(&MacKey::of_tac(&SAMPLE_TAC_KEY), OLD_FEN + 5000, 7, date, time))
}

async fn outcome(bench: &Bench, permit: &Answer, body: Value) -> Answer {
    let path = format!("/v1/topups/{}/outcome", permit.text("/topup_id"));
    send(bench.request(Method::PUT, &path).json(&body)).await
}

#[tokio::test]
async fn a_paid_top_up_is_permitted_written_and_done() {
    let bench = bench().await;
    let payment = payment(&bench).await;
    assert_eq!(
        bench.post("/v1/topups", topup(&payment, mac1())).await.case(),
        "payment-final",
        "not paid yet"
    );
    assert_eq!(pay(&bench, &payment, "confirmation").await, 200);
    assert_eq!(state(&bench, &payment).await, "paid");
    assert_eq!(pay(&bench, &payment, "confirmation").await, 409, "not twice");
    let permit = bench.post("/v1/topups", topup(&payment, mac1())).await;
    assert_eq!((permit.status, permit.text("/date").as_str()), (201, "20261123"));
    let session = LoadKey::new(SAMPLE_LOAD_KEY).session(RANDOM, 7);
    let mac2 = LOAD.mac2(
        &session,
        bytes(&permit.text("/date")),
        bytes(&permit.text("/time")),
    );
    assert_eq!(permit.text("/mac2"), hex(&mac2));
    assert_eq!(
        bench.post("/v1/topups", topup(&payment, mac1())).await.case(),
        "payment-final",
        "one permit for one payment"
    );
    let written = json!({ "written": true, "balance_fen": OLD_FEN + 5000, "tac": tac(&permit) });
    assert_eq!(
        outcome(&bench, &permit, written.clone()).await.text("/state"),
        "done"
    );
    assert_eq!(
        outcome(&bench, &permit, written).await.text("/state"),
        "done",
        "again"
    );
    let back = format!(
        "/v1/payments/{}/reversal",
        payment["payment_id"].as_str().unwrap()
    );
    assert_eq!(bench.post(&back, Value::Null).await.case(), "payment-final");
}

#[tokio::test]
async fn what_the_card_says_decides_where_the_money_is() {
    let bench = bench().await;
    for (said, expected) in [
        (
            json!({ "written": false, "balance_fen": OLD_FEN, "tac": "" }),
            "reversing",
        ),
        (
            json!({ "written": true, "balance_fen": OLD_FEN + 5000, "tac": "" }),
            "value_written",
        ),
        (
            json!({ "written": true, "balance_fen": OLD_FEN, "tac": "" }),
            "manual",
        ),
        (
            json!({ "written": true, "balance_fen": OLD_FEN + 5000, "tac": "00000000" }),
            "manual",
        ),
        (
            json!({ "written": false, "balance_fen": OLD_FEN + 5000, "tac": "" }),
            "manual",
        ),
    ] {
        let payment = payment(&bench).await;
        pay(&bench, &payment, "confirmation").await;
        let permit = bench.post("/v1/topups", topup(&payment, mac1())).await;
        let settled = outcome(&bench, &permit, said.clone()).await;
        assert_eq!(settled.text("/state"), expected, "{said}");
        if expected == "reversing" {
            assert_eq!(state(&bench, &payment).await, "reversed");
        }
    }
}

#[tokio::test]
async fn a_card_that_does_not_prove_itself_gets_nothing_and_the_money_goes_back() {
    let bench = bench().await;
    let payment = payment(&bench).await;
    pay(&bench, &payment, "confirmation").await;
    let mut forged = mac1();
    forged[0] ^= 1;
    let refused = bench.post("/v1/topups", topup(&payment, forged)).await;
    assert_eq!((refused.status, refused.case()), (422, "card-refused"));
    assert_eq!(state(&bench, &payment).await, "reversed");
}

#[tokio::test]
async fn what_was_paid_and_not_written_goes_back_by_itself() {
    let bench = bench().await;
    let unpaid = payment(&bench).await;
    let paid = payment(&bench).await;
    pay(&bench, &paid, "confirmation").await;
    let permitted = payment(&bench).await;
    pay(&bench, &permitted, "confirmation").await;
    bench.post("/v1/topups", topup(&permitted, mac1())).await;
    bench.pass(Duration::from_secs(121));
    assert_eq!(state(&bench, &paid).await, "reversing");
    assert_eq!(state(&bench, &paid).await, "reversed");
    assert_eq!(
        state(&bench, &permitted).await,
        "paid",
        "the card may have been written"
    );
    bench.pass(Duration::from_secs(180));
    assert_eq!(state(&bench, &unpaid).await, "expired");
    assert_eq!(pay(&bench, &unpaid, "confirmation").await, 409);
    bench.pass(Duration::from_secs(24 * 60 * 60));
    assert_eq!(
        state(&bench, &permitted).await,
        "manual",
        "nobody can tell: people look"
    );
}

/// S22 (c): the terminal comes back, asks with the key of its journal, and gets the state of today.
#[tokio::test]
async fn after_a_power_cut_the_key_brings_the_payment_as_it_is_now() {
    let bench = bench().await;
    let key = key();
    let ask = async |bench: &Bench| {
        let request = bench.request(Method::POST, "/v1/payments").json(&order("50.00"));
        send(request.header("Idempotency-Key", &key)).await
    };
    let first = ask(&bench).await;
    pay(&bench, &first.body, "confirmation").await;
    let (data, now) = (Arc::clone(&bench.data), Arc::clone(&bench.now));
    bench.running.stop().await;
    let bench = start(data, now, |_| ()).await;
    let again = ask(&bench).await;
    assert_eq!(again.body["payment_id"], first.body["payment_id"]);
    assert_eq!((again.status, again.text("/state").as_str()), (200, "paid"));
    let back = format!("/v1/payments/{}/reversal", again.text("/payment_id"));
    assert_eq!(bench.post(&back, Value::Null).await.text("/state"), "reversing");
    assert_eq!(ask(&bench).await.text("/state"), "reversed");
}

#[tokio::test]
async fn only_amounts_of_the_service_are_taken_and_one_can_cancel() {
    let bench = bench().await;
    for amount in ["9.99", "200.01", "0", "-50.00", "50.5", "abc"] {
        let refused = bench.post("/v1/payments", order(amount)).await;
        assert_eq!(refused.text("/errors/0/pointer"), "/amount", "{amount}");
    }
    let payment = payment(&bench).await;
    assert_eq!(pay(&bench, &payment, "cancellation").await, 200);
    assert_eq!(state(&bench, &payment).await, "expired");
}
