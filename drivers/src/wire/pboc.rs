//! Commands and answers of the electronic purse on city transit cards (PBOC 2.0, JR/T 0025, and the
//! 交通联合 cards of JT/T 978 built on it), as short APDUs.

use zeroize::{Zeroize, Zeroizing};

use super::pboc_mac::{LOAD_PURSE, Mac};
use super::pboc_status::Status;
use crate::port::transit_card::{CardNumber, LoadChallenge, LoadPermit};

/// The purse of 交通联合 cards (`MOT_T_EP`), which 羊城通 issues today.
pub const T_UNION: &[u8] = &[0xA0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01, 0x05];
/// The purse of 羊城通 and 岭南通 cards.
pub const LINGNAN: &[u8] = b"PAY.APPY";

/// Bytes of the file with the public information (short identifier 15).
pub const PUBLIC_INFO: usize = 30;
/// P1 of READ BINARY for that file.
const PUBLIC_INFO_FILE: u8 = 0x80 | 0x15;
/// Where the file has the application's serial number: ten bytes of BCD.
const NUMBER: std::ops::Range<usize> = 10..20;

/// A command to the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// SELECT by name.
    Select(Vec<u8>),
    /// READ BINARY of the public information, so many bytes.
    ReadPublicInfo(u8),
    /// GET BALANCE of the purse.
    GetBalance,
    /// INITIALIZE FOR LOAD of the purse.
    InitializeForLoad {
        /// Which load key.
        key_index: u8,
        /// In fen.
        amount_fen: u32,
        /// The terminal's number.
        terminal_no: [u8; 6],
    },
    /// CREDIT FOR LOAD.
    CreditForLoad(LoadPermit),
    /// GET RESPONSE of so many bytes.
    GetResponse(u8),
}

impl Command {
    /// For a technician.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Select(_) => "select the purse",
            Self::ReadPublicInfo(_) => "read the card's number",
            Self::GetBalance => "read the balance",
            Self::InitializeForLoad { .. } => "initialize for load",
            Self::CreditForLoad(_) => "credit for load",
            Self::GetResponse(_) => "fetch the answer",
        }
    }

    /// The bytes of the command.
    pub fn bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::Select(name) => {
                let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
                [&[0x00, 0xA4, 0x04, 0x00, length][..], name, &[0x00]].concat()
            }
            Self::ReadPublicInfo(length) => vec![0x00, 0xB0, PUBLIC_INFO_FILE, 0x00, *length],
            Self::GetBalance => vec![0x80, 0x5C, 0x00, LOAD_PURSE, 0x04],
            Self::InitializeForLoad {
                key_index,
                amount_fen,
                terminal_no,
            } => [
                &[0x80, 0x50, 0x00, LOAD_PURSE, 0x0B, *key_index][..],
                &amount_fen.to_be_bytes(),
                terminal_no,
                &[0x10],
            ]
            .concat(),
            Self::CreditForLoad(permit) => [
                &[0x80, 0x52, 0x00, 0x00, 0x0B][..],
                &permit.date,
                &permit.time,
                &permit.mac2,
                &[0x04],
            ]
            .concat(),
            Self::GetResponse(length) => vec![0x00, 0xC0, 0x00, 0x00, *length],
        })
    }

    /// Takes the bytes of a command apart.
    ///
    /// # Errors
    /// The status word with which a card refuses them.
    pub fn parse(bytes: &[u8]) -> Result<Self, Status> {
        let (head, body) = bytes.split_at_checked(4).ok_or(Status::WRONG_LENGTH)?;
        match *head {
            [0x00, 0xA4, 0x04, 0x00] => Ok(Self::Select(data(body)?.to_vec())),
            [0x00, 0xB0, PUBLIC_INFO_FILE, 0x00] => Ok(Self::ReadPublicInfo(expected(body)?)),
            [0x00, 0xB0, _, _] => Err(Status::NOT_FOUND),
            [0x80, 0x5C, 0x00, LOAD_PURSE] => match expected(body)? {
                4 => Ok(Self::GetBalance),
                _ => Err(Status(0x6C04)),
            },
            [0x80, 0x50, 0x00, LOAD_PURSE] => match *data(body)? {
                [key_index, a, b, c, d, ref terminal @ ..] => Ok(Self::InitializeForLoad {
                    key_index,
                    amount_fen: u32::from_be_bytes([a, b, c, d]),
                    terminal_no: terminal.try_into().map_err(|_| Status::WRONG_LENGTH)?,
                }),
                _ => Err(Status::WRONG_LENGTH),
            },
            [0x80, 0x52, 0x00, 0x00] => match *data(body)? {
                [a, b, c, d, e, f, g, ref mac2 @ ..] => Ok(Self::CreditForLoad(LoadPermit {
                    date: [a, b, c, d],
                    time: [e, f, g],
                    mac2: mac2.try_into().map_err(|_| Status::WRONG_LENGTH)?,
                })),
                _ => Err(Status::WRONG_LENGTH),
            },
            [0x00, 0xC0, 0x00, 0x00] => Ok(Self::GetResponse(expected(body)?)),
            [0x00, 0xA4 | 0xC0, _, _] | [0x80, 0x50 | 0x52 | 0x5C, _, _] => Err(Status::PARAMETERS),
            [0x00 | 0x80, _, _, _] => Err(Status::UNKNOWN_INSTRUCTION),
            _ => Err(Status::UNKNOWN_CLASS),
        }
    }
}

