//! What the controller tells the devices, as values and senders. It never imports a device's task.

mod paper;

pub use paper::paper;

use crate::{
    config::{Config, Text},
    devices::printer::PrintOrder,
    selftest::SelfTestOrder,
    voice::{Announcement, Grammar, wording},
};
use counter::{Picture, display::CallBoard};
use queue_core::{CounterId, Millis, PrinterId, Ticket, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tokio::sync::{mpsc, watch};

/// A call that could not be spoken within this time is of no use any more.
const CALL_EXPIRES_MS: Millis = 60_000;

/// A level for pages as it goes over the wire: the board, or the alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Which run of the lobby it is from, so that a page never takes an old picture for a new one.
    pub epoch: i64,
    /// Counts up.
    pub seq: u64,
    /// The whole value.
    pub json: Arc<str>,
}

/// Pictures of desk units, by counter: levels.
pub type DeskPictures = BTreeMap<CounterId, watch::Sender<Picture>>;

/// What desk units at agents are to show, by counter, as it goes over HTTP: levels.
pub type DeskFrames = BTreeMap<CounterId, watch::Sender<Arc<Frame>>>;

/// Ids of the announcements that are still of use.
pub type OpenCalls = Arc<BTreeSet<u64>>;

/// Where effects go. Levels are `watch`, jobs are bounded queues.
pub struct Outputs {
    /// Start of this run, in milliseconds since 1970.
    pub epoch: i64,
    /// The board.
    pub board: Arc<watch::Sender<Arc<Frame>>>,
    /// What staff have to look at.
    pub alerts: Arc<watch::Sender<Arc<Frame>>>,
    /// Desk units.
    pub desks: DeskPictures,
    /// Boards that show the calls of the hall.
    pub call_board: watch::Sender<CallBoard>,
    /// Desk units at agents.
    pub agents: DeskFrames,
    /// Ticket printers.
    pub printers: BTreeMap<PrinterId, mpsc::Sender<PrintOrder>>,
    /// Whether staff are changing the paper of a printer: levels.
    pub paper_changes: BTreeMap<PrinterId, watch::Sender<bool>>,
    /// The voice, unless it is off.
    pub voice: Option<mpsc::Sender<Announcement>>,
    /// Which announcements are still of use.
    pub calls: watch::Sender<OpenCalls>,
    /// When [`queue_core::Command::Wake`] is due next.
    pub wake: watch::Sender<Option<Timestamp>>,
    /// Self-tests that have begun.
    pub selftests: mpsc::Sender<SelfTestOrder>,
    /// Words of a call, for the line under the numbers.
    pub captions: Captions,
}

/// Words a call for screens in the languages of the branch.
pub struct Captions {
    grammars: Vec<Grammar>,
}

impl Captions {
    /// The grammars of the branch's languages; a language without one has no captions, which `lobby check` says.
    pub fn new(languages: &[String]) -> Captions {
        Captions { grammars: languages.iter().filter_map(|language| Grammar::of(language).ok()).collect() }
    }

    /// The call of `number` to `counter`, by language.
    pub fn of(&self, number: &str, counter: &str) -> Text {
        let call = |grammar: &Grammar| {
            let sentence = wording::call(grammar, number, counter, wording::WordingOptions::default()).ok()?;
            Some((sentence.language, sentence.caption))
        };
        self.grammars.iter().filter_map(call).collect()
    }
}

/// The spoken call of a ticket. `id` is the journal's row, so that the voice can say which call it means.
pub fn announcement(id: i64, at: Timestamp, ticket: &Ticket, counter: &CounterId, config: &Config) -> Announcement {
    let moment = |at: Timestamp| jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    Announcement {
        id: u64::try_from(id).unwrap_or_default(),
        ticket: ticket.number.clone(),
        counter: counter.to_string(),
        languages: config.branch.languages.clone(),
        repeats: u8::try_from(config.voice.repeats).unwrap_or(u8::MAX),
        created_at: moment(at),
        expires_at: moment(at.plus(CALL_EXPIRES_MS)),
    }
}
