//! Opening hours as the files write them.

/// Minutes since midnight, from and to, of `HH:MM-HH:MM`; over midnight `to` is the smaller one.
pub fn opening_hours(text: &str) -> Option<(i32, i32)> {
    let (from, to) = text.split_once('-')?;
    let (from, to) = (minutes(from)?, minutes(to)?);
    (from != to).then_some((from, to))
}

fn minutes(text: &str) -> Option<i32> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<i32>().ok()).flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let of_day = hours * 60 + minutes;
    (minutes < 60 && of_day <= 24 * 60).then_some(of_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_strictly() {
        assert_eq!(opening_hours("08:30-17:30"), Some((510, 1050)));
        assert_eq!(opening_hours("00:00-24:00"), Some((0, 1440)));
        for wrong in [
            "",
            "8:30-17:30",
            "08:30",
            "08:30-17:60",
            "08:30-25:00",
            "09:00-09:00",
            "8点-5点",
        ] {
            assert_eq!(opening_hours(wrong), None, "{wrong}");
        }
    }
}
