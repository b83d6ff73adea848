//! Every number of the face check that a deployment may have to change (`[face]` of `kiosk.toml`).
//!
//! The defaults were measured on computer-generated people and say nothing about error rates on
//! real ones: tune them on the spot, with the camera and the light of the spot.

use serde::Deserialize;

/// Thresholds. Widths are pixels of a picture 480 pixels high; angles are degrees; eye values run
/// from 0 (open) to 1 (shut); cosines from -1 to 1.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaceThresholds {
    /// Lowest score for a box to count as a face.
    pub detection_score: f32,
    /// Faces narrower than this share of the largest stand in the background and do not count.
    pub bystander_share: f32,
    /// Narrowest usable face: below it the person is too far.
    pub min_width_px: f32,
    /// Widest usable face: above it the person is too near.
    pub max_width_px: f32,
    /// The centre of the face lies between this share of the width and one minus it.
    pub centre_margin: f32,
    /// Lowest mean luma (0 to 255) of the face.
    pub min_luma: f32,
    /// Highest share of the face's pixels at 250 or above.
    pub max_blown: f32,

    /// Frames that make the rest position.
    pub rest_frames: usize,
    /// Greatest turn of the head at rest.
    pub rest_yaw: f32,
    /// Lowest cosine of every frame of the challenge to the rest position.
    pub same_person: f32,
    /// Frames of somebody else after which the challenge starts again.
    pub lost_frames: usize,
    /// Turn of the head, relative to rest.
    pub turn_yaw: f32,
    /// Way of the nose between the eyes, as a share of their distance, that goes with a turn.
    pub turn_nose: f32,
    /// Frames that a turn must be held.
    pub turn_frames: usize,
    /// A turn is over when the head is back within this angle of rest.
    pub back_yaw: f32,
    /// Eyes above this are shut.
    pub eye_shut: f32,
    /// Eyes below this are open; an eye that is above it at rest is not used.
    pub eye_open: f32,
    /// Fewest frames of a blink.
    pub blink_min_frames: usize,
    /// Most frames of a blink.
    pub blink_max_frames: usize,
    /// The head stays within this angle (turn and nod) during a blink.
    pub blink_still: f32,
    /// Actions asked for, 2 or 3.
    pub actions: usize,
    /// Median of the passive model below which all three actions are asked for.
    pub passive_live: f32,
    /// Turns to the wrong side after which the challenge has failed; before that it starts again.
    pub wrong_turns: usize,

    /// Frontal frames whose mean is compared, 3 to 5.
    pub match_frames: usize,
    /// Same person from this cosine on.
    pub matched: f32,
    /// From here to `matched` a member of staff decides; below, not the same person.
    pub undecided: f32,

    /// Frames that come sooner than this after the last one are shown, not looked at, milliseconds.
    pub frame_interval_ms: u64,
}

impl Default for FaceThresholds {
    fn default() -> Self {
        Self {
            detection_score: 0.65,
            bystander_share: 0.5,
            min_width_px: 110.0,
            max_width_px: 230.0,
            centre_margin: 0.30,
            min_luma: 40.0,
            max_blown: 0.05,
            rest_frames: 5,
            rest_yaw: 10.0,
            same_person: 0.60,
            lost_frames: 5,
            turn_yaw: 15.0,
            turn_nose: 0.10,
            turn_frames: 3,
            back_yaw: 7.0,
            eye_shut: 0.5,
            eye_open: 0.3,
            blink_min_frames: 2,
            blink_max_frames: 10,
            blink_still: 10.0,
            actions: 2,
            passive_live: 0.5,
            wrong_turns: 2,
            match_frames: 5,
            matched: 0.60,
            undecided: 0.50,
            frame_interval_ms: 70,
        }
    }
}

/// A threshold that makes no sense.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("[face] {key} = {value}: must be {allowed}, for example {key} = {example}")]
pub struct ThresholdError {
    /// Key in `[face]`.
    pub key: &'static str,
    /// Its value.
    pub value: String,
    /// What it may be.
    pub allowed: &'static str,
    /// A value that works.
    pub example: String,
}

