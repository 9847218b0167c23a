//! What follows from facts once they are durable: the board, desk pictures, paper, speech. Senders only.

mod calls;
mod desks;
mod tracks;

pub(crate) use tracks::Tracks;

use super::View;
use crate::{
    config::Config,
    orders::{CalledFact, Frame, Outputs, announcement, notice, paper},
    promise::Promises,
    selftest::SelfTestOrder,
    views::{self, Board, BoardExtras, Caption, RecentCall, Speaking, Time},
};
use calls::Calls;
use counter::display::Call;
use desks::Attention;
use queue_core::{Branch, CounterId, Event, JobId, PrintState, TicketId, Timestamp};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::{mpsc::error::TrySendError, watch};
use tracing::warn;

/// Calls that the board remembers.
const CALLS: usize = 12;

/// Rows of the journal by ticket, for histories.
pub(crate) type History = BTreeMap<TicketId, Vec<i64>>;

/// Whether the list of alerts may read differently after it.
fn changes_alerts(fact: &Event) -> bool {
    use Event::{AlertAcked, AlertCleared, AlertEscalated, AlertRaised, DayOpened};
    matches!(
        fact,
        AlertRaised { .. } | AlertAcked { .. } | AlertEscalated { .. } | AlertCleared { .. } | DayOpened { .. }
    )
}

pub(super) struct Publisher {
    outputs: Outputs,
    extras: BoardExtras,
    attention: Attention,
    tracks: Tracks,
    history: History,
    calls: Calls,
    shown: Option<Board>,
    epoch: i64,
    promises: watch::Sender<Arc<Promises>>,
    promised: Arc<Promises>,
    facts: watch::Sender<i64>,
    /// Boards that were published without a fact, for new estimates or what is being said: they count, too.
    refreshed: u64,
}

impl Publisher {
    pub(super) fn new(outputs: Outputs, config: &Config) -> Publisher {
        Publisher {
            extras: BoardExtras::default(),
            attention: Attention::new(config),
            tracks: Tracks::default(),
            history: History::new(),
            calls: Calls::default(),
            shown: None,
            epoch: outputs.epoch,
            outputs,
            promises: watch::Sender::default(),
            promised: Arc::default(),
            facts: watch::Sender::default(),
            refreshed: 0,
        }
    }

    pub(super) fn tracks(&self) -> &Tracks {
        &self.tracks
    }

    pub(super) fn tracks_mut(&mut self) -> &mut Tracks {
        &mut self.tracks
    }

    pub(super) fn promises(&self) -> &Promises {
        &self.promised
    }

    /// The newest estimates and the last durable row, for whoever follows them.
    pub(super) fn watches(&self) -> (watch::Receiver<Arc<Promises>>, watch::Receiver<i64>) {
        (self.promises.subscribe(), self.facts.subscribe())
    }

    pub(super) fn history(&self) -> &History {
        &self.history
    }

    /// How often each desk drew attention: what goes on from day to day.
    pub(super) fn drawn(&self) -> &BTreeMap<CounterId, u16> {
        self.attention.drawn()
    }

    /// Takes that over from a snapshot.
    pub(super) fn go_on_from(&mut self, drawn: BTreeMap<CounterId, u16>) {
        self.attention.go_on_from(drawn);
    }

    /// Remembers what the board and the histories show of a fact. Replay comes through here too, so it must not act.
    pub(super) fn book(&mut self, seq: i64, at: Timestamp, fact: &Event, branch: &Branch) {
        self.extras.seq = u64::try_from(seq).unwrap_or_default();
        if let Some(ticket) = fact.ticket() {
            self.history.entry(ticket.clone()).or_default().push(seq);
        }
        self.attention.book(fact, branch);
        self.calls.book(seq, fact, branch);
        match fact {
            Event::DayOpened { .. } => {
                self.history.retain(|ticket, _| branch.ticket(ticket).is_some());
                self.extras.calls.clear();
                self.extras.caption = None;
            }
            Event::Called { ticket, counter, .. } | Event::Recalled { ticket, counter } => {
                let Some(ticket) = branch.ticket(ticket) else { return };
                self.extras.calls.retain(|call| call.number != ticket.number);
                let (number, counter) = (ticket.number.clone(), counter.to_string());
                self.extras.calls.push_front(RecentCall { number, counter, at: Time(at), times: ticket.times });
                self.extras.calls.truncate(CALLS);
            }
            _ => {}
        }
    }

