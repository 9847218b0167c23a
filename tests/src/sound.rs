//! A sound server of a test's own, with a sink that leads nowhere, and what is heard there (HARDWARE §4.3).
//!
//! Needs pulseaudio and pulseaudio-utils.
#![allow(clippy::cast_precision_loss, clippy::print_stdout, reason = "seconds of a test")]

use crate::wait::PATIENCE;
use lobby::voice::{
    Grammar, Pack,
    render::Sound,
    wording::{self, WordingOptions},
};
use rustix::process::{Pid, Signal};
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Without norewinds a monitor is two seconds late.
const SINK: &str = "rate=48000 channels=2 norewinds=1";

/// A process that does not outlive the test.
pub struct Running(Child);

impl Running {
    fn start(command: &mut Command, package: &str) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).spawn();
        Self(
            child.unwrap_or_else(|error| {
                panic!("{name} cannot be run ({error}); install it: apt-get install {package}")
            }),
        )
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Looks again and again until it is done, without a runtime.
///
/// # Panics
/// When that takes longer than anything may.
pub fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < deadline, "{what}: not within {PATIENCE:?}");
        sleep(LOOK_EVERY);
    }
}

/// Where the sound server of a directory listens: the value of `PULSE_SERVER`.
pub fn address(dir: &Path) -> String {
    format!("unix:{}", dir.join("native").display())
}

/// A sound server.
pub struct SoundServer {
    server: Running,
    dir: PathBuf,
}

