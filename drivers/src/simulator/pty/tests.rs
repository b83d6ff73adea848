use super::*;
use std::io::{Read, Write};
use std::sync::mpsc::channel;

/// Longer than any machine needs.
const PATIENCE: Duration = Duration::from_secs(30);

fn echo(path: &Path) -> SerialPeer {
    SerialPeer::spawn(path, |incoming, wire| match incoming {
        Incoming::Bytes(bytes) => wire.send(bytes),
        Incoming::Plugged | Incoming::Idle => Ok(()),
    })
    .unwrap()
}

fn open(path: &Path) -> Box<dyn serialport::SerialPort> {
    serialport::new(path.to_string_lossy(), 115_200)
        .timeout(Duration::from_secs(1))
        .open()
        .unwrap()
}

fn exchange(port: &mut dyn serialport::SerialPort, bytes: &[u8]) -> Vec<u8> {
    port.write_all(bytes).unwrap();
    let mut answer = vec![0; bytes.len()];
    port.read_exact(&mut answer).unwrap();
    answer
}

#[test]
fn every_byte_value_passes_both_ways_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let peer = echo(&folder.path().join("reader"));
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(exchange(open(peer.path()).as_mut(), &all), all);
}

#[test]
fn unplugging_ends_the_drivers_reads_and_removes_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let peer = echo(&folder.path().join("reader"));
    let mut port = open(peer.path());
    peer.unplug();
    assert!(!peer.path().exists());
    let mut byte = [0];
    let read = port.read(&mut byte);
    let gone = match &read {
        Ok(count) => *count == 0,
        Err(error) => error.kind() != io::ErrorKind::TimedOut,
    };
    assert!(gone, "{read:?}");
    assert!(port.write_all(b"x").is_err());
}

#[test]
fn replugging_brings_the_device_back_under_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let peer = echo(&folder.path().join("reader"));
    let held = open(peer.path());
    peer.unplug();
    peer.replug().unwrap();
    assert_eq!(exchange(open(peer.path()).as_mut(), b"again"), b"again");
    drop(held);
}

#[test]
fn the_device_sees_the_speed_that_the_driver_sets() {
    let folder = tempfile::tempdir().unwrap();
    let peer = SerialPeer::spawn(folder.path().join("reader"), |incoming, wire| match incoming {
        Incoming::Bytes(_) => wire.send(&wire.baud().unwrap_or(0).to_be_bytes()),
        Incoming::Plugged | Incoming::Idle => Ok(()),
    })
    .unwrap();
    let mut port = open(peer.path());
    port.set_baud_rate(38_400).unwrap();
    assert_eq!(exchange(port.as_mut(), b"baud"), 38_400_u32.to_be_bytes());
}

#[test]
fn pacing_takes_the_time_of_the_wire() {
    let folder = tempfile::tempdir().unwrap();
    let peer = SerialPeer::spawn(folder.path().join("reader"), |incoming, wire| match incoming {
        Incoming::Bytes(_) => wire.send_paced(&[0x55; 96], 9600),
        Incoming::Plugged | Incoming::Idle => Ok(()),
    })
    .unwrap();
    let mut port = open(peer.path());
    let start = Instant::now();
    port.write_all(b"?").unwrap();
    port.read_exact(&mut [0; 96]).unwrap();
    assert!(start.elapsed() >= wire_time(96, 9600));
}

#[test]
fn a_thinking_device_can_be_unplugged_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (tell, told) = channel();
    let peer = SerialPeer::spawn(
        folder.path().join("reader"),
        move |incoming, wire| match incoming {
            Incoming::Bytes(_) => {
                tell.send(Ok(())).unwrap();
                let thought = wire.wait(PATIENCE);
                tell.send(thought).unwrap();
                thought
            }
            Incoming::Plugged | Incoming::Idle => Ok(()),
        },
    )
    .unwrap();
    open(peer.path()).write_all(b"?").unwrap();
    assert_eq!(told.recv_timeout(PATIENCE), Ok(Ok(())), "it thinks");
    peer.unplug();
    assert_eq!(told.recv_timeout(PATIENCE), Ok(Err(Unplugged)));
}

#[test]
fn a_file_that_is_no_link_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("precious");
    fs::write(&path, "data").unwrap();
    assert!(SerialPeer::spawn(&path, |_, _| Ok(())).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "data");
}