    /// Acts on facts that are durable now.
    pub(super) fn publish(
        &mut self,
        facts: &[(i64, Event)],
        at: Timestamp,
        seq: i64,
        branch: &Branch,
        config: &Config,
    ) {
        self.extras.seq = u64::try_from(seq).unwrap_or_default();
        self.facts.send_replace(seq);
        // Before the jobs: the voice drops a call that is not among those still to be answered.
        self.outputs.calls.send_replace(self.calls.current(branch));
        for (row, fact) in facts {
            match fact {
                Event::Called { ticket, counter, waited_ms, .. } => {
                    self.call(*row, at, (ticket, counter), Some(*waited_ms), branch, config);
                }
                Event::Recalled { ticket, counter } => self.call(*row, at, (ticket, counter), None, branch, config),
                Event::NoticeAsked { notice: id, wish, .. } => self.announce(notice(*id, at, wish, config)),
                Event::PrintOrdered { job, .. } => self.print(*job, at, branch, config),
                Event::SelfTestStarted(begun) => {
                    let test = begun.test;
                    let order = SelfTestOrder { test, means: begun.means, parts: begun.parts.clone() };
                    if self.outputs.selftests.try_send(order).is_err() {
                        // One runs at a time, so only a lobby that stops gets here; the next start settles it.
                        warn!(%test, "nobody is there to run the self-test");
                    }
                }
                _ => {}
            }
        }
        self.turn_paper_changes(branch);
        self.attention.publish(&self.outputs.desks, branch);
        self.publish_calls(branch);
        self.attention.publish_frames(&self.outputs.agents, self.epoch, self.extras.seq, branch);
        self.publish_board(at, branch, config);
        if facts.is_empty() || facts.iter().any(|(_, fact)| changes_alerts(fact)) {
            self.publish_alerts(at, branch, config);
        }
        self.outputs.wake.send_replace(branch.next_wake(at));
    }

    /// Takes over new estimates and shows a board on which they have moved.
    pub(super) fn foresee(&mut self, promises: Promises, at: Timestamp, branch: &Branch, config: &Config) {
        self.promised = Arc::new(promises);
        self.promises.send_replace(self.promised.clone());
        self.refresh(at, branch, config);
    }

    /// Whether screens show what everybody must read.
    pub(super) fn shows_alert(&self) -> bool {
        self.shown.as_ref().is_some_and(|board| board.alert.is_some())
    }

    /// Shows a board that differs without a fact.
    pub(super) fn refresh(&mut self, at: Timestamp, branch: &Branch, config: &Config) {
        self.refreshed += 1;
        self.publish_board(at, branch, config);
    }

    /// The calls whose customers are still at their counters.
    fn publish_calls(&self, branch: &Branch) {
        let stands = |call: &&RecentCall| {
            branch.ticket_at(&call.counter.as_str().into()).is_some_and(|ticket| ticket.number == call.number)
        };
        let of_hall = |call: &RecentCall| Call { number: call.number.clone(), counter: call.counter.clone() };
        let calls: Vec<Call> = self.extras.calls.iter().filter(stands).map(of_hall).collect();
        self.outputs.call_board.send_if_modified(|shown| {
            let new = **shown != calls;
            if new {
                *shown = Arc::new(calls);
            }
            new
        });
    }