impl SoundServer {
    /// One with a sink `lobby`.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(dir: &Path) -> SoundServer {
        let server = Running::start(
            Command::new("pulseaudio")
                .args(["-n", "--daemonize=no", "--use-pid-file=no"])
                .args(["--exit-idle-time=-1", "--disallow-exit", "--log-level=error", "-L"])
                .arg(format!("module-native-protocol-unix auth-anonymous=1 socket={}", dir.join("native").display()))
                .args(["-L", &format!("module-null-sink sink_name=lobby {SINK}")])
                .env("XDG_RUNTIME_DIR", dir)
                .env("HOME", dir)
                .stderr(Stdio::null()),
            "pulseaudio",
        );
        let sound = SoundServer { server, dir: dir.to_owned() };
        wait_until("the sound server's sink", || {
            let listed = sound.command("pactl").args(["list", "short", "sinks"]).output();
            listed.is_ok_and(|sinks| String::from_utf8_lossy(&sinks.stdout).contains("lobby"))
        });
        sound
    }

    /// Stops it or lets it go on.
    ///
    /// # Panics
    /// When it has ended.
    pub fn signal(&self, signal: Signal) {
        rustix::process::kill_process(Pid::from_child(&self.server.0), signal).unwrap();
    }

    /// Plugs in a loudspeaker.
    pub fn plug(&self, sink: &str) {
        let mut load = vec!["load-module".to_owned(), "module-null-sink".to_owned(), format!("sink_name={sink}")];
        load.extend(SINK.split(' ').map(str::to_owned));
        self.pactl(&load.iter().map(String::as_str).collect::<Vec<_>>());
    }

    /// Unplugs one.
    ///
    /// # Panics
    /// When it is not there.
    pub fn unplug(&self, sink: &str) {
        let list = self.pactl(&["list", "short", "modules"]);
        let name = format!("sink_name={sink} ");
        let line = list.lines().find(|line| format!("{line} ").contains(&name));
        let line = line.unwrap_or_else(|| panic!("no {sink} in {list}"));
        self.pactl(&["unload-module", line.split_whitespace().next().unwrap()]);
    }

    /// Records what the sink `lobby` plays as raw 16 bit mono at 48 kHz, until it is dropped.
    ///
    /// # Panics
    /// When nothing is recorded.
    pub fn record(&self, file: &Path) -> Running {
        let recorder = Running::start(
            self.command("parec")
                .args(["-d", "lobby.monitor", "--raw", "--rate=48000", "--channels=1"])
                .args(["--format=s16le", "--latency-msec=20"])
                .stdout(File::create(file).unwrap()),
            "pulseaudio-utils",
        );
        wait_until("the recording", || file.metadata().is_ok_and(|data| data.len() > 0));
        recorder
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("PULSE_SERVER", address(&self.dir));
        command
    }

    fn pactl(&self, arguments: &[&str]) -> String {
        let done = self.command("pactl").args(arguments).output();
        let done = done.expect("pactl is needed: apt-get install pulseaudio-utils");
        assert!(done.status.success(), "pactl {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }
}

/// A call as it is to be heard, once.
///
/// # Panics
/// When it cannot be worded.
pub fn sound_of(pack: &Pack, ticket: &str, counter: &str, languages: &[String]) -> Sound {
    let word = |language: &String| {
        let grammar = Grammar::of(language).unwrap();
        wording::call(&grammar, ticket, counter, WordingOptions::default()).unwrap()
    };
    Sound::of(pack, &languages.iter().map(word).collect::<Vec<_>>())
}

/// Whether a call was heard in a recording, sample for sample and as long as it was to be. A machine that is too busy to
/// play or to record in time loses a little; its speed is not what is tested.
///
/// # Panics
/// When the recording cannot be read.
pub fn is_heard(expected: &[i16], recording: &Path) -> bool {
    let recording = samples(recording);
    let share = share_heard(expected, &recording);
    println!("heard {:.1} % of the call sample for sample", share * 100.0);
    share > 0.8 && measures_as_expected(expected, &recording)
}

/// The samples of a recording.
fn samples(file: &Path) -> Vec<i16> {
    let bytes = std::fs::read(file).unwrap();
    let pairs = bytes.chunks_exact(2);
    pairs.map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// How much of `expected` is in `recording`, in order and in time: the share of its pieces of 25 ms
/// that are found sample for sample, each at most half a second later than due.
pub fn share_heard(expected: &[i16], recording: &[i16]) -> f64 {
    const PIECE: usize = 1_200;
    const LATE: usize = 24_000;
    let near = |a: &[i16], b: &[i16]| a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 2);
    let (mut all, mut heard) = (0_u32, 0_u32);
    let mut due: Option<(usize, usize)> = None; // (place in expected, place in the recording)
    for (number, piece) in expected.chunks_exact(PIECE).enumerate() {
        if piece.iter().all(|sample| sample.unsigned_abs() < 500) {
            continue; // silence is found everywhere
        }
        all += 1;
        let place = number * PIECE;
        let (from, to) = match due {
            Some((last, found)) => (found + place - last, found + place - last + LATE),
            None => (0, recording.len()),
        };
        let mut starts = from..to.min(recording.len().saturating_sub(PIECE));
        if let Some(found) = starts.find(|start| near(piece, &recording[*start..])) {
            heard += 1;
            due = Some((place, found));
        }
    }
    f64::from(heard) / f64::from(all.max(1))
}

/// Chime, speech and pauses of a recording, measured: what is loud in it lasts as long as what was to be said (a busy
/// machine stretches it a little, and never by a word), and no pause inside is longer than the one between two times.
fn measures_as_expected(expected: &[i16], recording: &[i16]) -> bool {
    let (loud, first, last, gap) = measure(recording);
    let (wanted, begin, end, longest) = measure(expected);
    let length = |first: usize, last: usize| (last.saturating_sub(first)) as f64 / 48_000.0;
    let (heard, due) = (length(first, last), length(begin, end));
    println!(
        "heard {heard:.2} s with {loud:.2} s of sound, longest pause {gap:.2} s; due {due:.2}, {wanted:.2}, {longest:.2}"
    );
    (loud - wanted).abs() < 0.3 && heard < due + 1.0 && heard > due - 0.1 && gap < longest + 0.3
}

/// Seconds of sound, its first and last sample, and the longest pause between in seconds.
fn measure(samples: &[i16]) -> (f64, usize, usize, f64) {
    const WINDOW: usize = 480; // 10 ms
    let is_loud = |window: &[i16]| window.iter().any(|sample| sample.unsigned_abs() > 300);
    let loud: Vec<usize> =
        samples.chunks(WINDOW).enumerate().filter(|(_, window)| is_loud(window)).map(|(place, _)| place).collect();
    let gap = loud.windows(2).map(|pair| pair[1] - pair[0] - 1).max().unwrap_or(0);
    let sample = |place: Option<&usize>| place.map_or(0, |place| place * WINDOW);
    (loud.len() as f64 / 100.0, sample(loud.first()), sample(loud.last()) + WINDOW, gap as f64 / 100.0)
}
