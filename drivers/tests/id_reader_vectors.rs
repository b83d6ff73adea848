//! The published frames of the reader's protocol, and frames that public samples get wrong.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "id_reader_vectors/persons.rs"]
mod persons;

use kiosk_drivers::port::id_reader::{CardKind, CardWarning, IdCard};
use kiosk_drivers::wire::id_text::{self, CardText, Padding};
use kiosk_drivers::wire::number;
use kiosk_drivers::wire::sdt::{Answer, Baud, Command, SamNumber};
use kiosk_drivers::wire::sdt_card::CardData;
use kiosk_drivers::wire::sdt_frame::{Heard, Receiver, encode};
use kiosk_drivers::wire::sdt_status::Status;
use persons::{fields, vectors};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

fn hex(text: &str) -> Vec<u8> {
    let pairs = text.split_whitespace();
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn rows(table: &'static str) -> Vec<Vec<&'static str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(" | ").collect()).collect()
}

fn answers() -> Vec<Vec<&'static str>> {
    rows(include_str!("id_reader_vectors/answers.txt"))
}

/// The only frame in the bytes.
fn body(frame: &[u8], mut receiver: Receiver) -> Zeroizing<Vec<u8>> {
    match receiver.push(frame).as_slice() {
        [Heard::Frame(body)] => body.clone(),
        other => panic!("{other:?}"),
    }
}

fn block(id: &str) -> Vec<u8> {
    let table = rows(include_str!("id_reader_vectors/text_blocks.txt"));
    hex(table.iter().find(|row| row[0] == id).unwrap()[2])
}

/// The dummy photo of the published answers; it is no picture.
fn dummy_photo() -> Vec<u8> {
    let mut photo: Vec<u8> = (0..1024_u32).map(|at| (37 * at) as u8).collect();
    photo[..16].copy_from_slice(&hex("57 4C 66 00 7E 00 32 00 00 00 00 00 00 00 00 00"));
    photo
}

fn dummy_fingerprint(offset: u32, head: &str, check: u8) -> Vec<u8> {
    let mut record: Vec<u8> = (0..512_u32).map(|at| (11 * at + offset) as u8).collect();
    record[..8].copy_from_slice(&hex(head));
    record[511] = check;
    record
}

fn dummy_fingerprints(count: usize) -> Vec<u8> {
    [
        dummy_fingerprint(0, "43 01 00 00 01 0B 50 00", 0xB1),
        dummy_fingerprint(5, "43 01 00 00 01 10 4B 00", 0x7B),
    ]
    .into_iter()
    .take(count)
    .flatten()
    .collect()
}

fn read_answer(id: &str, fingerprints: Option<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    let data = CardData {
        text: Zeroizing::new(block(id)),
        photo: Zeroizing::new(dummy_photo()),
        fingerprints: fingerprints.map(Zeroizing::new),
    };
    Answer::with(Status::Success, data.encode()).frame()
}

fn card(id: &str) -> IdCard {
    let frame = read_answer(id, None);
    let answer = Answer::parse(&body(&frame, Receiver::of_answers())).unwrap();
    id_text::card(&CardData::parse(&answer.data, false).unwrap()).unwrap()
}

#[test]
fn every_published_request_is_what_we_send() {
    use Command::{
        Find, Read, ReadAddresses, ReadManagement, ReadWithFingerprints, Reset, SamNumber, Select, SetBaud,
        SetRfFrame, Status,
    };
    let plain = [
        Reset,
        Status,
        SamNumber,
        Find,
        Select,
        Read,
        ReadAddresses,
        ReadManagement,
        ReadWithFingerprints,
    ];
    let speeds = Baud::ALL.map(SetBaud);
    let sizes = [24, 80, 88, 255].map(SetRfFrame);
    let commands: Vec<Command> = plain.into_iter().chain(speeds).chain(sizes).collect();
    let table = rows(include_str!("id_reader_vectors/requests.txt"));
    assert_eq!(table.len(), commands.len());
    for (row, command) in table.iter().zip(commands) {
        assert_eq!(command.frame().to_vec(), hex(row[1]), "{}", row[0]);
        let heard = body(&hex(row[1]), Receiver::of_requests());
        assert_eq!(Command::parse(&heard), Ok(command), "{}", row[0]);
    }
}