    fn publish_board(&mut self, at: Timestamp, branch: &Branch, config: &Config) {
        let promises = &*self.promised;
        let view = View { at, branch, config, promises, tracks: &self.tracks, history: &self.history };
        let mut board = views::board(&view, &self.extras);
        board.seq += self.refreshed;
        if self.shown.as_ref().is_some_and(|shown| shown.same_picture(&board)) {
            return;
        }
        match serde_json::to_string(&board) {
            Ok(json) => {
                let frame = Frame { epoch: self.epoch, seq: board.seq, json: json.into() };
                self.outputs.board.send_replace(Arc::new(frame));
                self.shown = Some(board);
            }
            Err(cause) => warn!(%cause, "the board cannot be written as JSON; screens keep the picture before"),
        }
    }

    /// Rarely changes, so it is worded anew only for a fact that may change it, and for the first picture.
    fn publish_alerts(&self, at: Timestamp, branch: &Branch, config: &Config) {
        let promises = &*self.promised;
        let view = View { at, branch, config, promises, tracks: &self.tracks, history: &self.history };
        match serde_json::to_string(&views::alerts(&view)) {
            Ok(json) => {
                let frame = Frame { epoch: self.epoch, seq: self.extras.seq, json: json.into() };
                self.outputs.alerts.send_replace(Arc::new(frame));
            }
            Err(cause) => warn!(%cause, "the alerts cannot be written as JSON; pages keep those before"),
        }
    }

    fn call(
        &mut self,
        row: i64,
        at: Timestamp,
        (ticket, counter): (&TicketId, &CounterId),
        waited_ms: Option<i64>,
        branch: &Branch,
        config: &Config,
    ) {
        let Some(ticket) = branch.ticket(ticket) else { return };
        let text = self.outputs.captions.of(&ticket.number, counter.as_str());
        self.extras.caption = Some(Caption { at: Time(at), text });
        self.announce(announcement(&CalledFact { row, at, ticket, counter, waited_ms }, config));
    }

    /// Shows what the loudspeakers say now.
    pub(super) fn hear(&mut self, speaking: Vec<Speaking>, at: Timestamp, branch: &Branch, config: &Config) {
        self.extras.speaking = speaking;
        self.refresh(at, branch, config);
    }

    fn announce(&self, announcement: crate::voice::Announcement) {
        let Some(voice) = &self.outputs.voice else { return };
        match voice.try_send(announcement) {
            Ok(()) | Err(TrySendError::Closed(_)) => {}
            Err(TrySendError::Full(late)) => {
                warn!(what = late.name(), "the voice is too far behind to speak this; screens show it");
            }
        }
    }

    fn print(&self, job: JobId, at: Timestamp, branch: &Branch, config: &Config) {
        let Some(job) = branch.job(job).filter(|job| job.state == PrintState::Queued) else { return };
        let promises = &*self.promised;
        let view = View { at, branch, config, promises, tracks: &self.tracks, history: &self.history };
        let Some(order) = paper(&view, job) else { return };
        let Some(printer) = self.outputs.printers.get(&job.printer) else {
            warn!(printer = %job.printer, "a ticket was to come out of a printer that the configuration does not have");
            return;
        };
        if let Err(cause) = printer.try_send(order) {
            // The core admits no more jobs than the queue holds, so only a stopping printer task gets here.
            warn!(printer = %job.printer, job = %job.id, %cause, "the printer takes no job; it is tried again after a restart");
        }
    }

    /// Before the jobs at a start, so that none is printed into an open printer.
    fn turn_paper_changes(&self, branch: &Branch) {
        for (printer, turn) in &self.outputs.paper_changes {
            let on = branch.paper_changes().any(|(changed, _)| changed == printer);
            turn.send_if_modified(|known| std::mem::replace(known, on) != on);
        }
    }

    /// After a restart: jobs that were ordered and not started.
    pub(super) fn resume_prints(&self, at: Timestamp, branch: &Branch, config: &Config) {
        self.turn_paper_changes(branch);
        for job in branch.jobs() {
            self.print(job.id, at, branch, config);
        }
    }
}
