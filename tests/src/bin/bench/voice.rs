//! From a call to the loudspeaker: the first sample, the length of a call, and how far a busy hall falls behind.
//!
//! The sound server is the bench's own, with a sink that leads nowhere (HARDWARE §4.3). Which one to use stands in an
//! environment variable, and only another process can be given one: the bench runs itself again with it.

use crate::{
    Fault,
    figure::{Figure, Reach, ms, quantile},
};
use jiff::Timestamp;
use lobby::voice::{Announcement, Rank, Saying, Speech, Voice, VoiceCondition, VoiceEvent, VoiceOutput, VoiceSettings};
use lobby_tests::{
    hall::root,
    sound::{self, SoundServer},
    voice::{Loudspeaker, call},
};
use std::{
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

const INNER: &str = "NS_BENCH_SOUND_SERVER";
const CALLS: u64 = 100;

pub(crate) fn run() -> Result<Vec<Figure>, Fault> {
    if std::env::var_os(INNER).is_some() {
        let runtime = tokio::runtime::Runtime::new()?;
        let mut samples = runtime.block_on(first_samples())?;
        return Ok(vec![
            Figure::new(
                "call → first sample at the sound device, p50",
                ms(quantile(&mut samples, 500)),
                "ms",
                Reach::Beside,
            ),
            Figure::new("  the same, p99", ms(quantile(&mut samples, 990)), "ms", Reach::AtMost(150.0)),
        ]);
    }
    let mut hall = Loudspeaker::new();
    let speech = hall.speech(call(1, Rank::Call, "A012", 12, 0.0));
    let late = hall.rush();
    let mut figures = through_a_server()?;
    figures.push(Figure::new("one call, two languages twice, speech", speech, "s", Reach::AtMost(12.0)));
    figures.push(Figure::new("40 calls in a minute, last word at most after", late, "s", Reach::AtMost(30.0)));
    Ok(figures)
}

fn through_a_server() -> Result<Vec<Figure>, Fault> {
    let dir = tempfile::tempdir()?;
    let _server = SoundServer::start(dir.path());
    let json = dir.path().join("figures.json");
    let status = Command::new(std::env::current_exe()?)
        .args(["voice", "--json"])
        .arg(&json)
        .env(INNER, "1")
        .env("PULSE_SERVER", sound::address(dir.path()))
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        return Err("the calls were not heard by the sound server".into());
    }
    let found: serde_json::Value = serde_json::from_slice(&std::fs::read(&json)?)?;
    let value = |place: usize| found["figures"][place]["value"].as_f64().ok_or("a figure is missing");
    Ok(vec![
        Figure::new("call → first sample at the sound device, p50", value(0)?, "ms", Reach::Beside),
        Figure::new("  the same, p99", value(1)?, "ms", Reach::AtMost(150.0)),
    ])
}

/// How long after a call its first sample was taken. Each call is cut off after that by something short, so that a hundred
/// of them take no ten minutes.
async fn first_samples() -> Result<Vec<Duration>, Fault> {
    let output = VoiceOutput::Device { name: Some("lobby".to_owned()) };
    let mut settings = VoiceSettings::new(output, root().join("target/voice"));
    settings.gap = Duration::from_millis(200);
    let over = Arc::new(AtomicBool::new(false));
    let flag = over.clone();
    let overtaken = Arc::new(move |said: &Announcement| said.as_call().is_some() && flag.load(Ordering::SeqCst));
    let stop = CancellationToken::new();
    let (voice, mut events) = Voice::start(settings, Arc::new(Timestamp::now), overtaken, stop.clone());
    voice.state().wait_for(|state| state.state == VoiceCondition::Ok).await?;
    let mut found = Vec::new();
    for id in 0..CALLS {
        over.store(false, Ordering::SeqCst);
        let fresh = Announcement {
            created_at: Timestamp::now(),
            expires_at: Timestamp::now() + jiff::SignedDuration::from_mins(1),
            ..call(id, Rank::Call, "A012", 12, 0.0)
        };
        let asked = Instant::now();
        voice.announce(fresh.clone())?;
        let mut ended = 0;
        while ended < 2 {
            match events.recv().await.ok_or("the voice has stopped")? {
                VoiceEvent::Started { id: begun, first_sample_at, .. } if begun == id => {
                    found.push(first_sample_at.saturating_duration_since(asked));
                    over.store(true, Ordering::SeqCst);
                    let sounds = vec![("en".to_owned(), vec![500_i16; 480].into())];
                    let saying = Saying::Speech(Speech { sounds, ..Speech::default() });
                    voice.announce(Announcement {
                        id: id + CALLS,
                        saying,
                        rank: Rank::Emergency,
                        repeats: 1,
                        ..fresh.clone()
                    })?;
                }
                VoiceEvent::Ended { .. } => ended += 1,
                _ => {}
            }
        }
    }
    stop.cancel();
    voice.stopped().await?;
    Ok(found)
}
