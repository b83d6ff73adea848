//! ESC/POS, the command language of receipt printers.
//!
//! Reading side: [`Decoder`] takes the bytes of a job apart, strictly; [`RealTimeFilter`] takes out
//! the commands that a printer obeys the moment they arrive. [`status`] holds the replies.
//! Sources: Epson ESC/POS command reference; manuals of the SRP-350, PcOS and KPM150 printers.

pub mod command;
pub mod decoder;
pub mod realtime;
pub mod status;

pub use command::{Command, Justify, Raster};
pub use decoder::{DecodeError, DecodeErrorKind, Decoder};
pub use realtime::{RealTime, RealTimeFilter, Received};
pub use status::{Query, Reply, Status, StatusTable};

/// Data link escape: begins the real-time commands.
pub const DLE: u8 = 0x10;
/// Escape.
pub const ESC: u8 = 0x1B;
/// File separator: begins the commands of Chinese and Japanese characters.
pub const FS: u8 = 0x1C;
/// Group separator.
pub const GS: u8 = 0x1D;
/// Select the set of Chinese characters (FS &).
pub const CHINESE_ON: [u8; 2] = [FS, b'&'];
/// Transmit the state of the paper sensor (GS r 1): answered in order, after all data before it.
pub const FENCE: [u8; 3] = [GS, b'r', 1];
/// Clear the buffers (DLE DC4, function 8): a printer that stopped must not print the rest of this
/// job for the next person.
pub const CLEAR_BUFFER: [u8; 10] = [DLE, 0x14, 8, 1, 3, 20, 1, 6, 2, 8];
/// Answer to [`CLEAR_BUFFER`].
pub const CLEARED: [u8; 3] = [0x37, 0x25, 0x00];

/// Bytes that the printer encodes for this character in Chinese mode, `None` when it has none or
/// needs four (which real devices rarely have).
pub fn encode(character: char) -> Option<Vec<u8>> {
    let mut text = [0_u8; 4];
    let (bytes, _, failed) = encoding_rs::GB18030.encode(character.encode_utf8(&mut text));
    (!failed && bytes.len() <= 2).then(|| bytes.into_owned())
}
