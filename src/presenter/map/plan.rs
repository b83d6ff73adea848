//! The plan around the terminal: what its rings mean, and which line has which pin.

use kiosk_ui as ui;

use crate::session::view::Pin;

use super::number;

/// What the outer ring can mean, m; the inner one means half of it.
const RADII: [u32; 9] = [
    1_000, 2_000, 4_000, 10_000, 20_000, 40_000, 100_000, 200_000, 400_000,
];

/// Metres from the terminal to the outer ring, so that all places lie within it; 0 without places.
pub(super) fn radius(pins: &[Pin]) -> i32 {
    let far = pins
        .iter()
        .map(|pin| pin.east_km.hypot(pin.north_km))
        .fold(0.0, f32::max);
    let holds = |radius: &&u32| **radius as f32 >= far * 1_000.0;
    let [.., largest] = RADII;
    match pins {
        [] => 0,
        _ => number(*RADII.iter().find(holds).unwrap_or(&largest)),
    }
}

pub(super) fn pins(pins: &[Pin]) -> Vec<ui::PinData> {
    let pin = |pin: &Pin| ui::PinData {
        number: number(pin.number),
        east: pin.east_km,
        north: pin.north_km,
    };
    pins.iter().map(pin).collect()
}

/// Numbers the lines that have a pin.
pub(super) fn numbered(mut choices: Vec<ui::ChoiceData>, pins: &[Pin]) -> Vec<ui::ChoiceData> {
    for (place, choice) in (1..).zip(&mut choices) {
        if pins.iter().any(|pin| pin.number == place) {
            choice.number = number(place);
        }
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(number: usize, east_km: f32, north_km: f32) -> Pin {
        Pin {
            number,
            east_km,
            north_km,
        }
    }

    #[test]
    fn the_outer_ring_holds_the_farthest_place() {
        assert_eq!(radius(&[]), 0);
        assert_eq!(radius(&[pin(1, 0.0, 0.0)]), 1_000);
        assert_eq!(radius(&[pin(1, 0.3, -0.4), pin(2, -3.0, 4.0)]), 10_000);
        assert_eq!(radius(&[pin(1, 9_000.0, 0.0)]), 400_000);
    }

    #[test]
    fn a_line_without_a_place_has_no_number() {
        let lines = vec![ui::ChoiceData::default(); 3];
        let numbers: Vec<_> = numbered(lines, &[pin(1, 0.1, 0.1), pin(3, 0.2, 0.2)])
            .iter()
            .map(|line| line.number)
            .collect();
        assert_eq!(numbers, [1, 0, 3]);
    }
}
