//! Any bytes on the transit card reader's line, in any pieces: no panic, and whatever is understood is
//! written the same again.
#![no_main]

use kiosk_drivers::wire::ccid::{Answer, Command};
use kiosk_drivers::wire::ccid_frame::{Heard, Receiver, encode};
use kiosk_drivers::wire::{pboc, tlv};
use libfuzzer_sys::fuzz_target;

/// Takes a message of either side apart as far as it goes.
fn understand(message: &[u8]) {
    if let Some(answer) = Answer::parse(message) {
        assert_eq!(Answer::parse(&answer.message()).as_ref(), Some(&answer));
        if let Some(data) = &answer.data {
            of_card(data);
        }
    }
    if let Some((Ok(command), seq)) = Command::parse(message) {
        assert_eq!(
            Command::parse(&command.message(seq)),
            Some((Ok(command.clone()), seq))
        );
        if let Command::Transfer(apdu) = command {
            to_card(&apdu);
        }
    }
}

fn of_card(data: &[u8]) {
    let Some(response) = pboc::Response::parse(data) else {
        return;
    };
    assert_eq!(response.bytes().to_vec(), data);
    if let Some(challenge) = pboc::challenge(&response.data) {
        assert_eq!(pboc::challenge_bytes(&challenge), response.data.to_vec());
    }
    if let Some(number) = pboc::card_number(&response.data) {
        assert!(number.0.bytes().all(|digit| digit.is_ascii_digit()));
        assert!(number.masked().len() == number.0.len());
    }
    let _ = pboc::balance(&response.data);
    let _ = pboc::tac(&response.data);
    let _ = tlv::find(&response.data, 0x6F).and_then(|template| tlv::find(template, 0x84));
}

fn to_card(apdu: &[u8]) {
    if let Ok(command) = pboc::Command::parse(apdu) {
        assert_eq!(pboc::Command::parse(&command.bytes()), Ok(command));
    }
}

fuzz_target!(|input: (u8, Vec<u8>)| {
    let (size, bytes) = input;
    let (mut answers, mut commands) = (Receiver::of_answers(), Receiver::of_commands());
    for piece in bytes.chunks(usize::from(size).max(1)) {
        for heard in answers.push(piece).into_iter().chain(commands.push(piece)) {
            if let Heard::Message(message) = heard {
                let again = Receiver::of_answers().push(&encode(&message));
                assert_eq!(again, [Heard::Message(message.clone())]);
                understand(&message);
            }
        }
    }
    answers.silence();
    commands.silence();
    // The same without the frame, so that the parsers behind it are reached at once.
    understand(&bytes);
    of_card(&bytes);
    to_card(&bytes);
});
