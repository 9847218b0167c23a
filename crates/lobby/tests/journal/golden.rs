//! Journals as earlier versions left them (`tests/golden/journals`, as SQL): each is read, proven, taken over and goes on, so
//! that an upgrade in the middle of a day loses nothing. The other way round, a rollback, is refused where a newer version
//! has written what this one does not know, and changes nothing.

use super::*;
use queue_core::{TicketState, Timestamp};
use std::path::PathBuf;

/// Journals and what is known of them: rows, hash of the last one, numbers of A that were given, who is called.
const JOURNALS: [(&str, i64, &str, u32, &[&str]); 3] = [
    ("format-1.sql", 58, "b0216eb8d172bf5945d446f1410f6c838f7288e85fd6cf1639548bdeac3c0b7d", 8, &["A003"]),
    ("format-2.sql", 58, "b0216eb8d172bf5945d446f1410f6c838f7288e85fd6cf1639548bdeac3c0b7d", 8, &["A003"]),
    ("format-3.sql", 475, "94030e414872d3225df10e02d31bed83d7b2e233503a76e580bf50c51037fd8b", 36, &["A036"]),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/journals")
}

fn db(dir: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(dir.join(journal::FILE)).unwrap()
}

fn laid_out(name: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    db(dir.path()).execute_batch(&std::fs::read_to_string(folder().join(name)).unwrap()).unwrap();
    dir
}

/// A minute after the last fact.
fn later(dir: &Path) -> Clock {
    let last = journal::last_at(&journal::open_read_only(dir).unwrap()).unwrap();
    Clock::by_hand(last.plus(60_000)).0
}

/// The newest request id that is kept, and its answer.
fn kept(dir: &Path) -> (RequestKey, String) {
    let find = "SELECT scope, key, fingerprint, body FROM requests ORDER BY id DESC LIMIT 1";
    let key = |row: &rusqlite::Row<'_>| {
        Ok((RequestKey { scope: row.get(0)?, key: row.get(1)?, fingerprint: row.get(2)? }, row.get(3)?))
    };
    db(dir).query_row(find, [], key).unwrap()
}

async fn called(handle: &Handle) -> Vec<String> {
    let called = |view: &lobby::controller::View<'_>| {
        let called = view.branch.tickets().filter(|ticket| ticket.state == TicketState::Called);
        called.map(|ticket| ticket.number.clone()).collect()
    };
    handle.ask(called).await.unwrap()
}

#[tokio::test]
async fn every_journal_of_before_is_proven_taken_over_and_goes_on() {
    for (name, rows, head, given, at_counters) in JOURNALS {
        let dir = laid_out(name);
        let before = journal::verify(dir.path()).unwrap();
        assert_eq!((before.rows, before.head.as_str(), before.broken), (rows, head, None), "{name}");

        let (key, told) = kept(dir.path());
        let (handle, end) = start_at(dir.path(), later(dir.path()));
        assert_eq!(called(&handle).await, at_counters, "{name}");
        let again = Wish { request: Some(key), ..wish(None, take("cash")) };
        assert_eq!(answer(&handle, again).await, told, "{name}: the same wish is the same answer over an upgrade");
        assert_eq!(answer(&handle, wish(None, take("cash"))).await, format!("A{:03}", given + 1), "{name}");
        stop(handle, end).await;

        let after = journal::verify_until(dir.path(), Some(head)).unwrap();
        assert_eq!((after.anchor, after.broken), (Some(rows), None), "{name}: the chain goes on from the old one");
        let (handle, end) = start_at(dir.path(), later(dir.path()));
        assert_eq!(answer(&handle, wish(None, take("cash"))).await, format!("A{:03}", given + 2), "{name}");
        answer(&handle, wish(None, Command::CloseDay { force: true })).await;
        stop(handle, end).await;
    }
}

#[test]
fn there_is_a_journal_of_every_format() {
    let dir = tempfile::tempdir().unwrap();
    drop(Journal::open(dir.path()).unwrap());
    let newest: u32 = db(dir.path()).pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    for format in 1..=newest {
        assert!(
            folder().join(format!("format-{format}.sql")).is_file() && JOURNALS.len() >= newest as usize,
            "keep a journal of format {format} in tests/golden/journals before it changes"
        );
    }
}

/// What a newer version may leave in a format that this one knows: a kind of fact without a new table.
#[tokio::test]
async fn a_rollback_over_facts_of_a_newer_version_is_refused_and_changes_nothing() {
    let dir = laid_out("format-3.sql");
    let db = db(dir.path());
    let (at, previous): (i64, [u8; 32]) = db
        .query_row("SELECT at, hash FROM journal ORDER BY seq DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let row = journal::Row {
        seq: 476,
        at: at + 1,
        business_day: Some("2026-11-29".to_owned()),
        actor: "clerk:demo".to_owned(),
        request_id: None,
        kind: "beamed_up".to_owned(),
        json: r#"{"kind":"beamed_up","ticket":"20261129-A036"}"#.to_owned(),
    };
    let hash = journal::row_hash(&previous, &row);
    db.execute(
        "INSERT INTO journal (seq, at, business_day, actor, kind, json, hash) VALUES (476, ?1, '2026-11-29', 'clerk:demo', ?2, ?3, ?4)",
        rusqlite::params![row.at, row.kind, row.json, hash],
    )
    .unwrap();
    drop(db);
    let journal = Journal::open(dir.path()).unwrap();
    let clock = Clock::by_hand(Timestamp(at + 60_000)).0;
    let refused =
        spawn(Setup { config: Arc::new(config()), clock, chance: Chance::of_system(), journal, outputs: outputs() })
            .err()
            .unwrap();
    let said = refused.to_string();
    for words in ["row 476", "`beamed_up`", "a newer lobby wrote", "nothing was changed", "lobby restore"] {
        assert!(said.contains(words), "{words} is not in: {said}");
    }
    let rows = |dir: &Path| -> i64 {
        rusqlite::Connection::open(dir.join(journal::FILE))
            .unwrap()
            .query_row("SELECT max(seq) FROM journal", [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(rows(dir.path()), 476);
    let told = journal::verify(dir.path()).unwrap().broken.unwrap();
    assert_eq!((told.seq, told.cause.as_str()), (476, "the fact is not one that this program knows"));
}
