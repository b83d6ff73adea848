//! The face models, on one frame of the demo's camera.

use std::path::Path;
use std::time::{Duration, Instant};

use kiosk_drivers::port::camera::Camera as _;
use kiosk_drivers::simulator::camera::{Pace, SimulatedCamera};
use kiosk_drivers::simulator::people::People;
use sha2::{Digest as _, Sha256};

use super::{Failure, Figure};
use crate::face::engine::FaceEngine;
use crate::face::models::{DETECT, EYE, FEATURE, LANDMARK, LIVENESS, POSE};
use crate::face::picture::Picture;
use crate::face::thresholds::FaceThresholds;

const FRAMES: usize = 31;
const FRAME_DEADLINE: Duration = Duration::from_secs(2);

pub(super) fn figures(models: &Path, people: &Path) -> Result<Vec<Figure>, Failure> {
    let begin = Instant::now();
    let engine = FaceEngine::load(models)?;
    let load = begin.elapsed();
    let bytes = bare_reading(models)?;
    let frames = looks(&engine, people)?;
    let budget = Duration::from_millis(FaceThresholds::default().frame_interval_ms);
    Ok(vec![
        Figure::of_times("face models loaded", vec![load], bytes, "read and hashed"),
        Figure::of_times(
            "frame: detection, landmarks, match",
            frames,
            budget,
            "between two frames",
        ),
    ])
}

/// The least that loading can take: the files' bytes and their hashes.
fn bare_reading(models: &Path) -> Result<Duration, Failure> {
    let begin = Instant::now();
    for model in [DETECT, LANDMARK, FEATURE, LIVENESS, POSE, EYE] {
        std::hint::black_box(Sha256::digest(std::fs::read(models.join(model.name))?));
    }
    Ok(begin.elapsed())
}

fn looks(engine: &FaceEngine, people: &Path) -> Result<Vec<Duration>, Failure> {
    let people = People::load(people)?;
    let first = people.all().first().ok_or("the demo has no people")?;
    let portrait = people.portrait(&first.portrait)?;
    let portrait = Picture::new(portrait.width as usize, portrait.height as usize, &portrait.rgb)?;
    let known = engine
        .photo_embedding(portrait)?
        .ok_or("no face in the portrait")?;
    let id = first.id.clone();
    let (mut camera, control) = SimulatedCamera::new(people, Pace::RealTime)?;
    control.present(&id)?;
    camera.open()?;
    let mut times = Vec::new();
    while times.len() < FRAMES {
        let frame = camera.frame(FRAME_DEADLINE)?;
        let picture = Picture::new(frame.width as usize, frame.height as usize, &frame.rgb)?;
        let begin = Instant::now();
        let faces = engine
            .detector
            .find(picture, FaceThresholds::default().detection_score)?;
        let Some(face) = faces.first() else { continue };
        let landmarks = engine.landmarker.find(picture, face)?;
        let Some(live) = engine.embedder.embed(picture, &landmarks)? else {
            continue;
        };
        std::hint::black_box(live.cosine(&known));
        times.push(begin.elapsed());
    }
    camera.close();
    Ok(times)
}
