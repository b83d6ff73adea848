//! Time on a serial line.

use std::time::Duration;

/// Time that `bytes` take on a line with one start and one stop bit.
pub fn wire_time(bytes: usize, baud: u32) -> Duration {
    Duration::from_secs_f64(bytes as f64 * 10.0 / f64::from(baud.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Milliseconds at 115200, 57600, 38400, 19200 and 9600 baud, as published (part W8).
    const PUBLISHED: [(usize, [f64; 5]); 5] = [
        (10, [0.9, 1.7, 2.6, 5.2, 10.4]),
        (27, [2.3, 4.7, 7.0, 14.1, 28.1]),
        (81, [7.0, 14.1, 21.1, 42.2, 84.4]),
        (1295, [112.4, 224.8, 337.2, 674.5, 1349.0]),
        (2321, [201.5, 403.0, 604.4, 1208.9, 2417.7]),
    ];

    #[test]
    fn frames_take_the_published_times() {
        for (bytes, times) in PUBLISHED {
            for (baud, expected) in [115_200, 57_600, 38_400, 19_200, 9_600].into_iter().zip(times) {
                let time = wire_time(bytes, baud).as_secs_f64() * 1000.0;
                assert!(
                    (time - expected).abs() <= 0.05,
                    "{bytes} bytes at {baud}: {time} ms"
                );
            }
        }
    }
}
