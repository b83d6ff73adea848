//! The codes that guard a load of an electronic purse (PBOC 2.0 part 1, JR/T 0025.1): the session key,
//! MAC1 from the card, MAC2 from the issuer, and the TAC, the card's receipt.
//!
//! A session key is the load key's triple DES of `random || counter || 8000`, eight bytes; a MAC is the
//! left half of the last block of single DES in CBC mode from zero, over the data padded with `80 00…`.
//! The card has these keys in its chip and the issuer in its security module; the terminal has none.
//! Here they serve the simulated card and the reference backend.

use std::fmt;

use des::cipher::{BlockEncrypt, KeyInit};
use des::{Des, TdesEde2};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::port::transit_card::{LoadChallenge, LoadPermit};

/// The transaction type of a load of the electronic purse.
pub const LOAD_PURSE: u8 = 0x02;

/// A code of four bytes.
pub type Mac = [u8; 4];

/// The load key of one card, sixteen bytes. Zeroed when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct LoadKey([u8; 16]);

impl LoadKey {
    /// A key of these bytes.
    pub fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The key of one transaction, from the card's random number and its count of online transactions.
    pub fn session(&self, random: [u8; 4], counter: u16) -> MacKey {
        let [a, b, c, d] = random;
        let [high, low] = counter.to_be_bytes();
        let mut block = [a, b, c, d, high, low, 0x80, 0x00];
        TdesEde2::new((&self.0).into()).encrypt_block((&mut block).into());
        MacKey(block)
    }
}

/// A key that makes MACs, eight bytes. Zeroed when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct MacKey([u8; 8]);

impl MacKey {
    /// The key of the TAC: both halves of the card's sixteen bytes, one XOR the other.
    pub fn of_tac(bytes: &[u8; 16]) -> Self {
        let mut key = [0; 8];
        let (left, right) = bytes.split_at(8);
        for (byte, (left, right)) in key.iter_mut().zip(left.iter().zip(right)) {
            *byte = left ^ right;
        }
        Self(key)
    }

    /// The MAC of these bytes.
    pub fn mac(&self, data: &[u8]) -> Mac {
        let cipher = Des::new((&self.0).into());
        let mut padded = data.to_vec();
        padded.push(0x80);
        padded.resize(padded.len().next_multiple_of(8), 0);
        let mut state = [0_u8; 8];
        for block in padded.chunks(8) {
            state.iter_mut().zip(block).for_each(|(sum, byte)| *sum ^= byte);
            cipher.encrypt_block((&mut state).into());
        }
        let [a, b, c, d, ..] = state;
        [a, b, c, d]
    }
}

impl fmt::Debug for LoadKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LoadKey")
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MacKey")
    }
}

/// What card, terminal and issuer know of one load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// In fen.
    pub amount_fen: u32,
    /// The terminal's number.
    pub terminal_no: [u8; 6],
}

impl Load {
    fn bytes(&self) -> Vec<u8> {
        let amount = self.amount_fen.to_be_bytes();
        [&amount[..], &[LOAD_PURSE], &self.terminal_no].concat()
    }

    /// The card's proof: over the old balance, amount, type and terminal.
    pub fn mac1(&self, session: &MacKey, old_balance_fen: u32) -> Mac {
        session.mac(&[&old_balance_fen.to_be_bytes()[..], &self.bytes()].concat())
    }

    /// The issuer's proof: over amount, type, terminal, date and time (both in BCD).
    pub fn mac2(&self, session: &MacKey, date: [u8; 4], time: [u8; 3]) -> Mac {
        session.mac(&[&self.bytes()[..], &date, &time].concat())
    }

    /// The card's receipt: over the new balance, the counter before the load, amount, type, terminal,
    /// date and time.
    pub fn tac(&self, key: &MacKey, new_balance_fen: u32, counter: u16, date: [u8; 4], time: [u8; 3]) -> Mac {
        let balance = new_balance_fen.to_be_bytes();
        key.mac(&[&balance[..], &counter.to_be_bytes(), &self.bytes(), &date, &time].concat())
    }

