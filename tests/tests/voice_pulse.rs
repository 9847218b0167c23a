//! A call on its whole way: wording, clips, rodio, a sound server, its monitor, a recording.
//!
//! Needs pulseaudio, pulseaudio-utils and espeak-ng. The server is the test's own, with a sink that
//! leads nowhere (HARDWARE §4.3). Which server to use stands in an environment variable, and only
//! another process can be given one without `unsafe`: the test runs itself again with it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use jiff::{Timestamp, ToSpan};
use lobby::voice::{
    Announcement, Call, Outcome, Pack, Rank, Saying, Voice, VoiceCondition, VoiceEvent, VoiceOutput, VoiceSettings,
    speaker::{Clock, Overtaken},
};
use lobby_tests::{
    hall::root,
    sound::{self, SoundServer, share_heard, wait_until},
    voice::pack,
    wait::PATIENCE,
};
use rustix::process::Signal;
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const INNER: &str = "LOBBY_VOICE_TEST_FOLDER";
const TEST: &str = "calls_are_heard_and_the_voice_survives_its_sound_server";

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
async fn is_heard(hall: &mut Hall, server: &SoundServer, pack: &Pack, announcement: Announcement, file: &Path) {
    let times = announcement.repeats;
    let said = announcement.as_call().unwrap();
    let expected = sound::sound_of(pack, &said.ticket, &said.counter, &announcement.languages).repeated(times).samples;
    for _attempt in 0..6 {
        let _recorder = server.record(file);
        let asked = Instant::now();
        hall.voice.announce(announcement.clone()).unwrap();
        let first_sample_at = hall.begins().await;
        println!("call to first sample: {:?}", first_sample_at - asked);
        assert_eq!(hall.ends().await, Outcome::Spoken { times });
        // The last device buffers are still on their way to the monitor: a second more is enough.
        let length = || file.metadata().unwrap().len();
        let enough = length() + 96_000;
        wait_until("the end of the recording", || length() >= enough);
        if sound::is_heard(&expected, file) {
            return;
        }
    }
    panic!("the call was not heard");
}

async fn inside(dir: &Path) {
    let pack = pack();
    let stop = CancellationToken::new();

    // No server: silent, and says so.
    let mut hall = Hall::start(root().join("target/voice"), stop.clone());
    hall.reaches(VoiceCondition::NoSoundDevice).await;

    // The server comes: heard, chime and two languages, twice.
    let server = SoundServer::start(dir);
    hall.reaches(VoiceCondition::Ok).await;
    let both = ["zh-CN", "en"];
    is_heard(&mut hall, &server, &pack, call(1, "A012", &both, 2), &dir.join("first.raw")).await;

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
    let server = SoundServer::start(dir);
    hall.reaches(VoiceCondition::Ok).await;
    is_heard(&mut hall, &server, &pack, call(4, "B905", &["en"], 1), &dir.join("next.raw")).await;

    // The server lives and does nothing: only the watchdog sees that.
    hall.voice.announce(call(5, "B906", &["en"], 1)).unwrap();
    hall.begins().await;
    server.signal(Signal::STOP);
    assert!(matches!(hall.ends().await, Outcome::Failed { .. }));
    hall.reaches(VoiceCondition::NoSoundDevice).await;
    server.signal(Signal::CONT);
    hall.reaches(VoiceCondition::Ok).await;
    is_heard(&mut hall, &server, &pack, call(6, "C007", &["en"], 1), &dir.join("last.raw")).await;

    // The named loudspeaker is unplugged in the middle of a call: another one speaks, and says so. Plugged in again it
    // is used again, and the next call is heard out of it.
    server.plug("other");
    hall.voice.announce(call(7, "C008", &["en"], 1)).unwrap();
    hall.begins().await;
    server.unplug("lobby");
    hall.ends().await;
    hall.reaches(VoiceCondition::OtherSoundDevice).await;
    let cause = hall.voice.state().borrow().cause.clone().unwrap();
    assert!(cause.contains("\"lobby\"") && cause.contains("other"), "{cause}");
    server.plug("lobby");
    hall.reaches(VoiceCondition::Ok).await;
    is_heard(&mut hall, &server, &pack, call(8, "C009", &["en"], 1), &dir.join("back.raw")).await;

    stop.cancel();
    hall.voice.stopped().await.unwrap();
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
        .env("PULSE_SERVER", sound::address(dir.path()))
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
