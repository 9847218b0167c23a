//! One task for all zones: announcements in, sound made, zones told, outcomes booked.

use super::Voices;
use crate::{
    clock::Clock,
    config::{Config, ZoneConfig},
    controller::{Handle, Stopped},
    devices::{
        health::{Count, Tally},
        registry::Registry,
    },
    orders::{FIRST_NOTICE_ID, OpenCalls},
    selftest::{Expected, FIRST_TEST_ID},
    views::{Audio, Speaking, Time},
    voice::{Announcement, DropReason, Outcome, Rank, Saying, Shelf, Speech, Voice, VoiceEvent, free_text::FreeText},
};
use queue_core::{AlertKind, AlertSubject, Command, NoticeId, NoticeOutcome};
use std::{collections::BTreeMap, sync::Arc};
use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// Who books what the voice does.
const ACTOR: &str = "system:voice";

/// A zone that speaks.
pub struct Zone {
    /// As configured.
    pub config: ZoneConfig,
    /// Its voice.
    pub voice: Voice,
}

/// What the hall is joined to.
pub struct Joints {
    /// The way to the branch.
    pub handle: Handle,
    /// The one clock.
    pub clock: Clock,
    /// How the devices are.
    pub registry: Registry,
    /// Calls that are still of use.
    pub calls: watch::Receiver<OpenCalls>,
    /// Where outcomes of self-tests are told.
    pub chimes: Expected<Outcome>,
    /// Makes notices into sound.
    pub free_text: FreeText,
    /// Sound for screens.
    pub shelf: Shelf,
}

/// What is said in zones and has not ended in all of them.
struct Pending {
    rank: Rank,
    left: usize,
    best: Option<(NoticeOutcome, Option<String>)>,
}

/// All zones of a branch.
pub struct Hall {
    joints: Joints,
    zones: Vec<Zone>,
    tallies: Vec<Tally>,
    pending: BTreeMap<u64, Pending>,
    speaking: BTreeMap<usize, Speaking>,
    told: watch::Sender<Arc<Vec<Speaking>>>,
    /// Numbers whose customers are invited in person, by their calls.
    invited: BTreeMap<u64, AlertSubject>,
    making: JoinSet<Announcement>,
    /// Notices are made one at a time, so that they never take the machine from the calls.
    makers: Arc<Semaphore>,
}

impl Hall {
    /// The zones, and where to read what they say.
    pub fn new(joints: Joints, zones: Vec<Zone>) -> (Hall, Voices) {
        let (told, speaking) = watch::channel(Arc::default());
        let voices = Voices { shelf: joints.shelf.clone(), speaking };
        let tallies = zones.iter().map(|zone| joints.registry.tally(&device(&zone.config))).collect();
        let hall = Hall {
            joints,
            zones,
            tallies,
            pending: BTreeMap::new(),
            speaking: BTreeMap::new(),
            told,
            invited: BTreeMap::new(),
            making: JoinSet::new(),
            makers: Arc::new(Semaphore::new(1)),
        };
        (hall, voices)
    }

