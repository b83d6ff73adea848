//! One IPP exchange: a request with its attributes, an answer with its meaning, a deadline.

use std::io::{Cursor, ErrorKind};
use std::time::Duration;

use ipp::prelude::*;
use ipp::value::{IppKeyword, IppName};

use crate::error::{DeviceError, DeviceErrorKind};

/// `requesting-user-name`: the terminal, never the person.
const USER: &str = "kiosk";

/// The printer's address and patience.
pub struct Client {
    uri: Uri,
    deadline: Duration,
}

/// A request being put together.
pub struct Request(IppRequestResponse);

/// The groups of an answer.
pub struct Answer(IppAttributes);

/// An exchange that failed; `status` where the printer itself said so.
pub struct Failure {
    /// The printer's word.
    pub status: Option<StatusCode>,
    /// For the caller.
    pub error: DeviceError,
}

impl From<Failure> for DeviceError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

impl Client {
    /// A client of the printer at this URI (`ipp://host:631/ipp/print`).
    ///
    /// # Errors
    /// `Unsupported` when it is no IPP URI.
    pub fn new(uri: &str, deadline: Duration) -> Result<Self, DeviceError> {
        let wrong = |cause: String| {
            DeviceError::caused(DeviceErrorKind::Unsupported, format!("printer URI {uri}"), cause)
        };
        let parsed: Uri = uri.parse().map_err(|error| wrong(format!("{error}")))?;
        match parsed.scheme_str() {
            Some("ipp" | "http") => Ok(Self {
                uri: parsed,
                deadline,
            }),
            _ => Err(wrong(
                "the scheme is not ipp (example: ipp://192.168.1.20:631/ipp/print)".into(),
            )),
        }
    }

    /// A request for this operation.
    ///
    /// # Errors
    /// When the URI is too long for IPP.
    pub fn request(&self, operation: Operation) -> Result<Request, DeviceError> {
        let request = IppRequestResponse::new(IppVersion::v2_0(), operation, Some(self.uri.clone()));
        let request = request.map_err(|error| protocol("printer-uri", error))?;
        Request(request).name("requesting-user-name", USER)
    }

    /// Sends a request and waits for the answer.
    ///
    /// # Errors
    /// `Absent`, `TimedOut`, `Protocol`, and what the printer's status code means.
    pub fn send(&self, what: &str, request: Request) -> Result<Answer, Failure> {
        let operation = format!("{what} at {}", self.uri);
        let client = IppClient::builder(self.uri.clone())
            .request_timeout(self.deadline)
            .build();
        let response = client.send(request.0).map_err(|error| Failure {
            status: None,
            error: DeviceError::caused(kind_of(&error), operation.clone(), error.to_string()),
        })?;
        let status = response.header().status_code();
        if status.is_success() {
            return Ok(Answer(response.attributes().clone()));
        }
        let code = response.header().operation_or_status;
        let said = format!("IPP status 0x{code:04x}: {status}");
        Err(Failure {
            status: Some(status),
            error: DeviceError::caused(kind_of_status(status), operation, said),
        })
    }
}

impl Request {
    fn add(mut self, group: DelimiterTag, name: &str, value: IppValue) -> Result<Self, DeviceError> {
        let attribute = IppAttribute::with_name(name, value).map_err(|error| protocol(name, error))?;
        self.0.attributes_mut().add(group, attribute);
        Ok(self)
    }

    /// An operation attribute of type name.
    ///
    /// # Errors
    /// `Protocol` when the value is longer than IPP allows; so for all others.
    pub fn name(self, name: &str, value: &str) -> Result<Self, DeviceError> {
        let text: IppName = value.try_into().map_err(|error| protocol(name, error))?;
        self.add(
            DelimiterTag::OperationAttributes,
            name,
            IppValue::NameWithoutLanguage(text),
        )
    }

    /// An operation attribute of type keyword.
    pub fn keyword(self, name: &str, value: &str) -> Result<Self, DeviceError> {
        let value = keyword(name, value)?;
        self.add(DelimiterTag::OperationAttributes, name, value)
    }

    /// `requested-attributes`.
    pub fn asking_for(self, names: &[&str]) -> Result<Self, DeviceError> {
        let name = "requested-attributes";
        let words: Result<Vec<IppValue>, _> = names.iter().map(|word| keyword(name, word)).collect();
        self.add(DelimiterTag::OperationAttributes, name, IppValue::Array(words?))
    }

    /// An operation attribute of type integer.
    pub fn number(self, name: &str, value: i32) -> Result<Self, DeviceError> {
        self.add(DelimiterTag::OperationAttributes, name, IppValue::Integer(value))
    }