    /// The issuer's part: checks the card's challenge and permits the load. `None` when MAC1 is wrong,
    /// so that the card is forged or another amount or terminal has reached it.
    pub fn permit(
        &self,
        key: &LoadKey,
        challenge: &LoadChallenge,
        date: [u8; 4],
        time: [u8; 3],
    ) -> Option<LoadPermit> {
        let session = key.session(challenge.random, challenge.counter);
        let genuine = self.mac1(&session, challenge.old_balance_fen) == challenge.mac1;
        genuine.then(|| LoadPermit {
            date,
            time,
            mac2: self.mac2(&session, date, time),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: [u8; 16] = [
        0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
    ];
    const DATE: [u8; 4] = [0x20, 0x11, 0x12, 0x21];
    const TIME: [u8; 3] = [0x21, 0x48, 0x22];
    const LOAD: Load = Load {
        amount_fen: 0x1000,
        terminal_no: [0x00, 0x11, 0x22, 0x33, 0x44, 0x55],
    };

    /// The worked example that card developers pass on (a load of the electronic deposit, type 01).
    #[test]
    fn the_published_load_of_a_deposit_is_reproduced() {
        let session = LoadKey::new(KEY).session([0x11, 0x22, 0x33, 0x44], 0);
        assert!(session == MacKey([0x9B, 0x1D, 0x92, 0x4E, 0x05, 0x59, 0x56, 0x03]));
        let of_deposit = [0, 0, 0x10, 0, 0x01, 0, 0x11, 0x22, 0x33, 0x44, 0x55];
        let mac1 = session.mac(&[&[0; 4][..], &of_deposit].concat());
        assert_eq!(mac1, [0x29, 0x88, 0xAE, 0x5A]);
        let mac2 = session.mac(&[&of_deposit[..], &DATE, &TIME].concat());
        assert_eq!(mac2, [0x3A, 0x84, 0x5B, 0xF0]);
    }

    /// A trace of a real card with its test key (a load of the electronic purse, type 02).
    #[test]
    fn the_challenge_of_a_traced_card_is_genuine() {
        let key = LoadKey::new([0x3F, 0x01].repeat(8).try_into().unwrap());
        let session = key.session([0xF9, 0xCA, 0xBA, 0x91], 0);
        assert!(session == MacKey([0x03, 0x01, 0x5B, 0xEA, 0x34, 0x7E, 0xA2, 0x31]));
        let load = Load {
            amount_fen: 0x1234,
            terminal_no: [0, 0, 0, 0, 0, 1],
        };
        let challenge = LoadChallenge {
            old_balance_fen: 0,
            counter: 0,
            key_version: 0,
            algorithm: 1,
            random: [0xF9, 0xCA, 0xBA, 0x91],
            mac1: [0x6C, 0x39, 0x4D, 0x64],
        };
        let permit = load.permit(&key, &challenge, DATE, TIME).unwrap();
        assert_eq!(permit.mac2, load.mac2(&session, DATE, TIME));
        let forged = LoadChallenge {
            mac1: [0x6C, 0x39, 0x4D, 0x65],
            ..challenge
        };
        assert!(load.permit(&key, &forged, DATE, TIME).is_none());
        let more = Load {
            amount_fen: 0x1235,
            ..load
        };
        assert!(more.permit(&key, &challenge, DATE, TIME).is_none());
    }

    /// Computed with OpenSSL: `des-cbc` with the key 99 55 55 11 11 55 55 99 over the padded data.
    #[test]
    fn the_receipt_is_what_openssl_computes() {
        let key = MacKey::of_tac(&KEY);
        assert!(key == MacKey([0x99, 0x55, 0x55, 0x11, 0x11, 0x55, 0x55, 0x99]));
        let tac = LOAD.tac(&key, 0x1000, 0, DATE, TIME);
        assert_eq!(tac, [0xC4, 0xE6, 0xA3, 0xA3]);
    }

    #[test]
    fn keys_do_not_show_themselves() {
        let key = LoadKey::new(KEY);
        assert_eq!(format!("{key:?} {:?}", key.session([0; 4], 1)), "LoadKey MacKey");
    }

    proptest! {
        #[test]
        fn a_permit_is_given_for_genuine_challenges_only(
            key: [u8; 16], random: [u8; 4], counter: u16, old: u32, amount: u32, terminal: [u8; 6], flip in 0..32_u32,
        ) {
            let (key, load) = (LoadKey::new(key), Load { amount_fen: amount, terminal_no: terminal });
            let mac1 = load.mac1(&key.session(random, counter), old);
            let mut challenge = LoadChallenge {
                old_balance_fen: old, counter, key_version: 1, algorithm: 0, random, mac1,
            };
            prop_assert!(load.permit(&key, &challenge, DATE, TIME).is_some());
            challenge.mac1 = (u32::from_be_bytes(mac1) ^ (1 << flip)).to_be_bytes();
            prop_assert!(load.permit(&key, &challenge, DATE, TIME).is_none());
        }
    }
}
