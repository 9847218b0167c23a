//! What becomes of announcements, without a loudspeaker. With one: `crates/lobby/tests/voice_pulse.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::time::Duration;

use jiff::ToSpan;

use super::super::announcement::{Call, Saying, Speech};
use super::super::by_hour::Span;
use super::super::pack::ClipId;
use super::super::pack::tests::toy_pack;
use super::super::settings::VoiceOutput;
use super::super::speaker::{NotQueued, Voice};
use super::*;

const NOW: &str = "2026-11-21T01:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn call(id: u64, ticket: &str) -> Announcement {
    let call = Call { ticket: ticket.to_owned(), counter: "12".to_owned(), ..Call::default() };
    Announcement {
        id,
        saying: Saying::Call(call),
        rank: Rank::Call,
        zones: Vec::new(),
        languages: vec!["zh-CN".to_owned(), "en".to_owned()],
        repeats: 2,
        created_at: now() - 10.seconds(),
        expires_at: now() + 50.seconds(),
    }
}

struct Hall {
    voice: Voice,
    events: mpsc::Receiver<VoiceEvent>,
    stop: CancellationToken,
    folder: tempfile::TempDir,
}

/// A voice with a toy pack; calls of tickets that end in 9 are overtaken.
fn hall(output: impl FnOnce(&Path) -> VoiceOutput, with_pack: bool, hold: Duration) -> Hall {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("voice");
    if with_pack {
        toy_pack(&pack, &["zh-CN", "en"]);
    }
    let mut settings = VoiceSettings::new(output(folder.path()), pack);
    settings.caption_hold = hold;
    let stop = CancellationToken::new();
    let overtaken: Overtaken =
        Arc::new(|job: &Announcement| job.as_call().is_some_and(|call| call.ticket.ends_with('9')));
    let (voice, events) = Voice::start(settings, Arc::new(now), overtaken, stop.clone());
    Hall { voice, events, stop, folder }
}

fn recordings(folder: &Path) -> VoiceOutput {
    VoiceOutput::Wav { dir: folder.join("calls") }
}

impl Hall {
    fn files(&self, ending: &str) -> Vec<std::path::PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.folder.path().join("calls")) else {
            return Vec::new();
        };
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|found| found == ending));
        files.sort();
        files
    }

    /// Events until `count` announcements have ended.
    async fn events_until(&mut self, count: usize) -> Vec<VoiceEvent> {
        let mut seen = Vec::new();
        let ended = |event: &&VoiceEvent| matches!(event, VoiceEvent::Ended { .. });
        while seen.iter().filter(ended).count() < count {
            seen.push(self.events.recv().await.unwrap());
        }
        seen
    }

    async fn state_is(&self, wanted: VoiceCondition) -> VoiceState {
        let mut state = self.voice.state();
        let found = state.wait_for(|state| state.state == wanted).await;
        found.unwrap().clone()
    }
}

fn outcomes(events: &[VoiceEvent]) -> Vec<(u64, Outcome)> {
    let ended = |event: &VoiceEvent| match event {
        VoiceEvent::Ended { id, outcome } => Some((*id, outcome.clone())),
        VoiceEvent::Started { .. } | VoiceEvent::Audio { .. } => None,
    };
    events.iter().filter_map(ended).collect()
}

