//! Programs that are ended when nobody wants them any more.

use std::io::ErrorKind;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use super::error::SpeechError;

/// A running program. Dropping it kills it: it has nothing to save.
pub(super) struct Running {
    program: &'static str,
    pub child: Child,
    began: Instant,
    within: Duration,
}

impl Running {
    /// Starts `program` as `command` says; it has `within` to end.
    ///
    /// # Errors
    /// When it is not installed or cannot be started.
    pub fn start(
        program: &'static str,
        command: &mut Command,
        within: Duration,
    ) -> Result<Self, SpeechError> {
        let child = command.spawn().map_err(|cause| match cause.kind() {
            ErrorKind::NotFound => SpeechError::Missing(program),
            _ => SpeechError::Start { program, cause },
        })?;
        Ok(Self {
            program,
            child,
            began: Instant::now(),
            within,
        })
    }

    /// Whether it has ended well; `None` while it runs.
    ///
    /// # Errors
    /// When it has had its time.
    pub fn ended(&mut self) -> Result<Option<bool>, SpeechError> {
        match self.child.try_wait() {
            Ok(Some(status)) => Ok(Some(status.success())),
            Ok(None) if self.began.elapsed() > self.within => {
                let (program, within) = (self.program, self.within);
                Err(SpeechError::Stuck { program, within })
            }
            Ok(None) => Ok(None),
            Err(cause) => {
                let program = self.program;
                Err(SpeechError::Start { program, cause })
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let program = "no-such-program";
        let started = Running::start(program, &mut Command::new(program), Duration::ZERO);
        let error = started.err().unwrap();
        assert_eq!(error.to_string(), "no-such-program is not installed");
    }

    #[test]
    fn a_program_that_does_not_end_is_found_out() {
        let mut command = Command::new("sleep");
        let mut running = Running::start("sleep", command.arg("60"), Duration::ZERO).unwrap();
        assert!(matches!(running.ended(), Err(SpeechError::Stuck { .. })));
    }
}
