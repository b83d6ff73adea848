//! One face check: from the opening of the camera to the outcome.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kiosk_drivers::error::DeviceErrorKind;
use kiosk_drivers::port::camera::{Camera, Frame};

use crate::session::event::{Challenge, FaceHint, FaceOutcome};

use super::challenge::{ChallengeRun, Reading, Verdict};
use super::detect::FaceBox;
use super::embed::Embedding;
use super::engine::FaceEngine;
use super::error::FaceError;
use super::gate::Scene;
use super::matching::band;
use super::picture::{Picture, Region};
use super::thresholds::FaceThresholds;

/// Longest wait for one frame.
const FRAME_DEADLINE: Duration = Duration::from_secs(1);
/// So many waits in a row without a frame mean that the camera is lost.
const MISSED_FRAMES: u32 = 3;

/// What the live face is compared with.
pub enum Reference<'a> {
    /// Nothing here: the template is for the backend's comparison.
    None,
    /// The decoded photo of the chip.
    Photo(Picture<'a>),
    /// An embedding made before.
    Embedding(&'a Embedding),
}

/// What the person has to be told now.
pub struct Progress<'a> {
    /// What to change about the picture.
    pub hint: FaceHint,
    /// What is asked for, [`Challenge::LookAhead`] first.
    pub order: &'a [Challenge],
    /// How many of them are done.
    pub done: usize,
    /// The picture for the screen, not mirrored; zeroes itself.
    pub frame: Frame,
}

/// Runs face checks.
pub struct FaceChecker<'a> {
    engine: &'a FaceEngine,
    thresholds: FaceThresholds,
}

/// What one frame led to.
enum Step {
    Going(FaceHint),
    Ended(FaceOutcome),
}

impl<'a> FaceChecker<'a> {
    /// A checker that uses these models and thresholds.
    pub fn new(engine: &'a FaceEngine, thresholds: FaceThresholds) -> Self {
        Self { engine, thresholds }
    }

