//! A terminal with every mode on and every way to type and to speak in use: what it holds at most.

use std::path::Path;

use super::speech::Speaking;
use super::{DRAWINGS, Failure, TEMPLATES, handwriting, input, schemas};
use crate::config::Configuration;
use crate::input::{EngineProcess, InputEngine as _, InputMethods as _, Method};
use crate::runtime::Terminal;
use crate::session::action::Action;

/// What stays in use as long as this is there.
pub(super) struct Everything {
    _engine: EngineProcess,
    _staging: input::Staging,
    _speaking: Speaking,
}

impl Everything {
    /// Turns all modes on, types in every way and speaks in every voice. What is not installed is an error.
    pub fn on(terminal: &Terminal, configuration: &Configuration) -> Result<Self, Failure> {
        let modes = [
            Action::Language("zh-Hant".into()),
            Action::CareMode(true),
            Action::HighContrast(true),
            Action::LowReach(true),
            Action::Scan(2000),
            Action::Aloud(true),
            Action::OpenSearch,
        ];
        modes.into_iter().for_each(|mode| terminal.act(mode));
        let staging = input::Staging::new();
        let mut engine = input::prepared(&staging, schemas(configuration)?, Path::new(TEMPLATES))?.open()?;
        for (method, names, key) in [
            (Method::Pinyin, false, 'z'),
            (Method::Pinyin, true, 'z'),
            (Method::NinePinyin, false, '9'),
            (Method::NinePinyin, true, '9'),
            (Method::Strokes, false, 'h'),
        ] {
            engine.begin(method, names)?;
            engine.key(key)?;
        }
        engine.begin(Method::Handwriting, false)?;
        if let Some(drawing) = handwriting::drawings(Path::new(DRAWINGS))?.first() {
            engine.write(drawing)?;
        }
        let speaking = Speaking::in_voices(&["cmn", "yue", "en"])?;
        Ok(Self {
            _engine: engine,
            _staging: staging,
            _speaking: speaking,
        })
    }
}
