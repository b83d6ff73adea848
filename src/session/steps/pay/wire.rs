//! The card's words in those of the issuer.

use crate::protocol::money::{TopupPermit, TopupRequest};
use crate::session::transit::{LoadChallenge, LoadPermit};

/// What the issuer is asked for.
pub(super) fn request(payment_id: &str, card_no: &str, challenge: &LoadChallenge) -> TopupRequest {
    TopupRequest {
        payment_id: payment_id.to_owned(),
        card_no: card_no.to_owned(),
        terminal_no: hex(&challenge.terminal_no),
        old_balance_fen: challenge.old_balance_fen,
        counter: challenge.counter,
        key_version: challenge.key_version,
        algorithm: challenge.algorithm,
        random: hex(&challenge.random),
        mac1: hex(&challenge.mac1),
    }
}

/// The permit as the card takes it; `None` when it is not one.
pub(super) fn permit(permit: &TopupPermit) -> Option<LoadPermit> {
    let decimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !decimal(&permit.date) || !decimal(&permit.time) {
        return None;
    }
    Some(LoadPermit {
        date: bytes(&permit.date)?,
        time: bytes(&permit.time)?,
        mac2: bytes(&permit.mac2)?,
    })
}

/// Bytes in hex, upper case.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut found = [0; N];
    for (place, byte) in found.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(date: &str, time: &str, mac2: &str) -> TopupPermit {
        TopupPermit {
            topup_id: "u1".to_owned(),
            date: date.to_owned(),
            time: time.to_owned(),
            mac2: mac2.to_owned(),
        }
    }

    #[test]
    fn a_permit_becomes_the_bytes_of_the_card() {
        let found = permit(&given("20261123", "102400", "a1B2c3D4")).unwrap();
        assert_eq!(found.date, [0x20, 0x26, 0x11, 0x23]);
        assert_eq!(found.time, [0x10, 0x24, 0x00]);
        assert_eq!(hex(&found.mac2), "A1B2C3D4");
    }

    #[test]
    fn what_is_no_permit_is_not_given_to_the_card() {
        for (date, time, mac2) in [
            ("2026112", "102400", "A1B2C3D4"),
            ("2026112A", "102400", "A1B2C3D4"),
            ("20261123", "10:24", "A1B2C3D4"),
            ("20261123", "102400", "A1B2C3"),
            ("20261123", "102400", "A1B2C3é"),
            ("20261123", "102400", "+1B2C3D4"),
        ] {
            assert!(permit(&given(date, time, mac2)).is_none(), "{date} {time} {mac2}");
        }
    }
}