    /// Opens the camera, guides the person through the challenge, compares, closes the camera.
    ///
    /// `seed` decides the order of the actions and must not be foreseeable; `now` is a monotonic
    /// clock; the challenge must be passed within `limit` of the camera's opening. Returns `None`
    /// when `cancel` was set. Without a usable face in the photo the outcome is `Low`: a member
    /// of staff decides.
    ///
    /// # Errors
    /// When a model fails. A camera that fails is an outcome.
    #[allow(clippy::too_many_arguments)]
    pub fn run(
        &self,
        camera: &mut dyn Camera,
        reference: Reference<'_>,
        seed: u64,
        limit: Duration,
        now: &dyn Fn() -> Duration,
        progress: &mut dyn FnMut(Progress<'_>),
        cancel: &AtomicBool,
    ) -> Result<Option<FaceOutcome>, FaceError> {
        if camera.open().is_err() {
            return Ok(Some(FaceOutcome::CameraLost));
        }
        let ended = self.watch(camera, reference, seed, limit, now, progress, cancel);
        camera.close();
        ended
    }

    #[allow(clippy::too_many_arguments)]
    fn watch(
        &self,
        camera: &mut dyn Camera,
        reference: Reference<'_>,
        seed: u64,
        limit: Duration,
        now: &dyn Fn() -> Duration,
        progress: &mut dyn FnMut(Progress<'_>),
        cancel: &AtomicBool,
    ) -> Result<Option<FaceOutcome>, FaceError> {
        let started = now();
        let interval = Duration::from_millis(self.thresholds.frame_interval_ms);
        let mut run = ChallengeRun::new(self.thresholds.clone(), seed);
        let (mut hint, mut looked_at, mut missed) = (FaceHint::Nobody, None, 0);
        while !cancel.load(Ordering::Relaxed) {
            let passed = now().saturating_sub(started);
            if passed >= limit {
                return Ok(Some(FaceOutcome::ChallengeFailed));
            }
            let frame = match camera.frame(FRAME_DEADLINE.min(limit - passed)) {
                Ok(frame) => frame,
                Err(error) if error.kind == DeviceErrorKind::TimedOut && missed + 1 < MISSED_FRAMES => {
                    missed += 1;
                    continue;
                }
                Err(_) => return Ok(Some(FaceOutcome::CameraLost)),
            };
            missed = 0;
            if looked_at.is_none_or(|last| now().saturating_sub(last) >= interval) {
                looked_at = Some(now());
                match self.look(&frame, &mut run, &reference)? {
                    Step::Going(new) => hint = new,
                    Step::Ended(outcome) => {
                        progress(Progress {
                            hint,
                            order: run.order(),
                            done: run.done(),
                            frame,
                        });
                        return Ok(Some(outcome));
                    }
                }
            }
            progress(Progress {
                hint,
                order: run.order(),
                done: run.done(),
                frame,
            });
        }
        Ok(None)
    }

    fn look(
        &self,
        frame: &Frame,
        run: &mut ChallengeRun,
        reference: &Reference<'_>,
    ) -> Result<Step, FaceError> {
        let picture = Picture::new(frame.width as usize, frame.height as usize, &frame.rgb)?;
        let faces = self
            .engine
            .detector
            .find(picture, self.thresholds.detection_score)?;
        let (width, height) = (frame.width as f32, frame.height as f32);
        let whole = Region {
            x: 0.0,
            y: 0.0,
            width,
            height,
        };
        let exposure = picture.exposure(faces.first().map_or(whole, |face| face.region));
        let hint = Scene {
            width,
            height,
            faces: &faces,
            exposure,
        }
        .hint(&self.thresholds);
        if hint == FaceHint::TwoPeople {
            run.restart();
        }
        let (FaceHint::Good, Some(face)) = (hint, faces.first()) else {
            return Ok(Step::Going(hint));
        };
        let Some(reading) = self.read(picture, face, run.done() == 0)? else {
            return Ok(Step::Going(FaceHint::Nobody));
        };
        Ok(match run.feed(reading) {
            Verdict::Going | Verdict::Restarted => Step::Going(FaceHint::Good),
            Verdict::NotSame => Step::Going(FaceHint::NotSame),
            Verdict::Failed => Step::Ended(FaceOutcome::ChallengeFailed),
            Verdict::Passed => Step::Ended(self.compare(run, reference)?),
        })
    }

    /// Reads a usable face. The passive model is asked at rest only: it is a hint, and dear.
    fn read(
        &self,
        picture: Picture<'_>,
        face: &FaceBox,
        at_rest: bool,
    ) -> Result<Option<Reading>, FaceError> {
        let landmarks = self.engine.landmarker.find(picture, face)?;
        let Some(embedding) = self.engine.embedder.embed(picture, &landmarks)? else {
            return Ok(None);
        };
        let pose = self.engine.pose.measure(picture, face)?;
        Ok(Some(Reading {
            yaw: pose.yaw,
            pitch: pose.pitch,
            nose: landmarks.nose_ratio(),
            eyes: self.engine.eyes.read(picture, &landmarks)?,
            embedding,
            live: if at_rest {
                Some(self.engine.liveness.look(picture, face)?)
            } else {
                None
            },
        }))
    }

    fn compare(&self, run: &ChallengeRun, reference: &Reference<'_>) -> Result<FaceOutcome, FaceError> {
        let Some(live) = run.template() else {
            return Ok(FaceOutcome::ChallengeFailed);
        };
        let judged = |known: &Embedding| FaceOutcome::Compared(band(live.cosine(known), &self.thresholds));
        Ok(match reference {
            Reference::Embedding(known) => judged(known),
            Reference::Photo(photo) => match self.engine.photo_embedding(*photo)? {
                Some(known) => judged(&known),
                None => FaceOutcome::Compared(crate::protocol::body::ScoreBand::Low),
            },
            Reference::None => FaceOutcome::Template {
                model_sha256: FaceEngine::template_model().to_owned(),
                template: live.values().to_vec(),
            },
        })
    }
}