#[test]
fn every_published_answer_is_understood_and_written_the_same() {
    for row in answers() {
        let frame = hex(row[1]);
        let answer = Answer::parse(&body(&frame, Receiver::of_answers())).unwrap();
        let named = u8::from_str_radix(&row[0][..2], 16).unwrap();
        assert_eq!(answer.status.byte(), named, "{}", row[0]);
        assert!(!matches!(answer.status, Status::Other(_)), "{}", row[0]);
        assert_eq!(answer.frame().to_vec(), frame, "{}", row[0]);
    }
}

#[test]
fn the_cards_own_status_is_kept_beside_the_modules() {
    let row = answers()
        .into_iter()
        .find(|row| row[0].contains("69 82"))
        .unwrap();
    let answer = Answer::parse(&body(&hex(row[1]), Receiver::of_answers())).unwrap();
    assert_eq!(
        (answer.card_status, answer.status),
        ([0x69, 0x82], Status::ReadFailed)
    );
}

#[test]
fn the_sam_number_is_printed_with_all_its_zeros() {
    let row = answers()
        .into_iter()
        .find(|row| row[0].contains("SAM id"))
        .unwrap();
    let answer = Answer::parse(&body(&hex(row[1]), Receiver::of_answers())).unwrap();
    let number = SamNumber::parse(&answer.data).unwrap();
    assert_eq!(number.to_string(), "05.03-20260101-0000000001-0000000002");
    assert_eq!(number.bytes(), answer.data.to_vec());
}

#[test]
fn one_additional_address_is_read_and_written() {
    let row = answers()
        .into_iter()
        .find(|row| row[0].contains("one additional"))
        .unwrap();
    let answer = Answer::parse(&body(&hex(row[1]), Receiver::of_answers())).unwrap();
    let addresses = id_text::decode_addresses(&answer.data).unwrap();
    let addresses: Vec<String> = addresses.iter().map(|address| address.to_string()).collect();
    assert_eq!(addresses, ["虚构省虚构市新样例区样例大道9号"]);
    let written = id_text::encode_addresses(&addresses, Padding::Space).unwrap();
    assert_eq!(written, answer.data.to_vec());
}

#[test]
fn four_slots_make_the_published_frame_length() {
    let slots = ["虚构省一路1号", "虚构省二路2号", "", ""].map(String::from);
    let data = id_text::encode_addresses(&slots, Padding::Space).unwrap();
    let frame = Answer::with(Status::Success, data.clone()).frame();
    assert_eq!(frame.len(), 291);
    assert_eq!(frame[..10], hex("AA AA AA 96 69 01 1C 00 00 90"));
    let used = id_text::decode_addresses(&data).unwrap();
    assert_eq!(used.last().unwrap().as_str(), "虚构省二路2号");
}

#[test]
fn every_published_text_block_survives_reading_and_writing() {
    for row in rows(include_str!("id_reader_vectors/text_blocks.txt")) {
        let bytes = hex(row[2]);
        assert_eq!(sha256(&bytes), row[1], "{}", row[0]);
        let text = CardText::decode(&bytes).unwrap();
        assert_eq!(text.encode(Padding::Space).unwrap().to_vec(), bytes, "{}", row[0]);
        let nul_padded = text.encode(Padding::Nul).unwrap();
        assert!(CardText::decode(&nul_padded).unwrap() == text, "{}", row[0]);
    }
}

#[test]
fn every_field_of_every_published_text_block_is_read() {
    let vectors = vectors();
    let published = rows(include_str!("id_reader_vectors/text_blocks.txt"));
    assert_eq!(published.len(), vectors.len());
    for (id, expected) in vectors {
        let text = CardText::decode(&block(id)).unwrap();
        assert_eq!(fields(&text), fields(&expected), "{id}");
    }
}

#[test]
fn every_published_card_is_the_text_of_its_block_without_warnings() {
    for (id, text) in vectors() {
        let card = card(id);
        assert_eq!(
            (card.kind, card.sex, &card.valid_to),
            (text.kind, text.sex, &text.valid_to),
            "{id}"
        );
        let authority = match card.kind {
            CardKind::Foreign2023 => "国家移民管理局",
            _ => text.authority.as_str(),
        };
        for (of_card, expected) in [
            (&card.name, text.name.as_str()),
            (&card.english_name, &text.english_name),
            (&card.ethnicity, &text.ethnicity),
            (&card.birth, &text.birth),
            (&card.address, &text.address),
            (&card.number, &text.number),
            (&card.authority, authority),
            (&card.valid_from, &text.valid_from),
            (&card.country, &text.country),
            (&card.pass_number, &text.pass_number),
        ] {
            assert_eq!(of_card, expected, "{id}");
        }
        assert_eq!(card.photo.as_ref().unwrap().0, dummy_photo(), "{id}");
        assert_eq!(card.warnings, [], "{id}");
    }
}