    /// An operation attribute of type boolean.
    pub fn flag(self, name: &str, value: bool) -> Result<Self, DeviceError> {
        self.add(DelimiterTag::OperationAttributes, name, IppValue::Boolean(value))
    }

    /// A job attribute.
    pub fn job(self, name: &str, value: IppValue) -> Result<Self, DeviceError> {
        self.add(DelimiterTag::JobAttributes, name, value)
    }

    /// The document that follows the attributes.
    pub fn document(mut self, format: &str, bytes: Vec<u8>) -> Result<Self, DeviceError> {
        let format =
            IppValue::new_mime_media_type(format).map_err(|error| protocol("document-format", error))?;
        self = self.add(DelimiterTag::OperationAttributes, "document-format", format)?;
        *self.0.payload_mut() = IppPayload::new(Cursor::new(bytes));
        Ok(self)
    }
}

/// A keyword's value.
///
/// # Errors
/// `Protocol` when it is longer than IPP allows.
pub fn keyword(name: &str, value: &str) -> Result<IppValue, DeviceError> {
    let word: IppKeyword = value.try_into().map_err(|error| protocol(name, error))?;
    Ok(IppValue::Keyword(word))
}

impl Answer {
    /// The groups of this kind, e.g. one for each job.
    pub fn groups(&self, tag: DelimiterTag) -> impl Iterator<Item = Group<'_>> {
        self.0.groups_of(tag).map(Group)
    }

    /// The first group of this kind.
    ///
    /// # Errors
    /// `Protocol` when the answer has none.
    pub fn group(&self, tag: DelimiterTag) -> Result<Group<'_>, DeviceError> {
        let missing = || DeviceError::new(DeviceErrorKind::Protocol, format!("answer without {tag:?}"));
        self.groups(tag).next().ok_or_else(missing)
    }
}

/// A group of attributes.
pub struct Group<'a>(&'a IppAttributeGroup);

impl Group<'_> {
    /// A number, of type integer or enum.
    pub fn number(&self, name: &str) -> Option<i32> {
        match self.0.get(name)?.value() {
            IppValue::Integer(number) | IppValue::Enum(number) => Some(*number),
            _ => None,
        }
    }

    /// A boolean.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.0.get(name)?.value() {
            IppValue::Boolean(flag) => Some(*flag),
            _ => None,
        }
    }

    /// All values as words; empty when there is no such attribute.
    pub fn words(&self, name: &str) -> Vec<String> {
        let value = self.0.get(name).map(IppAttribute::value);
        value.into_iter().flatten().map(word).collect()
    }

    /// The first value as a word.
    pub fn word(&self, name: &str) -> Option<String> {
        self.words(name).into_iter().next()
    }
}

fn word(value: &IppValue) -> String {
    match value {
        IppValue::NameWithLanguage { name, .. } => name.to_string(),
        other => other.to_string(),
    }
}

fn protocol(what: &str, error: impl std::fmt::Display) -> DeviceError {
    DeviceError::caused(DeviceErrorKind::Protocol, what, error.to_string())
}

fn kind_of(error: &IppError) -> DeviceErrorKind {
    match error {
        IppError::ClientError(error) => match error {
            ureq::Error::Timeout(_) => DeviceErrorKind::TimedOut,
            ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => DeviceErrorKind::Absent,
            ureq::Error::Io(error) => kind_of_io(error),
            _ => DeviceErrorKind::Protocol,
        },
        IppError::IoError(error) => kind_of_io(error),
        _ => DeviceErrorKind::Protocol,
    }
}

fn kind_of_io(error: &std::io::Error) -> DeviceErrorKind {
    match error.kind() {
        ErrorKind::ConnectionRefused
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::AddrNotAvailable => DeviceErrorKind::Absent,
        // The line broke after it had been there: whether the request arrived is not known.
        ErrorKind::TimedOut
        | ErrorKind::WouldBlock
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => DeviceErrorKind::TimedOut,
        _ => DeviceErrorKind::Protocol,
    }
}

fn kind_of_status(status: StatusCode) -> DeviceErrorKind {
    match status {
        StatusCode::ServerErrorBusy => DeviceErrorKind::Busy,
        StatusCode::ServerErrorNotAcceptingJobs
        | StatusCode::ServerErrorServiceUnavailable
        | StatusCode::ServerErrorTemporaryError => DeviceErrorKind::NotReady,
        StatusCode::ServerErrorDeviceError | StatusCode::ServerErrorInternalError => {
            DeviceErrorKind::Hardware
        }
        StatusCode::ClientErrorDocumentFormatNotSupported
        | StatusCode::ClientErrorAttributesOrValuesNotSupported
        | StatusCode::ServerErrorOperationNotSupported => DeviceErrorKind::Unsupported,
        _ => DeviceErrorKind::Protocol,
    }
}
