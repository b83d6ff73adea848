//! A payment and the write that follows it: what can go wrong between the two.

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::world::*;
use crate::protocol::call::CallFailure;
use crate::session::action::Action;
use crate::session::effect::Effect;
use crate::session::event::{DeviceRole, DeviceState, Event};
use crate::session::payment::Stage;
use crate::session::transit::{LoadChallenge, LoadEnd, TransitFault, TransitSeen};
use crate::session::view::{Page, PayStage};

const TOPUP: &str = include_str!("services/topup.toml");
const CARD_NO: &str = "3100000000000000012";
const BEFORE: u32 = 1250;
const AFTER: u32 = 6250;

fn seen(balance_fen: u32) -> Result<TransitSeen, TransitFault> {
    Ok(TransitSeen {
        card_no: Zeroizing::new(CARD_NO.to_owned()),
        balance_fen,
    })
}

fn challenge() -> LoadChallenge {
    LoadChallenge {
        terminal_no: [0, 0, 0, 0, 0, 1],
        old_balance_fen: BEFORE,
        counter: 3,
        key_version: 1,
        algorithm: 0,
        random: [1, 2, 3, 4],
        mac1: [0xA1, 0xB2, 0xC3, 0xD4],
    }
}

fn payment(state: &str) -> Value {
    json!({
        "payment_id": "p1", "state": state, "amount": "50.00", "qr": "https://pay.example/p1",
        "number": "CZ-7", "expires_in_s": 180
    })
}

/// The sum is chosen, the card is awaited.
fn at_card() -> World {
    let mut world = World::serving(TOPUP);
    world.open("test.topup");
    world.choose("request.amount=50");
    world.act(Action::Next);
    world
}

fn card(world: &mut World, result: Result<TransitSeen, TransitFault>) {
    let ticket = world.ticket("transit");
    world.event(Event::TransitCard { ticket, result });
}

/// The code is on the screen.
fn paying() -> World {
    let mut world = at_card();
    card(&mut world, seen(BEFORE));
    world.special.push(("/v1/payments", Ok(payment("created"))));
    world.act(Action::Next);
    world
}

/// It was paid, and the card is asked for its challenge.
fn paid() -> World {
    let mut world = paying();
    world.special.push(("/v1/payments/p1", Ok(payment("paid"))));
    world.tick(3);
    world
}

fn begun(world: &mut World, result: Result<LoadChallenge, TransitFault>) {
    let ticket = world.ticket("transit");
    world.event(Event::LoadBegun { ticket, result });
}

/// The permit is there, and the card is being written.
fn writing() -> World {
    let mut world = paid();
    permit(&mut world);
    world
}

fn permit(world: &mut World) {
    let permit = json!({ "topup_id": "u1", "date": "20261123", "time": "102400", "mac2": "0A0B0C0D" });
    world.special.push(("/v1/topups", Ok(permit)));
    begun(world, Ok(challenge()));
}

fn ended(world: &mut World, end: LoadEnd) {
    let ticket = world.ticket("transit");
    world.event(Event::LoadEnded { ticket, end });
}

fn settled(world: &mut World, state: &str) {
    let (ticket, payment_id) = (world.ticket("payment"), "p1".to_owned());
    let state = state.to_owned();
    world.event(Event::PaymentSettled {
        ticket,
        payment_id,
        state,
    });
}

fn stage(world: &World) -> PayStage {
    match world.page() {
        Page::Pay { stage, .. } => stage,
        other => panic!("{other:?}"),
    }
}

fn certain(world: &World) -> Vec<Stage> {
    world
        .payments
        .iter()
        .map(|payment| payment.stage.clone())
        .collect()
}

fn writes(world: &World) -> usize {
    world.count(|effect| matches!(effect, Effect::FinishLoad { .. }))
}

fn not_written() -> Stage {
    Stage::NotWritten { balance_fen: BEFORE }
}

