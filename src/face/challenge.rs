//! The active challenge: find the rest position, then at least two of blink, turn left and turn
//! right in a random order. Pure: readings of usable frames go in, a verdict comes out.
//!
//! The random order only hinders a film when doing everything in turn does not pass; so a turn to
//! the wrong side starts the challenge again with another order, and the second one ends it.

use crate::session::event::Challenge;

use super::embed::Embedding;
use super::thresholds::FaceThresholds;

/// What was read from one usable frame.
#[derive(Clone)]
pub struct Reading {
    /// Turn in degrees, negative towards the own left.
    pub yaw: f32,
    /// Nod in degrees.
    pub pitch: f32,
    /// See [`super::landmarks::Landmarks::nose_ratio`].
    pub nose: f32,
    /// How shut the eyes are, 0 to 1.
    pub eyes: [f32; 2],
    /// The face.
    pub embedding: Embedding,
    /// Passive hint, when it was looked at.
    pub live: Option<f32>,
}

/// What a reading led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Going on.
    Going,
    /// Another face than at rest, or a covered one; the reading did not count.
    NotSame,
    /// The challenge began again, with another order.
    Restarted,
    /// All actions were seen.
    Passed,
    /// Wrong actions.
    Failed,
}

/// The position that all movements are measured from.
struct Rest {
    yaw: f32,
    pitch: f32,
    nose: f32,
    /// Which eyes read as open at rest; only those tell of a blink.
    usable: [bool; 2],
    embedding: Embedding,
    /// Mean of the frontal frames with open eyes.
    template: Embedding,
}

/// Progress within the present action.
#[derive(Default)]
struct Action {
    /// Frames in a row turned to the side that was asked for.
    turned: usize,
    /// Frames in a row turned to another side.
    wrong: usize,
    /// The turn was held long enough; the head must come back.
    held: bool,
    /// Frames with shut eyes.
    shut: usize,
}

/// A running challenge.
pub struct ChallengeRun {
    thresholds: FaceThresholds,
    random: Random,
    order: Vec<Challenge>,
    done: usize,
    resting: Vec<Reading>,
    rest: Option<Rest>,
    action: Action,
    lost: usize,
    wrong_turns: usize,
}

impl ChallengeRun {
    /// Begins; the order of the actions follows from `seed`, which must not be foreseeable.
    pub fn new(thresholds: FaceThresholds, seed: u64) -> Self {
        let mut random = Random(seed);
        let order = draw(&mut random, thresholds.actions, true);
        Self {
            thresholds,
            random,
            order,
            done: 0,
            resting: Vec::new(),
            rest: None,
            action: Action::default(),
            lost: 0,
            wrong_turns: 0,
        }
    }

    /// What is asked for: looking ahead, then the actions.
    pub fn order(&self) -> &[Challenge] {
        &self.order
    }

    /// How many of [`ChallengeRun::order`] are done.
    pub fn done(&self) -> usize {
        self.done
    }

    /// The face, from frontal frames with open eyes, once the rest position is known.
    pub fn template(&self) -> Option<&Embedding> {
        self.rest.as_ref().map(|rest| &rest.template)
    }

    /// Begins again with another order, because more than one person was seen.
    pub fn restart(&mut self) {
        self.order = draw(&mut self.random, self.thresholds.actions, true);
        self.done = 0;
        self.resting.clear();
        self.rest = None;
        self.action = Action::default();
        self.lost = 0;
    }

    /// Takes the next reading.
    pub fn feed(&mut self, reading: Reading) -> Verdict {
        let Some(rest) = &self.rest else {
            return self.find_rest(reading);
        };
        if rest.embedding.cosine(&reading.embedding) < self.thresholds.same_person {
            self.lost += 1;
            if self.lost >= self.thresholds.lost_frames {
                self.restart();
                return Verdict::Restarted;
            }
            return Verdict::NotSame;
        }
        self.lost = 0;
        let asked = self.order.get(self.done).copied().unwrap_or(Challenge::LookAhead);
        let side = side_of(&reading, rest, &self.thresholds);
        if side.is_some_and(|side| side != asked) {
            self.action.wrong += 1;
            if self.action.wrong >= self.thresholds.turn_frames {
                return self.wrong_turn();
            }
        } else {
            self.action.wrong = 0;
        }
        let seen = match asked {
            Challenge::Blink => blinked(&mut self.action, &reading, rest, &self.thresholds),
            _ => turned(
                &mut self.action,
                side == Some(asked),
                reading.yaw - rest.yaw,
                &self.thresholds,
            ),
        };
        if !seen {
            return Verdict::Going;
        }
        self.action = Action::default();
        self.done += 1;
        if self.done >= self.order.len() {
            Verdict::Passed
        } else {
            Verdict::Going
        }
    }

    fn wrong_turn(&mut self) -> Verdict {
        self.wrong_turns += 1;
        if self.wrong_turns >= self.thresholds.wrong_turns {
            return Verdict::Failed;
        }
        self.restart();
        Verdict::Restarted
    }

