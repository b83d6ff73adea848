//! Yuan of the wire and fen of the card.

/// `50` or `50.00` in fen; `None` for anything else, and for nothing.
pub(super) fn fen_of(yuan: &str) -> Option<u32> {
    let (whole, cents) = yuan.split_once('.').unwrap_or((yuan, "00"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(cents) || cents.len() != 2 {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let cents: u32 = cents.parse().ok()?;
    let fen = whole.checked_mul(100)?.checked_add(cents)?;
    (fen > 0).then_some(fen)
}

/// `50.00`.
pub(super) fn yuan_of(fen: u32) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_sum_of_money_is_one() {
        assert_eq!(fen_of("50"), Some(5000));
        assert_eq!(fen_of("0.05"), Some(5));
        for none in [
            "",
            "0",
            "0.00",
            "-5",
            "5.5",
            "5.005",
            "5,00",
            "abc",
            "99999999999",
        ] {
            assert_eq!(fen_of(none), None, "{none}");
        }
        assert_eq!(yuan_of(5), "0.05");
        assert_eq!(yuan_of(123_450), "1234.50");
    }
}
