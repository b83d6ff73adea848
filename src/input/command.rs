//! `kiosk input-engine`: the child process. It reads requests from standard input, answers on
//! standard output and ends with its input.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use zeroize::Zeroize;

use super::engine::Engine;
use super::message::{self, Reply, Request};
use super::staging::Staging;
use super::{InputError, InputMethods};

/// Where the engine finds its files.
#[derive(Debug, Clone, clap::Args)]
pub struct EngineArgs {
    /// Directory for the compiled schemas; the only one that is ever written.
    #[arg(long)]
    pub staging: PathBuf,
    /// Directory with our schemas, names and block list (`config/input`).
    #[arg(long)]
    pub source: PathBuf,
    /// Directory with the distribution's dictionaries.
    #[arg(long, default_value = "/usr/share/rime-data")]
    pub data: PathBuf,
    /// The templates of handwriting. Without the file only handwriting is off.
    #[arg(long)]
    pub handwriting: PathBuf,
    /// Only compile the schemas, then end.
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

fn start(args: &EngineArgs) -> Result<Option<Engine>, InputError> {
    if args.prepare {
        return Staging::new(args).prepare().map(|()| None);
    }
    Engine::load(args).map(Some)
}

/// Answers line by line. Bytes, not text: a broken line must not end the engine.
fn serve(
    engine: &mut impl InputMethods,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<()> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let reply = answer(engine, &line).unwrap_or_else(Reply::from);
        line.zeroize();
        say(output, &reply)?;
    }
    Ok(())
}

fn answer(engine: &mut impl InputMethods, line: &[u8]) -> Result<Reply, InputError> {
    let request = serde_json::from_slice(line).map_err(|_| InputError::BadRequest)?;
    Ok(Reply::Composition(match &request {
        Request::Begin { method, names } => return engine.begin(*method, *names).map(|()| Reply::Ready),
        Request::Clear => return engine.clear().map(|()| Reply::Ready),
        Request::Key(key) => engine.key(*key)?,
        Request::Write(strokes) => engine.write(&message::drawing(strokes)?)?,
        Request::Choose(index) => engine.choose(*index)?,
        Request::Page => engine.page()?,
    }))
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
    use proptest::prelude::*;

    use super::*;
    use crate::input::handwriting::Point;
    use crate::input::{Composition, InputEngine, Method};

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
        fn write(&mut self, strokes: &[Vec<Point>]) -> Result<Composition, InputError> {
            let mut composition = Composition::default();
            composition.preedit = strokes.len().to_string();
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

    impl InputMethods for Echo {
        fn begin(&mut self, method: Method, _names: bool) -> Result<(), InputError> {
            match method {
                Method::Handwriting => Err(InputError::MethodOff("no templates".into())),
                _ => Ok(()),
            }
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

    #[test]
    fn a_method_begins_or_says_why_it_is_off() {
        let lines = answers(
            b"{\"begin\":{\"method\":\"strokes\",\"names\":false}}\n\
              {\"begin\":{\"method\":\"handwriting\",\"names\":true}}\n",
        );
        assert_eq!(lines, ["\"ready\"", r#"{"off":"no templates"}"#]);
    }

    #[test]
    fn a_drawing_reaches_the_engine_stroke_by_stroke() {
        let lines = answers(b"{\"write\":[[[0,1],[2.5,3]],[]]}\n");
        assert!(lines[0].contains("\"preedit\":\"2\""), "{}", lines[0]);
    }

    proptest! {
        #[test]
        fn every_line_of_any_bytes_has_one_answer(
            lines in prop::collection::vec("[^\n]{0,40}|\\{\"(key|write|choose|begin)\":[^\n]{0,20}\\}", 0..20)
        ) {
            let input = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
            let replies = answers(input.as_bytes());
            prop_assert_eq!(replies.len(), lines.len());
            for reply in replies {
                prop_assert!(serde_json::from_str::<Reply>(&reply).is_ok());
            }
        }

        #[test]
        fn bytes_that_are_no_text_are_answered(mut input in prop::collection::vec(any::<u8>(), 0..200)) {
            input.push(b'\n');
            let lines = input.iter().filter(|byte| **byte == b'\n').count();
            prop_assert_eq!(answers(&input).len(), lines);
        }
    }
}
