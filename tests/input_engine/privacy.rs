//! What was typed leaves no trace: nothing is written while somebody types.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kiosk::input::{EngineProcess, InputEngine, InputMethods, Method};

use super::methods::strokes_of;
use super::{args, installed, program, root, supply, type_keys};

/// Keys of one word for each method that has keys.
const WORDS: [(Method, bool, &[&str]); 5] = [
    (
        Method::Pinyin,
        false,
        &["zhengzai", "shenqing", "gaoling", "jintie"],
    ),
    (Method::Pinyin, true, &["ouyang", "xiuying", "chenxiaoming"]),
    (Method::NinePinyin, false, &["64426", "94264934", "54682"]),
    (Method::NinePinyin, true, &["94264934", "5486"]),
    (Method::Strokes, false, &["szhhshnh", "hhsh", "pszhhpzn", "nnhsh"]),
];
const DRAWN: [char; 2] = ['学', '宜'];

/// Types and commits words by every method; gives what was typed and what was committed, of each.
fn visit(engine: &mut EngineProcess) -> Vec<String> {
    let mut traces = Vec::new();
    for (method, names, words) in WORDS {
        engine.begin(method, names).unwrap();
        let committed = words.iter().map(|word| commit(engine, word));
        traces.push(committed.collect());
        traces.push(words.concat());
    }
    if root().join("models/handwriting/templates.bin").is_file() {
        engine.begin(Method::Handwriting, true).unwrap();
        let drawn = DRAWN.map(|character| {
            engine.write(&strokes_of(character)).unwrap();
            engine.choose(0).unwrap().committed.clone()
        });
        traces.push(drawn.concat());
    }
    // What a tracer saw of the request before has been written down when this one is answered.
    engine.clear().unwrap();
    traces
}

/// The first candidate, again and again until nothing is left to compose.
fn commit(engine: &mut EngineProcess, keys: &str) -> String {
    type_keys(engine, keys);
    (0..keys.len())
        .map_while(|_| engine.choose(0).ok().map(|chosen| chosen.committed.clone()))
        .collect()
}

/// Every file below a directory with its content.
fn tree(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tree(&path));
        } else {
            found.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

fn contains(content: &[u8], bytes: &[u8]) -> bool {
    content.windows(bytes.len()).any(|window| window == bytes)
}

#[test]
fn what_was_typed_is_in_no_file() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let supply = supply(program(), args(directory.path()));
    let before = tree(directory.path());
    let mut engine = supply.open().unwrap();
    let traces = visit(&mut engine);
    drop(engine);
    let after = tree(directory.path());
    assert!(before == after, "the staging directory changed while typing");
    for (path, content) in after.iter().chain(&tree(Path::new(super::DICTIONARIES))) {
        for trace in &traces {
            assert!(
                !contains(content, trace.as_bytes()),
                "{} holds what was typed",
                path.display()
            );
        }
    }
}

/// Files that a process can write to. Its error stream goes to the null device.
fn writable(process: u32) -> Vec<PathBuf> {
    let descriptors = fs::read_dir(format!("/proc/{process}/fdinfo")).unwrap();
    let mut found = Vec::new();
    for name in descriptors.map(|entry| entry.unwrap().file_name()) {
        let number: u32 = name.to_str().unwrap().parse().unwrap();
        let Ok(info) = fs::read_to_string(format!("/proc/{process}/fdinfo/{number}")) else {
            continue;
        };
        let flags = info
            .lines()
            .find_map(|line| line.strip_prefix("flags:"))
            .unwrap()
            .trim();
        let path = fs::read_link(format!("/proc/{process}/fd/{number}")).unwrap_or_default();
        // Pipes of whoever runs the tests are inherited; they have no path.
        if path.is_absolute()
            && path != Path::new("/dev/null")
            && u32::from_str_radix(flags, 8).unwrap() & 3 != 0
        {
            found.push(path);
        }
    }
    found
}

fn written_bytes(process: u32) -> u64 {
    let counters = fs::read_to_string(format!("/proc/{process}/io")).unwrap();
    counters
        .lines()
        .find_map(|line| line.strip_prefix("write_bytes: "))
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn the_process_keeps_no_file_open_for_writing_and_writes_to_no_disk() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut engine = supply(program(), args(directory.path())).open().unwrap();
    let before = written_bytes(engine.id());
    visit(&mut engine);
    let open = writable(engine.id());
    assert!(open.is_empty(), "{open:?}");
    assert_eq!(written_bytes(engine.id()), before);
}

