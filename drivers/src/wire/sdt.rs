//! Commands and answers of the secure module (SAM) inside an identity card reader.
//!
//! Frame bodies are `CMD PARA DATA` towards the module and `SW1 SW2 SW3 DATA` back. SW3 is the
//! module's own status and decides; SW1 SW2 come from the card. See [`super::sdt_frame`] for frames.

use std::fmt;

use zeroize::Zeroizing;

use super::sdt_frame;
use super::sdt_status::Status;

/// Bytes of one additional address.
pub const ADDRESS_LEN: usize = 70;
/// Bytes of the management numbers: IIN 4, SN 8, DN 16.
pub const MANAGEMENT_LEN: usize = 28;

/// Line speeds of the module, in the order in which an unknown speed is probed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Baud {
    /// 115200, the default.
    B115200,
    /// 57600.
    B57600,
    /// 38400.
    B38400,
    /// 19200.
    B19200,
    /// 9600.
    B9600,
}

impl Baud {
    /// Probing order; the position is the parameter of command 60.
    pub const ALL: [Self; 5] = [
        Self::B115200,
        Self::B57600,
        Self::B38400,
        Self::B19200,
        Self::B9600,
    ];

    /// Bits a second.
    pub fn rate(self) -> u32 {
        match self {
            Self::B115200 => 115_200,
            Self::B57600 => 57_600,
            Self::B38400 => 38_400,
            Self::B19200 => 19_200,
            Self::B9600 => 9_600,
        }
    }

    fn parameter(self) -> u8 {
        match self {
            Self::B115200 => 0,
            Self::B57600 => 1,
            Self::B38400 => 2,
            Self::B19200 => 3,
            Self::B9600 => 4,
        }
    }
}

/// A request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// 10 FF: reset the SAM.
    Reset,
    /// 11 FF: status check.
    Status,
    /// 12 FF: read the SAM number.
    SamNumber,
    /// 20 01: find a card.
    Find,
    /// 20 02: select the found card.
    Select,
    /// 30 01: read text and photo.
    Read,
    /// 30 10: read text, photo and fingerprints.
    ReadWithFingerprints,
    /// 30 03: read the additional addresses; also the presence probe.
    ReadAddresses,
    /// 30 05: read the card-body management numbers.
    ReadManagement,
    /// 60 nn: set the speed; answered at the old one.
    SetBaud(Baud),
    /// 61 FF nn: set the largest RF frame, 24…255 bytes.
    SetRfFrame(u8),
}

/// Why a request cannot be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No such command, parameter or value.
    #[error("unknown command")]
    Unknown,
    /// The data are too long or too short for the command.
    #[error("length does not suit the command")]
    Length,
}

impl RequestError {
    /// The status that a module answers.
    pub fn status(self) -> Status {
        match self {
            Self::Unknown => Status::UnknownCommand,
            Self::Length => Status::RequestLength,
        }
    }
}

impl Command {
    /// `CMD PARA DATA`.
    pub fn body(self) -> Vec<u8> {
        match self {
            Self::Reset => vec![0x10, 0xFF],
            Self::Status => vec![0x11, 0xFF],
            Self::SamNumber => vec![0x12, 0xFF],
            Self::Find => vec![0x20, 0x01],
            Self::Select => vec![0x20, 0x02],
            Self::Read => vec![0x30, 0x01],
            Self::ReadWithFingerprints => vec![0x30, 0x10],
            Self::ReadAddresses => vec![0x30, 0x03],
            Self::ReadManagement => vec![0x30, 0x05],
            Self::SetBaud(baud) => vec![0x60, baud.parameter()],
            Self::SetRfFrame(size) => vec![0x61, 0xFF, size],
        }
    }

    /// The whole frame.
    pub fn frame(self) -> Zeroizing<Vec<u8>> {
        sdt_frame::encode(&self.body())
    }

    /// Understands the body of a request frame.
    ///
    /// # Errors
    /// [`RequestError::Unknown`] for an unknown command, parameter or value,
    /// [`RequestError::Length`] when a known command has too much or too little data.
    pub fn parse(body: &[u8]) -> Result<Self, RequestError> {
        let [command, parameter, data @ ..] = body else {
            return Err(RequestError::Length);
        };
        let parsed = match (command, parameter) {
            (0x61, 0xFF) => return Self::parse_rf_frame(data),
            (0x10, 0xFF) => Self::Reset,
            (0x11, 0xFF) => Self::Status,
            (0x12, 0xFF) => Self::SamNumber,
            (0x20, 0x01) => Self::Find,
            (0x20, 0x02) => Self::Select,
            (0x30, 0x01) => Self::Read,
            (0x30, 0x10) => Self::ReadWithFingerprints,
            (0x30, 0x03) => Self::ReadAddresses,
            (0x30, 0x05) => Self::ReadManagement,
            (0x60, index) => {
                let baud = Baud::ALL.get(usize::from(*index));
                Self::SetBaud(*baud.ok_or(RequestError::Unknown)?)
            }
            _ => return Err(RequestError::Unknown),
        };
        if data.is_empty() {
            Ok(parsed)
        } else {
            Err(RequestError::Length)
        }
    }

    fn parse_rf_frame(data: &[u8]) -> Result<Self, RequestError> {
        match data {
            [size] if *size >= 24 => Ok(Self::SetRfFrame(*size)),
            [_] => Err(RequestError::Unknown),
            _ => Err(RequestError::Length),
        }
    }

