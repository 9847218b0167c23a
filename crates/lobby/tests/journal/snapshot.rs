//! Snapshots shorten a start and decide nothing: with one, without one and with a wrong one the lobby comes up the same.

use super::*;
use lobby::{
    clock::Hands,
    controller::{SNAPSHOT, compare_snapshot},
};
use queue_core::{Branch, Timestamp};
use std::time::{Duration, Instant};

const DAY_MS: i64 = 86_400_000;
/// Noon of a Monday in Shanghai.
const NOON: Timestamp = Timestamp(1_795_406_400_000);

/// Lives through a day and the first half of the next, and answers the directory.
async fn two_days() -> (tempfile::TempDir, Hands) {
    let dir = tempfile::tempdir().unwrap();
    let (clock, hands) = Clock::by_hand(NOON);
    let (handle, end) = start_at(dir.path(), clock.clone());
    hall(&handle, "a").await;
    let first = written(dir.path(), 0).await;
    answer(&handle, wish(None, Command::CloseDay { force: true })).await;
    hands.set(NOON.plus(DAY_MS));
    let day = config().business_day(hands.at());
    answer(&handle, wish(None, Command::OpenDay { day })).await;
    hall(&handle, "b").await;
    stop(handle, end).await;
    written(dir.path(), first).await;
    (dir, hands)
}

async fn hall(handle: &Handle, name: &str) {
    let counter = || "1".into();
    answer(handle, wish(None, Command::OpenCounter { counter: counter(), staff: None })).await;
    for number in 0..6 {
        answer(handle, wish(Some((&format!("{name}-{number}"), 1)), take("cash"))).await;
        if number % 2 == 0 {
            answer(handle, wish(None, Command::CallNext { counter: counter() })).await;
        }
    }
}

