//! What waits to be spoken in one zone, and what is next: pure, so that an hour of a busy hall takes a test no time.
//!
//! Order: rank, then age. What is of no use any more is dropped before it can be taken: expired, or overtaken (its ticket
//! arrived, finished, or was called anew). The more waits, the shorter the next turn: all languages as often as wished;
//! all languages once; several numbers in one sentence, each in its customer's own language.

use jiff::Timestamp;

use super::announcement::{Announcement, DropReason, Rank};

/// Announcements that may wait in one zone; more than a hall can listen to anyway.
pub const ROOM: usize = 64;
/// From so many other calls on a call is said once.
const HURRY: usize = 2;
/// From so many other calls on they are joined.
const JOIN: usize = 4;
/// Once they are, they stay so while others wait: going back to whole calls too soon is what a rush is lost by.
const STILL: usize = 1;
/// Most numbers in one sentence: whoever comes while it is said must not wait long for the next one.
const JOINED: usize = 6;
/// Such sentences are spoken faster, in percent of the usual speed, and never beyond what is understood.
const HASTE: u32 = 125;
const FASTEST: u8 = 140;

/// How much time there is for a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Everything, as often as wished.
    Full,
    /// Everything, once.
    Once,
    /// One sentence for all its calls, each number in one language.
    Joined,
}

/// What is spoken next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// At least one; several calls are one sentence.
    pub jobs: Vec<Announcement>,
    /// How it is said.
    pub form: Form,
    /// Parts of it that were said before it had to make room.
    pub done: u32,
    /// It follows a sentence of its kind without a break: everybody listens already, so there is no chime.
    pub goes_on: bool,
}

impl Turn {
    /// How pressing it is.
    pub fn rank(&self) -> Rank {
        self.jobs.iter().map(|job| job.rank).max().unwrap_or(Rank::Notice)
    }

    /// How fast it is said where `usual` is the speed of a call, in percent.
    pub fn speed(&self, usual: u8) -> u8 {
        match self.form {
            Form::Full | Form::Once => usual,
            Form::Joined => u8::try_from(u32::from(usual) * HASTE / 100).unwrap_or(FASTEST).min(FASTEST.max(usual)),
        }
    }
}

#[derive(Debug, Clone)]
struct Waiting {
    job: Announcement,
    order: u64,
    done: u32,
}

/// The announcements of one zone that wait.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    waiting: Vec<Waiting>,
    last: u64,
    joins: bool,
    /// What was taken last is a sentence of several calls.
    joining: bool,
}