    /// Runs until `stop`. `events` are those of the zones, by their place.
    ///
    /// # Errors
    /// [`Stopped`] when the controller has ended.
    pub async fn run(
        mut self,
        mut jobs: mpsc::Receiver<Announcement>,
        mut events: mpsc::Receiver<(usize, VoiceEvent)>,
        stop: CancellationToken,
    ) -> Result<(), Stopped> {
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(job) = jobs.recv() => self.take(job).await?,
                Some((zone, event)) = events.recv() => self.follow(zone, event).await?,
                Some(made) = self.making.join_next() => match made {
                    Ok(job) => self.deliver(job).await?,
                    Err(panic) => warn!(%panic, "making a notice into sound has failed"),
                },
                Ok(()) = self.joints.calls.changed() => self.end_invitations().await?,
                else => break,
            }
        }
        for zone in self.zones {
            if let Err(panic) = zone.voice.stopped().await {
                warn!(%panic, "a zone of the voice has failed; its calls stayed on the screens");
            }
        }
        Ok(())
    }

    fn config(&self) -> &Config {
        self.joints.handle.config()
    }

    async fn take(&mut self, job: Announcement) -> Result<(), Stopped> {
        match &job.saying {
            Saying::Call(call) if self.config().voice.quiet_lanes.contains(&call.lane) => {
                let counter = call.counter.clone();
                self.invite(job.id, counter).await
            }
            Saying::Speech(_) => {
                self.make(job);
                Ok(())
            }
            Saying::Call(_) | Saying::Chime {} => self.deliver(job).await,
        }
    }

    /// Has a notice made into sound; it is delivered when that is done.
    fn make(&mut self, job: Announcement) {
        let (voice, makers) = (self.joints.free_text.clone(), self.makers.clone());
        self.making.spawn(async move {
            // An emergency waits for nobody.
            let turn = if job.rank == Rank::Emergency { None } else { makers.acquire_owned().await.ok() };
            let unmade = job.clone();
            let made = tokio::task::spawn_blocking(move || spoken(&voice, job)).await;
            drop(turn);
            made.unwrap_or(unmade)
        });
    }

    async fn deliver(&mut self, job: Announcement) -> Result<(), Stopped> {
        let says = |zone: &Zone| match (&job.saying, &job.zones[..]) {
            (Saying::Call(call), []) => zone.config.says(&call.service, &call.counter),
            (_, []) => true,
            (_, zones) => zones.contains(&zone.config.id),
        };
        let mut places: Vec<usize> = (0..self.zones.len()).filter(|place| says(&self.zones[*place])).collect();
        if places.is_empty() {
            // Better heard at the wrong end of the hall than nowhere.
            places = (0..self.zones.len()).collect();
        }
        let id = job.id;
        let (mut left, mut refused) = (0, None);
        for place in places {
            match self.zones[place].voice.announce(job.clone()) {
                Ok(()) => left += 1,
                Err(cause) => {
                    warn!(zone = self.zones[place].config.id, %cause, "{} is not spoken; screens show it", job.name());
                    self.tallies[place].add(Count::CallsDropped);
                    refused = Some((NoticeOutcome::Failed, Some(cause.to_string())));
                }
            }
        }
        self.pending.insert(id, Pending { rank: job.rank, left, best: refused });
        if left == 0 {
            self.settle(id).await?;
        }
        Ok(())
    }

    async fn follow(&mut self, place: usize, event: VoiceEvent) -> Result<(), Stopped> {
        match event {
            VoiceEvent::Started { id, caption, .. } => {
                // Calls that are one sentence start together, with one caption.
                if self.speaking.get(&place).is_some_and(|known| known.text == caption) {
                    return Ok(());
                }
                let spoken = Speaking {
                    zone: self.zones[place].config.id.clone(),
                    id: id.to_string(),
                    kind: self.pending.get(&id).map_or("notice", |pending| kind(pending.rank)),
                    at: Time(self.joints.clock.now()),
                    text: caption,
                    audio: None,
                };
                self.speaking.insert(place, spoken);
                self.show().await
            }
            VoiceEvent::Audio { id, pass, seconds } => {
                let zone = &self.zones[place].config;
                let screens = self.config().screens.iter();
                let screens = screens.filter(|screen| screen.sound && zone.is_played_by(&screen.id));
                let url = format!("/api/v1/announcements/{id}/audio?zone={}&pass={pass}", zone.id);
                let audio = Audio { url, seconds, screens: screens.map(|screen| screen.id.clone()).collect() };
                if let Some(spoken) = self.speaking.get_mut(&place) {
                    spoken.audio = Some(audio);
                }
                self.show().await
            }
            VoiceEvent::Ended { id, outcome } => self.ended(place, id, outcome).await,
        }
    }

    async fn ended(&mut self, place: usize, id: u64, outcome: Outcome) -> Result<(), Stopped> {
        count(&self.tallies[place], &outcome);
        if self.speaking.get(&place).is_some_and(|known| known.id == id.to_string()) {
            self.speaking.remove(&place);
            self.show().await?;
        }
        if id >= FIRST_TEST_ID {
            self.joints.chimes.tell(id, outcome.clone());
        }
        let Some(pending) = self.pending.get_mut(&id) else { return Ok(()) };
        pending.left = pending.left.saturating_sub(1);
        let now = verdict(outcome);
        if pending.best.as_ref().is_none_or(|best| weight(now.0) > weight(best.0)) {
            pending.best = Some(now);
        }
        if pending.left == 0 { self.settle(id).await } else { Ok(()) }
    }

    /// Everywhere over: a notice has an outcome in the journal.
    async fn settle(&mut self, id: u64) -> Result<(), Stopped> {
        let Some(Pending { best, .. }) = self.pending.remove(&id) else { return Ok(()) };
        if !(FIRST_NOTICE_ID..FIRST_TEST_ID).contains(&id) {
            return Ok(());
        }
        let (outcome, cause) = best.unwrap_or((NoticeOutcome::Dropped, None));
        self.tell(Command::EndNotice { notice: NoticeId(id - FIRST_NOTICE_ID), outcome, cause }).await
    }

    async fn show(&self) -> Result<(), Stopped> {
        let speaking: Vec<Speaking> = self.speaking.values().cloned().collect();
        self.told.send_replace(Arc::new(speaking.clone()));
        self.joints.handle.hear(speaking).await
    }

    /// Staff are asked to invite a customer whom the voice does not call.
    async fn invite(&mut self, call: u64, counter: String) -> Result<(), Stopped> {
        let at = counter.clone();
        let ticket = self
            .joints
            .handle
            .ask(move |view| view.branch.ticket_at(&at.as_str().into()).map(|ticket| ticket.id.clone()));
        let Some(ticket) = ticket.await? else { return Ok(()) };
        let subject =
            AlertSubject { ticket: Some(ticket), ..AlertSubject::at(AlertKind::Invite, counter.as_str().into()) };
        self.tell(Command::RaiseAlert { subject: subject.clone(), reason: None, language: None }).await?;
        self.invited.insert(call, subject);
        self.end_invitations().await
    }

    /// Who has come need not be invited any more. A recall keeps the invitation of its call.
    async fn end_invitations(&mut self) -> Result<(), Stopped> {
        let calls = self.joints.calls.borrow_and_update().clone();
        let over: Vec<u64> = self.invited.keys().filter(|call| !calls.contains(call)).copied().collect();
        for call in over {
            let Some(subject) = self.invited.remove(&call) else { continue };
            if !self.invited.values().any(|other| *other == subject) {
                self.tell(Command::ClearAlert { subject }).await?;
            }
        }
        Ok(())
    }

    async fn tell(&self, command: Command) -> Result<(), Stopped> {
        if let Err(refusal) = self.joints.handle.tell(ACTOR, command).await? {
            warn!(%refusal, "what the voice did is not kept");
        }
        Ok(())
    }
}

