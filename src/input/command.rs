//! `kiosk input-engine`: the child process. It reads requests from standard input, answers on
//! standard output and ends with its input.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use zeroize::Zeroize;

use super::message::{Reply, Request};
use super::pinyin::Pinyin;
use super::rime::Rime;
use super::staging::{self, Staging};
use super::{InputEngine, InputError};

/// Where the engine finds its files.
#[derive(Debug, Clone, clap::Args)]
pub struct EngineArgs {
    /// Directory for the compiled schema; the only one that is ever written.
    #[arg(long)]
    pub staging: PathBuf,
    /// Directory with our schema, dictionary and block list (`config/input`).
    #[arg(long)]
    pub source: PathBuf,
    /// Directory with the distribution's dictionaries.
    #[arg(long, default_value = "/usr/share/rime-data")]
    pub data: PathBuf,
    /// Only compile the schema, then end.
    #[arg(long)]
    pub prepare: bool,
}

/// Runs the engine until standard input ends. What is wrong is said as a line of the protocol,
/// since the parent reads nothing else.
///
/// # Errors
/// When standard output is closed.
pub fn run(args: &EngineArgs) -> io::Result<()> {
    let mut output = io::stdout().lock();
    match start(args) {
        Err(error) => say(&mut output, &error.into()),
        Ok(None) => say(&mut output, &Reply::Ready),
        Ok(Some(mut engine)) => {
            say(&mut output, &Reply::Ready)?;
            serve(&mut engine, &mut io::stdin().lock(), &mut output)
        }
    }
}

fn start(args: &EngineArgs) -> Result<Option<Pinyin>, InputError> {
    let staging = Staging::new(args);
    if args.prepare {
        return staging.prepare().map(|()| None);
    }
    let blocked = staging::blocked(args)?;
    let directories = staging.directories();
    let session = Rime::load(&directories)?.session(&directories, staging::SCHEMA)?;
    Ok(Some(Pinyin::new(session, blocked)))
}

/// Answers line by line. Bytes, not text: a broken line must not end the engine.
fn serve(engine: &mut impl InputEngine, input: &mut impl BufRead, output: &mut impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let reply = answer(engine, &line).unwrap_or_else(Reply::from);
        line.zeroize();
        say(output, &reply)?;
    }
    Ok(())
}

fn answer(engine: &mut impl InputEngine, line: &[u8]) -> Result<Reply, InputError> {
    let request = serde_json::from_slice(line).map_err(|_| InputError::BadRequest)?;
    Ok(match request {
        Request::Key(key) => Reply::Composition(engine.key(key)?),
        Request::Choose(index) => Reply::Composition(engine.choose(index)?),
        Request::Page => Reply::Composition(engine.page()?),
        Request::Clear => {
            engine.clear()?;
            Reply::Ready
        }
    })
}

fn say(output: &mut impl Write, reply: &Reply) -> io::Result<()> {
    let mut line = serde_json::to_vec(reply)?;
    line.push(b'\n');
    output.write_all(&line)?;
    line.zeroize();
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Composition;

    /// Commits each letter at once: the protocol is under test, not pinyin.
    struct Echo;

    impl InputEngine for Echo {
        fn key(&mut self, key: char) -> Result<Composition, InputError> {
            let mut composition = Composition::default();
            composition.committed.push(
                Some(key)
                    .filter(char::is_ascii_lowercase)
                    .ok_or(InputError::UnknownKey)?,
            );
            Ok(composition)
        }
        fn choose(&mut self, _index: usize) -> Result<Composition, InputError> {
            Err(InputError::NoSuchCandidate)
        }
        fn page(&mut self) -> Result<Composition, InputError> {
            Ok(Composition::default())
        }
        fn clear(&mut self) -> Result<(), InputError> {
            Ok(())
        }
    }

    fn answers(input: &[u8]) -> Vec<String> {
        let mut output = Vec::new();
        serve(&mut Echo, &mut &*input, &mut output).unwrap();
        String::from_utf8(output)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn each_request_has_one_line_of_answer() {
        let lines = answers(b"{\"key\":\"a\"}\n\"clear\"\n\"page\"\n");
        assert_eq!(lines.len(), 3);
        assert!(lines[0].contains("\"committed\":\"a\""));
        assert_eq!(lines[1], "\"ready\"");
    }

    #[test]
    fn broken_bytes_are_refused_and_the_engine_lives_on() {
        let lines = answers(b"\xff\xfe\x00\n{\"key\":\n{\"choose\":-1}\n{\"key\":\"a\"}\n");
        assert_eq!(lines[0], r#"{"refused":"bad_request"}"#);
        assert_eq!(lines[1], r#"{"refused":"bad_request"}"#);
        assert_eq!(lines[2], r#"{"refused":"bad_request"}"#);
        assert!(lines[3].contains("\"committed\":\"a\""));
    }

    #[test]
    fn an_unknown_key_or_candidate_is_refused_by_name() {
        let lines = answers("{\"key\":\"张\"}\n{\"choose\":9}\n".as_bytes());
        assert_eq!(
            lines,
            [
                r#"{"refused":"unknown_key"}"#,
                r#"{"refused":"no_such_candidate"}"#
            ]
        );
    }
}
