//! Comparison of a live face with the register's portrait.

use std::collections::BTreeMap;
use std::path::Path;

use kiosk::face::embed::{Embedding, LENGTH};
use kiosk::face::engine::FaceEngine;
use kiosk::face::picture::Picture;

use crate::people::Person;

/// Why there is no cosine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FaceRegisterError {
    /// No models, so no portraits can be compared here.
    #[error("this server has no face models")]
    Unavailable,
    /// The template was made by another model.
    #[error("the template was made by another model")]
    OtherModel,
    /// No portrait of this person, or none that a face is found in.
    #[error("no portrait of this person")]
    NoPortrait,
    /// Not a vector of the model's length.
    #[error("the template is not one of this model")]
    NotATemplate,
}

/// Templates of the register's portraits by card number; `None` without models.
pub struct FaceRegister(Option<BTreeMap<String, Embedding>>);

impl FaceRegister {
    /// Reads the portraits with the models of `models`. Without models the register answers that
    /// it cannot be asked, and the log says why.
    pub fn open(models: &Path, people: &[Person]) -> Self {
        match FaceEngine::load(models) {
            Ok(engine) => Self(Some(
                people
                    .iter()
                    .filter_map(|person| Some((person.number.clone(), template(&engine, &person.portrait)?)))
                    .collect(),
            )),
            Err(error) => {
                tracing::warn!(%error, "no face comparison");
                Self(None)
            }
        }
    }

    /// Cosine of `template`, made by the model `model_sha256`, and the portrait of the person with
    /// card number `id_no`.
    pub fn cosine(
        &self,
        id_no: &str,
        model_sha256: &str,
        template: Vec<f32>,
    ) -> Result<f32, FaceRegisterError> {
        let templates = self.0.as_ref().ok_or(FaceRegisterError::Unavailable)?;
        if model_sha256 != FaceEngine::template_model() {
            return Err(FaceRegisterError::OtherModel);
        }
        if template.len() != LENGTH {
            return Err(FaceRegisterError::NotATemplate);
        }
        let live = Embedding::new(template).ok_or(FaceRegisterError::NotATemplate)?;
        templates
            .get(id_no)
            .map(|portrait| portrait.cosine(&live))
            .ok_or(FaceRegisterError::NoPortrait)
    }
}

fn template(engine: &FaceEngine, portrait: &Path) -> Option<Embedding> {
    let picture = image::open(portrait).ok()?.to_rgb8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let picture = Picture::new(width, height, picture.as_raw()).ok()?;
    engine.photo_embedding(picture).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_models_the_register_says_that_it_cannot_be_asked() {
        let folder = tempfile::tempdir().unwrap();
        let register = FaceRegister::open(folder.path(), &[]);
        assert_eq!(
            register.cosine("x", FaceEngine::template_model(), vec![1.0; LENGTH]),
            Err(FaceRegisterError::Unavailable)
        );
    }

    #[test]
    fn templates_of_another_model_or_length_are_refused() {
        let portrait = Embedding::new((0..LENGTH).map(|place| place as f32).collect()).unwrap();
        let register = FaceRegister(Some(BTreeMap::from([("a".to_owned(), portrait.clone())])));
        let model = FaceEngine::template_model();
        let live = portrait.values().to_vec();
        assert!((register.cosine("a", model, live.clone()).unwrap() - 1.0).abs() < 1e-5);
        assert_eq!(
            register.cosine("b", model, live.clone()),
            Err(FaceRegisterError::NoPortrait)
        );
        assert_eq!(
            register.cosine("a", "00", live),
            Err(FaceRegisterError::OtherModel)
        );
        for bad in [
            vec![],
            vec![0.0; LENGTH],
            vec![f32::NAN; LENGTH],
            vec![1.0; LENGTH + 1],
        ] {
            assert_eq!(
                register.cosine("a", model, bad),
                Err(FaceRegisterError::NotATemplate)
            );
        }
    }
}
