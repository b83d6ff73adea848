use proptest::prelude::*;

use super::*;

fn decode(bytes: &[u8]) -> Vec<Result<Command, DecodeError>> {
    let mut decoder = Decoder::default();
    decoder.push(bytes);
    std::iter::from_fn(|| decoder.next_command().transpose()).collect()
}

fn commands(bytes: &[u8]) -> Vec<Command> {
    decode(bytes).into_iter().map(Result::unwrap).collect()
}

fn text(commands: &[Command]) -> String {
    let characters = commands.iter().filter_map(|command| match command {
        Command::Character(character) => Some(*character),
        Command::LineFeed => Some('\n'),
        _ => None,
    });
    characters.collect()
}

#[test]
fn chinese_text_is_read_after_fs_ampersand() {
    // 政务 as D5 FE CE F1: the bytes that two independent encoders produce.
    let commands = commands(&[0x1B, 0x40, 0x1C, 0x26, 0xD5, 0xFE, 0xCE, 0xF1, b'A', 0x0A]);
    assert_eq!(text(&commands), "政务A\n");
}

#[test]
fn initialising_leaves_chinese_mode() {
    let commands = commands(&[0x1C, 0x26, 0x1B, 0x40, 0xD5]);
    assert_eq!(commands.last(), Some(&Command::CodePageByte(0xD5)));
}

#[test]
fn an_unknown_command_is_an_error_with_its_place() {
    let results = decode(&[b'A', 0x1B, b'Z', b'B']);
    assert_eq!(
        results[1],
        Err(DecodeError {
            offset: 1,
            kind: DecodeErrorKind::UnknownCommand([0x1B, b'Z'])
        })
    );
    assert_eq!(results[3], Ok(Command::Character('B')));
}

#[test]
fn a_character_of_four_bytes_is_refused() {
    let results = decode(&[0x1C, 0x26, 0x81, 0x39, 0xEF, 0x31]);
    assert_eq!(
        results[1].clone().unwrap_err().kind,
        DecodeErrorKind::FourByteCharacter
    );
}

#[test]
fn control_bytes_in_text_are_refused() {
    assert_eq!(
        decode(&[0x07])[0].clone().unwrap_err().kind,
        DecodeErrorKind::ControlByte(7)
    );
}

#[test]
fn a_raster_is_taken_whole() {
    let commands = commands(&[0x1D, 0x76, 0x30, 0, 1, 0, 2, 0, 0x80, 0x01]);
    let Some(Command::Raster(raster)) = commands.first() else {
        panic!("{commands:?}");
    };
    assert!(raster.dot(0, 0) && raster.dot(7, 1) && !raster.dot(0, 1) && !raster.dot(8, 0));
}

#[test]
fn a_qr_symbol_is_stored_and_then_printed() {
    let bytes = [
        &[0x1D, 0x28, 0x6B, 4, 0, 49, 65, 50, 0][..],
        &[0x1D, 0x28, 0x6B, 3, 0, 49, 67, 6],
        &[0x1D, 0x28, 0x6B, 3, 0, 49, 69, 49],
        &[0x1D, 0x28, 0x6B, 5, 0, 49, 80, 48, b'h', b'i'],
        &[0x1D, 0x28, 0x6B, 3, 0, 49, 81, 48],
    ]
    .concat();
    let expected = Command::QrCode {
        module: 6,
        level: 'M',
        data: b"hi".to_vec(),
    };
    assert_eq!(commands(&bytes), [expected]);
}

#[test]
fn printing_a_symbol_that_was_never_stored_is_an_error() {
    let results = decode(&[0x1D, 0x28, 0x6B, 3, 0, 49, 81, 48]);
    assert_eq!(
        results[0].clone().unwrap_err().kind,
        DecodeErrorKind::NothingStored("GS ( k")
    );
}

#[test]
fn cuts_are_read_in_both_forms() {
    let commands = commands(&[0x1D, 0x56, 0x00, 0x1D, 0x56, 0x41, 0x10, 0x1D, 0x56, 0x42, 0x00]);
    let expected = [(false, None), (false, Some(0x10)), (true, Some(0))];
    assert_eq!(
        commands,
        expected.map(|(partial, feed)| Command::Cut { partial, feed })
    );
}

#[test]
fn the_paper_of_an_independent_encoder_is_understood() {
    // receiptline 4.0.4 -l zh-hans: heading, a pair of columns, a rule, a symbol as graphics, a cut.
    let bytes = include_bytes!("../../../tests/fixtures/receiptline-4.0.4.bin");
    let commands = commands(bytes);
    let text = text(&commands);
    assert!(text.contains("政务服务") && text.contains("受理回执"), "{text}");
    assert!(text.contains("受理编号440103-2026-000123"), "{text}");
    assert!(
        commands
            .iter()
            .any(|command| matches!(command, Command::Raster(raster) if raster.rows == 125))
    );
    assert!(
        commands
            .iter()
            .any(|command| matches!(command, Command::Cut { .. }))
    );
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_without_panic_and_to_the_end(bytes: Vec<u8>) {
        let mut decoder = Decoder::default();
        decoder.push(&bytes);
        let mut steps = 0;
        while decoder.next_command().transpose().is_some() {
            steps += 1;
            prop_assert!(steps <= bytes.len());
        }
        prop_assert_eq!(decoder.offset() as usize + decoder.pending(), bytes.len());
    }

    #[test]
    fn pieces_decode_as_the_whole(
        bytes in proptest::collection::vec(
            prop_oneof![Just(0x1B_u8), Just(0x1D), Just(0x1C), Just(b'('), Just(b'k'), any::<u8>()],
            0..200,
        ),
        cut in 0_usize..200,
    ) {
        let cut = cut.min(bytes.len());
        let mut decoder = Decoder::default();
        let mut pieces = Vec::new();
        for piece in [&bytes[..cut], &bytes[cut..]] {
            decoder.push(piece);
            pieces.extend(std::iter::from_fn(|| decoder.next_command().transpose()));
        }
        prop_assert_eq!(pieces, decode(&bytes));
    }

    #[test]
    fn every_character_that_encodes_comes_back(character: char) {
        prop_assume!(!character.is_control());
        if let Some(encoded) = super::super::encode(character) {
            let mut bytes = super::super::CHINESE_ON.to_vec();
            bytes.extend(encoded);
            prop_assert_eq!(text(&commands(&bytes)), character.to_string());
        }
    }
}
