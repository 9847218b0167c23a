//! One loudspeaker without a loudspeaker, by a simulated clock: the queue, the wording and the clips of the real voice,
//! rendered as one recording.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "seconds of a test")]

use crate::hall::root;
use jiff::{SignedDuration, Timestamp};
use lobby::voice::{
    Announcement, Call, DropReason, Grammar, Pack, Rank, Saying, audio, load_or_build,
    pace::Pace,
    phrasing::{Pass, Phrased, Phrasing},
    queue::{Form, Queue, Turn},
    render::Sound,
    wording::WordingOptions,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
    time::Duration,
};

/// Languages of the hall, in order.
pub const LANGUAGES: [&str; 2] = ["zh-CN", "en"];
/// Between two announcements.
const GAP: Duration = Duration::from_millis(600);

/// The clips in `target/voice`, read once for all tests of a program.
///
/// # Panics
/// Without espeak-ng.
pub fn pack() -> Pack {
    static PACK: OnceLock<Pack> = OnceLock::new();
    let load = || {
        let all: Vec<String> = Grammar::languages().iter().map(ToString::to_string).collect();
        load_or_build(&root().join("target/voice"), &all)
            .expect("the voice tests need espeak-ng: apt-get install espeak-ng")
    };
    PACK.get_or_init(load).clone()
}

/// When everything begins.
///
/// # Panics
/// Never.
pub fn start() -> Timestamp {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

/// So many seconds later.
pub fn after(seconds: f64) -> Timestamp {
    start() + SignedDuration::from_secs_f64(seconds)
}

/// A call or recall made `at` seconds after the start, in the customer's own language every third time.
pub fn call(id: u64, rank: Rank, ticket: &str, counter: u64, at: f64) -> Announcement {
    let language = id.is_multiple_of(3).then(|| "en".to_owned());
    let call = Call { ticket: ticket.to_owned(), counter: counter.to_string(), language, ..Call::default() };
    Announcement {
        id,
        saying: Saying::Call(call),
        rank,
        zones: Vec::new(),
        languages: LANGUAGES.map(str::to_owned).to_vec(),
        repeats: 2,
        created_at: after(at),
        expires_at: after(at + 120.0),
    }
}

/// One loudspeaker without a loudspeaker.
pub struct Loudspeaker {
    queue: Queue,
    /// How calls are worded.
    pub phrasing: Phrasing,
    /// Clips.
    pub pack: Arc<Pack>,
    pace: Pace,
    /// Everything that was heard, 48 kHz mono.
    pub recording: Vec<i16>,
    /// What was said: from, until, in seconds, and the turn.
    pub said: Vec<(f64, f64, Turn)>,
    /// What was not, and why.
    pub dropped: Vec<(u64, DropReason)>,
    /// Since when nobody needs a call any more.
    pub over: BTreeMap<u64, f64>,
}

impl Loudspeaker {
    /// One that has said nothing yet.
    ///
    /// # Panics
    /// Without espeak-ng.
    #[allow(clippy::new_without_default, reason = "it makes clips")]
    pub fn new() -> Loudspeaker {
        let (pack, pace) = (Arc::new(pack()), Pace::default());
        let grammars = LANGUAGES.map(|tag| (tag.to_owned(), Grammar::of(tag).unwrap())).into();
        let phrasing = Phrasing { grammars, options: WordingOptions::default(), greet: false };
        let (recording, said, dropped) = (Vec::new(), Vec::new(), Vec::new());
        Loudspeaker { queue: Queue::new(true), phrasing, pack, pace, recording, said, dropped, over: BTreeMap::new() }
    }

    fn sounds(&mut self, turn: &Turn, mut phrased: Phrased) -> Vec<Sound> {
        let pack = self.pace.bring(self.pack.clone(), &mut phrased.passes, turn.speed(100));
        let sound = |pass: &Pass| Sound::of_parts(&pack, pass.chime, &pass.parts).with_pause_after(GAP);
        phrased.passes.iter().map(sound).collect()
    }

    /// Whether nobody needs a call any more at a second.
    pub fn is_over(&self, id: u64, now: f64) -> bool {
        self.over.get(&id).is_some_and(|since| *since <= now)
    }

    /// Lives through `coming`, each at its second, until all is said: as `voice::speaking` does, without its devices.
    ///
    /// # Panics
    /// When something cannot be said.
    pub fn live(&mut self, mut coming: Vec<(f64, Announcement)>) {
        coming.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut coming = coming.into_iter().peekable();
        let mut now = 0.0;
        loop {
            while let Some((_, job)) = coming.next_if(|(at, _)| *at <= now) {
                self.dropped.extend(self.queue.push(job).map(|(job, reason)| (job.id, reason)));
            }
            let over: BTreeSet<u64> = self.over.keys().copied().filter(|id| self.is_over(*id, now)).collect();
            let gone = self.queue.sweep(after(now), |job| over.contains(&job.id));
            self.dropped.extend(gone.into_iter().map(|(job, reason)| (job.id, reason)));
            let Some(turn) = self.queue.take() else {
                let Some((at, _)) = coming.peek() else { return };
                self.recording.resize(self.recording.len() + audio::samples_in(Duration::from_secs_f64(at - now)), 0);
                now = *at;
                continue;
            };
            let phrased = self.phrasing.of(&turn, 10).unwrap();
            let begin = now;
            for (pass, sound) in self.sounds(&turn, phrased).into_iter().enumerate() {
                while let Some((_, job)) = coming.next_if(|(at, _)| *at <= now) {
                    self.dropped.extend(self.queue.push(job).map(|(job, reason)| (job.id, reason)));
                }
                if pass > 0 && (self.queue.is_in_a_hurry() || turn.jobs.iter().all(|job| self.is_over(job.id, now))) {
                    break;
                }
                self.recording.extend_from_slice(&sound.samples);
                now += sound.seconds();
            }
            self.said.push((begin, now, turn));
        }
    }

    /// When each call began to be heard.
    pub fn heard(&self) -> BTreeMap<u64, Vec<f64>> {
        let mut heard: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        for (begin, _, turn) in &self.said {
            turn.jobs.iter().for_each(|job| heard.entry(job.id).or_default().push(*begin));
        }
        heard
    }

    /// Seconds of speech of one call, as often as it is said; chime and pauses between left out.
    ///
    /// # Panics
    /// When it cannot be said.
    pub fn speech(&self, call: Announcement) -> f64 {
        let turn = Turn { jobs: vec![call], form: Form::Full, done: 0, goes_on: false };
        let phrased = self.phrasing.of(&turn, 10).unwrap();
        phrased.passes.iter().map(|pass| Sound::of_parts(&self.pack, false, &pass.parts).seconds()).sum()
    }

    /// Lives through 40 calls in a minute; how late the last word of a call was at worst, in seconds.
    pub fn rush(&mut self) -> f64 {
        let coming: Vec<_> = (0..40_u64)
            .map(|n| {
                let (at, series) = (n as f64 * 1.5, ["A", "B", "C"][n as usize % 3]);
                (at, call(n + 1, Rank::Call, &format!("{series}{:03}", n * 7 + 1), n % 20 + 1, at))
            })
            .collect();
        let at: BTreeMap<u64, f64> = coming.iter().map(|(at, job)| (job.id, *at)).collect();
        self.live(coming);
        // When its sentence ends, every number in it has been heard.
        let mut worst: f64 = 0.0;
        for (_, until, turn) in &self.said {
            for job in &turn.jobs {
                worst = worst.max(until - at[&job.id]);
            }
        }
        worst
    }
}
