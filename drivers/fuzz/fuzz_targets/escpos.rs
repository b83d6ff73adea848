//! Any bytes on the receipt printer's line, in any pieces: no panic, every byte is accounted for, and
//! the pieces make no difference.
#![no_main]

use kiosk_drivers::wire::escpos::realtime::Received;
use kiosk_drivers::wire::escpos::{Command, DecodeError, Decoder, RealTimeFilter};
use libfuzzer_sys::fuzz_target;

fn byte_of(received: &Received) -> Option<u8> {
    match received {
        Received::Data(byte) => Some(*byte),
        Received::RealTime(_) => None,
    }
}

/// What the filter and the decoder behind it make of the bytes.
fn understand<'a>(
    pieces: impl Iterator<Item = &'a [u8]>,
) -> (Vec<Received>, Vec<Result<Command, DecodeError>>) {
    let (mut filter, mut decoder) = (RealTimeFilter::default(), Decoder::default());
    let (mut received, mut commands) = (Vec::new(), Vec::new());
    for piece in pieces {
        let heard = filter.push(piece);
        let data: Vec<u8> = heard.iter().filter_map(byte_of).collect();
        decoder.push(&data);
        while let Some(command) = decoder.next_command().transpose() {
            commands.push(command);
        }
        received.extend(heard);
    }
    let data = received.iter().filter_map(byte_of).count() as u64;
    assert_eq!(decoder.offset() + decoder.pending() as u64, data);
    (received, commands)
}

fuzz_target!(|input: (u8, Vec<u8>)| {
    let (size, bytes) = input;
    let whole = understand(std::iter::once(bytes.as_slice()));
    let pieces = understand(bytes.chunks(usize::from(size).max(1)));
    assert!(whole == pieces);
});