    fn find_rest(&mut self, reading: Reading) -> Verdict {
        if reading.yaw.abs() >= self.thresholds.rest_yaw {
            return Verdict::Going;
        }
        let same =
            |first: &Reading| first.embedding.cosine(&reading.embedding) >= self.thresholds.same_person;
        if !self.resting.first().is_none_or(same) {
            self.resting.clear();
            self.resting.push(reading);
            return Verdict::NotSame;
        }
        self.resting.push(reading);
        if self.resting.len() < self.thresholds.rest_frames {
            return Verdict::Going;
        }
        let frames = std::mem::take(&mut self.resting);
        if let Some(rest) = rest_position(&frames, &self.thresholds) {
            let blink = rest.usable.contains(&true);
            let doubtful = median(frames.iter().filter_map(|frame| frame.live))
                .is_some_and(|live| live < self.thresholds.passive_live);
            self.fit_order(blink, doubtful);
            self.rest = Some(rest);
            self.done = 1;
        }
        Verdict::Going
    }

    /// Draws again where the order does not suit the person: no eye that tells of a blink, or a
    /// doubtful picture, which asks for all three actions.
    fn fit_order(&mut self, blink: bool, doubtful: bool) {
        if doubtful || (!blink && self.order.contains(&Challenge::Blink)) {
            let actions = if doubtful { 3 } else { self.thresholds.actions };
            self.order = draw(&mut self.random, actions, blink);
        }
    }
}

fn rest_position(frames: &[Reading], thresholds: &FaceThresholds) -> Option<Rest> {
    let yaw = median(frames.iter().map(|frame| frame.yaw))?;
    let left = median(frames.iter().map(|frame| frame.eyes[0]))?;
    let right = median(frames.iter().map(|frame| frame.eyes[1]))?;
    let usable = [left < thresholds.eye_open, right < thresholds.eye_open];

    let mut frontal: Vec<&Reading> = frames
        .iter()
        .filter(|frame| shutness(frame, usable).is_none_or(|shut| shut < thresholds.eye_shut))
        .collect();
    if frontal.len() < 3 {
        frontal = frames.iter().collect();
    }
    frontal.sort_by(|one, other| (one.yaw - yaw).abs().total_cmp(&(other.yaw - yaw).abs()));
    frontal.truncate(thresholds.match_frames);

    Some(Rest {
        yaw,
        pitch: median(frames.iter().map(|frame| frame.pitch))?,
        nose: median(frames.iter().map(|frame| frame.nose))?,
        usable,
        embedding: Embedding::mean(frames.iter().map(|frame| &frame.embedding))?,
        template: Embedding::mean(frontal.iter().map(|frame| &frame.embedding))?,
    })
}

/// Mean over the eyes that can be used; `None` when there is none.
fn shutness(reading: &Reading, usable: [bool; 2]) -> Option<f32> {
    let mut read = reading
        .eyes
        .iter()
        .zip(usable)
        .filter(|(_, usable)| *usable)
        .map(|(eye, _)| *eye);
    let first = read.next()?;
    Some(read.next().map_or(first, |second| (first + second) / 2.0))
}

/// To which side the head is turned: pose and nose must agree.
fn side_of(reading: &Reading, rest: &Rest, thresholds: &FaceThresholds) -> Option<Challenge> {
    let (yaw, nose) = (reading.yaw - rest.yaw, reading.nose - rest.nose);
    if yaw <= -thresholds.turn_yaw && nose >= thresholds.turn_nose {
        Some(Challenge::TurnLeft)
    } else if yaw >= thresholds.turn_yaw && nose <= -thresholds.turn_nose {
        Some(Challenge::TurnRight)
    } else {
        None
    }
}

/// Turned to the right side for long enough, and back.
fn turned(action: &mut Action, to_side: bool, yaw: f32, thresholds: &FaceThresholds) -> bool {
    if action.held {
        return yaw.abs() <= thresholds.back_yaw;
    }
    action.turned = if to_side { action.turned + 1 } else { 0 };
    action.held = action.turned >= thresholds.turn_frames;
    false
}

/// Eyes shut for a few frames and open again, while the head is still.
fn blinked(action: &mut Action, reading: &Reading, rest: &Rest, thresholds: &FaceThresholds) -> bool {
    let still = (reading.yaw - rest.yaw).abs() <= thresholds.blink_still
        && (reading.pitch - rest.pitch).abs() <= thresholds.blink_still;
    let Some(shut) = shutness(reading, rest.usable).filter(|_| still) else {
        action.shut = 0;
        return false;
    };
    if shut > thresholds.eye_shut {
        action.shut += 1;
        return false;
    }
    if shut >= thresholds.eye_open {
        return false;
    }
    let blink = (thresholds.blink_min_frames..=thresholds.blink_max_frames).contains(&action.shut);
    action.shut = 0;
    blink
}

/// Looking ahead, then `count` different actions in random order.
fn draw(random: &mut Random, count: usize, blink: bool) -> Vec<Challenge> {
    let mut pool = vec![Challenge::TurnLeft, Challenge::TurnRight];
    if blink {
        pool.push(Challenge::Blink);
    }
    let mut order = vec![Challenge::LookAhead];
    while order.len() <= count && !pool.is_empty() {
        order.push(pool.swap_remove(random.below(pool.len())));
    }
    order
}

fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed % limit.max(1) as u64) as usize
    }
}

#[cfg(test)]
mod tests;
