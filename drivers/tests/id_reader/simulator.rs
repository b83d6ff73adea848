//! The simulated reader on the wire, without the driver: what it answers to a bad request.

use std::io::{Read, Write};
use std::time::Duration;

use kiosk_drivers::simulator::id_reader::{Fault, IdReaderSimulator, Settings};
use kiosk_drivers::wire::sdt::{Answer, Baud, Command};
use kiosk_drivers::wire::sdt_frame::{Heard, Receiver, encode};
use kiosk_drivers::wire::sdt_status::Status;

/// The host's end of a line to a simulated reader.
struct Host {
    simulator: IdReaderSimulator,
    port: Box<dyn serialport::SerialPort>,
    _folder: tempfile::TempDir,
}

impl Host {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let simulator = IdReaderSimulator::spawn(folder.path().join("id-reader"), Settings::fast()).unwrap();
        let port = serialport::new(simulator.path().to_string_lossy(), Baud::B115200.rate());
        Self {
            port: port.timeout(Duration::from_secs(30)).open().unwrap(),
            simulator,
            _folder: folder,
        }
    }

    /// Sends a request and a status check behind it; the status of every answer up to that of the check.
    fn answers(&mut self, request: &[u8]) -> Vec<Status> {
        self.port.write_all(request).unwrap();
        self.port.write_all(&Command::Status.frame()).unwrap();
        let (mut receiver, mut statuses) = (Receiver::of_answers(), Vec::new());
        let mut byte = [0];
        while statuses.last() != Some(&Status::Success) {
            self.port.read_exact(&mut byte).unwrap();
            statuses.extend(receiver.push(&byte).into_iter().map(|heard| match heard {
                Heard::Frame(body) => Answer::parse(&body).unwrap().status,
                Heard::BadChecksum => panic!("a damaged answer"),
            }));
        }
        statuses
    }
}

#[test]
fn every_bad_request_has_its_answer_and_bytes_without_a_preamble_have_none() {
    let mut wrong_checksum = Command::Find.frame().to_vec();
    *wrong_checksum.last_mut().unwrap() ^= 3;
    let mut host = Host::new();
    for (request, answer) in [
        (wrong_checksum, Some(Status::RequestChecksum)),
        (encode(&[0x20, 0x00]).to_vec(), Some(Status::UnknownCommand)),
        (encode(&[0x60, 0x05]).to_vec(), Some(Status::UnknownCommand)),
        (encode(&[0x61, 0xFF, 23]).to_vec(), Some(Status::UnknownCommand)),
        (encode(&[0x20, 0x01, 0x00]).to_vec(), Some(Status::RequestLength)),
        (encode(&[0x61, 0xFF]).to_vec(), Some(Status::RequestLength)),
        (vec![0x20, 0x01, 0x22], None),
        (vec![0xAA, 0xAA, 0x96, 0x69, 0x00, 0x03, 0x20, 0x01, 0x22], None),
    ] {
        let expected: Vec<Status> = answer.into_iter().chain([Status::Success]).collect();
        assert_eq!(host.answers(&request), expected, "{request:02X?}");
    }
}

#[test]
fn a_refused_speed_is_not_taken_up() {
    let mut host = Host::new();
    let slow = Command::SetBaud(Baud::B9600);
    let refused = Status::UnknownCommand;
    host.simulator.fault_on(slow, Fault::Status(refused), 1);
    assert_eq!(host.answers(&slow.frame()), [refused, Status::Success]);
    assert_eq!(host.simulator.settings().baud, Baud::B115200);
}