#[tokio::test]
async fn recordings_hold_every_call_once_in_order_with_its_label() {
    let mut hall = hall(recordings, true, Duration::ZERO);
    for id in 1..=5 {
        hall.voice.announce(call(id, &format!("A10{id}"))).unwrap();
    }
    let events = hall.events_until(5).await;
    let spoken = |id| (id, Outcome::Spoken { times: 2 });
    assert_eq!(outcomes(&events), (1..=5).map(spoken).collect::<Vec<_>>());

    assert_eq!(hall.files("wav").len(), 5);
    for (index, path) in hall.files("json").iter().enumerate() {
        let label: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(label["number"], index + 1);
        assert_eq!(label["ticket"], format!("A10{}", index + 1));
        assert_eq!(label["created_at"], "2026-11-21T00:59:50.000Z");
        assert_eq!(label["caption"]["en"], format!("Ticket A10{}, please go to counter 12", index + 1));
        let clips = label["clips"].as_array().unwrap();
        assert_eq!(clips.iter().filter(|clip| *clip == "chime").count(), 2);
        assert_eq!(clips.len(), 2 * (1 + 9 + 7));
        let sound = hound::WavReader::open(path.with_extension("wav")).unwrap();
        assert_eq!(label["file"], path.with_extension("wav").file_name().unwrap().to_str().unwrap());
        let seconds = f64::from(sound.duration()) / 48_000.0;
        assert!((label["seconds"].as_f64().unwrap() - seconds).abs() < 0.001);
    }
    assert_eq!(hall.state_is(VoiceCondition::Ok).await.cause, None);
}

#[tokio::test]
async fn a_call_past_its_use_or_overtaken_is_dropped_and_told() {
    let mut hall = hall(recordings, true, Duration::ZERO);
    let mut late = call(1, "A001");
    late.expires_at = now();
    hall.voice.announce(late).unwrap();
    hall.voice.announce(call(2, "A009")).unwrap();
    hall.voice.announce(call(3, "A003")).unwrap();
    let events = hall.events_until(3).await;
    assert_eq!(
        outcomes(&events),
        [(1, dropped(DropReason::Expired)), (2, dropped(DropReason::Overtaken)), (3, Outcome::Spoken { times: 2 }),]
    );
    let started = |event: &&VoiceEvent| matches!(event, VoiceEvent::Started { .. });
    assert_eq!(events.iter().filter(started).count(), 1);
    assert_eq!(hall.files("wav").len(), 1);
}

#[tokio::test]
async fn without_a_device_a_call_is_shown_and_the_state_says_what_to_do() {
    let no_such = |_: &Path| VoiceOutput::Device { name: Some("no such loudspeaker".to_owned()) };
    let mut hall = hall(no_such, true, Duration::ZERO);
    let state = hall.state_is(VoiceCondition::NoSoundDevice).await;
    assert!(state.cause.is_some() && state.remedy.unwrap().contains("loudspeaker"));
    hall.voice.announce(call(7, "B012")).unwrap();
    let events = hall.events_until(1).await;
    let VoiceEvent::Started { id: 7, caption, .. } = &events[0] else {
        panic!("{events:?}");
    };
    assert_eq!(caption["zh-CN"], "请 B012 号顾客到 12 号窗口办理业务");
    let [(7, Outcome::Failed { cause })] = &outcomes(&events)[..] else {
        panic!("{events:?}");
    };
    assert!(!cause.is_empty());
}

#[tokio::test]
async fn a_missing_pack_is_a_state_and_is_found_once_it_is_built() {
    let mut hall = hall(recordings, false, Duration::ZERO);
    let state = hall.state_is(VoiceCondition::NoVoicePack).await;
    assert!(state.remedy.unwrap().contains("lobby voice build"));
    hall.voice.announce(call(1, "A001")).unwrap();
    let events = hall.events_until(1).await;
    assert!(matches!(events[0], VoiceEvent::Started { .. }));
    assert!(matches!(outcomes(&events)[0].1, Outcome::Failed { .. }));

    toy_pack(&hall.folder.path().join("voice"), &["zh-CN", "en"]);
    hall.state_is(VoiceCondition::Ok).await;
    hall.voice.announce(call(2, "A002")).unwrap();
    let events = hall.events_until(1).await;
    assert_eq!(outcomes(&events), [(2, Outcome::Spoken { times: 2 })]);
}

