//! One pass out of a loudspeaker, while what comes in meanwhile is taken over: an emergency breaks it off.

use std::future::pending;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;

use super::announcement::{Announcement, Caption, DropReason, Rank, VoiceEvent};
use super::audio::duration_of;
use super::output::Output;
use super::queue::{Queue, Turn};
use super::render::Sound;
use super::speaking::{PassEnd, Speaker, started, tell};

/// Why a call was not heard.
pub(super) struct Fault {
    pub(super) cause: String,
    /// The device was there and failed, so that trying again makes sense.
    pub(super) cut_off: bool,
}

impl Fault {
    fn silent(cause: &str) -> Self {
        Self { cause: cause.to_owned(), cut_off: false }
    }
}

impl Speaker {
    /// Plays one pass to its end, or until something outranks it.
    pub(super) async fn speak_once(
        &mut self,
        turn: &Turn,
        caption: &Caption,
        sound: &Arc<Sound>,
        done: u32,
        shown: &mut bool,
        jobs: &mut mpsc::Receiver<Announcement>,
    ) -> Result<PassEnd, Fault> {
        let rank = turn.rank();
        let Self { output, queue, events, gone, settings, .. } = self;
        let begin = async |first_sample_at: Instant| {
            for job in &turn.jobs {
                tell(events, started(job.id, first_sample_at, caption.clone())).await;
            }
        };
        match output {
            Output::Device(device) => {
                device.settle().await;
                if let Some(cause) = device.fault() {
                    return Err(Fault::silent(cause));
                }
                let heard = async {
                    let mut playing = device.play(sound.clone())?;
                    let first_sample_at = playing.first_sample().await?;
                    if !std::mem::replace(shown, true) {
                        begin(first_sample_at).await;
                    }
                    tokio::select! {
                        biased;
                        () = outranked(queue, gone, rank, jobs) => Ok(PassEnd::Cut),
                        end = playing.finished() => end.map(|()| PassEnd::Whole),
                    }
                };
                let heard: Result<PassEnd, String> = heard.await;
                match heard {
                    Ok(end) => Ok(end),
                    Err(cause) => {
                        device.reopen(cause.clone()).await;
                        Err(Fault { cause, cut_off: true })
                    }
                }
            }
            Output::Screens { shelf, listeners } => {
                if *listeners.borrow() == 0 {
                    return Err(Fault::silent("no screen with sound is connected"));
                }
                let Some(id) = turn.jobs.first().map(|job| job.id) else { return Ok(PassEnd::Whole) };
                let pass = done + 1;
                shelf.put(&settings.zone, id, pass, &sound.samples);
                if !std::mem::replace(shown, true) {
                    begin(Instant::now()).await;
                }
                let length = duration_of(sound.samples.len());
                tell(events, VoiceEvent::Audio { id, pass, seconds: length.as_secs_f64() }).await;
                tokio::select! {
                    biased;
                    () = outranked(queue, gone, rank, jobs) => Ok(PassEnd::Cut),
                    () = tokio::time::sleep(length) => Ok(PassEnd::Whole),
                }
            }
            Output::Recorder { .. } | Output::Off => Err(Fault::silent("the voice has no loudspeaker")),
        }
    }
}

/// Resolves when an emergency has come in that does not wait for `rank`; takes over what comes meanwhile.
async fn outranked(
    queue: &mut Queue,
    gone: &mut Vec<(Announcement, DropReason)>,
    rank: Rank,
    jobs: &mut mpsc::Receiver<Announcement>,
) {
    while queue.has_room() {
        let Some(job) = jobs.recv().await else { break };
        let cuts = job.rank == Rank::Emergency && rank != Rank::Emergency;
        gone.extend(queue.push(job));
        if cuts {
            return;
        }
    }
    pending::<()>().await;
}
