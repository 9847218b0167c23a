//! An installer's tools on simulated hardware: finding units, letting them show who they are, walking a line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use firmware_sim::Sim;
use lobby_tests::{
    Client, Hall, HallPlan,
    hall::{program, root},
    until,
};
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

/// Hardware without a lobby.
struct Bench {
    dir: TempDir,
    sim: Sim,
    stop: CancellationToken,
}

impl Bench {
    async fn new(hardware: &str) -> Bench {
        let (dir, stop) = (tempfile::tempdir().unwrap(), CancellationToken::new());
        let config = firmware_sim::Config::parse(hardware).unwrap();
        let wires = dir.path().join("wires");
        let sim = Sim::start(&config, &wires, ([127, 0, 0, 1], 0).into(), stop.clone()).await.unwrap();
        Bench { dir, sim, stop }
    }

    fn hands(&self) -> Client {
        Client::new(format!("http://{}", self.sim.address()))
    }

    /// `lobby line …` at this bench: exit status, standard output, standard error.
    async fn line(&self, args: &[&str]) -> Told {
        line(&self.dir.path().join("wires"), args).await
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

struct Told {
    status: i32,
    out: String,
    err: String,
}

impl Told {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {} {}", self.out, self.err))
    }
}

async fn line(wires: &Path, args: &[&str]) -> Told {
    let mut command = Command::new(program("lobby"));
    command.arg("line").args(args).arg("--wires").arg(wires).current_dir(root());
    told(command).await
}

async fn told(mut command: Command) -> Told {
    let done = command.stdin(std::process::Stdio::null()).output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Told { status: done.status.code().unwrap(), out: text(done.stdout), err: text(done.stderr) }
}

fn states(report: &Value) -> Vec<(u64, &str)> {
    let units = report["units"].as_array().unwrap().iter();
    units.map(|unit| (unit["unit"].as_u64().unwrap(), unit["state"].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_finds_units_their_speed_and_two_with_one_address() {
    let bench =
        Bench::new("[[line]]\nid = 'desks'\nbaud = 9600\nfixed_speed = true\nunits = [1, 3, 7]\ntwins = [3]").await;
    let scan = bench.line(&["scan", "--port", "desks", "--units", "1-8", "--json"]).await;
    let report = &scan.json()["lines"][0];
    assert_eq!(report["speed"], "9600 8N1", "{report}");
    assert_eq!(states(report), [(1, "ok"), (3, "unreadable"), (7, "ok")]);
    assert_eq!(report["units"][0]["map"], 1);
    let boot = bench.hands().get("/desks/7").await["boot"].clone();
    assert_eq!(report["units"][2]["boot"], boot);
    let note = report["notes"][0].as_str().unwrap();
    assert!(note.starts_with("two units with address 3?") && note.contains("the others are well heard"), "{note}");
    assert_eq!(scan.status, 1);

    let words = bench.line(&["scan", "--port", "desks", "--units", "1-2", "--baud", "9600"]).await;
    assert_eq!(words.status, 0, "{}", words.err);
    assert!(words.out.contains("desks at 9600 8N1") && words.out.contains("unit   1: ok, map 1"), "{}", words.out);

    let nobody = bench.line(&["scan", "--port", "desks", "--units", "9", "--baud", "9600"]).await;
    assert!(nobody.status == 1 && nobody.out.contains("nobody answers at any speed"), "{}", nobody.out);
    let missing = bench.line(&["scan", "--port", "attic"]).await;
    assert!(missing.status == 1 && missing.err.contains("is the cable plugged in"), "{}", missing.err);
    let range = bench.line(&["scan", "--port", "desks", "--units", "0-300"]).await;
    assert!(range.status == 2 && range.err.contains("1 to 247"), "{}", range.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_says_what_differs_from_the_file() {
    let demo = root().join("config/demo/branch.toml");
    let demo = demo.to_str().unwrap();
    let bench = Bench::new("[[line]]\nid = 'desks'\nunits = [1, 2, 4, 9]").await;
    let scan = bench.line(&["scan", "--config", demo, "--line", "desks", "--units", "1-12", "--json"]).await;
    let report = &scan.json()["lines"][0];
    assert_eq!(states(report), [(1, "ok"), (2, "ok"), (3, "silent"), (4, "ok"), (9, "not_in_config")]);
    assert_eq!((&report["units"][3]["counter"], &report["units"][4]["counter"]), (&json!("4"), &Value::Null));
    let none = bench.line(&["scan", "--config", demo, "--line", "attic"]).await;
    assert!(none.status == 2 && none.err.contains("no line `attic`"), "{}", none.err);

    let slow = Bench::new("[[line]]\nid = 'desks'\nbaud = 19200\nfixed_speed = true\nunits = [1, 2, 3, 4]").await;
    let scan = slow.line(&["scan", "--config", demo, "--units", "1-4"]).await;
    assert!(
        scan.out.contains("units answer at 19200 8N1; the file says 115200 8N1: write baud = 19200"),
        "{}",
        scan.out
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn boxes_that_echo_are_found_and_of_others_it_is_said() {
    let bench = Bench::new(
        "[[line]]\nid = 'boxes'\nprofile = 'callbox-ff68'\nunits = [2]\n[[line]]\nid = 'mute'\nprofile = 'callbox-ff68'\nunits = [3]\nechoes = false",
    )
    .await;
    let scan = |port: &'static str| {
        let bench = &bench;
        let args = ["scan", "--port", port, "--profile", "callbox-ff68", "--units", "1-3", "--baud", "9600", "--json"];
        async move { bench.line(&args).await }
    };
    assert_eq!(states(&scan("boxes").await.json()["lines"][0]), [(2, "ok")]);
    let mute = scan("mute").await.json();
    assert!(mute["lines"][0]["notes"][0].as_str().unwrap().contains("do not echo cannot be found"), "{mute}");
    let led = bench.line(&["scan", "--port", "boxes", "--profile", "led-digits-ascii"]).await;
    assert!(led.status == 2 && led.err.contains("never answers"), "{}", led.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_unit_shows_its_own_address() {
    let bench = Bench::new("[[line]]\nid = 'desks'\nunits = [1, 2, 3, 4]").await;
    let demo = root().join("config/demo/branch.toml");
    let hands = bench.hands();
    let shown = until("units to show their addresses", async || {
        let one = hands.get("/desks/1").await["text"].clone();
        let four = hands.get("/desks/4").await["text"].clone();
        if one == "U   1" && four == "U   4" { Ok(()) } else { Err(format!("{one} {four}")) }
    });
    let args = ["identify", "--config", demo.to_str().unwrap(), "--line", "desks", "--seconds", "6"];
    let (told, ()) = tokio::join!(bench.line(&args), shown);
    assert_eq!(told.status, 0, "{}", told.err);
    assert!(told.out.contains("unit 4 (counter 4) shows its address"), "{}", told.out);
    assert_eq!(hands.get("/desks/1").await["text"], "", "dark again");
}

/// The keys of a unit of `desk-modbus` without rating keys.
const KEYS: [&str; 22] = [
    "next", "recall", "no-show", "arrived", "finish", "hold", "pause", "transfer", "help", "dispute", "0", "1", "2",
    "3", "4", "5", "6", "7", "8", "9", "ok", "clear",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_walk_ticks_every_key_and_prints_the_wiring_list() {
    let hall = Hall::start_with(HallPlan::default()).await;
    hall.take("cash").await;
    // The port belongs to the lobby.
    let busy = line(&hall.wires(), &["scan", "--port", "desks", "--units", "1"]).await;
    assert!(busy.status == 1 && busy.err.contains("in use, most likely by the running lobby"), "{}", busy.err);

    let mut walk = Command::new(program("lobby"));
    walk.args(["line", "walk", "--line", "desks", "--counter", "2", "--lang", "en", "--data"]).arg(hall.data());
    let fingers = async {
        hall.shows(2, "2").await;
        let engineer = hall.role("engineer");
        for (pressed, key) in KEYS.iter().enumerate() {
            hall.press(2, key).await;
            until(&format!("{key} to be ticked"), async || {
                let line = engineer.get("/api/v1/lines/desks/walk").await;
                let ticked = line["walk"]["ticked"].as_u64();
                // The last key ends the walk.
                if ticked == Some(pressed as u64 + 1) || line["walk"].is_null() {
                    Ok(())
                } else {
                    Err(line.to_string())
                }
            })
            .await;
        }
    };
    let (told, ()) = tokio::join!(told(walk), fingers);
    assert_eq!(told.status, 0, "{} {}", told.out, told.err);
    assert!(told.out.contains("counter 2 (unit 2): no-show ✓, "), "{}", told.out);
    assert!(told.out.contains("counter 2  unit 2  all 22 keys"), "{}", told.out);
    assert_eq!(hall.role("clerk").get("/api/v1/counters/2").await["counter"]["state"], "closed", "no key was obeyed");

    // From the journal, beside the running lobby.
    let mut list = Command::new(program("lobby"));
    list.args(["line", "list", "--lang", "zh-CN", "--config"]).arg(root().join("config/demo/branch.toml"));
    list.arg("--data").arg(hall.data());
    let list = self::told(list).await;
    assert!(list.out.contains("2 号窗口  地址 2  22/22 键齐全") && list.out.contains("engineer:walk-"), "{}", list.out);
    assert!(list.out.contains("1 号窗口  地址 1  未核对"), "{}", list.out);

    // Obeyed again.
    hall.press(2, "next").await;
    hall.shows(2, "A001").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_walk_goes_on_through_a_crash_of_the_lobby() {
    let mut hall = Hall::start_with(HallPlan::default()).await;
    let walk = "/api/v1/lines/desks/walk";
    hall.role("engineer").post(walk, &json!({ "counters": ["1"] })).await;
    hall.shows(1, "1").await;
    hall.kill();
    hall.press(1, "pause").await;
    hall.restart().await;
    let engineer = hall.role("engineer");
    until("the key to be ticked", async || {
        let line = engineer.get(walk).await;
        if line["walk"]["ticked"] == 1 { Ok(()) } else { Err(line.to_string()) }
    })
    .await;
    let over = engineer.post(&format!("{walk}/stop"), &json!({})).await;
    assert_eq!(over["units"][0]["keys"][6], json!({ "key": "pause", "ticked": true }));
}