#[test]
fn a_paid_load_is_written_read_again_and_printed() {
    let mut world = writing();
    assert_eq!(stage(&world), PayStage::Writing);
    let tac = [1, 2, 3, 4];
    ended(
        &mut world,
        LoadEnd::Loaded {
            balance_fen: AFTER,
            tac,
        },
    );
    settled(&mut world, "done");
    assert_eq!(stage(&world), PayStage::Done);
    let written = Stage::Written {
        balance_fen: AFTER,
        tac: "01020304".to_owned(),
    };
    assert_eq!(certain(&world), [Stage::Open, Stage::Writing, written]);
    let topup = world.called("/v1/topups")[0].body.clone();
    assert_eq!(
        (topup["terminal_no"].as_str(), topup["mac1"].as_str()),
        (Some("000000000001"), Some("A1B2C3D4"))
    );
    let receipt = &world.receipts[0];
    assert_eq!(receipt.template, "topup_receipt");
    assert_eq!(receipt.values["before"], "12.50 元");
    assert_eq!(receipt.values["after"], "62.50 元");
    assert_eq!(receipt.values["number"], "CZ-7");
    assert!(receipt.values.contains_key("done") && !receipt.values.contains_key("reversed"));
    assert!(
        !format!("{:?}", receipt.values).contains(CARD_NO),
        "the number is masked"
    );
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "rating");
}

#[test]
fn the_card_is_seen_with_its_number_masked_before_anything_is_paid() {
    let mut world = at_card();
    assert_eq!(stage(&world), PayStage::Card);
    world.act(Action::Next);
    assert!(world.called("/v1/payments").is_empty(), "no card, no payment");
    card(&mut world, Err(TransitFault::WrongCard));
    assert_eq!(stage(&world), PayStage::Card);
    card(&mut world, seen(BEFORE));
    let shown = format!("{:?}", world.page());
    assert!(shown.contains("**** 0012") && shown.contains("12.50") && !shown.contains(CARD_NO));
}

#[test]
fn the_code_is_seen_only_when_the_journal_holds_the_payment() {
    let mut world = at_card();
    card(&mut world, seen(BEFORE));
    world.disk = false;
    world.special.push(("/v1/payments", Ok(payment("created"))));
    world.act(Action::Next);
    assert!(!format!("{:?}", world.page()).contains("pay.example"));
    let Page::Pay { qr, .. } = paying().page() else {
        panic!()
    };
    assert_eq!(qr, "https://pay.example/p1");
}

#[test]
fn nothing_is_written_on_the_card_when_the_journal_cannot_hold_it() {
    let mut world = paid();
    world.disk = false;
    permit(&mut world);
    assert_eq!(writes(&world), 0);
    assert_eq!(certain(&world), [Stage::Open, Stage::Writing, not_written()]);
}

#[test]
fn a_code_that_is_not_paid_ends_without_harm() {
    for cancelled in [true, false] {
        let mut world = paying();
        if cancelled {
            world.act(Action::Decline);
        } else {
            world.tick(181);
        }
        settled(&mut world, "expired");
        assert_eq!(certain(&world), [Stage::Open, not_written()]);
        assert!(world.receipts.is_empty());
        assert_eq!(writes(&world), 0);
        world.act(Action::Next);
        assert_eq!(name_of(&world.page()), "rating");
    }
}

#[test]
fn a_card_that_was_taken_away_is_awaited_and_no_other_one_counts() {
    let mut world = paid();
    begun(&mut world, Err(TransitFault::Removed));
    assert_eq!(stage(&world), PayStage::Card);
    let known = world.asked.iter().rev().find_map(|effect| match effect {
        Effect::WaitTransitCard { known, .. } => known.clone(),
        _ => None,
    });
    assert_eq!(known.unwrap().as_str(), CARD_NO);
    card(&mut world, Err(TransitFault::OtherCard));
    assert_eq!(stage(&world), PayStage::Card);
    card(&mut world, seen(BEFORE));
    permit(&mut world);
    assert_eq!(writes(&world), 1);
}

#[test]
fn a_card_that_does_not_come_back_gets_the_money_back() {
    let mut world = paid();
    begun(&mut world, Err(TransitFault::Removed));
    world.tick(91);
    assert_eq!(stage(&world), PayStage::Reversing);
    settled(&mut world, "reversed");
    assert_eq!(stage(&world), PayStage::Reversed);
    assert_eq!(certain(&world), [Stage::Open, not_written()]);
    assert!(world.receipts[0].values.contains_key("reversed"));
}