#[tokio::test]
async fn afolder_that_cannot_be_written_is_a_state() {
    let mut hall = hall(
        |folder| {
            std::fs::write(folder.join("calls"), "a file where the folder should be").unwrap();
            recordings(folder)
        },
        true,
        Duration::ZERO,
    );
    hall.voice.announce(call(1, "A001")).unwrap();
    let events = hall.events_until(1).await;
    assert!(matches!(outcomes(&events)[0].1, Outcome::Failed { .. }));
    let state = hall.state_is(VoiceCondition::Error).await;
    assert!(state.cause.unwrap().contains("calls"));
}

#[tokio::test]
async fn the_queue_is_bounded_and_stopping_ends_every_call() {
    let mut hall = hall(|_| VoiceOutput::Off, true, Duration::from_hours(1));
    // Nothing is awaited here, so nothing is taken meanwhile.
    for id in 1..=64 {
        hall.voice.announce(call(id, &format!("A{id}0"))).unwrap();
    }
    let refused = hall.voice.announce(call(65, "A001"));
    assert_eq!(refused, Err(NotQueued::Full));
    hall.stop.cancel();
    hall.voice.stopped().await.unwrap();
    let mut ended = Vec::new();
    while let Some(event) = hall.events.recv().await {
        ended.push(event);
    }
    assert!(outcomes(&ended).iter().all(|(_, outcome)| *outcome == dropped(DropReason::Stopping)));
    assert_eq!(outcomes(&ended).len(), 64);
}

#[tokio::test]
async fn a_caption_without_sound_gives_way_to_the_next_call_and_not_to_a_notice() {
    let mut hall = hall(|_| VoiceOutput::Off, true, Duration::from_hours(1));
    hall.voice.announce(call(1, "A001")).unwrap();
    let started = |event: VoiceEvent| matches!(event, VoiceEvent::Started { .. });
    assert!(started(hall.events.recv().await.unwrap()));
    hall.voice.announce(notice(2, Rank::Notice, &["en"])).unwrap();
    hall.voice.announce(call(3, "A003")).unwrap();
    let next = hall.events.recv().await.unwrap();
    assert_eq!(next, VoiceEvent::Ended { id: 1, outcome: dropped(DropReason::Off) });
    assert!(matches!(hall.events.recv().await.unwrap(), VoiceEvent::Started { id: 3, .. }));
}

#[tokio::test]
async fn a_slow_voice_takes_its_time_for_words_and_not_for_the_pauses() {
    let mut lengths = Vec::new();
    for speed in [100, 50] {
        let (mut hall, _count) = screens(|settings| settings.speed.usual = speed);
        hall.voice.announce(notice(1, Rank::Notice, &["en"])).unwrap();
        let events = hall.events_until(1).await;
        lengths.extend(events.iter().find_map(|event| match event {
            VoiceEvent::Audio { seconds, .. } => Some(*seconds),
            _ => None,
        }));
    }
    // 0.2 s of a notice; the chime and the pause after it stay.
    assert!((0.15..0.25).contains(&(lengths[1] - lengths[0])), "{lengths:?}");
}

#[tokio::test]
async fn a_language_the_voice_does_not_have_is_left_out() {
    let mut hall = hall(recordings, true, Duration::ZERO);
    let mut mixed = call(1, "A001");
    mixed.languages = vec!["fr".to_owned(), "en".to_owned()];
    let mut none = call(2, "A002");
    none.languages = vec!["fr".to_owned()];
    hall.voice.announce(mixed).unwrap();
    hall.voice.announce(none).unwrap();
    let events = hall.events_until(2).await;
    assert_eq!(outcomes(&events)[0].1, Outcome::Spoken { times: 2 });
    let Outcome::Failed { cause } = &outcomes(&events)[1].1 else {
        panic!("{events:?}");
    };
    assert!(cause.contains("fr"));
}

