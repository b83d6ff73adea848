//! After a visit nothing of the person is left: not in the memory of the terminal's process, not in
//! its folder, not in its log. The terminal runs in a child process (this same program, with its
//! allocator), so that its memory holds what the terminal put there and nothing of the simulated
//! world.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout
)]

mod common;
#[path = "leftovers/terminal.rs"]
mod terminal;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};

use encoding_rs::GB18030;
use kiosk::commands::world::{Act, DemoWorld};
use kiosk::config::{A4Printer, Configuration, IdReader, ReceiptPrinter};

#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

const PURPOSE: &str = "虚构用途甲";
/// Sample person d1 of the demo.
const PERSON: &[&str] = &["测试甲", "110000194403126227", "虚构省虚构县样例镇样例村1组1号"];

/// `terminal DIR` is the child; anything else runs the test.
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, dir] = arguments.as_slice()
        && word == "terminal"
    {
        terminal::run(Path::new(dir));
        return ExitCode::SUCCESS;
    }
    println!("running 1 test");
    let found = leftovers();
    if found.is_empty() {
        println!(
            "test nothing_of_a_person_is_left_after_the_visit ... ok\n\ntest result: ok. 1 passed; 0 failed"
        );
        return ExitCode::SUCCESS;
    }
    eprintln!("left behind: {found:#?}");
    println!(
        "test nothing_of_a_person_is_left_after_the_visit ... FAILED\n\ntest result: FAILED. 0 passed; 1 failed"
    );
    ExitCode::FAILURE
}