/// The data behind Lc, with or without an Le after it.
fn data(body: &[u8]) -> Result<&[u8], Status> {
    let (&length, rest) = body.split_first().ok_or(Status::WRONG_LENGTH)?;
    let (data, after) = rest
        .split_at_checked(usize::from(length))
        .ok_or(Status::WRONG_LENGTH)?;
    if after.len() > 1 {
        return Err(Status::WRONG_LENGTH);
    }
    Ok(data)
}

/// The expected length.
fn expected(body: &[u8]) -> Result<u8, Status> {
    match *body {
        [length] => Ok(length),
        _ => Err(Status::WRONG_LENGTH),
    }
}

/// A card's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// What comes before the status word. Zeroed when dropped.
    pub data: Zeroizing<Vec<u8>>,
    /// The status word.
    pub status: Status,
}

impl Response {
    /// Takes an answer apart; `None` when it is shorter than its status word.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (data, status) = bytes.split_at_checked(bytes.len().checked_sub(2)?)?;
        let status = status.try_into().ok()?;
        Some(Self {
            data: Zeroizing::new(data.to_vec()),
            status: Status(u16::from_be_bytes(status)),
        })
    }

    /// The bytes of the answer.
    pub fn bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([&self.data[..], &self.status.0.to_be_bytes()].concat())
    }
}

/// The card's number in the public information: twenty digits, without the zero that fills up a number
/// of nineteen; digits F fill up shorter ones. `None` when the file has no number there.
pub fn card_number(info: &[u8]) -> Option<CardNumber> {
    let mut digits = Zeroizing::new(String::with_capacity(20));
    let mut ended = false;
    for byte in info.get(NUMBER)? {
        for nibble in [byte >> 4, byte & 0x0F] {
            match nibble {
                0..=9 if !ended => digits.push(char::from(b'0' + nibble)),
                0x0F => ended = true,
                _ => return None,
            }
        }
    }
    if !ended && digits.starts_with('0') {
        digits.remove(0);
    }
    let known = digits.bytes().any(|digit| digit != b'0');
    known.then(|| CardNumber(digits.to_string()))
}

/// The public information of a card with this number of at most twenty digits; the rest is sample data.
pub fn public_info(number: &str) -> Zeroizing<Vec<u8>> {
    let mut digits = format!("{number:0>20}");
    let mut bcd: Vec<u8> = digits
        .as_bytes()
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |sum, digit| sum << 4 | (digit & 0x0F)))
        .collect();
    digits.zeroize();
    let mut info = Zeroizing::new(Vec::with_capacity(PUBLIC_INFO));
    // Issuer, kind and version of the application, number, first and last day, issuer's own.
    info.extend_from_slice(&[0xFF; 8]);
    info.extend_from_slice(&[0x02, 0x01]);
    info.append(&mut bcd);
    info.extend_from_slice(&[0x20, 0x20, 0x01, 0x01, 0x20, 0x40, 0x12, 0x31, 0x00, 0x00]);
    info
}

