//! The transit card's issuer: checks the card's challenge, permits the load, checks the receipt.
//!
//! A real issuer has the keys of every card in its security module; here they are those of the
//! simulated cards, known to all who read them.

use kiosk_drivers::port::transit_card::LoadChallenge;
use kiosk_drivers::simulator::transit_card::{SAMPLE_LOAD_KEY, SAMPLE_TAC_KEY};
use kiosk_drivers::wire::pboc_mac::{Load, LoadKey, MacKey};

/// Number of the terminal in the issuer's books, part of both MACs.
pub const TERMINAL_NO: [u8; 6] = [0, 0, 0, 0, 0, 1];

/// A load as the issuer knows it.
pub struct Permit {
    /// `YYYYMMDD` in BCD.
    pub date: [u8; 4],
    /// `HHMMSS` in BCD.
    pub time: [u8; 3],
    /// Proves to the card that the issuer agrees.
    pub mac2: [u8; 4],
}

/// Permits a load of `amount_fen` at `now`; `None` when the card did not prove itself.
pub fn permit(amount_fen: u32, challenge: &LoadChallenge, now: jiff::civil::DateTime) -> Option<Permit> {
    let date = digits(&now.strftime("%Y%m%d").to_string())?;
    let time = digits(&now.strftime("%H%M%S").to_string())?;
    let permit = load(amount_fen).permit(&LoadKey::new(SAMPLE_LOAD_KEY), challenge, date, time)?;
    Some(Permit {
        date: permit.date,
        time: permit.time,
        mac2: permit.mac2,
    })
}

/// Whether the card's receipt is genuine for a load that was permitted at this date and time.
pub fn is_receipt(
    tac: [u8; 4],
    amount_fen: u32,
    new_balance_fen: u32,
    counter: u16,
    date: [u8; 4],
    time: [u8; 3],
) -> bool {
    let key = MacKey::of_tac(&SAMPLE_TAC_KEY);
    load(amount_fen).tac(&key, new_balance_fen, counter, date, time) == tac
}

fn load(amount_fen: u32) -> Load {
    Load {
        amount_fen,
        terminal_no: TERMINAL_NO,
    }
}

/// Bytes of hexadecimal (or BCD) digits; `None` for another length or another character.
pub fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_in_their_exact_number() {
        assert_eq!(digits::<3>("0930ff"), Some([0x09, 0x30, 0xFF]));
        for bad in ["0930f", "0930fff", "09 0ff", "０９３", ""] {
            assert_eq!(digits::<3>(bad), None, "{bad}");
        }
    }
}
