//! What the controller tells the devices, as values and senders. It never imports a device's task.

mod paper;

pub use paper::paper;

use crate::{
    config::{Config, Text},
    devices::printer::PrintOrder,
    selftest::SelfTestOrder,
    voice::{Announcement, Call, Grammar, Rank, Saying, Speech, wording},
};
use counter::{Picture, display::CallBoard};
use queue_core::{CounterId, Millis, NoticeId, NoticeRank, NoticeWish, PrinterId, Ticket, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};
use tokio::sync::{mpsc, watch};

/// A call that could not be spoken within this time is of no use any more. Forty at once are a minute and a half of speech,
/// and whoever has not come is still waited for.
const CALL_EXPIRES_MS: Millis = 120_000;
/// Nor is a notice that had to wait so long for the calls.
const NOTICE_EXPIRES_MS: Millis = 600_000;

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
    pub fn new(languages: &[String], pack: &Path) -> Captions {
        Captions { grammars: languages.iter().filter_map(|language| Grammar::find(language, pack).ok()).collect() }
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

/// Announcements from here on, and below those of self-tests, are notices: this and their number. Below are calls: rows of
/// the journal.
pub const FIRST_NOTICE_ID: u64 = 1 << 61;

/// A call as it stands in the journal.
pub struct CalledFact<'a> {
    /// Row: the voice says by it which call it means.
    pub row: i64,
    /// When.
    pub at: Timestamp,
    /// Whose number.
    pub ticket: &'a Ticket,
    /// Where to.
    pub counter: &'a CounterId,
    /// How long the customer had waited, in milliseconds; nothing for a recall.
    pub waited_ms: Option<i64>,
}

/// The spoken call of a ticket.
pub fn announcement(fact: &CalledFact<'_>, config: &Config) -> Announcement {
    let CalledFact { row, at, ticket, counter, waited_ms } = fact;
    let voice = &config.voice;
    let long_ms = Millis::from(voice.apology_after_min) * 60_000;
    let long_wait = long_ms > 0 && waited_ms.is_some_and(|waited| waited >= long_ms);
    let call = Call {
        ticket: ticket.number.clone(),
        counter: counter.to_string(),
        service: ticket.service.to_string(),
        lane: ticket.lane.to_string(),
        language: ticket.language.clone(),
        long_wait,
    };
    Announcement {
        id: u64::try_from(*row).unwrap_or_default(),
        saying: Saying::Call(call),
        rank: if waited_ms.is_some() { Rank::Call } else { Rank::Recall },
        zones: Vec::new(),
        languages: config.branch.languages.clone(),
        repeats: u8::try_from(voice.repeats).unwrap_or(u8::MAX),
        created_at: moment(*at),
        expires_at: moment(at.plus(CALL_EXPIRES_MS)),
    }
}

/// A notice on its way to the voice, which makes the sound of it.
pub fn notice(id: NoticeId, at: Timestamp, wish: &NoticeWish, config: &Config) -> Announcement {
    let spoken = |language: &&String| wish.texts.contains_key(*language);
    Announcement {
        id: FIRST_NOTICE_ID + id.0,
        saying: Saying::Speech(Speech { text: wish.texts.clone(), ..Speech::default() }),
        rank: match wish.rank {
            NoticeRank::Notice => Rank::Notice,
            NoticeRank::Emergency => Rank::Emergency,
        },
        zones: wish.zones.clone(),
        languages: config.branch.languages.iter().filter(spoken).cloned().collect(),
        repeats: wish.repeats,
        created_at: moment(at),
        expires_at: moment(at.plus(NOTICE_EXPIRES_MS)),
    }
}

fn moment(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default()
}