/// The balance in the answer to GET BALANCE, in fen.
pub fn balance(data: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(data.try_into().ok()?))
}

/// The challenge in the answer to INITIALIZE FOR LOAD.
pub fn challenge(data: &[u8]) -> Option<LoadChallenge> {
    match *data {
        [
            b0,
            b1,
            b2,
            b3,
            c0,
            c1,
            key_version,
            algorithm,
            r0,
            r1,
            r2,
            r3,
            m0,
            m1,
            m2,
            m3,
        ] => Some(LoadChallenge {
            old_balance_fen: u32::from_be_bytes([b0, b1, b2, b3]),
            counter: u16::from_be_bytes([c0, c1]),
            key_version,
            algorithm,
            random: [r0, r1, r2, r3],
            mac1: [m0, m1, m2, m3],
        }),
        _ => None,
    }
}

/// The answer to INITIALIZE FOR LOAD with this challenge.
pub fn challenge_bytes(challenge: &LoadChallenge) -> Vec<u8> {
    [
        &challenge.old_balance_fen.to_be_bytes()[..],
        &challenge.counter.to_be_bytes(),
        &[challenge.key_version, challenge.algorithm],
        &challenge.random,
        &challenge.mac1,
    ]
    .concat()
}

/// Digits as a card takes them, two a byte: `bcd("20260301")` for the date of a permit, `bcd("093000")`
/// for its time. `None` when they are not twice as many digits as bytes.
pub fn bcd<const BYTES: usize>(digits: &str) -> Option<[u8; BYTES]> {
    let mut bytes = [0_u8; BYTES];
    if digits.len() != 2 * BYTES || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = pair.iter().fold(0, |sum, digit| sum << 4 | (digit & 0x0F));
    }
    Some(bytes)
}

