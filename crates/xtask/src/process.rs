//! Starting other programs: to the end, or beside us until we say so.

use crate::Done;
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// How long a program may take to end after SIGTERM. The programs here promise 2 s (DESIGN §8).
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs a program to its end, its output on ours.
///
/// # Errors
/// A sentence, when it could not be started or failed.
pub(crate) fn run(command: &mut Command) -> Done {
    let words = words(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{words}` failed ({status}); its words are above")),
        Err(error) => Err(format!("`{words}` did not start: {error}")),
    }
}

/// What a program prints on stdout; `None` when it is not there or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `program argument argument`, for messages.
fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Cargo, the one that runs us where it says so.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// Where cargo puts programs of a profile, `debug` or `release`.
pub(crate) fn built(root: &Path, profile: &str) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target)).join(profile)
}

/// A program that runs beside us, its words in a file. Ends with us.
pub(crate) struct Beside {
    pub(crate) name: &'static str,
    pub(crate) log: PathBuf,
    child: Child,
}

impl Beside {
    /// Starts it.
    ///
    /// # Errors
    /// A sentence, when the log cannot be written or the program not started.
    pub(crate) fn start(name: &'static str, command: &mut Command, log: PathBuf) -> Done<Self> {
        let unwritable = |error: std::io::Error| format!("{} cannot be written: {error}", log.display());
        if let Some(folder) = log.parent() {
            fs::create_dir_all(folder).map_err(unwritable)?;
        }
        let file = File::create(&log).map_err(unwritable)?;
        let both = file.try_clone().map_err(unwritable)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(both)
            .spawn()
            .map_err(|error| format!("{name} did not start: {error}"))?;
        Ok(Beside { name, log, child })
    }

    /// How it ended, when it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Asks it to end, waits, and ends it the hard way when it does not listen.
    ///
    /// # Errors
    /// A sentence, when it had to be killed or ended with a failure.
    pub(crate) fn stop(&mut self) -> Done {
        if self.ended().is_none()
            && let Ok(id) = i32::try_from(self.child.id())
            && let Some(pid) = Pid::from_raw(id)
            && let Err(error) = kill_process(pid, Signal::TERM)
        {
            return Err(format!("{} cannot be told to end: {error}", self.name));
        }
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match self.ended() {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("{} ended with {status}; see {}", self.name, self.log.display())),
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        self.child.kill().and_then(|()| self.child.wait()).map_err(|error| format!("{}: {error}", self.name))?;
        Err(format!("{} did not end within {} s and was killed", self.name, PATIENCE.as_secs()))
    }

    /// The last words in its log.
    pub(crate) fn last_words(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }
}

impl Drop for Beside {
    /// A chore that fails half-way leaves nobody behind.
    fn drop(&mut self) {
        if self.ended().is_none()
            && let Err(why) = self.stop()
        {
            eprintln!("xtask: {why}");
        }
    }
}