impl Queue {
    /// An empty one. `joins`: with many waiting, calls are said once and several become one sentence. Recordings take no
    /// time, so that each is whole.
    pub fn new(joins: bool) -> Self {
        Self { joins, ..Self::default() }
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether another one would be taken.
    pub fn has_room(&self) -> bool {
        self.waiting.len() < ROOM
    }

    /// Puts an announcement in line. A call of a number that already waits takes its place; what has to go is handed back.
    pub fn push(&mut self, job: Announcement) -> Option<(Announcement, DropReason)> {
        self.last += 1;
        if let Some(ticket) = job.as_call().map(|call| call.ticket.clone()) {
            let same = |known: &&mut Waiting| known.job.as_call().is_some_and(|call| call.ticket == ticket);
            if let Some(known) = self.waiting.iter_mut().find(same) {
                // It has not been heard yet, so the recall is its first call.
                let rank = known.job.rank.max(job.rank);
                let before = std::mem::replace(&mut known.job, Announcement { rank, ..job });
                return Some((before, DropReason::Overtaken));
            }
        }
        let fresh = Waiting { job, order: self.last, done: 0 };
        if self.has_room() {
            self.waiting.push(fresh);
            return None;
        }
        // The least of them goes: the newest of the lowest rank.
        let least = self.waiting.iter().enumerate().min_by_key(|(_, known)| (known.job.rank, u64::MAX - known.order));
        match least.map(|(place, known)| (place, known.job.rank)) {
            Some((place, rank)) if rank < fresh.job.rank => {
                let gone = std::mem::replace(&mut self.waiting[place], fresh);
                Some((gone.job, DropReason::Full))
            }
            _ => Some((fresh.job, DropReason::Full)),
        }
    }

    /// Takes out what is of no use any more.
    pub fn sweep(
        &mut self,
        now: Timestamp,
        overtaken: impl Fn(&Announcement) -> bool,
    ) -> Vec<(Announcement, DropReason)> {
        let mut gone = Vec::new();
        self.waiting.retain(|known| {
            let reason = if now >= known.job.expires_at {
                DropReason::Expired
            } else if overtaken(&known.job) {
                DropReason::Overtaken
            } else {
                return true;
            };
            gone.push((known.job.clone(), reason));
            false
        });
        gone
    }

    /// What is spoken next, if anything waits. Ask [`Queue::sweep`] first.
    pub fn take(&mut self) -> Option<Turn> {
        let turn = self.next_turn();
        let joining = turn.as_ref().is_some_and(|turn| turn.form == Form::Joined);
        let goes_on = std::mem::replace(&mut self.joining, joining) && joining;
        turn.map(|turn| Turn { goes_on, ..turn })
    }

    fn next_turn(&mut self) -> Option<Turn> {
        let first = self.first()?;
        let others = self.calls() - usize::from(self.waiting[first].job.as_call().is_some());
        let Waiting { job, done, .. } = self.waiting.remove(first);
        let is_call = job.as_call().is_some();
        let mut jobs = vec![job];
        let join = if self.joining { STILL } else { JOIN };
        if !is_call || !self.joins || others < HURRY.min(join) {
            return Some(Turn { jobs, form: Form::Full, done, goes_on: false });
        }
        if others < join {
            return Some(Turn { jobs, form: Form::Once, done, goes_on: false });
        }
        let rank = jobs[0].rank;
        while jobs.len() < JOINED {
            let Some(next) = self.first() else { break };
            // Recalls come after calls, also inside of sentences.
            if self.waiting[next].job.rank != rank {
                break;
            }
            jobs.push(self.waiting.remove(next).job);
        }
        Some(Turn { jobs, form: Form::Joined, done, goes_on: false })
    }

    /// Gives back a turn that had to make room, `done` of its parts said; it keeps its place in its rank.
    pub fn put_back(&mut self, turn: Turn, done: u32) {
        // One more than there is room for at most: what has begun is never dropped for want of room.
        for job in turn.jobs.into_iter().rev() {
            let order = 0;
            self.waiting.push(Waiting { job, order, done });
        }
    }

    /// Whether something of such a rank waits.
    pub fn has(&self, wanted: impl Fn(Rank) -> bool) -> bool {
        self.waiting.iter().any(|known| wanted(known.job.rank))
    }

    /// Whether something waits that may not wait for the rest of such a turn.
    pub fn outranks(&self, rank: Rank) -> bool {
        let highest = self.waiting.iter().map(|known| known.job.rank).max();
        match rank {
            // A call is not broken off for another call.
            Rank::Call | Rank::Recall => highest == Some(Rank::Emergency),
            Rank::Notice | Rank::Emergency => highest.is_some_and(|highest| highest > rank),
        }
    }

    /// Whether so many calls wait that one is not repeated.
    pub fn is_in_a_hurry(&self) -> bool {
        self.joins && self.calls() >= HURRY
    }

    /// Everything that waits, for a voice that stops.
    pub fn drain(&mut self) -> Vec<Announcement> {
        std::mem::take(&mut self.waiting).into_iter().map(|known| known.job).collect()
    }

    fn calls(&self) -> usize {
        self.waiting.iter().filter(|known| known.job.as_call().is_some()).count()
    }

    fn first(&self) -> Option<usize> {
        let key = |known: &Waiting| (std::cmp::Reverse(known.job.rank), known.order);
        self.waiting.iter().enumerate().min_by_key(|(_, known)| key(known)).map(|(place, _)| place)
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