fn leftovers() -> Vec<String> {
    let backend = common::Backend::start();
    let people = common::root().join("config/demo/people");
    let mut configuration = common::configuration();
    let (world, _devices) = DemoWorld::start(&mut configuration, &people, backend.address()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    write_configuration(&configuration, dir.path());
    let mut kiosk = Kiosk::start(dir.path());
    // Found while it is needed: the search itself works.
    let needles = kiosk.visit(&world);
    let during = kiosk.search(&needles);
    assert!(
        !during.is_empty(),
        "the search finds nothing even during the visit"
    );
    kiosk.leave(&world);
    let mut found = kiosk.search(&needles);
    found.extend(in_files(dir.path(), &needles));
    found.extend(in_files(&configuration.kiosk.store.dir, &needles));
    found
}

/// What must not be left, as bytes, with the name of the thing.
type Needles = Vec<(String, Vec<u8>)>;

/// Each text as the chip, the program and the receipt printer have it.
fn needles(code: &str) -> Needles {
    let texts = PERSON.iter().copied().chain([PURPOSE, code]);
    let forms = |text: &str| {
        let chip = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let paper = GB18030.encode(text).0.into_owned();
        let mut forms = vec![
            (format!("{text} (UTF-8)"), text.as_bytes().to_vec()),
            (format!("{text} (UTF-16)"), chip),
        ];
        if paper != text.as_bytes() {
            forms.push((format!("{text} (GB 18030)"), paper));
        }
        forms
    };
    texts.flat_map(forms).collect()
}

/// The terminal's two files, with the simulators' addresses.
fn write_configuration(configuration: &Configuration, dir: &Path) {
    let kiosk = &configuration.kiosk;
    let root = common::root();
    let text = fs::read_to_string(root.join("config/demo/kiosk.toml")).unwrap();
    let text = text
        .replace("../../models", &root.join("models").display().to_string())
        .replace("\"../", &format!("\"{}/", root.join("config").display()))
        .replace("\"data\"", &format!("\"{}\"", kiosk.store.dir.display()))
        .replace("http://127.0.0.1:8080", &kiosk.backend.url);
    fs::write(dir.join("kiosk.toml"), text).unwrap();
    let (
        IdReader::Serial { address: reader, .. },
        ReceiptPrinter::Serial { address: slips, .. },
        A4Printer::Ipp { address: pages },
    ) = (
        &configuration.devices.id_reader,
        &configuration.devices.receipt_printer,
        &configuration.devices.a4_printer,
    )
    else {
        panic!("{:?}", configuration.devices)
    };
    let devices = format!(
        "[id_reader]\nkind = \"serial\"\naddress = \"{reader}\"\n\
         [receipt_printer]\nkind = \"serial\"\naddress = \"{slips}\"\n\
         [a4_printer]\nkind = \"ipp\"\naddress = \"{pages}\"\n"
    );
    fs::write(dir.join("devices.toml"), devices).unwrap();
}

/// The terminal's process.
struct Kiosk {
    child: Child,
    hand: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Kiosk {
    fn start(dir: &Path) -> Self {
        let log = fs::File::create(dir.join("log")).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("terminal")
            .arg(dir)
            .env("RUST_LOG", "trace")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let hand = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { child, hand, answers }
    }

    /// One line to the terminal, which says "done" when it has happened.
    fn tell(&mut self, line: &str) {
        writeln!(self.hand, "{line}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        assert_eq!(answer.trim(), "done", "{line}");
    }

    /// A kinship certificate up to the printed sheet; returns what is to be looked for.
    fn visit(&mut self, world: &DemoWorld) -> Needles {
        for line in [
            "wait attract",
            "start",
            "open gz.community.cert.kinship",
            "next",
            "choose sms",
            "next",
            "wait card",
        ] {
            self.tell(line);
        }
        world.perform(&Act::parse("card:d1").unwrap()).unwrap();
        self.tell("wait sms_code");
        let code = world.sms_code().unwrap();
        for line in [
            &format!("type {code}"),
            "next",
            "wait form",
            "focus request.purpose",
            &format!("type {PURPOSE}"),
            "next",
            "next",
            "wait review",
            "toggle declaration",
            "next",
            "wait submitted",
            "see receipt: Done",
            "next",
            "wait certificate",
            "next",
            "see paper: Done",
        ] {
            self.tell(line);
        }
        needles(&code)
    }

    fn leave(&mut self, world: &DemoWorld) {
        for line in ["next", "wait rating", "skip", "wait goodbye"] {
            self.tell(line);
        }
        world.perform(&Act::parse("card:remove").unwrap()).unwrap();
        self.tell("wait attract");
        self.tell("rest");
    }

    /// Which of them stand in the writable memory of the process, and where.
    fn search(&self, needles: &Needles) -> Vec<String> {
        let process = Path::new("/proc").join(self.child.id().to_string());
        let maps = fs::read_to_string(process.join("maps")).unwrap();
        let mut memory = fs::File::open(process.join("mem")).unwrap();
        let mut found = Vec::new();
        for line in maps.lines().filter(|line| line.contains(" rw")) {
            let (start, end) = line.split_whitespace().next().unwrap().split_once('-').unwrap();
            let [start, end] = [start, end].map(|hex| u64::from_str_radix(hex, 16).unwrap());
            let mut bytes = Vec::new();
            // Some mappings of the kernel cannot be read.
            if memory.seek(SeekFrom::Start(start)).is_err() {
                continue;
            }
            let _ = (&mut memory).take(end - start).read_to_end(&mut bytes);
            let place = line.split_whitespace().nth(5).unwrap_or("anonymous");
            found.extend(hits(&bytes, needles).map(|name| format!("{name} in memory ({place})")));
        }
        found
    }
}

impl Drop for Kiosk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn hits<'a>(bytes: &'a [u8], needles: &'a Needles) -> impl Iterator<Item = &'a str> {
    needles
        .iter()
        .filter(|(_, needle)| bytes.windows(needle.len()).any(|window| window == needle))
        .map(|(name, _)| name.as_str())
}

fn in_files(dir: &Path, needles: &Needles) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(in_files(&path, needles));
        } else if let Ok(bytes) = fs::read(&path) {
            found.extend(hits(&bytes, needles).map(|name| format!("{name} in {}", path.display())));
        }
    }
    found
}