/// strace is there, which CI has to see to, and may trace, which is up to the machine.
fn can_trace() -> bool {
    let tried = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .stderr(Stdio::null())
        .status();
    assert!(
        tried.is_ok() || std::env::var("CI").is_err(),
        "CI must have strace"
    );
    let can = tried.is_ok_and(|status| status.success());
    if !can {
        eprintln!("skipped: strace cannot trace here; the open files are looked at by another test");
    }
    can
}

/// A program that runs the engine under strace. Written by a process of its own: a file that one of
/// ours had open for writing could not be run while another test forks.
fn traced(script: &Path, log: &Path) {
    let mut install = Command::new("install")
        .args(["-m", "755", "/dev/stdin"])
        .arg(script)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let text = format!(
        "#!/bin/sh\nexec strace -f -o '{}' '{}' \"$@\"\n",
        log.display(),
        program().display()
    );
    install.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(install.wait().unwrap().success());
}

/// The calls of the log after the engine said that it is ready, without the number of the process.
fn calls_while_typing(log: &str) -> Vec<&str> {
    let calls = log
        .lines()
        .filter_map(|line| line.split_once(' ').map(|(_, call)| call.trim_start()));
    calls
        .skip_while(|call| !call.starts_with("write(1, \"\\\"ready"))
        .skip(1)
        .collect()
}

/// Whether a system call changes a file, or sends something elsewhere than to the terminal.
fn leaves_a_trace(call: &str) -> bool {
    const CHANGE: [&str; 13] = [
        "creat(",
        "rename",
        "link",
        "symlink",
        "unlink",
        "mkdir",
        "mknod",
        "truncate",
        "ftruncate",
        "fallocate",
        "send",
        "connect(",
        "copy_file_range(",
    ];
    let opens = call.starts_with("open")
        && ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"]
            .iter()
            .any(|flag| call.contains(flag));
    let writes = ["write(", "writev(", "pwrite"]
        .iter()
        .any(|name| call.starts_with(name));
    opens || writes && !call.starts_with("write(1, ") || CHANGE.iter().any(|name| call.starts_with(name))
}

#[test]
fn no_file_is_opened_for_writing_while_somebody_types() {
    if !installed() || !can_trace() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (staging, log, script) = (
        directory.path().join("staging"),
        directory.path().join("strace.log"),
        directory.path().join("traced"),
    );
    supply(program(), args(&staging));
    traced(&script, &log);
    let mut engine = supply(script, args(&staging)).open().unwrap();
    let words = visit(&mut engine).len();
    drop(engine);
    let log = String::from_utf8_lossy(&fs::read(&log).unwrap()).into_owned();
    let calls = calls_while_typing(&log);
    let answers = calls.iter().filter(|call| call.starts_with("write(1, ")).count();
    assert!(answers > words, "the trace has only {answers} answers");
    let traces: Vec<_> = calls.iter().filter(|call| leaves_a_trace(call)).collect();
    assert!(traces.is_empty(), "{traces:#?}");
}

#[test]
fn the_check_of_a_trace_knows_what_leaves_one() {
    for call in [
        "openat(AT_FDCWD, \"/x\", O_WRONLY|O_CREAT, 0666) = 3",
        "openat(AT_FDCWD, \"/x\", O_RDWR <unfinished ...>",
        "write(2, \"x\", 1) = 1",
        "pwrite64(4, \"x\", 1, 0) = 1",
        "renameat2(AT_FDCWD, \"/x\", AT_FDCWD, \"/y\", 0) = 0",
        "sendto(4, \"x\", 1, 0, NULL, 0) = 1",
    ] {
        assert!(leaves_a_trace(call), "{call}");
    }
    for call in [
        "openat(AT_FDCWD, \"/x\", O_RDONLY|O_CLOEXEC) = 3",
        "write(1, \"x\", 1) = 1",
        "read(0, \"\", 8) = 0",
    ] {
        assert!(!leaves_a_trace(call), "{call}");
    }
}
