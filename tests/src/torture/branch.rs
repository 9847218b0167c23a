//! The demo branch without hardware: the controller on a journal, its effects into the void.

use lobby::{
    chance::Chance,
    clock::Clock,
    config::Config,
    controller::{Handle, Setup, StartError, spawn},
    journal::{Journal, JournalError},
    orders::{Captions, DeskFrames, DeskPictures, Frame, OpenCalls, Outputs},
};
use std::{collections::BTreeMap, path::Path, sync::Arc};
use tokio::sync::{mpsc, oneshot, watch};

const BRANCH: &str = include_str!("../../../config/demo/branch.toml");

pub(super) type End = oneshot::Receiver<Result<(), JournalError>>;

/// The configuration of the branch.
pub(super) fn config() -> Config {
    toml::from_str(BRANCH).expect("the demo branch is well-formed")
}

/// Senders whose receivers are gone: whatever is shown or printed is shown to nobody.
pub(super) fn outputs() -> Outputs {
    let frame = || Arc::new(Frame { epoch: 1, seq: 0, json: "{}".into() });
    Outputs {
        epoch: 1,
        board: Arc::new(watch::Sender::new(frame())),
        alerts: Arc::new(watch::Sender::new(frame())),
        desks: DeskPictures::new(),
        call_board: watch::Sender::default(),
        agents: DeskFrames::new(),
        printers: BTreeMap::new(),
        paper_changes: BTreeMap::new(),
        voice: None,
        calls: watch::Sender::new(OpenCalls::default()),
        wake: watch::Sender::new(None),
        selftests: mpsc::channel(1).0,
        captions: Captions::new(&[], Path::new("none")),
    }
}

/// Starts the controller on what a directory holds.
pub(super) fn start(dir: &Path, clock: Clock) -> Result<(Handle, End), StartError> {
    let journal = Journal::open(dir)?;
    spawn(Setup { config: Arc::new(config()), clock, chance: Chance::of_system(), journal, outputs: outputs() })
}
