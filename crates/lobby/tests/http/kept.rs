//! `lobby check --data`: targets against what the branch itself has lived, beside the running lobby.

use crate::{hall::Hall, reports::waits};
use std::{
    path::Path,
    process::{Command, Output},
};

/// The demo branch's file is checked.
fn check(data: &Path) -> Output {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/demo/branch.toml");
    Command::new(env!("CARGO_BIN_EXE_lobby"))
        .args(["check", "--config"])
        .arg(file)
        .arg("--data")
        .arg(data)
        .env("RUST_LOG", "off")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test]
async fn a_target_that_the_last_days_did_not_keep_is_a_warning() {
    let hall = Hall::after(2);
    hall.take("cash").await; // the open day does not count
    let all: Vec<f64> = hall.days.iter().flat_map(|day| waits(&hall, day)).collect();
    let percent =
        |minutes: u32| all.iter().filter(|wait| **wait <= f64::from(minutes) * 60.0).count() * 100 / all.len();
    assert!(percent(15) < 50, "the past days are too good to warn of");
    let longer = (1..100).map(|times| times * 5).find(|minutes| percent(*minutes) >= 80).unwrap();

    let before = hall.state.handle.facts().borrow().to_owned();
    let got = check(hall.dir());
    let said = text(&got.stdout);
    assert_eq!(got.status.code(), Some(0), "{said}{}", text(&got.stderr));
    let what = format!(
        "warning: lane \"regular\" kept its target of 15 minutes for {} % of {} customers on the last 2 days. Write \
         target_min = {longer} (kept for {} % of them), or open counters earlier: lobby simulate --journal {} --staff.",
        percent(15),
        all.len(),
        percent(longer),
        hall.dir().display()
    );
    let warnings: Vec<&str> = said.lines().filter(|line| line.contains("warning: ")).collect();
    assert!(warnings.len() == 1 && warnings[0].ends_with(&what), "{said}\n{what}");
    assert!(warnings[0].contains("branch.toml:47: "), "at the lane's own line: {said}");
    assert!(said.contains("4 lanes, 4 counters.") && said.ends_with("compared with the last 2 days.\n"), "{said}");
    assert_eq!(*hall.state.handle.facts().borrow(), before, "nothing was written");
}

#[tokio::test]
async fn without_days_to_compare_with_it_says_so() {
    let hall = Hall::new();
    let got = check(hall.dir());
    assert_eq!(got.status.code(), Some(0));
    let said = text(&got.stdout);
    assert!(said.contains("no closed day with 20 calls or more"), "{said}");

    let empty = tempfile::tempdir().unwrap();
    let got = check(empty.path());
    assert_eq!(got.status.code(), Some(1));
    assert!(text(&got.stdout).contains("the lobby can run with this"), "the file itself is checked");
    assert!(text(&got.stderr).contains("there is no journal in"), "{}", text(&got.stderr));
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0, "and none was made");
}