impl FaceThresholds {
    /// Looks for values that would let nobody, or anybody, through.
    ///
    /// # Errors
    /// The first key that makes no sense.
    pub fn check(&self) -> Result<(), ThresholdError> {
        let usual = Self::default();
        let wrong = |key, value: &dyn ToString, allowed, example: &dyn ToString| {
            Err(ThresholdError {
                key,
                value: value.to_string(),
                allowed,
                example: example.to_string(),
            })
        };
        if !(0.4..=0.95).contains(&self.matched) {
            return wrong("matched", &self.matched, "from 0.4 to 0.95", &usual.matched);
        }
        if !(0.3..=self.matched).contains(&self.undecided) {
            return wrong(
                "undecided",
                &self.undecided,
                "from 0.3 to `matched`",
                &usual.undecided,
            );
        }
        if !(0.4..=0.95).contains(&self.same_person) {
            return wrong(
                "same_person",
                &self.same_person,
                "from 0.4 to 0.95",
                &usual.same_person,
            );
        }
        if !(2..=3).contains(&self.actions) {
            return wrong("actions", &self.actions, "2 or 3", &usual.actions);
        }
        if !(3..=5).contains(&self.match_frames) {
            return wrong(
                "match_frames",
                &self.match_frames,
                "from 3 to 5",
                &usual.match_frames,
            );
        }
        if !(self.match_frames..=30).contains(&self.rest_frames) {
            return wrong(
                "rest_frames",
                &self.rest_frames,
                "from `match_frames` to 30",
                &usual.rest_frames,
            );
        }
        if self.turn_yaw <= self.back_yaw {
            return wrong(
                "turn_yaw",
                &self.turn_yaw,
                "greater than `back_yaw`",
                &usual.turn_yaw,
            );
        }
        if self.max_width_px <= self.min_width_px {
            return wrong(
                "max_width_px",
                &self.max_width_px,
                "greater than `min_width_px`",
                &usual.max_width_px,
            );
        }
        if !(0.0..0.5).contains(&self.centre_margin) {
            return wrong(
                "centre_margin",
                &self.centre_margin,
                "from 0 to below 0.5",
                &usual.centre_margin,
            );
        }
        if self.eye_shut < self.eye_open {
            return wrong("eye_shut", &self.eye_shut, "at least `eye_open`", &usual.eye_shut);
        }
        if self.blink_max_frames < self.blink_min_frames || self.blink_min_frames == 0 {
            let allowed = "from 1 to `blink_max_frames`";
            return wrong(
                "blink_min_frames",
                &self.blink_min_frames,
                allowed,
                &usual.blink_min_frames,
            );
        }
        if self.frame_interval_ms > 200 {
            return wrong(
                "frame_interval_ms",
                &self.frame_interval_ms,
                "at most 200",
                &usual.frame_interval_ms,
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_table_gives_the_defaults_and_they_make_sense() {
        let read: FaceThresholds = toml::from_str("").unwrap();
        assert_eq!(read, FaceThresholds::default());
        assert_eq!(read.check(), Ok(()));
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = toml::from_str::<FaceThresholds>("matchd = 0.6").unwrap_err();
        assert!(error.to_string().contains("matchd"), "{error}");
    }

    #[test]
    fn a_band_upside_down_is_refused_with_an_example() {
        let read: FaceThresholds = toml::from_str("matched = 0.6\nundecided = 0.7").unwrap();
        let error = read.check().unwrap_err();
        assert_eq!(error.key, "undecided");
        assert!(
            error.to_string().ends_with("for example undecided = 0.5"),
            "{error}"
        );
    }

    #[test]
    fn a_single_action_is_refused() {
        let read: FaceThresholds = toml::from_str("actions = 1").unwrap();
        assert_eq!(read.check().unwrap_err().key, "actions");
    }
}
