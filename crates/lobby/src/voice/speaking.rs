//! The speaker of one zone: one task that speaks announcements one at a time.
//!
//! An announcement is a job with an outcome: spoken, dropped or failed, told exactly once. What cannot
//! be heard is still shown: it starts, its caption stands for a while, it ends as failed.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::announcement::{
    Announcement, Caption, Condition, DropReason, Outcome, Rank, VoiceCondition, VoiceEvent, VoiceState,
};
use super::grammar::Grammar;
use super::output::Output;
use super::pace::Pace;
use super::pack_slot::PackSlot;
use super::phrasing::{Phrased, Phrasing, Unspeakable};
use super::queue::{Queue, Turn};
use super::render::Sound;
use super::settings::{VoiceOutput, VoiceSettings};
use super::speaker::{Clock, Overtaken};

/// The task behind a [`super::Voice`].
pub(super) struct Speaker {
    pub(super) settings: VoiceSettings,
    clock: Clock,
    overtaken: Overtaken,
    pub(super) events: mpsc::Sender<VoiceEvent>,
    state: watch::Sender<VoiceState>,
    phrasing: Phrasing,
    packs: PackSlot,
    pace: Pace,
    pub(super) output: Output,
    pub(super) queue: Queue,
    /// Fell out of the queue and has not been told yet.
    pub(super) gone: Vec<(Announcement, DropReason)>,
    /// What is being said.
    current: Vec<u64>,
}

/// How a turn went.
enum Said {
    Ended(Outcome),
    /// It made room; so many of its passes were said.
    PutBack(u32),
}

