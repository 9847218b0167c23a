//! A damaged page anywhere in the journal: what can be read and proven comes back, the rest from the backup, and never a
//! row that was not written.

use super::*;
use lobby::journal::recover;
use std::path::PathBuf;

const PAGE: usize = 4_096;

/// A journal of some dozens of pages in one file, a backup of its first part, and the hashes of its rows.
async fn journal_and_backup() -> (tempfile::TempDir, PathBuf, PathBuf, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    let (data, backup) = (dir.path().join("data"), dir.path().join("backup"));
    let (handle, end) = start(&data);
    let fill = async |from: usize, to: usize| {
        for number in from..to {
            answer(&handle, wish(Some((&format!("{number}"), 1)), take("cash"))).await;
        }
    };
    fill(0, 100).await;
    let file = dir.path().join("file");
    lobby::backup::make(&data, &file, &lobby::backup::Lock::Open).unwrap();
    fill(100, 140).await;
    stop(handle, end).await;
    std::fs::create_dir(&backup).unwrap();
    lobby::backup::journal_of(&file, &backup, &lobby::backup::Key::None).unwrap();
    let hashes = hashes(&data);
    (dir, data, backup.join(journal::FILE), hashes)
}

fn hashes(data: &Path) -> Vec<String> {
    let db = rusqlite::Connection::open(data.join(journal::FILE)).unwrap();
    let mut rows = db.prepare("SELECT lower(hex(hash)) FROM journal ORDER BY seq").unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// A copy of the data directory with one page overwritten.
fn damaged(data: &Path, page: usize) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let mut bytes = std::fs::read(data.join(journal::FILE)).unwrap();
    bytes[page * PAGE..(page + 1) * PAGE].fill(0x5a);
    std::fs::write(copy.path().join(journal::FILE), bytes).unwrap();
    copy
}

#[tokio::test]
async fn any_one_page_may_be_damaged() {
    let (_dir, data, backup, truth) = journal_and_backup().await;
    let backed = {
        let db = rusqlite::Connection::open(&backup).unwrap();
        db.query_row("SELECT count(*) FROM journal", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let pages = std::fs::read(data.join(journal::FILE)).unwrap().len() / PAGE;
    assert!(pages > 15, "only {pages} pages");
    let (mut said, mut without_loss) = (0, 0);
    for page in (0..pages).step_by(2) {
        let copy = damaged(&data, page);
        let verified = journal::verify(copy.path());
        if let Err(cause) = &verified {
            let told = cause.to_string();
            assert!(told.contains("lobby journal recover"), "page {page}: {told}");
            said += 1;
        }
        let done = recover(copy.path(), Some(&backup)).unwrap_or_else(|cause| panic!("page {page}: {cause}"));
        let rows = hashes(copy.path());
        assert!(truth.starts_with(&rows), "page {page}: a row that was never written");
        assert!(
            i64::try_from(rows.len()).unwrap() >= backed,
            "page {page}: {} rows are left, the backup has {backed}",
            rows.len()
        );
        assert_eq!(usize::try_from(done.rows).unwrap(), rows.len());
        let all = rows.len() == truth.len();
        without_loss += usize::from(all);
        if let Some(kept) = &done.kept {
            assert!(kept.join(journal::FILE).is_file(), "page {page}: the damaged file is kept");
            if let Some(missing) = done.missing {
                assert_eq!(usize::try_from(missing).unwrap(), rows.len() + 1);
                let behind = std::fs::read_to_string(kept.join("rows-behind.jsonl")).unwrap();
                assert_eq!(behind.lines().count(), usize::try_from(done.behind).unwrap());
            }
        }
        assert_eq!(journal::verify(copy.path()).unwrap().broken, None);
        let again = recover(copy.path(), None).unwrap();
        assert_eq!(again.kept, None, "page {page}: what is whole is left alone");
    }
    assert!(said > 3, "only {said} damages were said by verify");
    assert!(without_loss > pages / 4, "{without_loss} of {pages} damages were mended without a loss");

    // And a lobby starts on it.
    let copy = damaged(&data, pages / 2);
    recover(copy.path(), Some(&backup)).unwrap();
    let (handle, end) = start(copy.path());
    let number = answer(&handle, wish(None, take("cash"))).await;
    assert!(number.starts_with('A'), "{number}");
    stop(handle, end).await;
    assert_eq!(journal::verify(copy.path()).unwrap().broken, None);
}

#[tokio::test]
async fn without_a_backup_the_proven_beginning_is_left() {
    let (_dir, data, _, truth) = journal_and_backup().await;
    let pages = std::fs::read(data.join(journal::FILE)).unwrap().len() / PAGE;
    let mut gaps = 0;
    for page in (1..pages).step_by(3) {
        let copy = damaged(&data, page);
        match recover(copy.path(), None) {
            Ok(done) => {
                let rows = hashes(copy.path());
                assert!(truth.starts_with(&rows), "page {page}: a row that was never written");
                gaps += usize::from(done.missing.is_some());
            }
            Err(cause) => assert!(cause.to_string().contains("give a backup"), "page {page}: {cause}"),
        }
    }
    assert!(gaps > 1, "only {gaps} damages left a gap");
}

#[test]
fn a_recovery_that_was_cut_short_is_finished_before_a_lobby_starts() {
    let dir = tempfile::tempdir().unwrap();
    drop(Journal::open(dir.path()).unwrap());
    // Whole and not in its place yet, the old log moved away already.
    std::fs::copy(dir.path().join(journal::FILE), dir.path().join("journal.ready")).unwrap();
    std::fs::create_dir(dir.path().join("damaged-1")).unwrap();
    let refused = Journal::open(dir.path()).unwrap_err().to_string();
    assert!(refused.contains("run `lobby journal recover"), "{refused}");
    let done = recover(dir.path(), None).unwrap();
    assert_eq!(done.kept, Some(dir.path().join("damaged-1")));
    drop(Journal::open(dir.path()).unwrap());
}
