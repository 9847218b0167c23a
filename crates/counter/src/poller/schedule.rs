//! Whose turn it is: what the poller sends next.

use std::time::Duration;

use super::Poller;
use super::display::Urgency;
use super::peer::Peer;
use crate::frame::Ask;
use crate::registers::holding;

/// What to send next.
pub(super) struct Choice {
    /// Index of the unit.
    pub(super) peer: usize,
    pub(super) ask: Ask,
    pub(super) retry: bool,
}

impl Poller {
    /// What to send now; `None` when nothing is due.
    pub(super) fn choose(&mut self, now: Duration) -> Option<Choice> {
        if let Some((peer, ask, retry)) = self.follow_up.take() {
            return Some(Choice { peer, ask, retry });
        }
        let picture = self.picture_due(now);
        if let Some(peer) = picture.filter(|(urgency, _)| self.may_write(*urgency)).map(|(_, peer)| peer) {
            let ask = Ask::Show([0; holding::COUNT as usize]); // composed when it is sent
            return Some(Choice { peer, ask, retry: false });
        }
        if let Some(peer) = self.probe_due(now) {
            return Some(Choice { peer, ask: Ask::All, retry: false });
        }
        // A picture that waits for its poll does not wait for the poll to be due.
        let peer = self.poll_due(now, picture.is_some())?;
        self.turn = peer + 1;
        let ask = if self.peers[peer].reread_at <= now { Ask::All } else { Ask::Poll };
        Some(Choice { peer, ask, retry: false })
    }

    /// Between two pictures stands a poll; between two that nobody looks for, a round of polls, so that keys are found
    /// in time while a whole hall's counts change.
    fn may_write(&self, urgency: Urgency) -> bool {
        let polls = match urgency {
            Urgency::Now => 1,
            Urgency::Soon | Urgency::Repetition => self.peers.iter().filter(|peer| peer.answers()).count().max(1),
        };
        self.polls >= polls
    }

    /// The most urgent picture and the unit that waits for it.
    fn picture_due(&self, now: Duration) -> Option<(Urgency, usize)> {
        let answering = self.peers.iter().enumerate().filter(|(_, peer)| peer.answers());
        let due = answering.filter_map(|(index, peer)| Some((peer.display.due(now)?, index)));
        due.min().map(|((urgency, _), index)| (urgency, index))
    }

    fn probe_due(&self, now: Duration) -> Option<usize> {
        if now < self.probe_from && self.peers.iter().any(Peer::answers) {
            return None;
        }
        let probes = self.peers.iter().enumerate();
        let due = probes.filter_map(|(index, peer)| Some((peer.probe_at.filter(|at| *at <= now)?, index)));
        due.min().map(|(_, index)| index)
    }

    fn poll_due(&self, now: Duration, early: bool) -> Option<usize> {
        let count = self.peers.len();
        let round = (0..count).map(|step| (self.turn + step) % count);
        let mut answering = round.filter(|index| self.peers[*index].answers());
        answering.find(|index| early || self.peers[*index].poll_at <= now)
    }

    /// When something is due, while nothing is.
    pub(super) fn next_due(&self) -> Option<Duration> {
        let answering = self.peers.iter().any(Peer::answers);
        let due = self.peers.iter().map(|peer| match peer.probe_at {
            Some(at) if answering => at.max(self.probe_from),
            Some(at) => at,
            None => peer.poll_at,
        });
        due.min()
    }
}