/// The TAC in the answer to CREDIT FOR LOAD.
pub fn tac(data: &[u8]) -> Option<Mac> {
    data.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PERMIT: LoadPermit = LoadPermit {
        date: [0x20, 0x11, 0x12, 0x21],
        time: [0x21, 0x48, 0x22],
        mac2: [0x3A, 0x84, 0x5B, 0xF0],
    };

    #[test]
    fn commands_are_written_as_published() {
        let initialize = Command::InitializeForLoad {
            key_index: 1,
            amount_fen: 0x1000,
            terminal_no: [0x00, 0x11, 0x22, 0x33, 0x44, 0x55],
        };
        assert_eq!(
            initialize.bytes().to_vec(),
            [
                0x80, 0x50, 0x00, 0x02, 0x0B, 0x01, 0x00, 0x00, 0x10, 0x00, 0x00, 0x11, 0x22, 0x33, 0x44,
                0x55, 0x10
            ]
        );
        assert_eq!(
            Command::CreditForLoad(PERMIT).bytes().to_vec(),
            [
                0x80, 0x52, 0x00, 0x00, 0x0B, 0x20, 0x11, 0x12, 0x21, 0x21, 0x48, 0x22, 0x3A, 0x84, 0x5B,
                0xF0, 0x04
            ]
        );
        assert_eq!(
            Command::GetBalance.bytes().to_vec(),
            [0x80, 0x5C, 0x00, 0x02, 0x04]
        );
        assert_eq!(
            Command::ReadPublicInfo(0x1E).bytes().to_vec(),
            [0x00, 0xB0, 0x95, 0x00, 0x1E]
        );
        assert_eq!(
            Command::Select(b"PAY.APPY".to_vec()).bytes().to_vec(),
            b"\x00\xA4\x04\x00\x08PAY.APPY\x00"
        );
    }

    #[test]
    fn the_published_challenge_is_taken_apart() {
        let bytes = [
            0, 0, 0, 0, 0, 0, 0x02, 0x00, 0x11, 0x22, 0x33, 0x44, 0x29, 0x88, 0xAE, 0x5A,
        ];
        let challenge = challenge(&bytes).unwrap();
        assert_eq!((challenge.key_version, challenge.algorithm), (2, 0));
        assert_eq!(challenge.random, [0x11, 0x22, 0x33, 0x44]);
        assert_eq!(challenge.mac1, [0x29, 0x88, 0xAE, 0x5A]);
        assert_eq!(super::challenge(&bytes[1..]), None);
    }

    #[test]
    fn a_number_loses_its_filling_and_nothing_else() {
        for (number, read) in [
            ("3100000000000000012", "3100000000000000012"),
            ("51000000000000000012", "51000000000000000012"),
        ] {
            let info = public_info(number);
            assert_eq!(info.len(), PUBLIC_INFO);
            assert_eq!(card_number(&info).unwrap().0, read);
        }
        let mut info = public_info("51000000000000000012").to_vec();
        info[17..20].fill(0xFF);
        assert_eq!(card_number(&info).unwrap().0, "51000000000000");
        info[19] = 0xF1;
        assert_eq!(card_number(&info), None);
        info[12] = 0xA0;
        assert_eq!(card_number(&info), None);
        assert_eq!(card_number(&[0; 30]), None, "a blank file");
        assert_eq!(card_number(&[0x11; 19]), None, "a torn file");
    }

    #[test]
    fn dates_and_times_become_bcd() {
        assert_eq!(bcd("20260301"), Some([0x20, 0x26, 0x03, 0x01]));
        assert_eq!(bcd("093059"), Some([0x09, 0x30, 0x59]));
        assert_eq!(bcd::<4>("2026030"), None);
        assert_eq!(bcd::<4>("2026-3-1"), None);
    }

    #[test]
    fn bad_commands_are_refused_as_cards_do() {
        for (bytes, status) in [
            (
                &[0x80, 0x50, 0x00, 0x02, 0x05, 1, 2, 3, 4, 5][..],
                Status::WRONG_LENGTH,
            ),
            (&[0x80, 0x52, 0x00, 0x00, 0x0B, 1], Status::WRONG_LENGTH),
            (&[0x80, 0x5C, 0x00, 0x01, 0x04], Status::PARAMETERS),
            (&[0x80, 0x5C, 0x00, 0x02, 0x10], Status(0x6C04)),
            (&[0x00, 0xB0, 0x96, 0x00, 0x04], Status::NOT_FOUND),
            (&[0x00, 0x12, 0x00, 0x00], Status::UNKNOWN_INSTRUCTION),
            (&[0x84, 0x50, 0x00, 0x02], Status::UNKNOWN_CLASS),
            (&[0x00], Status::WRONG_LENGTH),
        ] {
            assert_eq!(Command::parse(bytes), Err(status), "{bytes:02X?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_understood_means_the_same_when_written_again(
            bytes in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                (prop::sample::select(vec![
                    [0x00, 0xA4, 0x04, 0x00], [0x80, 0x50, 0x00, 0x02], [0x80, 0x52, 0x00, 0x00],
                    [0x80, 0x5C, 0x00, 0x02], [0x00, 0xB0, 0x95, 0x00], [0x00, 0xC0, 0x00, 0x00],
                ]), prop::collection::vec(any::<u8>(), 0..20))
                    .prop_map(|(head, data)| [&head[..], &[data.len() as u8], &data].concat()),
            ],
        ) {
            if let Ok(command) = Command::parse(&bytes) {
                prop_assert_eq!(Command::parse(&command.bytes()), Ok(command));
            }
        }

        #[test]
        fn any_answer_is_taken_apart_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Some(response) = Response::parse(&bytes) {
                prop_assert_eq!(response.bytes().to_vec(), bytes.clone());
                if let Some(found) = challenge(&response.data) {
                    prop_assert_eq!(challenge_bytes(&found), response.data.to_vec());
                }
                let _ = (card_number(&response.data), balance(&response.data), tac(&response.data));
            } else {
                prop_assert!(bytes.len() < 2);
            }
        }

        #[test]
        fn a_written_number_is_read_again(number in "[1-9][0-9]{18}") {
            prop_assert_eq!(card_number(&public_info(&number)).unwrap().0.clone(), number);
        }
    }
}
