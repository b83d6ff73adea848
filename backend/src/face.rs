//! Faces at the backend: the register's portraits one to one, sheltered people one to many, and the
//! number of faces on a picture that somebody sends.

use std::collections::BTreeMap;
use std::path::Path;

use image::RgbImage;
use kiosk::face::embed::{Embedding, LENGTH};
use kiosk::face::engine::FaceEngine;
use kiosk::face::error::FaceError;
use kiosk::face::picture::Picture;
use kiosk::face::thresholds::FaceThresholds;

use crate::people::Person;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FaceRegisterError {
    /// No models, so no faces can be looked at here.
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

/// The models, and templates of the register's portraits by card number; nothing without models.
pub struct FaceRegister {
    engine: Option<FaceEngine>,
    templates: Option<BTreeMap<String, Embedding>>,
}

impl FaceRegister {
    /// Reads the portraits with the models of `models`. Without models the register answers that
    /// it cannot be asked, and the log says why.
    pub fn open(models: &Path, people: &[Person]) -> Self {
        match FaceEngine::load(models) {
            Ok(engine) => Self {
                templates: Some(
                    people
                        .iter()
                        .filter_map(|person| {
                            Some((person.number.clone(), template(&engine, &person.portrait)?))
                        })
                        .collect(),
                ),
                engine: Some(engine),
            },
            Err(error) => {
                tracing::warn!(%error, "no face comparison");
                Self {
                    engine: None,
                    templates: None,
                }
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
        let templates = self.templates.as_ref().ok_or(FaceRegisterError::Unavailable)?;
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

    /// Cosine of a picture and the portrait of the person with card number `id_no`; `None` when no
    /// face is found on the picture.
    pub fn likeness(&self, id_no: &str, picture: &RgbImage) -> Result<Option<f32>, FaceRegisterError> {
        let templates = self.templates.as_ref().ok_or(FaceRegisterError::Unavailable)?;
        let portrait = templates.get(id_no).ok_or(FaceRegisterError::NoPortrait)?;
        let face = self.embedding(picture)?;
        Ok(face.map(|face| portrait.cosine(&face)))
    }

    /// Template of the largest face of a picture; `None` without a face.
    pub fn embedding(&self, picture: &RgbImage) -> Result<Option<Embedding>, FaceRegisterError> {
        let engine = self.engine.as_ref().ok_or(FaceRegisterError::Unavailable)?;
        let found = view(picture).and_then(|view| engine.photo_embedding(view));
        found.map_err(|_| FaceRegisterError::Unavailable)
    }

    /// Template of a portrait's file; `None` without models or face.
    pub fn of_file(&self, portrait: &Path) -> Option<Embedding> {
        template(self.engine.as_ref()?, portrait)
    }

    /// Faces on a picture. Those far in the background do not count, as at the login.
    pub fn count(&self, picture: &RgbImage) -> Result<usize, FaceRegisterError> {
        let engine = self.engine.as_ref().ok_or(FaceRegisterError::Unavailable)?;
        let usual = FaceThresholds::default();
        let faces = view(picture)
            .and_then(|view| engine.detector.find(view, usual.detection_score))
            .map_err(|_| FaceRegisterError::Unavailable)?;
        let widest = faces.first().map_or(0.0, |face| face.region.width);
        let near = |width: f32| width >= widest * usual.bystander_share;
        Ok(faces.iter().filter(|face| near(face.region.width)).count())
    }
}

fn view(picture: &RgbImage) -> Result<Picture<'_>, FaceError> {
    Picture::new(
        picture.width() as usize,
        picture.height() as usize,
        picture.as_raw(),
    )
}

fn template(engine: &FaceEngine, portrait: &Path) -> Option<Embedding> {
    let picture = image::open(portrait).ok()?.to_rgb8();
    engine.photo_embedding(view(&picture).ok()?).ok().flatten()
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
        let picture = RgbImage::new(8, 8);
        assert_eq!(register.count(&picture), Err(FaceRegisterError::Unavailable));
        assert_eq!(
            register.likeness("x", &picture),
            Err(FaceRegisterError::Unavailable)
        );
    }

    #[test]
    fn templates_of_another_model_or_length_are_refused() {
        let portrait = Embedding::new((0..LENGTH).map(|place| place as f32).collect()).unwrap();
        let register = FaceRegister {
            engine: None,
            templates: Some(BTreeMap::from([("a".to_owned(), portrait.clone())])),
        };
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