/// A voice whose sound screens play, four of them; the same toy pack.
fn screens(change: impl FnOnce(&mut VoiceSettings)) -> (Hall, watch::Sender<usize>) {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("voice");
    toy_pack(&pack, &["zh-CN", "en"]);
    let (count, listeners) = watch::channel(4);
    let mut settings = VoiceSettings::new(VoiceOutput::Screens { ids: Vec::new() }, pack);
    settings.caption_hold = Duration::ZERO;
    settings.gap = Duration::from_millis(20);
    settings.listeners = listeners;
    change(&mut settings);
    let stop = CancellationToken::new();
    let overtaken: Overtaken = Arc::new(|_: &Announcement| false);
    let (voice, events) = Voice::start(settings, Arc::new(now), overtaken, stop.clone());
    (Hall { voice, events, stop, folder }, count)
}

fn notice(id: u64, rank: Rank, sounds: &[&str]) -> Announcement {
    let made = sounds.iter().map(|language| ((*language).to_owned(), vec![800; 9_600].into())).collect();
    let text = sounds.iter().map(|language| ((*language).to_owned(), format!("notice {id}"))).collect();
    let unspoken = sounds.is_empty().then(|| "espeak-ng is not installed".to_owned());
    Announcement { saying: Saying::Speech(Speech { text, sounds: made, unspoken }), rank, repeats: 1, ..call(id, "") }
}

/// Ids in the order in which clips were handed out, without repeats of the same.
fn heard(events: &[VoiceEvent]) -> Vec<u64> {
    let audio = |event: &VoiceEvent| if let VoiceEvent::Audio { id, .. } = event { Some(*id) } else { None };
    let mut ids: Vec<u64> = events.iter().filter_map(audio).collect();
    ids.dedup();
    ids
}

#[tokio::test]
async fn a_call_comes_between_the_sentences_of_a_notice_and_never_over_one() {
    let (mut hall, _count) = screens(|_| {});
    hall.voice.announce(notice(1, Rank::Notice, &["zh-CN", "en"])).unwrap();
    hall.events.recv().await.unwrap(); // it has begun
    hall.voice.announce(call(2, "A002")).unwrap();
    let events = hall.events_until(2).await;
    assert_eq!(heard(&events), [1, 2, 1]);
    let spoken = |id, times| (id, Outcome::Spoken { times });
    assert_eq!(outcomes(&events), [spoken(2, 2), spoken(1, 1)]);
    // The clips can be fetched while they are to be heard.
    assert!(
        events.iter().any(|event| matches!(event, VoiceEvent::Audio { id: 2, pass: 2, seconds } if *seconds > 0.1))
    );
}

#[tokio::test]
async fn an_emergency_cuts_off_a_call_and_is_heard_in_quiet_hours() {
    let quiet = |settings: &mut VoiceSettings| {
        let day =
            |from: &str, until: &str| Span { from: from.parse().unwrap(), until: until.parse().unwrap(), percent: 0 };
        settings.volume.spans = vec![day("00:00", "12:00"), day("12:00", "23:59")];
    };
    let (mut hall, _count) = screens(quiet);
    hall.voice.announce(call(1, "A001")).unwrap();
    hall.voice.announce(notice(2, Rank::Emergency, &["zh-CN"])).unwrap();
    let events = hall.events_until(2).await;
    assert_eq!(heard(&events), [2]);
    assert!(outcomes(&events).contains(&(1, dropped(DropReason::Quiet))));

    let long = |settings: &mut VoiceSettings| settings.gap = Duration::from_secs(20);
    let (mut hall, _count) = screens(long);
    hall.voice.announce(call(1, "A001")).unwrap();
    while !matches!(hall.events.recv().await.unwrap(), VoiceEvent::Audio { id: 1, .. }) {}
    hall.voice.announce(notice(2, Rank::Emergency, &["zh-CN"])).unwrap();
    while !matches!(hall.events.recv().await.unwrap(), VoiceEvent::Audio { id: 2, .. }) {}
}

