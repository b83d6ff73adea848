//! Can this picture be used, and if not, what should the person change? Pure.

use crate::session::event::FaceHint;

use super::detect::FaceBox;
use super::picture::Exposure;
use super::thresholds::FaceThresholds;

/// What one picture shows, before anybody looks at the face itself.
pub struct Scene<'a> {
    /// Pixels across.
    pub width: f32,
    /// Pixels down.
    pub height: f32,
    /// Faces, largest first.
    pub faces: &'a [FaceBox],
    /// Brightness of the largest face, of the whole picture when there is none.
    pub exposure: Exposure,
}

impl Scene<'_> {
    /// What to change; `Good` when nothing.
    pub fn hint(&self, thresholds: &FaceThresholds) -> FaceHint {
        let too_dark = self.exposure.luma < thresholds.min_luma;
        let Some(face) = self.faces.first() else {
            // In the dark a face is not always found; "nobody" would send the person away.
            return if too_dark {
                FaceHint::TooDark
            } else {
                FaceHint::Nobody
            };
        };
        let least = face.region.width * thresholds.bystander_share;
        if self.faces.iter().skip(1).any(|other| other.region.width >= least) {
            return FaceHint::TwoPeople;
        }
        if too_dark {
            return FaceHint::TooDark;
        }
        if self.exposure.blown >= thresholds.max_blown {
            return FaceHint::TooBright;
        }
        let [x, _] = face.region.centre();
        let margin = thresholds.centre_margin;
        if !(margin..=1.0 - margin).contains(&(x / self.width)) {
            return FaceHint::OffCentre;
        }
        let width = face.region.width * 480.0 / self.height;
        if width < thresholds.min_width_px {
            FaceHint::TooFar
        } else if width > thresholds.max_width_px {
            FaceHint::TooNear
        } else {
            FaceHint::Good
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::picture::Region;

    const LIGHT: Exposure = Exposure {
        luma: 120.0,
        blown: 0.0,
    };

    fn face(x: f32, side: f32) -> FaceBox {
        FaceBox {
            region: Region::square([x, 240.0], side),
            score: 0.9,
        }
    }

    fn hint(faces: &[FaceBox], exposure: Exposure) -> FaceHint {
        Scene {
            width: 640.0,
            height: 480.0,
            faces,
            exposure,
        }
        .hint(&FaceThresholds::default())
    }

    #[test]
    fn one_face_in_the_middle_is_good() {
        assert_eq!(hint(&[face(320.0, 150.0)], LIGHT), FaceHint::Good);
    }

    #[test]
    fn each_fault_has_its_hint() {
        assert_eq!(hint(&[], LIGHT), FaceHint::Nobody);
        assert_eq!(
            hint(&[face(320.0, 150.0), face(500.0, 120.0)], LIGHT),
            FaceHint::TwoPeople
        );
        assert_eq!(hint(&[face(320.0, 109.0)], LIGHT), FaceHint::TooFar);
        assert_eq!(hint(&[face(320.0, 231.0)], LIGHT), FaceHint::TooNear);
        assert_eq!(hint(&[face(90.0, 150.0)], LIGHT), FaceHint::OffCentre);
        let dark = Exposure {
            luma: 20.0,
            blown: 0.0,
        };
        assert_eq!(hint(&[face(320.0, 150.0)], dark), FaceHint::TooDark);
        assert_eq!(hint(&[], dark), FaceHint::TooDark);
        let bright = Exposure {
            luma: 230.0,
            blown: 0.4,
        };
        assert_eq!(hint(&[face(320.0, 150.0)], bright), FaceHint::TooBright);
    }

    #[test]
    fn a_small_face_in_the_background_does_not_count() {
        assert_eq!(
            hint(&[face(320.0, 150.0), face(500.0, 60.0)], LIGHT),
            FaceHint::Good
        );
    }

    #[test]
    fn the_width_is_judged_by_the_height_of_the_picture() {
        let wide = Scene {
            width: 1280.0,
            height: 720.0,
            faces: &[face(640.0, 200.0)],
            exposure: LIGHT,
        };
        assert_eq!(wide.hint(&FaceThresholds::default()), FaceHint::Good);
        let far = Scene {
            width: 1280.0,
            height: 720.0,
            faces: &[face(640.0, 150.0)],
            exposure: LIGHT,
        };
        assert_eq!(far.hint(&FaceThresholds::default()), FaceHint::TooFar);
    }
}
