//! `devices.toml`: what stands behind each role. Another reader, printer or camera is another
//! address here and nothing else.

use std::path::{Path, PathBuf};

use kiosk_drivers::device::receipt_printer::PaperWidth;
use serde::Deserialize;

use super::finding::{Finding, nearest};
use super::schema::{Document, Key, Takes};

/// `devices.toml`. A role without a table is not fitted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Devices {
    /// Identity card reader.
    pub id_reader: IdReader,
    /// Face camera.
    pub camera: Camera,
    /// Receipt printer.
    pub receipt_printer: ReceiptPrinter,
    /// Page printer.
    pub a4_printer: A4Printer,
    /// Code scanner.
    pub qr_scanner: QrScanner,
    /// Document camera.
    pub doc_camera: DocCamera,
    /// Loudspeaker.
    pub speaker: Speaker,
    /// Reader and writer of transit cards.
    pub transit_card: TransitCard,
}

/// Identity card reader.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum IdReader {
    /// On a serial line.
    Serial {
        /// Stable name, e.g. `/dev/serial/by-id/…`.
        address: String,
        /// A vendor's library that decodes the chip's photo.
        photo_decoder: Option<PathBuf>,
    },
    /// The simulator, behind a pseudo-terminal.
    Simulator {},
    /// Not fitted.
    #[default]
    None,
}

/// Face camera.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Camera {
    /// A V4L2 camera.
    V4l2 {
        /// Stable name, e.g. `/dev/v4l/by-id/…`.
        address: String,
    },
    /// The simulator, playing pictures of people.
    Simulator {},
    /// Not fitted.
    #[default]
    None,
}

/// Receipt printer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReceiptPrinter {
    /// On a serial line.
    Serial {
        /// Stable name.
        address: String,
        /// Speed; 115200 when left out.
        baud: Option<u32>,
        /// Width of the paper; 80 mm when left out.
        paper: Option<PaperWidth>,
    },
    /// The simulator, behind a pseudo-terminal.
    Simulator {},
    /// Not fitted.
    #[default]
    None,
}

/// Page printer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum A4Printer {
    /// Speaks IPP.
    Ipp {
        /// `ipp://host:port/path`.
        address: String,
    },
    /// The simulator, an IPP printer on loopback.
    Simulator {},
    /// Not fitted.
    #[default]
    None,
}

/// Code scanner.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum QrScanner {
    /// On a serial line.
    Serial {
        /// Stable name.
        address: String,
        /// Speed; 115200 when left out.
        baud: Option<u32>,
    },
    /// The simulator, behind a pseudo-terminal.
    Simulator {},
    /// Not fitted.
    #[default]
    None,
}

/// Document camera.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum DocCamera {
    /// A V4L2 camera above a plate.
    V4l2 {
        /// Stable name, e.g. `/dev/v4l/by-id/…`.
        address: String,
    },
    /// The simulator, showing what is laid under it.
    Simulator {},
    /// Not fitted.
    #[default]
    None,
}

/// Loudspeaker.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Speaker {
    /// The `espeak-ng` program speaks, `aplay` plays.
    EspeakNg {
        /// Folder of recorded voices, `<voice>/<message id>.wav`; relative to this file's folder.
        recordings: Option<PathBuf>,
        /// Name of the ALSA device; `default` when left out.
        device: Option<String>,
    },
    /// The simulator, which hears instead of sounding.
    Simulator {},
    /// Not fitted.
    #[default]
    None,
}

/// Reader and writer of transit cards.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TransitCard {
    /// On a serial line, CCID.
    Serial {
        /// Stable name.
        address: String,
        /// Speed; 115200 when left out.
        baud: Option<u32>,
        /// Number of this terminal at the issuer.
        terminal_no: TerminalNo,
    },
    /// The simulator, behind a pseudo-terminal.
    Simulator {},
    /// Not fitted.
    #[default]
    None,
}