#[tokio::test]
async fn many_calls_become_one_sentence_and_each_has_its_outcome() {
    let (mut hall, _count) = screens(|_| {});
    for id in 1..=9 {
        let mut job = call(id, &format!("A00{}", if id == 9 { 0 } else { id }));
        if let Saying::Call(call) = &mut job.saying {
            call.language = (id % 2 == 0).then(|| "en".to_owned());
            call.counter = id.to_string();
        }
        hall.voice.announce(job).unwrap();
    }
    let events = hall.events_until(9).await;
    assert_eq!(outcomes(&events).len(), 9);
    assert!(outcomes(&events).iter().all(|(_, outcome)| matches!(outcome, Outcome::Spoken { .. })));
    assert!(heard(&events).len() < 5, "{:?}", heard(&events));
    let caption = events.iter().find_map(|event| match event {
        VoiceEvent::Started { id: 8, caption, .. } => Some(caption.clone()),
        _ => None,
    });
    assert!(caption.unwrap()["zh-CN"].contains("A008 号到 8 号窗口"), "screens show every number in every language");
}

#[tokio::test]
async fn a_missing_clip_leaves_a_gap_and_not_a_silence() {
    let mut hall = hall(recordings, true, Duration::ZERO);
    hall.state_is(VoiceCondition::Ok).await;
    let pack = hall.folder.path().join("voice");
    for gone in ["digit-0", "customer-to"] {
        std::fs::remove_file(ClipId::of("zh-CN", gone).path(&pack)).unwrap();
    }
    let mut settings = VoiceSettings::new(recordings(hall.folder.path()), pack);
    settings.caption_hold = Duration::ZERO;
    let (voice, events) = Voice::start(settings, Arc::new(now), Arc::new(|_: &Announcement| false), hall.stop.clone());
    (hall.voice, hall.events) = (voice, events);
    let state = hall.state_is(VoiceCondition::ClipsMissing).await;
    let cause = state.cause.unwrap();
    assert!(cause.contains("zh-CN/customer-to") && cause.contains("zh-CN/digit-0"), "{cause}");
    assert!(state.remedy.unwrap().contains("lobby voice build"));
    hall.voice.announce(call(1, "A012")).unwrap();
    let events = hall.events_until(1).await;
    assert_eq!(outcomes(&events), [(1, Outcome::Spoken { times: 2 })]);
    let label: serde_json::Value = serde_json::from_slice(&std::fs::read(&hall.files("json")[0]).unwrap()).unwrap();
    let clips: Vec<&str> = label["clips"].as_array().unwrap().iter().map(|clip| clip.as_str().unwrap()).collect();
    assert!(clips.contains(&"zh-CN/digit-1") && clips.contains(&"zh-CN/digit-2") && clips.contains(&"en/digit-0"));
    assert_eq!(label["missing"], serde_json::json!(["zh-CN/digit-0", "zh-CN/customer-to"]));
}

#[tokio::test]
async fn no_screen_is_a_fault_and_a_notice_without_sound_is_shown() {
    let (mut hall, count) = screens(|_| {});
    hall.state_is(VoiceCondition::Ok).await;
    count.send(0).unwrap();
    assert!(hall.state_is(VoiceCondition::NoSoundScreen).await.remedy.unwrap().contains("sound = true"));
    hall.voice.announce(call(1, "A001")).unwrap();
    let events = hall.events_until(1).await;
    assert!(matches!(events[0], VoiceEvent::Started { id: 1, .. }), "its caption is shown");
    assert!(matches!(&outcomes(&events)[0].1, Outcome::Failed { cause } if cause.contains("screen")));
    count.send(1).unwrap();
    hall.state_is(VoiceCondition::Ok).await;
    hall.voice.announce(notice(2, Rank::Notice, &[])).unwrap();
    let events = hall.events_until(1).await;
    assert!(matches!(&outcomes(&events)[0].1, Outcome::Failed { cause } if cause.contains("espeak-ng")));
}
