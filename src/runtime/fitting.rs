//! From configuration to devices: the only place that chooses a driver.

use std::sync::Arc;

use kiosk_drivers::device::camera::V4lCamera;
use kiosk_drivers::device::code_scanner::{CodeScannerConfig, SerialCodeScanner};
use kiosk_drivers::device::document_camera::SheetCamera;
use kiosk_drivers::device::document_printer::{DocumentPrinterConfig, IppPrinter};
use kiosk_drivers::device::id_reader::{IdReaderConfig, SerialIdReader};
use kiosk_drivers::device::receipt_printer::{EscPosPrinter, ReceiptPrinterConfig};
use kiosk_drivers::device::transit_card::{SerialTransitCard, TransitCardConfig};
use kiosk_drivers::error::DeviceError;
use kiosk_drivers::photo::VendorPhotoDecoder;
use kiosk_drivers::port::camera::Camera;
use kiosk_drivers::port::code_scanner::CodeScanner;
use kiosk_drivers::port::document_camera::DocumentCamera;
use kiosk_drivers::port::document_printer::DocumentPrinter;
use kiosk_drivers::port::id_reader::{IdReader, PhotoDecoder};
use kiosk_drivers::port::receipt_printer::ReceiptPrinter;
use kiosk_drivers::port::transit_card::TransitCard;

use super::reason;
use crate::config::{self, Devices};
use crate::speech::{Aplay, Loudspeaker};

/// The devices of a terminal; `None` is not fitted. None of them is open yet.
#[derive(Default)]
pub struct Fitted {
    /// Identity card reader.
    pub id_reader: Option<Box<dyn IdReader>>,
    /// Decoder of the chip's photo; without one faces are compared at the backend.
    pub photo_decoder: Option<Arc<dyn PhotoDecoder>>,
    /// Face camera.
    pub camera: Option<Box<dyn Camera>>,
    /// Receipt printer.
    pub receipt_printer: Option<Box<dyn ReceiptPrinter>>,
    /// Page printer.
    pub a4_printer: Option<Box<dyn DocumentPrinter>>,
    /// Code scanner.
    pub qr_scanner: Option<Box<dyn CodeScanner>>,
    /// Document camera.
    pub doc_camera: Option<Box<dyn DocumentCamera>>,
    /// Loudspeaker.
    pub speaker: Option<Loudspeaker>,
    /// Reader and writer of transit cards, with the number of this terminal at the issuer.
    pub transit_card: Option<(Box<dyn TransitCard>, [u8; 6])>,
}

