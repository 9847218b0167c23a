//! Backups: made beside a running lobby, brought back, locked, and without anything that must be erasable.

use super::*;
use age::secrecy::ExposeSecret as _;
use lobby::{
    backup::{BackupError, Key, Lock, make, restore},
    identity::Identity,
};
use std::path::PathBuf;

const CARD: &str = "320102199001011234";

/// A lobby in the middle of its day, with somebody known among its customers.
async fn running(dir: &Path) -> (Handle, End) {
    let (handle, end) = start(dir);
    for number in 0..5 {
        answer(&handle, wish(Some((&format!("{number}"), 1)), take("cash"))).await;
    }
    let known =
        Wish { identity: Identity::read(&serde_json::json!(CARD)).ok(), ..wish(Some(("who", 1)), take("loan")) };
    answer(&handle, known).await;
    (handle, end)
}

fn places() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("demo.backup"));
    (dir, data, file)
}

#[tokio::test]
async fn a_backup_beside_a_running_lobby_brings_everything_back() {
    let (dir, data, file) = places();
    let (handle, end) = running(&data).await;
    let made = make(&data, &file, &Lock::Open).unwrap();
    let before = handle.ask(|view| view.branch.clone()).await.unwrap();
    // What comes after it is not in it.
    answer(&handle, wish(None, take("cash"))).await;
    stop(handle, end).await;

    let new = dir.path().join("new");
    assert_eq!(restore(&file, &new, &Key::None).unwrap(), made);
    let verified = journal::verify(&new).unwrap();
    assert_eq!((verified.rows, verified.head, verified.broken), (made.rows, made.head, None));
    let (handle, end) = start(&new);
    let after = handle.ask(|view| view.branch.clone()).await.unwrap();
    assert_eq!(after, before);
    assert_eq!(answer(&handle, wish(Some(("3", 1)), take("cash"))).await, "A004", "a retry across the restore");
    let token = handle.ask(|view| view.track_token(&view.branch.tickets().next().unwrap().id).map(str::to_owned));
    assert!(token.await.unwrap().is_some(), "the day goes on with links of its own");
    stop(handle, end).await;
}

#[tokio::test]
async fn nothing_that_must_be_erasable_is_in_a_backup() {
    let (_dir, data, file) = places();
    let (handle, end) = running(&data).await;
    make(&data, &file, &Lock::Open).unwrap();
    let db = journal::open_read_only(&data).unwrap();
    let key: Vec<u8> = db.query_row("SELECT key FROM day_keys", [], |row| row.get(0)).unwrap();
    let mask: String = db.query_row("SELECT mask FROM masks", [], |row| row.get(0)).unwrap();
    drop(db);
    let has = |path: &Path, what: &[u8]| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(what.len()).any(|window| window == what)
    };
    let live = data.join(journal::FILE);
    let log = data.join(format!("{}-wal", journal::FILE));
    assert!(has(&live, &key) || has(&log, &key), "the key of the day is on the lobby's own disk");
    for what in [key.as_slice(), mask.as_bytes(), CARD.as_bytes()] {
        assert!(!has(&file, what), "a backup holds {:?}", String::from_utf8_lossy(what));
    }
    // And with the day it is gone there, too.
    answer(&handle, wish(None, Command::CloseDay { force: true })).await;
    for what in [key.as_slice(), mask.as_bytes()] {
        assert!(!has(&live, what) && !has(&log, what), "it is still readable after the day is closed");
    }
    stop(handle, end).await;
}

#[tokio::test]
async fn a_locked_backup_opens_with_its_key_only() {
    let (dir, data, file) = places();
    let (handle, end) = running(&data).await;
    stop(handle, end).await;
    let secret = age::x25519::Identity::generate();
    let key = dir.path().join("key.txt");
    std::fs::write(&key, format!("# secret\n{}\n", secret.to_string().expose_secret())).unwrap();
    make(&data, &file, &Lock::Recipient(secret.to_public().to_string())).unwrap();
    assert!(std::fs::read(&file).unwrap().starts_with(b"age-encryption.org/v1"));

    let new = dir.path().join("new");
    assert!(matches!(restore(&file, &new, &Key::None), Err(BackupError::Locked)));
    let other = dir.path().join("other.txt");
    std::fs::write(&other, age::x25519::Identity::generate().to_string().expose_secret()).unwrap();
    assert!(matches!(restore(&file, &new, &Key::Identity(other)), Err(BackupError::WrongKey(_))));
    assert!(!new.exists(), "a backup that does not open leaves nothing");
    restore(&file, &new, &Key::Identity(key)).unwrap();
    assert_eq!(journal::verify(&new).unwrap().broken, None);
    assert!(matches!(
        make(&data, &dir.path().join("x"), &Lock::Recipient("age1x".to_owned())),
        Err(BackupError::BadRecipient)
    ));
}

#[tokio::test]
async fn a_passphrase_locks_one_too() {
    let (dir, data, file) = places();
    let (handle, end) = running(&data).await;
    stop(handle, end).await;
    let (good, bad, none) = (dir.path().join("good"), dir.path().join("bad"), dir.path().join("none"));
    std::fs::write(&good, "correct horse\nnot this line\n").unwrap();
    std::fs::write(&bad, "battery staple\n").unwrap();
    std::fs::write(&none, "\n").unwrap();
    assert!(matches!(make(&data, &file, &Lock::Passphrase(none)), Err(BackupError::NoPassphrase(_))));
    assert!(!file.exists() && !dir.path().join("demo.backup.part").exists(), "a backup that fails leaves nothing");
    make(&data, &file, &Lock::Passphrase(good.clone())).unwrap();
    let new = dir.path().join("new");
    assert!(matches!(restore(&file, &new, &Key::Passphrase(bad)), Err(BackupError::WrongKey(_))));
    restore(&file, &new, &Key::Passphrase(good)).unwrap();
}

#[tokio::test]
async fn nothing_is_ever_overwritten_and_a_torn_backup_is_none() {
    let (dir, data, file) = places();
    let (handle, end) = running(&data).await;
    stop(handle, end).await;
    make(&data, &file, &Lock::Open).unwrap();
    assert!(matches!(make(&data, &file, &Lock::Open), Err(BackupError::Exists(_))));
    assert!(matches!(restore(&file, &data, &Key::None), Err(BackupError::NotEmpty(_))));

    let whole = std::fs::read(&file).unwrap();
    let torn = dir.path().join("torn");
    let new = dir.path().join("new");
    for length in [0, 100, whole.len() / 2] {
        std::fs::write(&torn, &whole[..length]).unwrap();
        restore(&torn, &new, &Key::None).unwrap_err();
        assert!(!new.exists(), "{length} bytes of a backup leave nothing");
    }
    // A number in a row: the chain shows it.
    let mut changed = whole.clone();
    let number = b"\"number\":\"A003\"";
    // Pages may keep old bytes behind their rows: all of them.
    let places = whole.windows(number.len()).enumerate().filter(|(_, window)| window == number);
    for (place, _) in places {
        changed[place + number.len() - 2] = b'9';
    }
    std::fs::write(&torn, &changed).unwrap();
    let refused = restore(&torn, &new, &Key::None);
    assert!(matches!(refused, Err(BackupError::Broken(_))), "{refused:?}");
    assert!(make(&dir.path().join("nothing"), &dir.path().join("y"), &Lock::Open).is_err());
}
