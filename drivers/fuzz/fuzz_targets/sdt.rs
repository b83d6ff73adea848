//! Any bytes on the identity card reader's line, in any pieces: no panic, and whatever is understood
//! is written the same again.
#![no_main]

use kiosk_drivers::photo::SimulatedPhotoDecoder;
use kiosk_drivers::port::id_reader::PhotoDecoder;
use kiosk_drivers::wire::id_text;
use kiosk_drivers::wire::sdt::{Answer, Command};
use kiosk_drivers::wire::sdt_card::CardData;
use kiosk_drivers::wire::sdt_frame::{Heard, MAX_LEN, Receiver};
use libfuzzer_sys::fuzz_target;

/// Takes an answer apart as far as it goes.
fn understand(body: &[u8]) {
    let Some(answer) = Answer::parse(body) else {
        return;
    };
    let mut again = Receiver::of_answers();
    if body.len() >= MAX_LEN {
        return;
    }
    assert_eq!(again.push(&answer.frame()), [Heard::Frame(body.to_vec().into())]);
    for fingerprints in [false, true] {
        if let Ok(data) = CardData::parse(&answer.data, fingerprints) {
            if let Ok(card) = id_text::card(&data) {
                assert!(!card.name.contains('\0'));
                let _ = card
                    .photo
                    .as_ref()
                    .map(|photo| SimulatedPhotoDecoder.decode(photo));
            }
        }
    }
    let _ = id_text::decode_addresses(&answer.data);
}

fuzz_target!(|input: (u8, Vec<u8>)| {
    let (size, bytes) = input;
    let (mut answers, mut requests) = (Receiver::of_answers(), Receiver::of_requests());
    for piece in bytes.chunks(usize::from(size).max(1)) {
        for heard in answers.push(piece) {
            if let Heard::Frame(body) = heard {
                understand(&body);
            }
        }
        for heard in requests.push(piece) {
            if let Heard::Frame(body) = heard {
                if let Ok(command) = Command::parse(&body) {
                    assert_eq!(command.body(), body.to_vec());
                }
            }
        }
    }
    answers.silence();
    requests.silence();
    // The same without the frame, so that the parsers behind it are reached at once.
    understand(&bytes);
});
