//! A call on its whole way: wording, clips, rodio, a sound server, its monitor, a recording.
//!
//! Needs pulseaudio, pulseaudio-utils and espeak-ng. The server is the test's own, with a sink that
//! leads nowhere (HARDWARE §4.3). Which server to use stands in an environment variable, and only
//! another process can be given one without `unsafe`: the test runs itself again with it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
#![allow(clippy::cast_precision_loss, reason = "seconds of a test")]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan};
use lobby::voice::render::Sound;
use lobby::voice::speaker::{Clock, Overtaken};
use lobby::voice::wording::{self, WordingOptions};
use lobby::voice::{
    Announcement, Call, Grammar, Outcome, Pack, Rank, Saying, Voice, VoiceCondition, VoiceEvent, VoiceOutput,
    VoiceSettings, load_or_build,
};
use rustix::process::{Pid, Signal};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const INNER: &str = "LOBBY_VOICE_TEST_FOLDER";
const TEST: &str = "calls_are_heard_and_the_voice_survives_its_sound_server";
/// For anything a sound server is asked to do; never reached when things work.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process that does not outlive the test.
struct Running(Child);

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

    fn signal(&self, signal: Signal) {
        rustix::process::kill_process(Pid::from_child(&self.0), signal).unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < deadline, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn start_server(dir: &Path) -> Running {
    let socket = dir.join("native");
    let server = Running::start(
        Command::new("pulseaudio")
            .args(["-n", "--daemonize=no", "--use-pid-file=no"])
            .args(["--exit-idle-time=-1", "--disallow-exit", "--log-level=error", "-L"])
            .arg(format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket.display()))
            // Without norewinds the monitor is two seconds late.
            .args(["-L", "module-null-sink sink_name=lobby rate=48000 channels=2 norewinds=1"])
            .env("XDG_RUNTIME_DIR", dir)
            .env("HOME", dir)
            .stderr(Stdio::null()),
        "pulseaudio",
    );
    wait_until("the sound server's sink", || {
        let sinks = Command::new("pactl")
            .args(["list", "short", "sinks"])
            .output()
            .expect("pactl is needed: apt-get install pulseaudio-utils");
        String::from_utf8_lossy(&sinks.stdout).contains("lobby")
    });
    server
}

/// Records what the sink plays as raw 16 bit mono at 48 kHz.
fn start_recording(file: &Path) -> Running {
    let recorder = Running::start(
        Command::new("parec")
            .args(["-d", "lobby.monitor", "--raw", "--rate=48000", "--channels=1"])
            .args(["--format=s16le", "--latency-msec=20"])
            .stdout(File::create(file).unwrap()),
        "pulseaudio-utils",
    );
    wait_until("the recording", || file.metadata().is_ok_and(|data| data.len() > 0));
    recorder
}

