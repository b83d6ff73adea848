//! A sheet with a QR code as a camera sees it: off-white paper, a little turned, soft edges, noise.

use qrcode::{Color, QrCode};

use crate::port::camera::Frame;

const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;
/// Side of the code in the picture, pixels.
const SIDE: f32 = 330.0;
/// Samples along each axis of a pixel: soft edges.
const FINE: u32 = 2;
/// Three degrees.
const TURN: f32 = 0.052;

/// Draws it; `None` when the bytes do not fit into a code.
pub(super) fn draw(payload: &[u8]) -> Option<Frame> {
    let code = QrCode::new(payload).ok()?;
    let modules = code.width();
    let dark: Vec<bool> = code
        .to_colors()
        .iter()
        .map(|colour| *colour == Color::Dark)
        .collect();
    let (cos, sin) = (TURN.cos(), TURN.sin());
    let shade = |x: f32, y: f32| {
        let (x, y) = (x - WIDTH as f32 / 2.0, y - HEIGHT as f32 / 2.0);
        let to_module = |along: f32| (along / SIDE + 0.5) * modules as f32;
        let (column, row) = (to_module(cos * x + sin * y), to_module(cos * y - sin * x));
        let inside = |value: f32| value >= 0.0 && value < modules as f32;
        let ink = inside(column)
            && inside(row)
            && dark
                .get(row as usize * modules + column as usize)
                .copied()
                .unwrap_or(false);
        if ink { 38.0 } else { 214.0 - 0.03 * x }
    };
    let mut rgb = Vec::with_capacity((WIDTH * HEIGHT * 3) as usize);
    let mut noise = 0x2545_f491_u32;
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let mut sum = 0.0;
            for part in 0..FINE * FINE {
                let (dx, dy) = (part % FINE, part / FINE);
                let offset = |step: u32| (step as f32 + 0.5) / FINE as f32;
                sum += shade(x as f32 + offset(dx), y as f32 + offset(dy));
            }
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let value = sum / (FINE * FINE) as f32 + (noise % 13) as f32 - 6.0;
            let [red, green, blue] = [value, value * 0.985, value * 0.94];
            rgb.extend([red, green, blue].map(|channel| channel.clamp(0.0, 255.0) as u8));
        }
    }
    Some(Frame {
        width: WIDTH,
        height: HEIGHT,
        rgb,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_that_fits_no_code_is_refused() {
        assert!(draw(&[0; 4000]).is_none());
    }
}
