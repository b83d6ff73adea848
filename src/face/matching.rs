//! From a cosine to one of three bands. Pure.

use crate::protocol::body::ScoreBand;

use super::thresholds::FaceThresholds;

/// The band of a cosine between a live face and the photo. The cosine itself goes no further.
pub fn band(cosine: f32, thresholds: &FaceThresholds) -> ScoreBand {
    if cosine >= thresholds.matched {
        ScoreBand::Pass
    } else if cosine >= thresholds.undecided {
        ScoreBand::Low
    } else {
        ScoreBand::Fail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_meet_without_a_gap() {
        let thresholds = FaceThresholds::default();
        assert_eq!(band(0.60, &thresholds), ScoreBand::Pass);
        assert_eq!(band(0.5999, &thresholds), ScoreBand::Low);
        assert_eq!(band(0.50, &thresholds), ScoreBand::Low);
        assert_eq!(band(0.4999, &thresholds), ScoreBand::Fail);
        assert_eq!(band(f32::NAN, &thresholds), ScoreBand::Fail);
    }
}
