//! A lobby whose disk is damaged comes back from its backup, by the commands that an engineer types.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, HallPlan, program, until};
use serde_json::{Value, json};
use std::{
    path::Path,
    process::{Command, Output},
};

fn lobby(arguments: &[&str], data: &Path) -> Output {
    Command::new(program("lobby")).args(arguments).arg("--data").arg(data).output().unwrap()
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

async fn take(hall: &Hall, count: usize) -> String {
    let mut number = Value::Null;
    for _ in 0..count {
        number =
            hall.role("kiosk").post("/api/v1/tickets", &json!({ "service": "cash" })).await["ticket"]["number"].clone();
    }
    number.as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_journal_is_said_and_comes_back_from_the_backup() {
    let place = tempfile::tempdir().unwrap();
    let mut hall = Hall::start_with(HallPlan { without_hardware: true, ..HallPlan::default() }).await;
    take(&hall, 30).await;
    let file = place.path().join("hall.tar");
    let made = lobby(&["backup", file.to_str().unwrap(), "--json"], &hall.data());
    assert!(made.status.success(), "beside the running lobby: {}", told(&made));
    let again = lobby(&["backup", file.to_str().unwrap()], &hall.data());
    assert_eq!(again.status.code(), Some(1));
    assert!(told(&again).contains("never overwritten"), "{}", told(&again));
    hall.kill();
    let busy = lobby(&["restore", file.to_str().unwrap()], &hall.data());
    assert!(told(&busy).contains("is not empty"), "{}", told(&busy));

    // Everything behind the first pages is gone, and the log with it.
    let journal = hall.data().join("journal.db");
    let mut bytes = std::fs::read(&journal).unwrap();
    if bytes.len() > 8_192 {
        bytes[8_192..].fill(0x5a);
    } else {
        bytes.fill(0x5a);
    }
    std::fs::write(&journal, bytes).unwrap();
    std::fs::remove_file(hall.data().join("journal.db-wal")).unwrap();
    let verified = lobby(&["journal", "verify"], &hall.data());
    assert_eq!(verified.status.code(), Some(1));
    assert!(told(&verified).contains("lobby journal recover"), "{}", told(&verified));
    let recovered = lobby(&["journal", "recover", "--json", "--backup", file.to_str().unwrap()], &hall.data());
    assert!(recovered.status.success(), "{}", told(&recovered));
    let recovered: Value = serde_json::from_slice(&recovered.stdout).unwrap();
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert!(recovered["rows"].as_i64() >= made["rows"].as_i64(), "{recovered} {made}");
    hall.restart().await;
    assert_eq!(take(&hall, 1).await, "A031", "no number is given twice");
    let verified = lobby(&["journal", "verify", "--head", made["head"].as_str().unwrap()], &hall.data());
    assert!(verified.status.success(), "{}", told(&verified));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lobby_makes_its_backup_by_itself() {
    let place = tempfile::tempdir().unwrap();
    let backups = place.path().join("backups");
    let block = format!("[backup]\ndir = \"{}\"\n\n[day]", backups.display());
    let plan = HallPlan { without_hardware: true, edits: vec![("[day]".to_owned(), block)], ..HallPlan::default() };
    let hall = Hall::start_with(plan).await;
    let file = until("the backup that is due because there is none", async || {
        let found = std::fs::read_dir(&backups).map_err(|cause| cause.to_string())?;
        let names = found.map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
        let whole = names.iter().find(|path| path.extension().is_some_and(|end| end == "tar")).cloned();
        whole.ok_or_else(|| format!("{names:?}"))
    })
    .await;
    let new = place.path().join("new");
    let restored = lobby(&["restore", file.to_str().unwrap()], &new);
    assert!(restored.status.success(), "{}", told(&restored));
    let verified = lobby(&["journal", "verify"], &new);
    assert!(verified.status.success(), "{}", told(&verified));
    let devices = hall.role("engineer").get("/api/v1/devices").await;
    let backup = devices["devices"].as_array().unwrap().iter().find(|device| device["id"] == "backup").cloned();
    assert_eq!(backup.unwrap()["state"], "ok");
}
