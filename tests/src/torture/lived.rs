//! Living through random days while a disk writes down everything.

use super::{branch, wishes::Asked};
use crash_disk::{Disk, Fault, FaultKind, Rng};
use lobby::{
    clock::{Clock, Hands},
    controller::{Handle, Reply, Wish},
    journal::{Answer, Draft, Journal},
};
use queue_core::{Actor, Branch, Command, Timestamp};
use rusqlite::Connection;
use std::path::Path;
use tempfile::TempDir;
use tokio::task::JoinSet;

/// What is wrong on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Defect {
    /// Nothing.
    #[default]
    None,
    /// `PRAGMA synchronous=NORMAL`: consistent, and forgets.
    SynchronousNormal,
    /// `PRAGMA synchronous=OFF`: neither.
    SynchronousOff,
    /// The disk acknowledges syncs and does none.
    LyingDisk,
    /// A writer that answers and then commits.
    EffectBeforeCommit,
}

/// One run.
#[derive(Clone, Copy, Debug)]
pub struct TorturePlan {
    /// Rules everything.
    pub seed: u64,
    /// Rounds of wishes.
    pub rounds: usize,
    /// Whether the disk also fails now and then.
    pub faults: bool,
    /// Images of the disk at each moment.
    pub images: usize,
    /// Every so many images the whole lobby is started on one and all retries are made.
    pub deep: usize,
    /// What is wrong on purpose.
    pub defect: Defect,
}

/// Somebody was told something.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// When: how many operations the disk had seen.
    pub(super) moment: usize,
    /// Counts business days.
    pub(super) day: usize,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Answer(Box<Asked>, Answer),
    /// Everything up to this row was published.
    Row(i64),
}

/// A row of the journal as it ended up.
#[derive(Clone, Debug)]
pub(super) struct TrueRow {
    pub(super) hash: Vec<u8>,
    pub(super) request: Option<String>,
    pub(super) kind: String,
}

/// What was lived through.
pub struct Lived {
    pub(super) disk: Disk,
    pub(super) told: Vec<Told>,
    pub(super) truth: Vec<TrueRow>,
    /// From the first failure of the disk to the restart after it, nobody knows what of the last group is there.
    pub(super) unknown: Vec<(usize, usize)>,
    pub(super) end: Timestamp,
    asked: usize,
    _dir: TempDir,
}

/// In memory where there is such a place: a torture writes a thousand disks.
pub(crate) fn scratch() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a directory for the disk")
}

/// Who answers.
enum Counter {
    Lobby(Handle, branch::End),
    Careless(Box<Careless>),
}

impl Lived {
    pub(super) fn wishes(&self) -> usize {
        self.asked
    }

    pub(super) fn faults(&self) -> usize {
        self.unknown.len()
    }

    /// Lives through the rounds of a plan.
    ///
    /// # Panics
    /// When the lobby cannot be started on a disk that is well.
    pub async fn live(plan: TorturePlan) -> Lived {
        let dir = scratch();
        let disk = Disk::watch(dir.path()).expect("a directory that can be read");
        match plan.defect {
            Defect::SynchronousNormal => disk.bend_synchronous(Some("1")),
            Defect::SynchronousOff => disk.bend_synchronous(Some("0")),
            Defect::LyingDisk => disk.lie(),
            Defect::None | Defect::EffectBeforeCommit => {}
        }
        let (clock, hands) = Clock::by_hand(Clock::real().now());
        let mut life = Life {
            plan,
            rng: Rng::new(plan.seed),
            clock,
            hands,
            disk: &disk,
            dir: dir.path(),
            told: Vec::new(),
            unknown: Vec::new(),
            day: 0,
            asked: 0,
        };
        life.rounds().await;
        let Life { told, unknown, asked, hands, .. } = life;
        let truth = truth(dir.path());
        Lived { disk, told, truth, unknown, end: hands.at(), asked, _dir: dir }
    }
}