/// Number of a terminal at the issuer of transit cards: twelve digits, two to a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TerminalNo(pub [u8; 6]);

impl TryFrom<String> for TerminalNo {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const WANTED: &str = "terminal_no is the issuer's number of twelve digits; example: \"000000000001\"";
        let digits: Vec<u8> = text
            .bytes()
            .filter(u8::is_ascii_digit)
            .map(|digit| digit - b'0')
            .collect();
        if digits.len() != 12 || text.len() != 12 {
            return Err(WANTED);
        }
        let mut number = [0; 6];
        for (byte, pair) in number.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair.iter().fold(0, |byte, digit| (byte << 4) | digit);
        }
        Ok(Self(number))
    }
}

/// One kind of a role with its keys.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) keys: &'static [Key],
}

/// One role with its kinds.
pub(super) struct Role {
    pub(super) name: &'static str,
    pub(super) kinds: &'static [Kind],
}

const fn key(
    name: &'static str,
    takes: Takes,
    required: bool,
    example: &'static str,
    meaning: &'static str,
) -> Key {
    Key {
        name,
        takes,
        required,
        example,
        meaning,
    }
}

const SERIAL_ADDRESS: Key = key(
    "address",
    Takes::Text,
    true,
    "address = \"/dev/serial/by-id/usb-FTDI_FT232R_A1-if00-port0\"",
    "stable name of the serial port",
);
const BAUD: Key = key(
    "baud",
    Takes::Integer(1200, 921_600),
    false,
    "baud = 115200",
    "speed of the line",
);
const PAPER: Key = key(
    "paper",
    Takes::OneOf(&["58mm", "80mm"]),
    false,
    "paper = \"80mm\"",
    "width of the paper",
);
const NOTHING: Kind = Kind {
    name: "none",
    keys: &[],
};
const SIMULATOR: Kind = Kind {
    name: "simulator",
    keys: &[],
};

/// Everything that `devices.toml` may hold.
pub(super) const ROLES: &[Role] = &[
    Role {
        name: "id_reader",
        kinds: &[
            Kind {
                name: "serial",
                keys: &[
                    SERIAL_ADDRESS,
                    key(
                        "photo_decoder",
                        Takes::Text,
                        false,
                        "photo_decoder = \"/opt/vendor/libwlt.so\"",
                        "library that decodes the chip's photo",
                    ),
                ],
            },
            SIMULATOR,
            NOTHING,
        ],
    },
    Role {
        name: "camera",
        kinds: &[
            Kind {
                name: "v4l2",
                keys: &[key(
                    "address",
                    Takes::Text,
                    true,
                    "address = \"/dev/v4l/by-id/usb-046d_HD_Webcam-video-index0\"",
                    "stable name of the camera",
                )],
            },
            SIMULATOR,
            NOTHING,
        ],
    },
    Role {
        name: "receipt_printer",
        kinds: &[
            Kind {
                name: "serial",
                keys: &[SERIAL_ADDRESS, BAUD, PAPER],
            },
            SIMULATOR,
            NOTHING,
        ],
    },
    Role {
        name: "a4_printer",
        kinds: &[
            Kind {
                name: "ipp",
                keys: &[key(
                    "address",
                    Takes::Text,
                    true,
                    "address = \"ipp://192.168.1.20:631/ipp/print\"",
                    "address of the printer",
                )],
            },
            SIMULATOR,
            NOTHING,
        ],
    },
    Role {
        name: "qr_scanner",
        kinds: &[
            Kind {
                name: "serial",
                keys: &[SERIAL_ADDRESS, BAUD],
            },
            SIMULATOR,
            NOTHING,
        ],
    },
    Role {
        name: "doc_camera",
        kinds: &[
            Kind {
                name: "v4l2",
                keys: &[key(
                    "address",
                    Takes::Text,
                    true,
                    "address = \"/dev/v4l/by-id/usb-Eloam_Doc_Camera-video-index0\"",
                    "stable name of the document camera",
                )],
            },
            SIMULATOR,
            NOTHING,
        ],
    },
    Role {
        name: "speaker",
        kinds: &[
            Kind {
                name: "espeak_ng",
                keys: &[
                    key(
                        "recordings",
                        Takes::Text,
                        false,
                        "recordings = \"voices\"",
                        "folder of recorded voices",
                    ),
                    key(
                        "device",
                        Takes::Text,
                        false,
                        "device = \"default\"",
                        "name of the loudspeaker, one of `aplay -L`",
                    ),
                ],
            },
            SIMULATOR,
            NOTHING,
        ],
    },
    Role {
        name: "transit_card",
        kinds: &[
            Kind {
                name: "serial",
                keys: &[
                    SERIAL_ADDRESS,
                    BAUD,
                    key(
                        "terminal_no",
                        Takes::Digits(12),
                        true,
                        "terminal_no = \"000000000001\"",
                        "number of this terminal at the issuer, twelve digits",
                    ),
                ],
            },
            SIMULATOR,
            NOTHING,
        ],
    },
];