fn recorded(file: &Path) -> Vec<i16> {
    let bytes = std::fs::read(file).unwrap();
    let pairs = bytes.chunks_exact(2);
    pairs.map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// How much of `expected` is in `recording`, in order and in time: the share of its pieces of 25 ms
/// that are found sample for sample, each at most half a second later than due.
fn share_heard(expected: &[i16], recording: &[i16]) -> f64 {
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

fn call(id: u64, ticket: &str, languages: &[&str], repeats: u8) -> Announcement {
    let call = Call { ticket: ticket.to_owned(), counter: "12".to_owned(), ..Call::default() };
    Announcement {
        id,
        saying: Saying::Call(call),
        rank: Rank::Call,
        zones: Vec::new(),
        languages: languages.iter().map(ToString::to_string).collect(),
        repeats,
        created_at: Timestamp::now(),
        expires_at: Timestamp::now() + 5.minutes(),
    }
}

fn sound_of(pack: &Pack, call: &Announcement) -> Sound {
    let word = |language: &String| {
        let grammar = Grammar::of(language).unwrap();
        let said = call.as_call().unwrap();
        wording::call(&grammar, &said.ticket, &said.counter, WordingOptions::default()).unwrap()
    };
    Sound::of(pack, &call.languages.iter().map(word).collect::<Vec<_>>())
}

struct Hall {
    voice: Voice,
    events: mpsc::Receiver<VoiceEvent>,
    overtaken: Arc<AtomicBool>,
}

impl Hall {
    fn start(pack: PathBuf, stop: CancellationToken) -> Self {
        let name = Some("lobby".to_owned());
        let mut settings = VoiceSettings::new(VoiceOutput::Device { name }, pack);
        settings.caption_hold = Duration::ZERO;
        let overtaken = Arc::new(AtomicBool::new(false));
        let flag = overtaken.clone();
        let check: Overtaken = Arc::new(move |_: &Announcement| flag.load(Ordering::SeqCst));
        let clock: Clock = Arc::new(Timestamp::now);
        let (voice, events) = Voice::start(settings, clock, check, stop);
        Self { voice, events, overtaken }
    }

    async fn reaches(&self, wanted: VoiceCondition) {
        let mut state = self.voice.state();
        let reached = tokio::time::timeout(PATIENCE, state.wait_for(|now| now.state == wanted));
        reached.await.unwrap_or_else(|_| panic!("not {wanted} but {:?}", self.voice.state().borrow())).unwrap();
    }

    async fn event(&mut self) -> VoiceEvent {
        let next = tokio::time::timeout(PATIENCE, self.events.recv()).await;
        next.expect("an event of the voice").unwrap()
    }

    async fn begins(&mut self) -> Instant {
        match self.event().await {
            VoiceEvent::Started { first_sample_at, .. } => first_sample_at,
            other => panic!("{other:?} before it started"),
        }
    }

    async fn ends(&mut self) -> Outcome {
        match self.event().await {
            VoiceEvent::Ended { outcome, .. } => outcome,
            other => panic!("{other:?} while another call was spoken"),
        }
    }
}

/// Speaks a call while it is recorded; what is heard must be what was to be said. A machine that is
/// too busy to play or to record in time gets more attempts, also while a sound server that was stopped catches up: its
/// speed is not what is tested.
async fn is_heard(hall: &mut Hall, pack: &Pack, announcement: Announcement, file: &Path) {
    let times = announcement.repeats;
    let expected = sound_of(pack, &announcement).repeated(times).samples;
    let mut share = 0.0;
    for _attempt in 0..6 {
        let _recorder = start_recording(file);
        let asked = Instant::now();
        hall.voice.announce(announcement.clone()).unwrap();
        let first_sample_at = hall.begins().await;
        println!("call to first sample: {:?}", first_sample_at - asked);
        assert_eq!(hall.ends().await, Outcome::Spoken { times });
        // The last device buffers are still on their way to the monitor: a second more is enough.
        let length = || file.metadata().unwrap().len();
        let enough = length() + 96_000;
        wait_until("the end of the recording", || length() >= enough);
        share = share_heard(&expected, &recorded(file));
        println!("heard {:.1} % of the call sample for sample", share * 100.0);
        if share > 0.8 && measures_as_expected(&expected, &recorded(file)) {
            return;
        }
    }
    panic!("only {:.1} % of the call were heard", share * 100.0);
}

async fn inside(dir: &Path) {
    let pack_dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/voice");
    let languages: Vec<String> = Grammar::languages().iter().map(ToString::to_string).collect();
    let pack = load_or_build(&pack_dir, &languages).expect("the voice tests need espeak-ng: apt-get install espeak-ng");
    let stop = CancellationToken::new();

    // No server: silent, and says so.
    let mut hall = Hall::start(pack_dir, stop.clone());
    hall.reaches(VoiceCondition::NoSoundDevice).await;

    // The server comes: heard, chime and two languages, twice.
    let server = start_server(dir);
    hall.reaches(VoiceCondition::Ok).await;
    let both = ["zh-CN", "en"];
    is_heard(&mut hall, &pack, call(1, "A012", &both, 2), &dir.join("first.raw")).await;

    // Arrived while being called: no repeat.
    hall.voice.announce(call(2, "A013", &["en"], 2)).unwrap();
    hall.begins().await;
    hall.overtaken.store(true, Ordering::SeqCst);
    assert_eq!(hall.ends().await, Outcome::Spoken { times: 1 });
    hall.overtaken.store(false, Ordering::SeqCst);

    // The server dies in the middle of a call: told as failed, shown as a fault, back by itself.
    hall.voice.announce(call(3, "A014", &["en"], 1)).unwrap();
    hall.begins().await;
    drop(server);
    assert!(matches!(hall.ends().await, Outcome::Failed { .. }));
    hall.reaches(VoiceCondition::NoSoundDevice).await;
    let server = start_server(dir);
    hall.reaches(VoiceCondition::Ok).await;
    is_heard(&mut hall, &pack, call(4, "B905", &["en"], 1), &dir.join("next.raw")).await;

    // The server lives and does nothing: only the watchdog sees that.
    hall.voice.announce(call(5, "B906", &["en"], 1)).unwrap();
    hall.begins().await;
    server.signal(Signal::STOP);
    assert!(matches!(hall.ends().await, Outcome::Failed { .. }));
    hall.reaches(VoiceCondition::NoSoundDevice).await;
    server.signal(Signal::CONT);
    hall.reaches(VoiceCondition::Ok).await;
    is_heard(&mut hall, &pack, call(6, "C007", &["en"], 1), &dir.join("last.raw")).await;

    // The named loudspeaker is unplugged in the middle of a call: another one speaks, and says so. Plugged in again it
    // is used again, and the next call is heard out of it.
    let other = pactl(&["load-module", "module-null-sink", "sink_name=other", "rate=48000", "norewinds=1"]);
    hall.voice.announce(call(7, "C008", &["en"], 1)).unwrap();
    hall.begins().await;
    let named = module_of("sink_name=lobby");
    pactl(&["unload-module", &named]);
    hall.ends().await;
    hall.reaches(VoiceCondition::OtherSoundDevice).await;
    let cause = hall.voice.state().borrow().cause.clone().unwrap();
    assert!(cause.contains("\"lobby\"") && cause.contains("other"), "{cause}");
    pactl(&["load-module", "module-null-sink", "sink_name=lobby", "rate=48000", "channels=2", "norewinds=1"]);
    hall.reaches(VoiceCondition::Ok).await;
    is_heard(&mut hall, &pack, call(8, "C009", &["en"], 1), &dir.join("back.raw")).await;
    pactl(&["unload-module", other.trim()]);

    stop.cancel();
    hall.voice.stopped().await.unwrap();
}

fn pactl(arguments: &[&str]) -> String {
    let done =
        Command::new("pactl").args(arguments).output().expect("pactl is needed: apt-get install pulseaudio-utils");
    assert!(done.status.success(), "pactl {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// Number of the module with this in its arguments.
fn module_of(argument: &str) -> String {
    let list = pactl(&["list", "short", "modules"]);
    let line = list.lines().find(|line| line.contains(argument)).unwrap_or_else(|| panic!("no {argument} in {list}"));
    line.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn calls_are_heard_and_the_voice_survives_its_sound_server() {
    if let Some(dir) = std::env::var_os(INNER) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(inside(Path::new(&dir)));
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture"])
        .env(INNER, dir.path())
        .env("PULSE_SERVER", format!("unix:{}", dir.path().join("native").display()))
        .status()
        .unwrap();
    assert!(status.success(), "see the output above");
}

#[test]
fn the_measure_of_what_is_heard_can_fail() {
    #[allow(clippy::cast_possible_truncation)]
    let tone: Vec<i16> = (0..40_000_i32).map(|i| ((i * i) % 20_011 - 10_000) as i16).collect();
    let silence = vec![0; 24_000];
    let whole = [silence.clone(), tone.clone(), silence.clone()].concat();
    assert!(share_heard(&tone, &whole) > 0.99);
    assert!(share_heard(&tone, &[silence.clone(), silence.clone()].concat()) < 0.01);
    let half = [silence.clone(), tone[..20_000].to_vec(), silence].concat();
    assert!((0.4..0.6).contains(&share_heard(&tone, &half)));
}