    /// The command in a technician's words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset module",
            Self::Status => "check module",
            Self::SamNumber => "read SAM number",
            Self::Find => "find card",
            Self::Select => "select card",
            Self::Read => "read card",
            Self::ReadWithFingerprints => "read card with fingerprints",
            Self::ReadAddresses => "read additional addresses",
            Self::ReadManagement => "read management numbers",
            Self::SetBaud(_) => "set speed",
            Self::SetRfFrame(_) => "set RF frame",
        }
    }

    /// Whether an answer can belong to this command: a late answer to an earlier command must not be
    /// taken for the answer to this one.
    pub fn fits(self, answer: &Answer) -> bool {
        let length = answer.data.len();
        match (answer.status, self) {
            (Status::Success, Self::SamNumber) => length == 16,
            (Status::Success, Self::Select) => length == 8,
            (Status::Success, Self::Read | Self::ReadWithFingerprints) => length > 4,
            (Status::Success, Self::ReadAddresses) => length > 0 && length.is_multiple_of(ADDRESS_LEN),
            (Status::Success, Self::ReadManagement) => length == MANAGEMENT_LEN,
            (Status::Success, Self::Find) => false,
            (Status::Success, _) => length == 0,
            (Status::Found, Self::Find) => length == 4,
            (Status::Found, _) => false,
            (Status::Empty, Self::ReadAddresses) => length == 0,
            (Status::Empty, _) => false,
            (Status::SelectFailed, _) => matches!(self, Self::Select),
            _ => true,
        }
    }
}

/// An answer. Its data are zeroed when dropped; `Debug` shows their length only.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// SW1 SW2: the card's own status, 00 00 when no card was involved.
    pub card_status: [u8; 2],
    /// SW3.
    pub status: Status,
    /// What follows.
    pub data: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [high, low] = self.card_status;
        let length = self.data.len();
        write!(
            formatter,
            "Answer {} SW {high:02X}{low:02X} {length} bytes",
            self.status
        )
    }
}

impl Answer {
    /// An answer without data.
    pub fn bare(status: Status) -> Self {
        Self::with(status, Vec::new())
    }

    /// An answer with data.
    pub fn with(status: Status, data: Vec<u8>) -> Self {
        Self {
            card_status: [0, 0],
            status,
            data: Zeroizing::new(data),
        }
    }

    /// The whole frame.
    pub fn frame(&self) -> Zeroizing<Vec<u8>> {
        let mut body = Zeroizing::new(Vec::with_capacity(3 + self.data.len()));
        body.extend_from_slice(&self.card_status);
        body.push(self.status.byte());
        body.extend_from_slice(&self.data);
        sdt_frame::encode(&body)
    }

    /// Understands the body of an answer frame; `None` when it is shorter than a status.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let [high, low, status, data @ ..] = body else {
            return None;
        };
        Some(Self {
            card_status: [*high, *low],
            status: Status::from_byte(*status),
            data: Zeroizing::new(data.to_vec()),
        })
    }
}

/// The number of a secure module. It identifies the reader and is printed on its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SamNumber {
    /// The two leading groups.
    pub prefix: (u16, u16),
    /// The date of production as a decimal number, the serial number, a check part.
    pub groups: (u32, u32, u32),
}

impl SamNumber {
    /// The 16 bytes of answer 12 FF, all little-endian.
    pub fn bytes(self) -> Vec<u8> {
        let (first, second) = self.prefix;
        let (date, serial, check) = self.groups;
        let mut bytes = Vec::with_capacity(16);
        bytes.extend_from_slice(&first.to_le_bytes());
        bytes.extend_from_slice(&second.to_le_bytes());
        for group in [date, serial, check] {
            bytes.extend_from_slice(&group.to_le_bytes());
        }
        bytes
    }

    /// Reads the 16 bytes; `None` for any other count.
    pub fn parse(data: &[u8]) -> Option<Self> {
        let number = u128::from_le_bytes(data.try_into().ok()?);
        let short = |shift: u32| (number >> shift) as u16;
        let long = |shift: u32| (number >> shift) as u32;
        Some(Self {
            prefix: (short(0), short(16)),
            groups: (long(32), long(64), long(96)),
        })
    }
}

impl fmt::Display for SamNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.prefix;
        let (date, serial, check) = self.groups;
        write!(
            formatter,
            "{first:02}.{second:02}-{date:08}-{serial:010}-{check:010}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_late_answer_to_another_command_does_not_fit() {
        let found = Answer::with(Status::Found, vec![0; 4]);
        let done = Answer::bare(Status::Success);
        let gone = Answer::bare(Status::NoCard);
        assert!(Command::Find.fits(&found) && Command::Find.fits(&gone));
        assert!(!Command::Select.fits(&found) && !Command::Select.fits(&done));
        assert!(!Command::Find.fits(&done) && !Command::Read.fits(&done));
        let refused = Answer::bare(Status::SelectFailed);
        assert!(Command::Select.fits(&refused) && !Command::Read.fits(&refused));
        assert!(Command::Status.fits(&done) && Command::ReadAddresses.fits(&Answer::bare(Status::Empty)));
    }

    #[test]
    fn debug_output_of_an_answer_hides_its_data() {
        let shown = format!("{:?}", Answer::with(Status::Success, b"secret".to_vec()));
        assert_eq!(shown, "Answer SW3 90 SW 0000 6 bytes");
    }

    proptest! {
        #[test]
        fn any_request_is_a_command_or_an_error(body in prop::collection::vec(any::<u8>(), 0..6)) {
            if let Ok(command) = Command::parse(&body) {
                prop_assert_eq!(command.body(), body);
            }
        }
    }
}