/// How one pass went.
pub(super) enum PassEnd {
    Whole,
    /// Broken off for something more pressing.
    Cut,
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
        let mut grammars = std::collections::BTreeMap::new();
        for language in &settings.languages {
            match Grammar::find(language, &settings.pack) {
                Ok(grammar) => {
                    grammars.insert(language.clone(), grammar);
                }
                Err(error) => error!("Calls will not be spoken in {language}: {error}"),
            }
        }
        let known = grammars.keys().cloned().collect();
        let joins = matches!(settings.output, VoiceOutput::Device { .. } | VoiceOutput::Screens { .. });
        Self {
            packs: PackSlot::new(settings.pack.clone(), known),
            pace: Pace::default(),
            output: Output::new(&settings),
            phrasing: Phrasing { grammars, options: settings.wording, greet: settings.greet },
            queue: Queue::new(joins),
            settings,
            clock,
            overtaken,
            events,
            state,
            gone: Vec::new(),
            current: Vec::new(),
        }
    }

    /// Speaks until the token is cancelled; what still waits then is dropped.
    pub(super) async fn run(mut self, mut jobs: mpsc::Receiver<Announcement>, stop: CancellationToken) {
        loop {
            self.publish();
            self.admit(&mut jobs);
            self.sweep().await;
            if let Some(turn) = self.queue.take() {
                self.current = turn.jobs.iter().map(|job| job.id).collect();
                if stop.run_until_cancelled(self.say(turn, &mut jobs)).await.is_none() {
                    break;
                }
                self.current.clear();
                continue;
            }
            let job = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = self.packs.tend() => continue,
                () = self.output.tend() => continue,
                job = jobs.recv() => job,
            };
            let Some(job) = job else { break };
            self.gone.extend(self.queue.push(job));
        }
        jobs.close();
        let waiting = self.queue.drain().into_iter().map(|job| job.id).collect::<Vec<_>>();
        for id in std::mem::take(&mut self.current).into_iter().chain(waiting) {
            self.leave_out(id);
        }
        while let Ok(job) = jobs.try_recv() {
            self.leave_out(job.id);
        }
    }

    /// Takes over what was announced meanwhile.
    fn admit(&mut self, jobs: &mut mpsc::Receiver<Announcement>) {
        while self.queue.has_room() {
            let Ok(job) = jobs.try_recv() else { break };
            self.gone.extend(self.queue.push(job));
        }
    }

    /// Drops what is of no use any more, and tells it.
    async fn sweep(&mut self) {
        let now = (self.clock)();
        let overtaken = self.overtaken.clone();
        let mut gone = std::mem::take(&mut self.gone);
        gone.extend(self.queue.sweep(now, |job| overtaken(job)));
        for (job, reason) in gone {
            if matches!(reason, DropReason::Overtaken) {
                info!("{} was not spoken: it is no longer needed.", job.name());
            } else {
                let waited = now.duration_since(job.created_at).as_secs();
                warn!("{} was not spoken ({reason:?}): it had waited {waited} s.", job.name());
            }
            self.ended(&job, dropped(reason)).await;
        }
    }

    /// Speaks a turn, or shows it where it cannot be heard.
    async fn say(&mut self, turn: Turn, jobs: &mut mpsc::Receiver<Announcement>) {
        let now = (self.clock)();
        let said = match self.phrasing.of(&turn, self.settings.volume.hour(now)) {
            Ok(phrased) => self.perform(&turn, phrased, jobs).await,
            Err(Unspeakable { caption, cause }) => {
                self.show(&turn, caption, jobs).await;
                Said::Ended(Outcome::Failed { cause })
            }
        };
        match said {
            Said::PutBack(done) => self.queue.put_back(turn, done),
            Said::Ended(outcome) => {
                for job in &turn.jobs {
                    self.ended(job, outcome.clone()).await;
                }
            }
        }
    }

    async fn perform(&mut self, turn: &Turn, mut phrased: Phrased, jobs: &mut mpsc::Receiver<Announcement>) -> Said {
        let percent = match turn.rank() {
            Rank::Emergency => self.settings.volume.usual.max(100),
            Rank::Call | Rank::Recall | Rank::Notice => self.settings.volume.at((self.clock)()),
        };
        let silent = match (&self.output, percent) {
            (Output::Off, _) => Some(DropReason::Off),
            (_, 0) => Some(DropReason::Quiet),
            _ => None,
        };
        if let Some(reason) = silent {
            self.show(turn, phrased.caption, jobs).await;
            return Said::Ended(dropped(reason));
        }
        while self.packs.is_loading() {
            self.packs.tend().await;
        }
        let pack = match self.packs.pack() {
            Some(pack) => pack,
            // What was made as a whole needs no clips but the chime.
            None if turn.jobs.iter().all(|job| job.as_call().is_none()) => Arc::default(),
            None => {
                self.show(turn, phrased.caption, jobs).await;
                let cause = self.packs.fault().unwrap_or("there are no voice clips").to_owned();
                return Said::Ended(Outcome::Failed { cause });
            }
        };
        let speed = turn.speed(self.settings.speed.at((self.clock)()));
        let pack = self.pace.bring(pack, &mut phrased.passes, speed);
        let sound = |pass: &super::phrasing::Pass| Sound::of_parts(&pack, pass.chime, &pass.parts).at_volume(percent);
        let sounds: Vec<Sound> = phrased.passes.iter().map(sound).collect();
        let name = || turn.jobs.iter().map(Announcement::name).collect::<Vec<_>>().join(", ");
        if let Some(gaps) = sounds.iter().map(|sound| &sound.missing).find(|missing| !missing.is_empty()) {
            error!("{} is spoken with gaps, the pack lacks {gaps:?}.", name());
        }
        let is_chime = phrased.passes.iter().all(|pass| pass.parts.is_empty());
        if !is_chime && !sounds.iter().any(Sound::says_something) {
            self.show(turn, phrased.caption, jobs).await;
            let cause = "the voice has no clip of it".to_owned();
            return Said::Ended(Outcome::Failed { cause });
        }
        match &self.output {
            Output::Recorder { .. } => Said::Ended(self.record(turn, phrased, &sounds, jobs).await),
            _ => self.speak(turn, &phrased, sounds, jobs).await,
        }
    }

    /// Speaks pass by pass. One cut off by a lost device is begun anew, once.
    async fn speak(
        &mut self,
        turn: &Turn,
        phrased: &Phrased,
        sounds: Vec<Sound>,
        jobs: &mut mpsc::Receiver<Announcement>,
    ) -> Said {
        let rank = turn.rank();
        let is_call = matches!(rank, Rank::Call | Rank::Recall);
        let (mut attempts, mut shown) = (0, false);
        let mut done = turn.done;
        let gap = self.settings.gap;
        let mut sounds = sounds.into_iter().skip(turn.done as usize).map(|sound| Arc::new(sound.with_pause_after(gap)));
        let mut next = sounds.next();
        while let Some(sound) = next.clone() {
            if done > turn.done {
                self.admit(jobs);
                let enough = is_call && self.queue.is_in_a_hurry();
                let over = turn.jobs.iter().all(|job| (self.overtaken)(job));
                if enough || (is_call && over) {
                    break;
                }
                if self.queue.outranks(rank) {
                    return Said::PutBack(done);
                }
            }
            match self.speak_once(turn, &phrased.caption, &sound, done, &mut shown, jobs).await {
                Ok(PassEnd::Whole) => {
                    done += 1;
                    next = sounds.next();
                }
                Ok(PassEnd::Cut) => return Said::PutBack(done),
                Err(fault) => {
                    self.publish();
                    attempts += 1;
                    if attempts == 1 && fault.cut_off {
                        continue; // the device was opened anew meanwhile, or says why not
                    }
                    if !shown {
                        self.show(turn, phrased.caption.clone(), jobs).await;
                    }
                    return Said::Ended(Outcome::Failed { cause: fault.cause });
                }
            }
        }
        let times = (done as usize).div_ceil(phrased.once.max(1));
        Said::Ended(Outcome::Spoken { times: u8::try_from(times).unwrap_or(u8::MAX) })
    }

    /// Writes the whole announcement as a file, and shows its caption.
    async fn record(
        &mut self,
        turn: &Turn,
        phrased: Phrased,
        sounds: &[Sound],
        jobs: &mut mpsc::Receiver<Announcement>,
    ) -> Outcome {
        let Output::Recorder { recorder, fault } = &mut self.output else {
            return dropped(DropReason::Off);
        };
        let (writer, text, sound) = (recorder.clone(), phrased.caption.clone(), Sound::in_sequence(sounds));
        let said = turn.jobs.clone();
        let times = u8::try_from(phrased.passes.len() / phrased.once.max(1)).unwrap_or(u8::MAX);
        let spoken_at = (self.clock)();
        let write = move || said.iter().try_for_each(|job| writer.write(job, &text, &sound, spoken_at));
        *fault = match tokio::task::spawn_blocking(write).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(error) => Some(format!("writing the recording failed: {error}")),
        };
        let outcome = match fault.clone() {
            None => Outcome::Spoken { times },
            Some(cause) => Outcome::Failed { cause },
        };
        self.publish();
        self.show(turn, phrased.caption, jobs).await;
        outcome
    }

    /// Shows a caption without sound for as long as the settings say, or until something newer is to be shown: with no
    /// sound to wait for, no call stays behind another.
    async fn show(&mut self, turn: &Turn, caption: Caption, jobs: &mut mpsc::Receiver<Announcement>) {
        for job in &turn.jobs {
            tell(&self.events, started(job.id, Instant::now(), caption.clone())).await;
        }
        let until = tokio::time::Instant::now() + self.settings.caption_hold;
        let gives_way_to = |other: Rank| other != Rank::Notice || turn.rank() == Rank::Notice;
        while self.queue.has_room() && !self.queue.has(gives_way_to) {
            match tokio::time::timeout_at(until, jobs.recv()).await {
                Ok(Some(job)) => self.gone.extend(self.queue.push(job)),
                Ok(None) => break, // the lobby stops
                Err(_) => return,
            }
        }
    }

    async fn ended(&self, job: &Announcement, outcome: Outcome) {
        if let Outcome::Failed { cause } = &outcome {
            warn!("{} was shown and not heard: {cause}.", job.name());
        }
        tell(&self.events, VoiceEvent::Ended { id: job.id, outcome }).await;
    }

    /// Ends a job because the lobby stops; nobody may be reading any more, so this never waits.
    fn leave_out(&self, id: u64) {
        let outcome = dropped(DropReason::Stopping);
        let _ = self.events.try_send(VoiceEvent::Ended { id, outcome });
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

/// Tells an event; a voice nobody listens to goes on speaking.
pub(super) async fn tell(events: &mpsc::Sender<VoiceEvent>, event: VoiceEvent) {
    if events.send(event).await.is_err() {
        tracing::debug!("Nobody reads the voice's events.");
    }
}

pub(super) fn started(id: u64, first_sample_at: Instant, caption: Caption) -> VoiceEvent {
    VoiceEvent::Started { id, first_sample_at, caption }
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
