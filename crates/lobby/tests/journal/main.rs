//! The controller on a real journal: one fact a request, nothing lost by a restart, an edited past that shows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod backup;
mod golden;
mod recover;
mod snapshot;

use lobby::{
    chance::Chance,
    clock::Clock,
    config::Config,
    controller::{Answer, Handle, Reply, RequestKey, Setup, Wish, spawn},
    journal::{self, Journal, JournalError},
    orders::{Captions, DeskPictures, Frame, OpenCalls, Outputs},
};
use queue_core::{Command, IssueWish};
use std::{collections::BTreeMap, path::Path, sync::Arc};
use tokio::sync::{oneshot, watch};

const BRANCH: &str = include_str!("../../../../config/demo/branch.toml");

fn outputs() -> Outputs {
    Outputs {
        epoch: 1,
        board: Arc::new(watch::Sender::new(Arc::new(Frame { epoch: 1, seq: 0, json: "{}".into() }))),
        alerts: Arc::new(watch::Sender::new(Arc::new(Frame { epoch: 1, seq: 0, json: "{}".into() }))),
        desks: DeskPictures::new(),
        call_board: watch::Sender::default(),
        agents: lobby::orders::DeskFrames::new(),
        printers: BTreeMap::new(),
        paper_changes: BTreeMap::new(),
        voice: None,
        calls: watch::Sender::new(OpenCalls::default()),
        wake: watch::Sender::new(None),
        selftests: tokio::sync::mpsc::channel(1).0,
        captions: Captions::new(&["zh-CN".to_owned(), "en".to_owned()], Path::new("no own languages")),
    }
}

type End = oneshot::Receiver<Result<(), JournalError>>;

fn config() -> Config {
    toml::from_str(BRANCH).unwrap()
}

fn start(dir: &Path) -> (Handle, End) {
    start_at(dir, Clock::real())
}

fn start_at(dir: &Path, clock: Clock) -> (Handle, End) {
    let journal = Journal::open(dir).unwrap();
    spawn(Setup { config: Arc::new(config()), clock, chance: Chance::of_system(), journal, outputs: outputs() })
        .unwrap()
}

async fn stop(handle: Handle, end: End) {
    drop(handle);
    end.await.unwrap().unwrap();
}

fn take(service: &str) -> Command {
    Command::Issue(IssueWish {
        service: service.into(),
        lane: "regular".into(),
        language: None,
        kiosk: Some("k1".to_owned()),
        identity: None,
        needs: vec![],
        then: vec![],
        printer: None,
        promise: None,
    })
}

/// A wish whose answer is the number that it became, or the code of the refusal.
fn wish(key: Option<(&str, u8)>, command: Command) -> Wish {
    Wish {
        actor: "kiosk:k1".into(),
        request: key.map(|(key, asked)| RequestKey {
            scope: "kiosk:k1".to_owned(),
            key: key.to_owned(),
            fingerprint: [asked; 32],
        }),
        command,
        identity: None,
        note: None,
        render: Box::new(|view, judged| match judged {
            Ok(handled) => {
                let ticket = handled.facts.iter().find_map(queue_core::Event::ticket);
                let number = ticket.and_then(|id| view.branch.ticket(id)).map(|ticket| ticket.number.clone());
                Answer { status: 201, body: number.unwrap_or_default() }
            }
            Err(refusal) => Answer { status: 409, body: refusal.code().to_owned() },
        }),
    }
}

async fn answer(handle: &Handle, wish: Wish) -> String {
    match handle.wish(wish).await.unwrap() {
        Reply::Answer(answer) => answer.body,
        Reply::KeyReused => "key reused".to_owned(),
    }
}