fn truth(dir: &Path) -> Vec<TrueRow> {
    let db = Connection::open(dir.join(lobby::journal::FILE)).expect("the journal");
    let mut rows = db.prepare("SELECT hash, request_id, kind FROM journal ORDER BY seq").expect("its rows");
    let row = |row: &rusqlite::Row<'_>| Ok(TrueRow { hash: row.get(0)?, request: row.get(1)?, kind: row.get(2)? });
    rows.query_map([], row).expect("its rows").map(|row| row.expect("a row")).collect()
}

struct Life<'a> {
    plan: TorturePlan,
    rng: Rng,
    clock: Clock,
    hands: Hands,
    disk: &'a Disk,
    dir: &'a Path,
    told: Vec<Told>,
    unknown: Vec<(usize, usize)>,
    day: usize,
    asked: usize,
}

impl Life<'_> {
    async fn rounds(&mut self) {
        let mut counter = self.start();
        for _ in 0..self.plan.rounds {
            self.hands.set(self.hands.at().plus(i64::try_from(self.rng.below(20_000)).unwrap_or(0)));
            if self.plan.faults && self.rng.below(12) == 0 {
                self.disk.fail(Some(self.fault()));
            }
            counter = match self.rng.below(30) {
                0 => self.stop_and_start(counter).await,
                1 => self.close_and_open(counter).await,
                _ => {
                    let count = 1 + self.rng.below(5);
                    let asked: Vec<Asked> = (0..count)
                        .map(|_| {
                            self.asked += 1;
                            Asked::draw(self.asked, &mut self.rng)
                        })
                        .collect();
                    self.ask(counter, asked).await
                }
            };
        }
        self.disk.fail(None);
        if let Counter::Lobby(handle, end) = counter {
            drop(handle);
            end.await.expect("the writer says how it ended").expect("a disk that is well");
        }
    }

    fn fault(&mut self) -> Fault {
        let kinds = [FaultKind::Full, FaultKind::Write, FaultKind::Sync, FaultKind::ReadOnly];
        let kind = self.rng.pick(&kinds).copied().unwrap_or(FaultKind::Sync);
        Fault { at: self.disk.operations() + self.rng.below(12), kind, lasting: self.rng.coin() }
    }

    fn start(&mut self) -> Counter {
        if self.plan.defect == Defect::EffectBeforeCommit {
            return Counter::Careless(Box::new(Careless::open(self.dir, &self.clock)));
        }
        let (handle, end) = branch::start(self.dir, self.clock.clone()).expect("a lobby on a disk that is well");
        Counter::Lobby(handle, end)
    }

    async fn stop_and_start(&mut self, counter: Counter) -> Counter {
        let before = self.disk.operations();
        match counter {
            Counter::Lobby(handle, end) => {
                drop(handle);
                // A disk that fails may have ended it before.
                let _ = end.await;
            }
            Counter::Careless(careless) => drop(careless),
        }
        self.restart_after(before)
    }

    /// Mends the disk and starts again on it. `since` is a moment before the first failure.
    fn restart_after(&mut self, since: usize) -> Counter {
        let failed = self.disk.failures() > 0;
        self.disk.fail(None);
        let counter = self.start();
        if failed {
            self.unknown.push((since, self.disk.operations()));
        }
        counter
    }

    async fn close_and_open(&mut self, counter: Counter) -> Counter {
        self.day += 1;
        let before = self.disk.operations();
        if let Counter::Lobby(handle, _) = &counter {
            let day = branch::config().business_day(self.clock.now());
            let close = handle.wish(Wish::silent("manager:m1", Command::CloseDay { force: true })).await;
            let open = handle.wish(Wish::silent("manager:m1", Command::OpenDay { day })).await;
            if close.is_err() || open.is_err() {
                return self.after_failure(counter, before, Vec::new()).await;
            }
            self.tell_row(handle);
        }
        counter
    }

    async fn ask(&mut self, counter: Counter, asked: Vec<Asked>) -> Counter {
        let before = self.disk.operations();
        match counter {
            Counter::Careless(mut careless) => {
                careless.answer(&asked, &self.clock, self.disk, self.day, &mut self.told);
                Counter::Careless(careless)
            }
            Counter::Lobby(handle, end) => {
                let open = self.ask_lobby(&handle, asked).await;
                if open.is_empty() {
                    self.tell_row(&handle);
                    return Counter::Lobby(handle, end);
                }
                self.after_failure(Counter::Lobby(handle, end), before, open).await
            }
        }
    }

    /// Asks all at once; those that were not answered come back.
    async fn ask_lobby(&mut self, handle: &Handle, asked: Vec<Asked>) -> Vec<Asked> {
        let mut tasks = JoinSet::new();
        for asked in asked {
            let handle = handle.clone();
            tasks.spawn(async move { (handle.wish(asked.wish()).await, asked) });
        }
        let mut open = Vec::new();
        while let Some(done) = tasks.join_next().await {
            match done.expect("a wish that was made") {
                (Ok(Reply::Answer(answer)), asked) => self.tell(What::Answer(Box::new(asked), answer)),
                (Ok(Reply::KeyReused), asked) => panic!("{:?} was never used before", asked.key),
                (Err(_), asked) => open.push(asked),
            }
        }
        open
    }

    /// The disk failed and the writer has ended: whoever has no answer asks again after the restart.
    async fn after_failure(&mut self, counter: Counter, before: usize, open: Vec<Asked>) -> Counter {
        let counter = Box::pin(self.stop_and_start(counter)).await;
        if let Some(last) = self.unknown.last_mut() {
            last.0 = last.0.min(before);
        }
        if let Counter::Lobby(handle, _) = &counter {
            let still_open = self.ask_lobby(handle, open).await;
            assert!(still_open.is_empty(), "a lobby on a disk that is well answers");
            self.tell_row(handle);
        }
        counter
    }

    fn tell_row(&mut self, handle: &Handle) {
        let row = *handle.facts().borrow();
        self.tell(What::Row(row));
    }

    fn tell(&mut self, what: What) {
        self.told.push(Told { moment: self.disk.operations(), day: self.day, what });
    }
}

