//! Decoders of the photo block on the chip: a vendor's library for real cards, and our own for
//! simulated ones. Both give 102×126 pixels in RGB, rows from the top.

mod simulated;
mod vendor;

pub use simulated::{SimulatedPhotoDecoder, encode_simulated_photo};
pub use vendor::VendorPhotoDecoder;

/// Pixels across.
pub const WIDTH: u32 = 102;
/// Pixels down.
pub const HEIGHT: u32 = 126;

/// Starts every photo block: "WL", width, height, and 50, little-endian.
const HEADER: [u8; 8] = [0x57, 0x4C, 0x66, 0x00, 0x7E, 0x00, 0x32, 0x00];