/// A device that cannot be made from its configuration.
#[derive(Debug, thiserror::Error)]
pub enum FittingError {
    /// The simulators are started by `kiosk demo` and `kiosk visit`, which put their addresses here.
    #[error("devices.toml: [{0}] kind = \"simulator\" works in `kiosk demo` and `kiosk visit` only")]
    Simulator(&'static str),
    /// The address cannot be used.
    #[error("devices.toml: [{role}]: {source}")]
    Device {
        /// Table.
        role: &'static str,
        /// Why.
        source: DeviceError,
    },
}

impl Fitted {
    /// Makes the drivers. Touches no device.
    ///
    /// # Errors
    /// The first role that cannot be made.
    pub fn new(devices: &Devices) -> Result<Self, FittingError> {
        Ok(Self {
            id_reader: id_reader(&devices.id_reader)?,
            photo_decoder: usable_decoder(&devices.id_reader),
            camera: camera(&devices.camera)?,
            receipt_printer: receipt_printer(&devices.receipt_printer)?,
            a4_printer: a4_printer(&devices.a4_printer)?,
            qr_scanner: qr_scanner(&devices.qr_scanner)?,
            doc_camera: doc_camera(&devices.doc_camera)?,
            speaker: speaker(&devices.speaker)?,
            transit_card: transit_card(&devices.transit_card)?,
        })
    }
}

fn id_reader(device: &config::IdReader) -> Result<Option<Box<dyn IdReader>>, FittingError> {
    match device {
        config::IdReader::None => Ok(None),
        config::IdReader::Simulator {} => Err(FittingError::Simulator("id_reader")),
        config::IdReader::Serial { address, .. } => {
            Ok(Some(Box::new(SerialIdReader::new(IdReaderConfig::new(address)))))
        }
    }
}

/// The vendor's decoder of the chip's photo; `None` where none is configured.
pub(crate) fn photo_decoder(device: &config::IdReader) -> Option<Result<VendorPhotoDecoder, DeviceError>> {
    match device {
        config::IdReader::Serial {
            photo_decoder: Some(library),
            ..
        } => Some(VendorPhotoDecoder::load(library)),
        _ => None,
    }
}

/// A library that is missing takes face login by the chip's photo away and nothing else.
fn usable_decoder(device: &config::IdReader) -> Option<Arc<dyn PhotoDecoder>> {
    match photo_decoder(device)? {
        Ok(decoder) => Some(Arc::new(decoder)),
        Err(error) => {
            tracing::warn!(
                event = "photo_decoder.unusable",
                cause = reason::detail_of(&error)
            );
            None
        }
    }
}

fn camera(device: &config::Camera) -> Result<Option<Box<dyn Camera>>, FittingError> {
    match device {
        config::Camera::None => Ok(None),
        config::Camera::Simulator {} => Err(FittingError::Simulator("camera")),
        config::Camera::V4l2 { address } => Ok(Some(Box::new(V4lCamera::new(address)))),
    }
}

fn receipt_printer(device: &config::ReceiptPrinter) -> Result<Option<Box<dyn ReceiptPrinter>>, FittingError> {
    match device {
        config::ReceiptPrinter::None => Ok(None),
        config::ReceiptPrinter::Simulator {} => Err(FittingError::Simulator("receipt_printer")),
        config::ReceiptPrinter::Serial { address, baud, paper } => {
            let mut settings = ReceiptPrinterConfig::at(address);
            settings.baud = baud.unwrap_or(settings.baud);
            settings.paper = paper.unwrap_or_default();
            Ok(Some(Box::new(EscPosPrinter::new(settings))))
        }
    }
}

fn a4_printer(device: &config::A4Printer) -> Result<Option<Box<dyn DocumentPrinter>>, FittingError> {
    match device {
        config::A4Printer::None => Ok(None),
        config::A4Printer::Simulator {} => Err(FittingError::Simulator("a4_printer")),
        config::A4Printer::Ipp { address } => {
            let printer = IppPrinter::new(&DocumentPrinterConfig::at(address));
            let printer = printer.map_err(|source| FittingError::Device {
                role: "a4_printer",
                source,
            })?;
            Ok(Some(Box::new(printer)))
        }
    }
}

fn qr_scanner(device: &config::QrScanner) -> Result<Option<Box<dyn CodeScanner>>, FittingError> {
    match device {
        config::QrScanner::None => Ok(None),
        config::QrScanner::Simulator {} => Err(FittingError::Simulator("qr_scanner")),
        config::QrScanner::Serial { address, baud } => {
            let mut settings = CodeScannerConfig::new(address);
            settings.baud = baud.unwrap_or(settings.baud);
            Ok(Some(Box::new(SerialCodeScanner::new(settings))))
        }
    }
}

fn doc_camera(device: &config::DocCamera) -> Result<Option<Box<dyn DocumentCamera>>, FittingError> {
    match device {
        config::DocCamera::None => Ok(None),
        config::DocCamera::Simulator {} => Err(FittingError::Simulator("doc_camera")),
        config::DocCamera::V4l2 { address } => Ok(Some(Box::new(SheetCamera::v4l(address)))),
    }
}

fn speaker(device: &config::Speaker) -> Result<Option<Loudspeaker>, FittingError> {
    match device {
        config::Speaker::None => Ok(None),
        config::Speaker::Simulator {} => Err(FittingError::Simulator("speaker")),
        config::Speaker::EspeakNg { recordings, device } => Ok(Some(Loudspeaker {
            output: Box::new(Aplay::new(device.as_deref().unwrap_or("default"))),
            recordings: recordings.clone(),
        })),
    }
}

/// The reader of transit cards, with the terminal's number at the issuer.
type CardWriter = (Box<dyn TransitCard>, [u8; 6]);

fn transit_card(device: &config::TransitCard) -> Result<Option<CardWriter>, FittingError> {
    match device {
        config::TransitCard::None => Ok(None),
        config::TransitCard::Simulator {} => Err(FittingError::Simulator("transit_card")),
        config::TransitCard::Serial {
            address,
            baud,
            terminal_no,
        } => {
            let mut settings = TransitCardConfig::new(address);
            settings.baud = baud.unwrap_or(settings.baud);
            Ok(Some((Box::new(SerialTransitCard::new(settings)), terminal_no.0)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::IdReader;

    #[test]
    fn a_simulator_without_the_demo_is_explained() {
        let devices = Devices {
            id_reader: IdReader::Simulator {},
            ..Devices::default()
        };
        let error = Fitted::new(&devices).err().unwrap();
        assert!(error.to_string().contains("`kiosk demo`"), "{error}");
    }

    #[test]
    fn a_missing_photo_library_leaves_the_reader_fitted() {
        let devices = Devices {
            id_reader: IdReader::Serial {
                address: "/dev/serial/by-id/none".to_owned(),
                photo_decoder: Some("/nonexistent/libwlt.so".into()),
            },
            ..Devices::default()
        };
        let fitted = Fitted::new(&devices).unwrap();
        assert!(fitted.id_reader.is_some() && fitted.photo_decoder.is_none());
    }

    #[test]
    fn a_role_without_a_device_is_not_fitted() {
        let fitted = Fitted::new(&Devices::default()).unwrap();
        assert!(fitted.id_reader.is_none() && fitted.a4_printer.is_none() && fitted.speaker.is_none());
    }
}