#[tokio::test]
async fn the_same_request_id_is_one_number_across_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let (handle, end) = start(dir.path());
    assert_eq!(answer(&handle, wish(Some(("one", 1)), take("cash"))).await, "A001");
    assert_eq!(answer(&handle, wish(Some(("one", 1)), take("cash"))).await, "A001");
    assert_eq!(answer(&handle, wish(Some(("one", 2)), take("loan"))).await, "key reused");
    assert_eq!(answer(&handle, wish(Some(("bad", 1)), take("tea"))).await, "unknown_service");
    stop(handle, end).await;

    let (handle, end) = start(dir.path());
    assert_eq!(answer(&handle, wish(Some(("one", 1)), take("cash"))).await, "A001");
    assert_eq!(answer(&handle, wish(Some(("bad", 1)), take("tea"))).await, "unknown_service");
    assert_eq!(answer(&handle, wish(None, take("cash"))).await, "A002");
    stop(handle, end).await;
    assert_eq!(journal::verify(dir.path()).unwrap().broken, None);
}

#[tokio::test]
async fn a_restart_brings_back_the_branch_to_the_last_field() {
    let dir = tempfile::tempdir().unwrap();
    let (handle, end) = start(dir.path());
    for service in ["cash", "account", "cash", "loan"] {
        answer(&handle, wish(None, take(service))).await;
    }
    let open = Command::OpenCounter { counter: "1".into(), staff: None };
    answer(&handle, wish(None, open)).await;
    answer(&handle, wish(None, Command::CallNext { counter: "1".into() })).await;
    let token = |view: &lobby::controller::View<'_>| {
        let ticket = view.branch.ticket_at(&"1".into()).unwrap();
        view.track_token(&ticket.id).unwrap().to_owned()
    };
    let before = handle.ask(move |view| (view.branch.clone(), token(view))).await.unwrap();
    stop(handle, end).await;

    let (handle, end) = start(dir.path());
    let after = handle.ask(move |view| (view.branch.clone(), token(view))).await.unwrap();
    assert_eq!(after, before);
    stop(handle, end).await;
}

