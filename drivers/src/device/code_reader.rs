//! QR codes in a camera's picture.

use crate::port::camera::Frame;

/// The payload of every QR code that can be read in the picture.
pub fn read_codes(frame: &Frame) -> Vec<Vec<u8>> {
    let (width, height) = (frame.width as usize, frame.height as usize);
    if width == 0 || frame.rgb.len() != width * height * 3 {
        return Vec::new();
    }
    let mut luma = frame.rgb.chunks_exact(3).map(|pixel| match *pixel {
        [red, green, blue] => {
            ((u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29) >> 8) as u8
        }
        _ => 0,
    });
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |_, _| luma.next().unwrap_or(0));
    let payload = |grid: rqrr::Grid<_>| {
        let mut bytes = Vec::new();
        grid.decode_to(&mut bytes).ok().map(|_| bytes)
    };
    picture.detect_grids().into_iter().filter_map(payload).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::camera::Camera;
    use crate::simulator::camera::{Pace, SimulatedCamera};
    use crate::simulator::people::People;
    use std::path::Path;
    use std::time::Duration;

    #[test]
    fn a_code_held_before_the_camera_is_read() {
        let people =
            People::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/demo/people")).unwrap();
        let (mut camera, control) = SimulatedCamera::new(people, Pace::Immediate).unwrap();
        camera.open().unwrap();
        assert!(read_codes(&camera.frame(Duration::from_secs(1)).unwrap()).is_empty());
        let long: String = ('a'..='z').cycle().take(220).collect();
        for payload in ["BMK1.eyJ2IjoxfQ.c2lnbmF0dXJl", &long, "证明"] {
            control.show_code(payload.as_bytes()).unwrap();
            let frame = camera.frame(Duration::from_secs(1)).unwrap();
            assert_eq!(read_codes(&frame), [payload.as_bytes()]);
        }
        control.hide_code();
        assert!(read_codes(&camera.frame(Duration::from_secs(1)).unwrap()).is_empty());
    }

    #[test]
    fn a_picture_whose_bytes_do_not_fit_has_no_code() {
        assert!(
            read_codes(&Frame {
                width: 10,
                height: 10,
                rgb: vec![0; 7]
            })
            .is_empty()
        );
        assert!(
            read_codes(&Frame {
                width: 0,
                height: 0,
                rgb: Vec::new()
            })
            .is_empty()
        );
    }
}