/// A thread of its own writes it: the row that it stands after, once that is behind `after`.
async fn written(dir: &Path, after: i64) -> i64 {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let text = std::fs::read_to_string(dir.join(SNAPSHOT)).unwrap_or_default();
        let head: serde_json::Value =
            text.lines().next().and_then(|head| serde_json::from_str(head).ok()).unwrap_or_default();
        match head["seq"].as_i64() {
            Some(seq) if seq > after => return seq,
            _ => assert!(Instant::now() < end, "no snapshot behind row {after} was written: {head}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What a start comes to: the branch, and the histories of its tickets.
async fn comes_to(dir: &Path, hands: &Hands) -> (Branch, Vec<Vec<i64>>) {
    let (clock, _hands) = Clock::by_hand(hands.at());
    let (handle, end) = start_at(dir, clock);
    let state = handle.ask(|view| {
        let histories = view.branch.tickets().map(|ticket| view.history(&ticket.id).to_vec()).collect();
        (view.branch.clone(), histories)
    });
    let state = state.await.unwrap();
    stop(handle, end).await;
    state
}

fn edit(dir: &Path, sql: &str) {
    let db = rusqlite::Connection::open(dir.join(journal::FILE)).unwrap();
    assert!(db.execute(sql, []).unwrap() > 0);
}

#[tokio::test]
async fn a_start_from_the_snapshot_comes_to_the_same_as_the_whole_journal() {
    let (dir, hands) = two_days().await;
    assert!(matches!(compare_snapshot(dir.path()), Ok(Some((_, true)))));
    let kept = std::fs::read(dir.path().join(SNAPSHOT)).unwrap();
    let with = comes_to(dir.path(), &hands).await;
    std::fs::remove_file(dir.path().join(SNAPSHOT)).unwrap();
    let without = comes_to(dir.path(), &hands).await;
    assert_eq!(with, without);
    assert_eq!(with.0.tickets().count(), 6);

    // It was not there for nothing: a row of the first day is not read again.
    written(dir.path(), 0).await;
    std::fs::write(dir.path().join(SNAPSHOT), kept).unwrap();
    edit(dir.path(), "UPDATE journal SET json = '?' WHERE seq = 3");
    assert_eq!(comes_to(dir.path(), &hands).await, with);
    std::fs::remove_file(dir.path().join(SNAPSHOT)).unwrap();
    let (clock, _hands) = Clock::by_hand(hands.at());
    let journal = Journal::open(dir.path()).unwrap();
    let replayed =
        spawn(Setup { config: Arc::new(config()), clock, chance: Chance::of_system(), journal, outputs: outputs() });
    assert!(replayed.err().unwrap().to_string().contains("row 3 of the journal cannot be read"));
}

#[tokio::test]
async fn a_wrong_snapshot_is_passed_over() {
    let (dir, hands) = two_days().await;
    let snapshot = dir.path().join(SNAPSHOT);
    let kept = std::fs::read(&snapshot).unwrap();
    let right = comes_to(dir.path(), &hands).await;

    let (other, _) = two_days().await;
    let foreign = std::fs::read(other.path().join(SNAPSHOT)).unwrap();
    let mut changed = kept.clone();
    let last = changed.len() - 10;
    changed[last] ^= 1;
    let text = String::from_utf8(kept.clone()).unwrap();
    let older_core = text.replacen("\"core\":\"", "\"core\":\"0", 1).into_bytes();
    let wrong: [(&str, &[u8]); 5] = [
        ("of another journal", &foreign),
        ("torn", &kept[..kept.len() / 2]),
        ("changed", &changed),
        ("of another core", &older_core),
        ("empty", b""),
    ];
    for (what, bytes) in wrong {
        std::fs::write(&snapshot, bytes).unwrap();
        assert_eq!(comes_to(dir.path(), &hands).await, right, "a snapshot {what}");
    }

    // One that runs ahead of the journal, as beside a restored backup.
    std::fs::write(&snapshot, &kept).unwrap();
    let shorter = tempfile::tempdir().unwrap();
    std::fs::copy(dir.path().join(journal::FILE), shorter.path().join(journal::FILE)).unwrap();
    edit(shorter.path(), "DELETE FROM journal WHERE seq > 4");
    let without = comes_to(shorter.path(), &hands).await;
    let again = tempfile::tempdir().unwrap();
    std::fs::copy(dir.path().join(journal::FILE), again.path().join(journal::FILE)).unwrap();
    std::fs::write(again.path().join(SNAPSHOT), &kept).unwrap();
    edit(again.path(), "DELETE FROM journal WHERE seq > 4");
    let with = comes_to(again.path(), &hands).await;
    assert_eq!(with.0.tickets().count(), without.0.tickets().count());
    assert_eq!(with.1, without.1);
}

#[tokio::test]
async fn a_clock_that_steps_back_or_forth_changes_no_order() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, hands) = Clock::by_hand(NOON);
    let (handle, end) = start_at(dir.path(), clock);
    let issued = async |handle: &Handle| {
        answer(handle, wish(None, take("cash"))).await;
        handle.ask(|view| view.branch.tickets().last().unwrap().issued_at).await.unwrap()
    };
    let first = issued(&handle).await;
    hands.set(NOON.plus(-3_600_000));
    let second = issued(&handle).await;
    assert_eq!(second, first, "time stands still until the wall has caught up");
    hands.set(NOON.plus(7_200_000));
    let third = issued(&handle).await;
    assert_eq!(third, NOON.plus(7_200_000));
    stop(handle, end).await;

    // A restart in the past: the day of the facts is still open, and time goes on where they end.
    let (clock, _hands) = Clock::by_hand(NOON.plus(60_000));
    let (handle, end) = start_at(dir.path(), clock);
    assert_eq!(issued(&handle).await, third);
    let number = handle.ask(|view| view.branch.tickets().last().unwrap().number.clone()).await.unwrap();
    assert_eq!(number, "A004");
    stop(handle, end).await;
    assert_eq!(journal::verify(dir.path()).unwrap().broken, None);
}

/// A machine whose battery is empty begins in 1970, with the journal of a busy hall on its disk.
#[tokio::test]
async fn a_restart_long_before_the_last_fact_closes_no_day_and_loses_no_number() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, _hands) = Clock::by_hand(NOON);
    let (handle, end) = start_at(dir.path(), clock);
    hall(&handle, "a").await;
    let before = handle.ask(|view| view.branch.clone()).await.unwrap();
    stop(handle, end).await;

    let (clock, hands) = Clock::by_hand(Timestamp(86_400_000));
    let (handle, end) = start_at(dir.path(), clock);
    assert_eq!(handle.ask(|view| view.branch.clone()).await.unwrap(), before, "not a fact more");
    answer(&handle, wish(None, take("cash"))).await;
    // A time server is reached: everything goes on from there, on the same day.
    hands.set(NOON.plus(600_000));
    answer(&handle, wish(None, take("cash"))).await;
    let (day, issued) = handle
        .ask(|view| {
            let last = view.branch.tickets().last().unwrap();
            (view.branch.day().clone(), (last.number.clone(), last.issued_at))
        })
        .await
        .unwrap();
    assert_eq!((day.day.as_ref(), day.open), (before.day().day.as_ref(), true));
    assert_eq!(issued, ("A008".to_owned(), NOON.plus(600_000)));
    stop(handle, end).await;
}