#[tokio::test]
async fn sixteen_callers_at_once_get_sixteen_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let (handle, end) = start(dir.path());
    let callers: Vec<_> = (0..16)
        .map(|caller| {
            let handle = handle.clone();
            tokio::spawn(async move {
                let mut numbers = Vec::new();
                for _ in 0..20 {
                    let key = format!("{caller}-{}", numbers.len());
                    numbers.push(answer(&handle, wish(Some((&key, 1)), take("cash"))).await);
                }
                numbers
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for caller in callers {
        numbers.extend(caller.await.unwrap());
    }
    numbers.sort();
    let expected: Vec<String> = (1..=320).map(|number| format!("A{number:03}")).collect();
    assert_eq!(numbers, expected);
    stop(handle, end).await;
}

#[tokio::test]
async fn the_key_of_a_day_ends_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let (handle, end) = start(dir.path());
    answer(&handle, wish(None, take("cash"))).await;
    let keys = || -> i64 {
        let db = rusqlite::Connection::open(dir.path().join(journal::FILE)).unwrap();
        db.query_row("SELECT count(*) FROM day_keys", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(keys(), 1);
    answer(&handle, wish(None, Command::CloseDay { force: false })).await;
    assert_eq!(keys(), 0);
    let id = handle.ask(|view| view.branch.tickets().next().unwrap().id.clone()).await.unwrap();
    assert_eq!(handle.ask(move |view| view.track_token(&id).map(str::to_owned)).await.unwrap(), None);
    stop(handle, end).await;
}

#[test]
fn a_second_lobby_on_the_same_data_is_refused_with_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let first = Journal::open(dir.path()).unwrap();
    let refused = Journal::open(dir.path()).unwrap_err().to_string();
    let pid = std::process::id();
    let dir_name = dir.path().display();
    assert_eq!(
        refused,
        format!("another lobby (process {pid}) runs on {dir_name}; stop it first, or use another --data directory")
    );
    drop(first);
    Journal::open(dir.path()).unwrap();
}

#[test]
fn a_journal_of_a_newer_lobby_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    drop(Journal::open(dir.path()).unwrap());
    let db = rusqlite::Connection::open(dir.path().join(journal::FILE)).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let refused = Journal::open(dir.path()).unwrap_err().to_string();
    assert!(refused.contains("written by a newer lobby (format 99, this one knows 3)"), "{refused}");
    assert!(matches!(journal::verify(dir.path()), Err(JournalError::Newer { .. })));
    let db = rusqlite::Connection::open(dir.path().join(journal::FILE)).unwrap();
    let found: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(found, 99);
}

/// What the second step added is taken out again, which is how the first format was.
#[tokio::test]
async fn a_journal_of_the_first_format_goes_on_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let (handle, end) = start(dir.path());
    assert_eq!(answer(&handle, wish(Some(("one", 1)), take("cash"))).await, "A001");
    stop(handle, end).await;
    let db = rusqlite::Connection::open(dir.path().join(journal::FILE)).unwrap();
    db.execute_batch(
        "DROP TABLE notes; DROP TABLE masks; ALTER TABLE requests DROP COLUMN identity; PRAGMA user_version = 1",
    )
    .unwrap();
    drop(db);
    assert_eq!(journal::verify(dir.path()).unwrap().broken, None, "an older journal is read as it is");

    let (handle, end) = start(dir.path());
    assert_eq!(answer(&handle, wish(Some(("one", 1)), take("cash"))).await, "A001");
    assert_eq!(answer(&handle, wish(None, take("cash"))).await, "A002");
    stop(handle, end).await;
}

#[tokio::test]
async fn an_edited_past_shows() {
    let dir = tempfile::tempdir().unwrap();
    let (handle, end) = start(dir.path());
    for _ in 0..5 {
        answer(&handle, wish(None, take("cash"))).await;
    }
    stop(handle, end).await;
    let clean = journal::verify(dir.path()).unwrap();
    assert_eq!(clean.broken, None);

    let edit = |sql: &str| {
        let copy = tempfile::tempdir().unwrap();
        std::fs::copy(dir.path().join(journal::FILE), copy.path().join(journal::FILE)).unwrap();
        let db = rusqlite::Connection::open(copy.path().join(journal::FILE)).unwrap();
        assert_eq!(db.execute(sql, []).unwrap(), 1);
        drop(db);
        let verified = journal::verify(copy.path()).unwrap();
        (verified.broken.map(|broken| broken.seq), verified.head == clean.head)
    };
    assert_eq!(edit("UPDATE journal SET json = replace(json, 'A002', 'A009') WHERE json LIKE '%A002%'").0, Some(4));
    assert_eq!(edit("UPDATE journal SET at = at + 1 WHERE seq = 3").0, Some(3));
    assert_eq!(edit("UPDATE journal SET actor = 'kiosk:k2' WHERE seq = 5").0, Some(5));
    assert_eq!(edit("DELETE FROM journal WHERE seq = 4").0, Some(5));
    // A tail that was cut off fits the chain; the head that was printed at the end of the day does not.
    assert_eq!(edit("DELETE FROM journal WHERE seq = 7"), (None, false));
    assert_eq!(journal::verify_until(dir.path(), Some(&clean.head)).unwrap().anchor, Some(7));
    assert_eq!(journal::verify_until(dir.path(), Some("00")).unwrap().anchor, None);
}

#[tokio::test]
async fn the_head_of_a_closed_day_stands_in_its_report_and_the_chain_runs_through_it() {
    let dir = tempfile::tempdir().unwrap();
    let (handle, end) = start(dir.path());
    answer(&handle, wish(None, take("cash"))).await;
    let day = handle.ask(|view| view.branch.day().day.clone().unwrap()).await.unwrap();
    let report = |day| lobby::report::day(&journal::open_read_only(dir.path()).unwrap(), day).unwrap();
    assert_eq!(report(&day).head, None, "the day is open");
    answer(&handle, wish(None, Command::CloseDay { force: true })).await;
    let head = report(&day).head.unwrap();
    let printed = journal::verify(dir.path()).unwrap();
    assert_eq!(head, printed.head);
    // More happens; whoever recomputes the chain cannot bring that hash back.
    answer(&handle, wish(None, Command::OpenDay { day: day.clone() })).await;
    answer(&handle, wish(None, take("cash"))).await;
    assert_eq!(report(&day).head, None, "it is open again");
    stop(handle, end).await;
    let verified = journal::verify_until(dir.path(), Some(&head)).unwrap();
    assert_eq!((verified.anchor, verified.broken), (Some(printed.rows), None));
}