/// Reads `devices.toml`.
///
/// # Errors
/// All findings, each with its place and an example.
pub(super) fn parse(file: &Path, text: &str) -> Result<Devices, Vec<Finding>> {
    let mut document = Document::new(file, text);
    if let Some(parsed) = document.parse() {
        for (name, value) in parsed.get_ref() {
            match ROLES.iter().find(|role| role.name == name.get_ref().as_ref()) {
                Some(role) => check_role(&mut document, role, value, &name.span()),
                None => unknown_role(&mut document, name.get_ref(), &name.span()),
            }
        }
    }
    if !document.findings.is_empty() {
        return Err(document.findings);
    }
    let devices = toml::from_str(text).map_err(|error| vec![Finding::of_file(file, error.message(), "")])?;
    Ok(from_folder(devices, file))
}

/// A relative folder starts at the folder of the file.
fn from_folder(mut devices: Devices, file: &Path) -> Devices {
    if let Speaker::EspeakNg {
        recordings: Some(recordings),
        ..
    } = &mut devices.speaker
        && let Some(folder) = file.parent()
    {
        *recordings = folder.join(&*recordings);
    }
    devices
}

fn unknown_role(document: &mut Document<'_>, name: &str, span: &std::ops::Range<usize>) {
    let known = || ROLES.iter().map(|role| role.name);
    let suggestion = nearest(name, known());
    let expected = format!("one of {}", known().collect::<Vec<_>>().join(", "));
    document.add(span, name, "unknown role", expected, "[id_reader]", suggestion);
}

fn check_role(
    document: &mut Document<'_>,
    role: &Role,
    value: &toml::Spanned<toml::de::DeValue<'_>>,
    span: &std::ops::Range<usize>,
) {
    let words = || role.kinds.iter().map(|kind| kind.name);
    let expected = format!("kind is one of {}", words().collect::<Vec<_>>().join(", "));
    let example = format!("kind = \"{}\"", words().next().unwrap_or("none"));
    let Some(table) = value.get_ref().as_table() else {
        let problem = format!("wrong type: {}", value.get_ref().type_str());
        let example = format!("[{}]", role.name);
        return document.add(
            &value.span(),
            role.name,
            problem,
            "a table with `kind` and an address",
            &example,
            None,
        );
    };
    let dotted = format!("{}.kind", role.name);
    let Some((_, kind)) = table.iter().find(|(key, _)| key.get_ref() == "kind") else {
        return document.add(span, &dotted, "is missing", expected, &example, None);
    };
    let word = kind.get_ref().as_str().unwrap_or_default();
    match role.kinds.iter().find(|known| known.name == word) {
        Some(known) => document.check(table, span, role.name, known.keys, &["kind"]),
        None => {
            let suggestion = nearest(word, words());
            document.add(
                &kind.span(),
                &dotted,
                format!("unknown kind \"{word}\""),
                expected,
                &example,
                suggestion,
            );
        }
    }
}
