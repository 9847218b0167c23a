//! Durable issue in process against raw appends of 4 KiB, both grouped by one writer thread for 16 callers.

use crate::{
    Fault,
    figure::{Figure, Reach, median},
    hall,
};
use lobby::{
    chance::Chance,
    clock::Clock,
    config::Config,
    controller::{self, Handle, Setup},
    journal::Journal,
    orders::{Captions, Frame, Outputs},
};
use queue_core::{Command, IssueWish};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Write,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot, watch};

const CALLERS: usize = 16;
const ROUNDS: usize = 5;
/// Each caller's operations in one round; a day has 9,999 numbers in a series, and three series are used.
const EACH: usize = 100;
/// As many as the lobby's writer takes at once.
const GROUP: usize = 64;

/// Rounds of both in turn, so that a disk that becomes slow becomes so for both.
pub(crate) fn run() -> Result<Vec<Figure>, Fault> {
    let folder = hall::folder()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let raw = Raw::start(&folder.path().join("raw"))?;
    let config = Arc::new(Config::load(&hall::demo_branch()?)?);
    let (handle, _ended) = start(config, &folder.path().join("data"))?;
    let (mut raws, mut issues) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let raw_rate = rate(runtime.block_on(together(|_| raw.clone(), append))?);
        let issue_rate = rate(runtime.block_on(together(|caller| (handle.clone(), caller), issue))?);
        if round > 0 {
            // The first round warms both up.
            raws.push(raw_rate);
            issues.push(issue_rate);
        }
    }
    let ratio = median(issues.iter().zip(&raws).map(|(issue, raw)| issue / raw).collect());
    Ok(vec![
        Figure::new("durable issue in process ÷ raw append + fdatasync", ratio, "×", Reach::AtLeast(0.7)),
        Figure::new("  durable issues, 16 callers", median(issues), "/s", Reach::Beside),
        Figure::new("  raw 4 KiB appends, grouped alike, 16 callers", median(raws), "/s", Reach::Beside),
    ])
}

#[allow(clippy::cast_precision_loss, reason = "a few thousand")]
fn rate(time: Duration) -> f64 {
    (CALLERS * EACH) as f64 / time.as_secs_f64()
}

/// How long all callers together take.
async fn together<S, F>(state: impl Fn(usize) -> S, operation: impl Fn(S, usize) -> F) -> Result<Duration, Fault>
where
    F: Future<Output = Result<(), Fault>> + Send + 'static,
{
    let began = Instant::now();
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        callers.spawn(operation(state(caller), EACH));
    }
    while let Some(ended) = callers.join_next().await {
        ended??;
    }
    Ok(began.elapsed())
}

async fn append(raw: Raw, count: usize) -> Result<(), Fault> {
    for _ in 0..count {
        let (done, wait) = oneshot::channel();
        raw.inbox.send(done).await?;
        wait.await?;
    }
    Ok(())
}

async fn issue((handle, caller): (Handle, usize), count: usize) -> Result<(), Fault> {
    let service = ["cash", "account", "loan"].get(caller % 3).copied().unwrap_or("cash");
    for _ in 0..count {
        let wish = IssueWish {
            service: service.into(),
            lane: "regular".into(),
            language: None,
            kiosk: None,
            identity: None,
            needs: Vec::new(),
            then: Vec::new(),
            printer: None,
            promise: None,
        };
        let told = handle.tell("kiosk:bench", Command::Issue(wish)).await?;
        told?;
    }
    Ok(())
}

/// A thread that appends 4 KiB for whoever asks and syncs once a group.
#[derive(Clone)]
struct Raw {
    inbox: mpsc::Sender<oneshot::Sender<()>>,
}

impl Raw {
    fn start(path: &Path) -> Result<Raw, Fault> {
        let mut file = File::create(path)?;
        let (inbox, mut asked) = mpsc::channel::<oneshot::Sender<()>>(1_024);
        thread::spawn(move || {
            let page = [7_u8; 4_096];
            let mut group = Vec::with_capacity(GROUP);
            while asked.blocking_recv_many(&mut group, GROUP) > 0 {
                let written = group.iter().try_for_each(|_| file.write_all(&page)).and_then(|()| file.sync_data());
                if written.is_err() {
                    return; // callers see that nobody answers
                }
                for done in group.drain(..) {
                    let _ = done.send(()); // a caller that has gone needs no answer
                }
            }
        });
        Ok(Raw { inbox })
    }
}

type Ended = oneshot::Receiver<Result<(), lobby::journal::JournalError>>;

/// The lobby's own controller without devices.
fn start(config: Arc<Config>, data: &Path) -> Result<(Handle, Ended), Fault> {
    let frame = Arc::new(Frame { epoch: 0, seq: 0, json: Arc::from("{}") });
    let outputs = Outputs {
        epoch: 0,
        board: Arc::new(watch::Sender::new(frame.clone())),
        alerts: Arc::new(watch::Sender::new(frame)),
        desks: BTreeMap::default(),
        call_board: watch::Sender::default(),
        agents: lobby::orders::DeskFrames::new(),
        printers: BTreeMap::default(),
        paper_changes: BTreeMap::new(),
        voice: None,
        calls: watch::Sender::new(Arc::new(BTreeSet::new())),
        wake: watch::Sender::new(None),
        selftests: tokio::sync::mpsc::channel(1).0,
        captions: Captions::new(&config.branch.languages, Path::new("no own languages")),
    };
    let journal = Journal::open(data)?;
    Ok(controller::spawn(Setup { config, clock: Clock::real(), chance: Chance::of_system(), journal, outputs })?)
}