/// A writer with the one defect that no setting has: whoever asks is answered before the facts are durable.
struct Careless {
    journal: Journal,
    branch: Branch,
}

impl Careless {
    fn open(dir: &Path, clock: &Clock) -> Careless {
        // What the real one settles at a start is settled by it.
        drop(branch::start(dir, clock.clone()).expect("a lobby").0);
        let journal = loop {
            // Its thread lets go of the directory a moment after its handle is dropped.
            match Journal::open(dir) {
                Ok(journal) => break journal,
                Err(lobby::journal::JournalError::InUse { .. }) => std::thread::yield_now(),
                Err(cause) => panic!("{cause}"),
            }
        };
        let mut branch = Branch::default();
        journal.replay(0, |row| branch.apply(row.at, &row.fact)).expect("facts");
        Careless { journal, branch }
    }

    fn answer(&mut self, asked: &[Asked], clock: &Clock, disk: &Disk, day: usize, told: &mut Vec<Told>) {
        let actor = Actor::from("kiosk:k1");
        for asked in asked {
            let at = clock.now();
            let handled = self.branch.handle(at, &actor, asked.command()).unwrap_or_default();
            for fact in handled.facts.iter().chain(&handled.settled) {
                let day = self.branch.day().day.as_ref();
                let draft = Draft { at, day, actor: &actor, request: Some(&asked.key), fact };
                self.journal.append(draft).expect("a disk that is well");
            }
            let answer = Answer { status: 200, body: String::new() };
            let today = self.branch.day().day.as_ref().map_or("", |day| day.as_str()).to_owned();
            self.journal.keep_answer(&asked.key, None, &answer, &today).expect("a disk that is well");
            let what = What::Answer(Box::new(asked.clone()), answer);
            told.push(Told { moment: disk.operations(), day, what });
        }
        self.journal.commit().expect("a disk that is well");
    }
}
