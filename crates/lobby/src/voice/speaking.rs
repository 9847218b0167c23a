//! The speaker: one task that speaks announcements one at a time.
//!
//! A call is a job with an outcome: spoken, dropped or failed, told exactly once. A call that cannot
//! be heard is still shown: it starts, its caption stands for a while, it ends as failed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::announcement::{
    Announcement, Caption, Condition, DropReason, Outcome, VoiceCondition, VoiceEvent, VoiceState,
};
use super::grammar::Grammar;
use super::output::Output;
use super::pack_slot::PackSlot;
use super::render::Sound;
use super::settings::VoiceSettings;
use super::speaker::{Clock, Overtaken};
use super::wording::{self, Sentence};

/// The task behind a [`super::Voice`].
pub(super) struct Speaker {
    settings: VoiceSettings,
    clock: Clock,
    overtaken: Overtaken,
    events: mpsc::Sender<VoiceEvent>,
    state: watch::Sender<VoiceState>,
    grammars: BTreeMap<String, Grammar>,
    packs: PackSlot,
    output: Output,
}

impl Speaker {
    /// Starts to load the pack and to open the device. Needs a tokio runtime.
    pub(super) fn new(
        settings: VoiceSettings,
        clock: Clock,
        overtaken: Overtaken,
        events: mpsc::Sender<VoiceEvent>,
        state: watch::Sender<VoiceState>,
    ) -> Self {
        let mut grammars = BTreeMap::new();
        for language in &settings.languages {
            match Grammar::of(language) {
                Ok(grammar) => {
                    grammars.insert(language.clone(), grammar);
                }
                Err(error) => error!("Calls will not be spoken in {language}: {error}"),
            }
        }
        let known = grammars.keys().cloned().collect();
        Self {
            packs: PackSlot::new(settings.pack.clone(), known),
            output: Output::new(&settings.output),
            settings,
            clock,
            overtaken,
            events,
            state,
            grammars,
        }
    }

