//! The state before the newest business day, beside the journal, so that a start replays one day and not a year.
//!
//! It is a shortcut and never a source: it names the row that it stands after and that row's hash, and is passed over
//! when the journal has another one there, when it is torn, or when another core wrote it. What a start needs beyond it
//! begins anew with each day, so the moment before an opening is the one that is kept.

use crate::journal::{Journal, JournalError};
use queue_core::{Branch, CounterId, Event, PlanDigest, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};
use tracing::{debug, info, warn};

/// File in the data directory.
pub const FILE: &str = "snapshot";
/// Of the file.
const FORMAT: u32 = 1;
/// The core whose state is written.
const CORE: &str = env!("CORE_FINGERPRINT");
/// Everything else goes first.
const NICENESS: i32 = 19;

/// How often each desk drew attention: the one thing beside the branch that goes on from day to day.
pub(super) type Drawn = BTreeMap<CounterId, u16>;

/// A state, and the row that it stands after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) seq: i64,
    pub(super) last: Timestamp,
    pub(super) branch: Branch,
    pub(super) drawn: Drawn,
}

/// First line of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: u32,
    core: String,
    seq: i64,
    /// Of that row, hexadecimal.
    hash: String,
    last: Timestamp,
    /// The Plan in force there.
    plan: PlanDigest,
    /// SHA-256 of the rest of the file, hexadecimal.
    digest: String,
}

/// The rest of it.
#[derive(Serialize)]
struct State<'a> {
    branch: &'a Branch,
    drawn: &'a Drawn,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnState {
    branch: Branch,
    drawn: Drawn,
}

/// Why a snapshot is passed over.
#[derive(Debug, thiserror::Error)]
enum Unfit {
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("it is torn or was changed")]
    Torn,
    #[error("another version of the lobby wrote it")]
    Foreign,
    #[error("the journal has another row {0}")]
    OtherPast(i64),
    #[error("the journal cannot be asked: {0}")]
    Journal(#[from] JournalError),
}

/// The snapshot of a journal, unless it is unfit, which is said.
pub(super) fn load(journal: &Journal) -> Option<Moment> {
    match read(journal) {
        Ok(moment) => moment,
        Err(why) => {
            warn!(%why, "the snapshot is passed over; the whole journal is replayed");
            None
        }
    }
}

fn read(journal: &Journal) -> Result<Option<Moment>, Unfit> {
    let bytes = match fs::read(journal.dir().join(FILE)) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(cause.into()),
    };
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(Unfit::Torn)?;
    let (head, state) = (&bytes[..end], &bytes[end + 1..]);
    let head: Head = serde_json::from_slice(head).map_err(|_| Unfit::Torn)?;
    if head.format != FORMAT || head.core != CORE {
        return Err(Unfit::Foreign);
    }
    if head.digest != digest(state) {
        return Err(Unfit::Torn);
    }
    if journal.hash_of(head.seq)?.as_deref() != Some(head.hash.as_str()) {
        return Err(Unfit::OtherPast(head.seq));
    }
    let OwnState { branch, drawn } = serde_json::from_slice(state).map_err(|_| Unfit::Foreign)?;
    if *branch.digest() != head.plan {
        return Err(Unfit::Torn);
    }
    Ok(Some(Moment { seq: head.seq, last: head.last, branch, drawn }))
}

fn digest(state: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(state).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Writes a snapshot in one step: whoever reads the file finds the old one or the new one.
fn write(dir: &Path, moment: &Moment, hash: String) -> io::Result<()> {
    let state = serde_json::to_vec(&State { branch: &moment.branch, drawn: &moment.drawn })?;
    let head = Head {
        format: FORMAT,
        core: CORE.to_owned(),
        seq: moment.seq,
        hash,
        last: moment.last,
        plan: moment.branch.digest().clone(),
        digest: digest(&state),
    };
    let new = dir.join(format!("{FILE}.new"));
    let mut file = File::create(&new)?;
    file.write_all(&serde_json::to_vec(&head)?)?;
    file.write_all(b"\n")?;
    file.write_all(&state)?;
    file.sync_all()?;
    fs::rename(&new, dir.join(FILE))?;
    File::open(dir)?.sync_all()
}

/// Whoever writes snapshots.
pub(super) enum Keeper {
    /// A thread, off the writer's path. It ends with its sender.
    Thread(SyncSender<(Moment, String)>),
    /// The writer itself: in a simulated hall nothing may depend on how quick a thread is.
    AtOnce(PathBuf),
}

impl Keeper {
    pub(super) fn at_once(dir: &Path) -> Keeper {
        Keeper::AtOnce(dir.to_owned())
    }

    pub(super) fn on_a_thread(dir: &Path) -> io::Result<Keeper> {
        let (sender, moments) = sync_channel(1);
        let dir = dir.to_owned();
        thread::Builder::new().name("snapshot".to_owned()).spawn(move || keep(&dir, &moments))?;
        Ok(Keeper::Thread(sender))
    }

    /// Hands over what is durable in the journal by now. While one is being written the next is left out: the one
    /// after it is as good.
    pub(super) fn keep(&self, moment: Moment, hash: String) {
        match self {
            Keeper::AtOnce(dir) => put_down(dir, &moment, hash),
            Keeper::Thread(thread) => {
                if thread.try_send((moment, hash)).is_err() {
                    debug!("a snapshot is left out");
                }
            }
        }
    }
}

fn keep(dir: &Path, moments: &Receiver<(Moment, String)>) {
    if let Err(cause) = rustix::process::nice(NICENESS) {
        debug!(%cause, "the thread of the snapshots keeps its priority");
    }
    while let Ok((moment, hash)) = moments.recv() {
        put_down(dir, &moment, hash);
    }
}

fn put_down(dir: &Path, moment: &Moment, hash: String) {
    match write(dir, moment, hash) {
        Ok(()) => info!(row = moment.seq, "the state before this day is kept; the next start replays from there"),
        // The one before is still there, or none: a start takes longer, and that is all.
        Err(cause) => warn!(%cause, "no snapshot could be written; the next start replays more"),
    }
}

/// Compares the snapshot of a data directory with what the journal itself comes to: its row, and whether both agree.
/// Nothing where there is none that a start would use.
///
/// # Errors
/// [`JournalError`] when the journal cannot be replayed, or a lobby runs on it.
pub fn compare(dir: &Path) -> Result<Option<(i64, bool)>, JournalError> {
    let journal = Journal::open(dir)?;
    let Some(moment) = load(&journal) else { return Ok(None) };
    let mut branch = Branch::default();
    journal.replay(0, |row| {
        if row.seq <= moment.seq {
            branch.apply(row.at, &row.fact);
        }
    })?;
    Ok(Some((moment.seq, branch == moment.branch)))
}

/// Whether everything that a start needs beyond the branch begins anew with this fact: a day that is opened again goes on
/// with its tickets, so it is none.
pub(super) fn is_border(fact: &Event, branch: &Branch) -> bool {
    matches!(fact, Event::DayOpened { day } if branch.day().day.as_ref() != Some(day))
}