/// Id of the device of a zone.
pub fn device(zone: &ZoneConfig) -> String {
    format!("voice-{}", zone.id)
}

/// A notice with its sound, as far as it can be made.
fn spoken(voice: &FreeText, mut job: Announcement) -> Announcement {
    let Saying::Speech(Speech { text, sounds, unspoken }) = &mut job.saying else { return job };
    for language in &job.languages {
        let Some(words) = text.get(language) else { continue };
        match voice.say(language, words) {
            Ok(samples) => sounds.push((language.clone(), samples)),
            Err(cause) => {
                warn!(language, %cause, "a notice is not spoken");
                *unspoken = Some(cause.to_string());
            }
        }
    }
    job
}

fn kind(rank: Rank) -> &'static str {
    match rank {
        Rank::Notice => "notice",
        Rank::Recall => "recall",
        Rank::Call => "call",
        Rank::Emergency => "emergency",
    }
}

fn verdict(outcome: Outcome) -> (NoticeOutcome, Option<String>) {
    match outcome {
        Outcome::Spoken { .. } => (NoticeOutcome::Spoken, None),
        Outcome::Failed { cause } => (NoticeOutcome::Failed, Some(cause)),
        Outcome::Dropped { reason } => {
            let why = match reason {
                DropReason::Expired => "it waited too long for the calls",
                DropReason::Quiet => "it is a quiet hour",
                DropReason::Full => "too many were waiting",
                DropReason::Off => "the voice is off",
                DropReason::Overtaken => "it was no longer needed",
                DropReason::Stopping => "the lobby was stopped",
            };
            (NoticeOutcome::Dropped, Some(why.to_owned()))
        }
    }
}

/// Heard in one zone is heard; otherwise trouble is told before intent.
fn weight(outcome: NoticeOutcome) -> u8 {
    match outcome {
        NoticeOutcome::Dropped => 0,
        NoticeOutcome::Failed => 1,
        NoticeOutcome::Spoken => 2,
    }
}

fn count(tally: &Tally, outcome: &Outcome) {
    match outcome {
        Outcome::Spoken { .. } => {
            tally.contact();
            tally.add(Count::CallsSpoken);
        }
        Outcome::Failed { .. } => tally.add(Count::CallsFailed),
        // Left out on purpose: nobody needs it any more, or the voice is off.
        Outcome::Dropped { reason: DropReason::Expired | DropReason::Full } => tally.add(Count::CallsDropped),
        Outcome::Dropped { .. } => {}
    }
}