    /// Speaks until the token is cancelled; what still waits then is dropped.
    pub(super) async fn run(mut self, mut jobs: mpsc::Receiver<Announcement>, stop: CancellationToken) {
        loop {
            self.publish();
            let job = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = self.packs.tend() => continue,
                () = self.output.tend() => continue,
                job = jobs.recv() => job,
            };
            let Some(job) = job else { break };
            match stop.run_until_cancelled(self.handle(&job)).await {
                Some(outcome) => self.ended(&job, outcome).await,
                None => self.leave_out(&job),
            }
        }
        jobs.close();
        while let Ok(job) = jobs.try_recv() {
            self.leave_out(&job);
        }
    }

    /// Speaks or drops one announcement.
    async fn handle(&mut self, job: &Announcement) -> Outcome {
        let now = (self.clock)();
        if now >= job.expires_at {
            let waited = now.duration_since(job.created_at).as_secs();
            warn!("The call {} to counter {} was not spoken: it had waited {waited} s.", job.ticket, job.counter);
            return dropped(DropReason::Expired);
        }
        if (self.overtaken)(job) {
            info!("The call {} to counter {} was not spoken: it is no longer needed.", job.ticket, job.counter);
            return dropped(DropReason::Overtaken);
        }
        let sentences = match self.sentences(job) {
            Ok(sentences) => sentences,
            Err(cause) => return Outcome::Failed { cause },
        };
        let caption: Caption =
            sentences.iter().map(|sentence| (sentence.language.clone(), sentence.caption.clone())).collect();
        if matches!(self.output, Output::Off) {
            self.show(job, caption).await;
            return dropped(DropReason::Off);
        }
        while self.packs.is_loading() {
            self.packs.tend().await;
        }
        let Some(pack) = self.packs.pack() else {
            self.show(job, caption).await;
            let cause = self.packs.fault().unwrap_or("there are no voice clips");
            return Outcome::Failed { cause: cause.to_owned() };
        };
        let sound = Sound::of(&pack, &sentences);
        if !sound.missing.is_empty() {
            error!("The call {} is spoken with gaps, the pack lacks {:?}.", job.ticket, sound.missing);
        }
        match &self.output {
            Output::Recorder { .. } => self.record(job, caption, sound).await,
            _ => self.speak(job, caption, sound).await,
        }
    }

    /// Words the call in each of its languages that there is a grammar for.
    fn sentences(&self, job: &Announcement) -> Result<Vec<Sentence>, String> {
        let mut sentences = Vec::new();
        for language in &job.languages {
            let Some(grammar) = self.grammars.get(language) else {
                warn!("The call {} is not spoken in {language}: the voice has no such language.", job.ticket);
                continue;
            };
            let worded = wording::call(grammar, &job.ticket, &job.counter, self.settings.wording);
            let sentence = worded.map_err(|error| error.to_string())?;
            if !sentence.unspoken.is_empty() {
                warn!(
                    "The call {} to {} leaves out \"{}\": only letters and digits can be spoken.",
                    job.ticket, job.counter, sentence.unspoken
                );
            }
            sentences.push(sentence);
        }
        if sentences.is_empty() && !job.languages.is_empty() {
            return Err(format!("none of its languages ({}) is known", job.languages.join(", ")));
        }
        Ok(sentences)
    }

    /// Speaks through the sound device. A call cut off by a lost device is begun anew, once.
    async fn speak(&mut self, job: &Announcement, caption: Caption, sound: Sound) -> Outcome {
        let sound = Arc::new(sound.with_pause_after());
        let (mut times, mut attempts, mut shown) = (0, 0, false);
        while times < job.repeats.max(1) {
            if times > 0 && (self.overtaken)(job) {
                break;
            }
            let fault = match self.speak_once(job, &caption, &sound, &mut shown).await {
                Ok(()) => {
                    times += 1;
                    continue;
                }
                Err(fault) => fault,
            };
            self.publish();
            attempts += 1;
            if attempts == 1 && fault.cut_off {
                continue; // the device was opened anew meanwhile, or says why not
            }
            if !shown {
                self.show(job, caption).await;
            }
            return Outcome::Failed { cause: fault.cause };
        }
        Outcome::Spoken { times }
    }

    async fn speak_once(
        &mut self,
        job: &Announcement,
        caption: &Caption,
        sound: &Arc<Sound>,
        shown: &mut bool,
    ) -> Result<(), Fault> {
        let Output::Device(device) = &mut self.output else {
            return Err(Fault::silent("the voice has no sound device"));
        };
        device.settle().await;
        if let Some(cause) = device.fault() {
            return Err(Fault::silent(cause));
        }
        let heard = async {
            let mut playing = device.play(sound.clone())?;
            let first_sample_at = playing.first_sample().await?;
            if !std::mem::replace(shown, true) {
                tell(&self.events, started(job, first_sample_at, caption.clone())).await;
            }
            playing.finished().await
        };
        let heard: Result<(), String> = heard.await;
        match heard {
            Ok(()) => Ok(()),
            Err(cause) => {
                device.reopen(cause.clone()).await;
                let cut_off = true;
                Err(Fault { cause, cut_off })
            }
        }
    }

    /// Writes the whole announcement as a file, and shows its caption.
    async fn record(&mut self, job: &Announcement, caption: Caption, sound: Sound) -> Outcome {
        let Output::Recorder { recorder, fault } = &mut self.output else {
            return dropped(DropReason::Off);
        };
        let (writer, call, text) = (recorder.clone(), job.clone(), caption.clone());
        let times = job.repeats.max(1);
        let spoken_at = (self.clock)();
        let written =
            tokio::task::spawn_blocking(move || writer.write(&call, &text, &sound.repeated(times), spoken_at)).await;
        *fault = match written {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(error) => Some(format!("writing the recording failed: {error}")),
        };
        let outcome = match fault.clone() {
            None => Outcome::Spoken { times },
            Some(cause) => {
                error!("The call {} was not recorded: {cause}", job.ticket);
                Outcome::Failed { cause }
            }
        };
        self.publish();
        self.show(job, caption).await;
        outcome
    }

    /// Shows a caption without sound for as long as the settings say.
    async fn show(&self, job: &Announcement, caption: Caption) {
        tell(&self.events, started(job, Instant::now(), caption)).await;
        tokio::time::sleep(self.settings.caption_hold).await;
    }

    async fn ended(&self, job: &Announcement, outcome: Outcome) {
        if let Outcome::Failed { cause } = &outcome {
            warn!("The call {} to counter {} was shown and not heard: {cause}.", job.ticket, job.counter);
        }
        tell(&self.events, VoiceEvent::Ended { id: job.id, outcome }).await;
    }

    /// Ends a job because the lobby stops; nobody may be reading any more, so this never waits.
    fn leave_out(&self, job: &Announcement) {
        let outcome = dropped(DropReason::Stopping);
        let _ = self.events.try_send(VoiceEvent::Ended { id: job.id, outcome });
    }

    /// Brings the state up to date; `since` moves only with the condition itself.
    fn publish(&self) {
        let condition = self.output.condition(&self.packs);
        let now = (self.clock)();
        self.state.send_if_modified(|state| {
            if condition.matches(state) {
                return false;
            }
            let since = if state.state == condition.state { state.since } else { now };
            *state = condition.since(since);
            true
        });
    }
}

/// Why a call was not heard.
struct Fault {
    cause: String,
    /// The device was there and failed, so that trying again makes sense.
    cut_off: bool,
}

impl Fault {
    fn silent(cause: &str) -> Self {
        Self { cause: cause.to_owned(), cut_off: false }
    }
}

/// Tells an event; a voice nobody listens to goes on speaking.
async fn tell(events: &mpsc::Sender<VoiceEvent>, event: VoiceEvent) {
    if events.send(event).await.is_err() {
        tracing::debug!("Nobody reads the voice's events.");
    }
}

fn started(job: &Announcement, first_sample_at: Instant, caption: Caption) -> VoiceEvent {
    VoiceEvent::Started { id: job.id, first_sample_at, caption }
}

fn dropped(reason: DropReason) -> Outcome {
    Outcome::Dropped { reason }
}

/// The state before anything is known.
pub(super) fn starting(now: Timestamp) -> VoiceState {
    Condition::plain(VoiceCondition::Starting).since(now)
}

#[cfg(test)]
#[path = "speaking_tests.rs"]
mod tests;