#[test]
fn a_refused_permit_and_a_refused_write_give_the_money_back() {
    for permit_refused in [true, false] {
        let mut world = if permit_refused {
            let mut world = paid();
            world.special.push(("/v1/topups", Err(CallFailure::Offline)));
            begun(&mut world, Ok(challenge()));
            world
        } else {
            let mut world = writing();
            ended(&mut world, LoadEnd::NotWritten(TransitFault::Unusable));
            world
        };
        assert_eq!(certain(&world).last(), Some(&not_written()));
        settled(&mut world, "reversed");
        assert_eq!(stage(&world), PayStage::Reversed);
    }
}

#[test]
fn an_unknown_write_is_read_again_and_never_repeated() {
    let tac = Some([9; 4]);
    let written = Stage::Written {
        balance_fen: AFTER,
        tac: "09090909".to_owned(),
    };
    for (balance_fen, expected) in [(AFTER, written), (BEFORE, not_written()), (77, Stage::Unknown)] {
        let mut world = writing();
        ended(&mut world, LoadEnd::Unknown { tac });
        assert_eq!(stage(&world), PayStage::Card);
        card(&mut world, seen(balance_fen));
        assert_eq!(certain(&world).last(), Some(&expected));
        assert_eq!(writes(&world), 1);
    }
}

#[test]
fn a_card_that_is_gone_after_an_unknown_write_is_for_the_staff() {
    let mut world = writing();
    ended(&mut world, LoadEnd::Unknown { tac: None });
    world.act(Action::Decline);
    assert_eq!(certain(&world).last(), Some(&Stage::Unknown));
    settled(&mut world, "manual");
    assert_eq!(stage(&world), PayStage::Manual);
    assert!(world.receipts[0].values.contains_key("manual"));
}

#[test]
fn without_the_backends_word_the_page_says_what_is_known_and_lets_the_person_go() {
    let mut world = writing();
    ended(&mut world, LoadEnd::NotWritten(TransitFault::Unusable));
    world.tick(11);
    assert_eq!(stage(&world), PayStage::Reversing);
    assert!(world.receipts[0].values.contains_key("reversing"));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "rating");
}

#[test]
fn leaving_says_what_is_certain_and_asks_before() {
    for (mut world, expected) in [(paying(), not_written()), (writing(), Stage::Unknown)] {
        world.act(Action::Leave);
        assert!(world.view().dialog.is_some(), "asked first");
        world.act(Action::Leave);
        assert_eq!(certain(&world).last(), Some(&expected));
    }
    let mut world = at_card();
    world.act(Action::Leave);
    world.act(Action::Leave);
    assert!(world.payments.is_empty(), "no payment, nothing to settle");
}

#[test]
fn back_from_the_card_leads_to_the_sum() {
    let mut world = at_card();
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "form");
    assert_eq!(world.count(|effect| matches!(effect, Effect::StopTransit)), 1);
}

#[test]
fn without_a_reader_the_service_is_grey_and_a_lost_reader_is_said() {
    let mut world = at_card();
    world.event(Event::Device(
        DeviceRole::TransitCard,
        DeviceState::Unusable("device.reason.absent"),
    ));
    assert_eq!(name_of(&world.page()), "problem");
    world.act(Action::Home);
    world.act(Action::Home);
    world.act(Action::OpenService("test.topup".to_owned()));
    let Page::Service { start, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert!(start.off.is_some());
}

#[test]
fn a_payment_whose_answer_was_lost_is_asked_for_again_with_the_same_key() {
    let mut world = at_card();
    card(&mut world, seen(BEFORE));
    world
        .special
        .push(("/v1/payments", Err(CallFailure::Unconfirmed)));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "problem");
    world.act(Action::TryAgain);
    card(&mut world, seen(BEFORE));
    world.special.push(("/v1/payments", Ok(payment("created"))));
    world.act(Action::Next);
    let calls = world.called("/v1/payments");
    assert!(calls[0].key.is_some() && calls[0].key == calls[1].key);
}