#[test]
fn a_number_of_no_province_does_not_suit_a_resident_card() {
    let mut card = card("R1");
    card.number = "990000199001010017".into();
    let check = number::mod_11_2(&card.number).unwrap();
    card.number.replace_range(17.., check.encode_utf8(&mut [0; 4]));
    assert_eq!(number::warnings(&card), [CardWarning::PrefixMismatch]);
}

#[test]
fn a_2023_foreign_card_leads_to_the_number_of_2017() {
    let new = CardText::decode(&block("F23")).unwrap();
    let earlier = number::earlier_foreign_number(&new.country, &new.number, &new.earlier_link);
    assert_eq!(earlier.as_deref(), Some("ZZZ110190010112"));
    assert_eq!(earlier.unwrap(), card("F17").number);
}

#[test]
fn all_published_numbers_have_the_right_check_character() {
    for number in [
        "110000199001010013",
        "110000199202290023",
        "11000019501231003X",
        "11000019501231003x",
        "810000190001010018",
        "820000190001010028",
        "830000190001010038",
        "911999199001010014",
        "ZZZ110190010112",
    ] {
        assert!(number::is_valid(number), "{number}");
    }
    for number in [
        "110000199001010014",
        "ZZZ110190010113",
        "11000019900101001",
        "１１00",
        "",
    ] {
        assert!(!number::is_valid(number), "{number}");
    }
}

#[test]
fn fields_that_contradict_the_number_are_reported_and_not_repaired() {
    let mut card = card("R1");
    card.sex = 2;
    card.birth = "19900102".into();
    card.number = "810000199001010013".into();
    let expected = [
        CardWarning::CheckDigit,
        CardWarning::BirthMismatch,
        CardWarning::SexMismatch,
        CardWarning::PrefixMismatch,
    ];
    assert_eq!(number::warnings(&card), expected);
    assert_eq!(card.birth, "19900102");
}

#[test]
fn whole_read_answers_are_the_published_frames() {
    assert_eq!(
        sha256(&dummy_photo()),
        "e27cae0f868f17eb8df6905af5930dbe79aa4cf6e7a111b1a72aa1601f91a3a1"
    );
    for row in rows(include_str!("id_reader_vectors/read_answers.txt")) {
        let fingerprints = match row[1] {
            "-" => None,
            count => Some(dummy_fingerprints(count.parse().unwrap())),
        };
        let frame = read_answer(row[0], fingerprints.clone());
        assert_eq!(
            (frame.len().to_string().as_str(), sha256(&frame).as_str()),
            (row[2], row[3]),
            "{}",
            row[0]
        );
        let answer = Answer::parse(&body(&frame, Receiver::of_answers())).unwrap();
        let data = CardData::parse(&answer.data, fingerprints.is_some()).unwrap();
        assert_eq!(
            data.fingerprints.map(|prints| prints.to_vec()),
            fingerprints,
            "{}",
            row[0]
        );
    }
}

#[test]
fn wrong_frames_of_public_samples_are_refused() {
    let wrong_checksum = "AA AA AA 96 69 00 03 20 01 21";
    assert_eq!(
        Receiver::of_requests().push(&hex(wrong_checksum)),
        [Heard::BadChecksum]
    );
    let wrong_command = "AA AA AA 96 69 00 03 20 00 22";
    assert_eq!(
        Receiver::of_requests().push(&hex(wrong_command)),
        [Heard::BadChecksum]
    );
    assert!(Command::parse(&[0x20, 0x00]).is_err());
    let short_answer = "AA AA AA 96 69 00 03 00 01 FC";
    assert!(Receiver::of_answers().push(&hex(short_answer)).is_empty());
    let made_up_timeout = "AA AA AA 96 69 00 05 05 05 05";
    let mut receiver = Receiver::of_answers();
    assert!(receiver.push(&hex(made_up_timeout)).is_empty());
    assert!(receiver.silence().is_empty());
}

#[test]
fn a_sound_frame_with_an_unknown_command_is_not_a_command() {
    let frame = encode(&[0x20, 0x00]);
    let heard = body(&frame, Receiver::of_requests());
    assert_eq!(
        Command::parse(&heard).unwrap_err().status(),
        Status::UnknownCommand
    );
    assert_eq!(
        Command::parse(&[0x20, 0x01, 0x00]).unwrap_err().status(),
        Status::RequestLength
    );
}
