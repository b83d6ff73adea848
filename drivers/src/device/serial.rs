//! What all devices on a serial port share: opening, and telling silence from a pulled plug.

use std::io;
use std::path::Path;
use std::time::Duration;

use serialport::SerialPort;

use crate::error::{DeviceError, DeviceErrorKind};

/// Opens a port raw, 8N1, without flow control, for this process only.
pub(crate) fn open(path: &Path, baud: u32) -> Result<Box<dyn SerialPort>, DeviceError> {
    serialport::new(path.to_string_lossy(), baud)
        .open()
        .map_err(|error| {
            let kind = match error.kind() {
                serialport::ErrorKind::NoDevice => DeviceErrorKind::Busy,
                serialport::ErrorKind::Io(io::ErrorKind::PermissionDenied) => DeviceErrorKind::Hardware,
                _ => DeviceErrorKind::Absent,
            };
            DeviceError::caused(kind, format!("open {}", path.display()), error)
        })
}

/// Reads what comes within the limit; 0 bytes mean silence.
///
/// # Errors
/// When the device is gone. A terminal that reads nothing although it was ready has lost its device.
pub(crate) fn receive(port: &mut dyn SerialPort, buffer: &mut [u8], limit: Duration) -> io::Result<usize> {
    if limit.is_zero() {
        return Ok(0);
    }
    port.set_timeout(limit)?;
    match port.read(buffer) {
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        Ok(count) => Ok(count),
        Err(error) if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::Interrupted) => Ok(0),
        Err(error) => Err(error),
    }
}
