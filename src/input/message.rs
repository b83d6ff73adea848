//! The lines between the terminal and its input engine: one JSON value a line, each way.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::handwriting::Point;
use super::{Composition, InputError, Method};

/// A drawing of more strokes or points is refused. The character of the most strokes, 𪚥, has 64.
const MOST_STROKES: usize = 64;
/// A finger gives about 100 points a second.
const MOST_POINTS: usize = 8192;

/// What the terminal asks. Personal data: zeroed when dropped, no `Debug`.
#[derive(PartialEq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Request {
    /// Another method.
    Begin {
        #[zeroize(skip)]
        method: Method,
        names: bool,
    },
    /// A key.
    Key(char),
    /// A drawing, as points `[x, y]` of strokes.
    Write(Vec<Vec<[f32; 2]>>),
    /// A candidate of the present page.
    Choose(usize),
    /// The next page.
    Page,
    /// Forget the composition.
    Clear,
}

impl Request {
    /// The request for a drawing.
    pub fn write(strokes: &[Vec<Point>]) -> Self {
        let numbers = |stroke: &Vec<Point>| stroke.iter().map(|point| [point.x, point.y]).collect();
        Self::Write(strokes.iter().map(numbers).collect())
    }
}

/// The drawing of a request.
///
/// # Errors
/// `BadRequest` when it is too long.
pub(super) fn drawing(strokes: &[Vec<[f32; 2]>]) -> Result<Zeroizing<Vec<Vec<Point>>>, InputError> {
    if strokes.len() > MOST_STROKES || strokes.iter().map(Vec::len).sum::<usize>() > MOST_POINTS {
        return Err(InputError::BadRequest);
    }
    let points = |stroke: &Vec<[f32; 2]>| stroke.iter().map(|&[x, y]| Point { x, y }).collect();
    Ok(Zeroizing::new(strokes.iter().map(points).collect()))
}

/// What the engine answers.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reply {
    /// The engine can be used (first line), has begun a method, or has forgotten the composition.
    Ready,
    /// The composition after the request.
    Composition(Composition),
    /// The request cannot be answered; the engine lives on.
    Refused(Refusal),
    /// The method that was asked for cannot be used; the engine lives on with the one before.
    Off(String),
    /// The engine cannot be used.
    Unusable(String),
}

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Refusal {
    UnknownKey,
    NoSuchCandidate,
    BadRequest,
}

impl From<Refusal> for InputError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownKey => Self::UnknownKey,
            Refusal::NoSuchCandidate => Self::NoSuchCandidate,
            Refusal::BadRequest => Self::BadRequest,
        }
    }
}

impl From<InputError> for Reply {
    fn from(error: InputError) -> Self {
        match error {
            InputError::UnknownKey => Self::Refused(Refusal::UnknownKey),
            InputError::NoSuchCandidate => Self::Refused(Refusal::NoSuchCandidate),
            InputError::BadRequest => Self::Refused(Refusal::BadRequest),
            InputError::MethodOff(reason) => Self::Off(reason),
            other => Self::Unusable(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use proptest::prelude::*;

    use super::*;

    /// In tests nobody's data is shown.
    impl fmt::Debug for Request {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str(&line(self))
        }
    }

    fn requests() -> impl Strategy<Value = Request> {
        let methods = prop_oneof![
            Just(Method::Pinyin),
            Just(Method::NinePinyin),
            Just(Method::Strokes),
            Just(Method::Handwriting)
        ];
        let point = prop::array::uniform2(-1e6_f32..1e6);
        prop_oneof![
            (methods, any::<bool>()).prop_map(|(method, names)| Request::Begin { method, names }),
            any::<char>().prop_map(Request::Key),
            prop::collection::vec(prop::collection::vec(point, 0..20), 0..20).prop_map(Request::Write),
            any::<usize>().prop_map(Request::Choose),
            any::<()>().prop_map(|()| Request::Page),
            any::<()>().prop_map(|()| Request::Clear),
        ]
    }

    fn line(request: &Request) -> String {
        serde_json::to_string(request).unwrap()
    }

    #[test]
    fn a_request_is_one_short_value() {
        let (method, names) = (Method::NinePinyin, true);
        let point = Point { x: 1.5, y: -2.0 };
        assert_eq!(
            line(&Request::Begin { method, names }),
            r#"{"begin":{"method":"nine_pinyin","names":true}}"#
        );
        assert_eq!(
            line(&Request::write(&[vec![point]])),
            r#"{"write":[[[1.5,-2.0]]]}"#
        );
    }

    #[test]
    fn what_is_not_a_request_is_refused() {
        for line in [
            r#"{"begin":{"method":"cangjie","names":true}}"#,
            r#"{"begin":{"method":"strokes"}}"#,
            r#"{"begin":{"method":"strokes","names":true,"more":1}}"#,
            r#"{"key":"ab"}"#,
            r#"{"write":[[[1.5]]]}"#,
            r#"{"write":[[[null,1]]]}"#,
            r#"{"write":[[1,2]]}"#,
            r#"{"key":"a","choose":1}"#,
            r#"{"learn":"a"}"#,
        ] {
            assert!(serde_json::from_str::<Request>(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_drawing_as_long_as_allowed_is_read_and_a_longer_one_refused() {
        let point = [0.0, 0.0];
        assert!(drawing(&vec![vec![point; MOST_POINTS / MOST_STROKES]; MOST_STROKES]).is_ok());
        assert!(matches!(
            drawing(&vec![vec![]; MOST_STROKES + 1]),
            Err(InputError::BadRequest)
        ));
        assert!(matches!(
            drawing(&[vec![point; MOST_POINTS + 1]]),
            Err(InputError::BadRequest)
        ));
    }

    proptest! {
        #[test]
        fn every_request_is_read_as_it_was_written(request in requests()) {
            let line = line(&request);
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(serde_json::from_str::<Request>(&line).unwrap(), request);
        }
    }
}
