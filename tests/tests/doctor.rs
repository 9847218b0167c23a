//! `lobby doctor` on machines on which one thing after the other is wrong: each is found, and the command that mends it
//! stands beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, hall::root, program};
use serde_json::Value;
use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

/// A branch without hardware, whose machine is what the test makes of it.
struct Machine {
    dir: TempDir,
    address: String,
}

impl Machine {
    /// `more` is put at the end of the branch's file, after `edit`.
    fn new(edit: impl FnOnce(String) -> String) -> Machine {
        let dir = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let config = fs::read_to_string(root().join("config/demo/branch.toml")).unwrap();
        let config = config.replace("output = \"device\"", "output = \"off\"").replace("127.0.0.1:8700", &address);
        assert!(config.contains(&address));
        fs::write(dir.path().join("branch.toml"), edit(config)).unwrap();
        let programs = dir.path().join("programs");
        fs::create_dir(&programs).unwrap();
        let machine = Machine { dir, address };
        machine.program("timedatectl", "echo yes");
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Puts a program in front of the machine's own.
    fn program(&self, name: &str, script: &str) {
        let file = self.path("programs").join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn doctor(&self, before: &[&str]) -> Output {
        let (lobby, path) = (program("lobby"), std::env::var("PATH").unwrap());
        let mut words = before.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        words.push(lobby.display().to_string());
        Command::new(&words[0])
            .args(&words[1..])
            .args(["doctor", "--json", "--config", "branch.toml", "--data", "data", "--wires", "wires"])
            .current_dir(self.dir.path())
            .env("PATH", format!("{}:{path}", self.path("programs").display()))
            .env("TZ", "Asia/Shanghai")
            .output()
            .unwrap()
    }

    /// What is said of a part: its state, and all of it as text.
    fn says(&self, part: &str) -> (String, String) {
        finding(&self.doctor(&[]), part)
    }

    fn wrong(&self, part: &str, words: &[&str]) {
        let output = self.doctor(&[]);
        let (state, text) = finding(&output, part);
        assert_eq!((state.as_str(), output.status.code()), ("wrong", Some(1)), "{text}");
        assert!(text.contains("\"remedy\""), "{text}");
        for word in words {
            assert!(text.contains(word), "{word} is not in {text}");
        }
    }
}

fn finding(output: &Output, part: &str) -> (String, String) {
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|cause| panic!("{cause}: {}", String::from_utf8_lossy(&output.stderr)));
    let all = report["findings"].as_array().unwrap();
    let found = all.iter().find(|finding| finding["part"] == part).unwrap_or_else(|| panic!("no {part} in {report}"));
    (found["state"].as_str().unwrap().to_owned(), found.to_string())
}

fn without(config: &str, table: &str) -> String {
    // From the table's head to the next one's.
    let mut keep = true;
    let lines = config.lines().filter(|line| {
        if line.starts_with('[') {
            keep = !line.starts_with(table);
        }
        keep
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// The demo without its ports.
fn bare(config: String) -> String {
    ["[[lines]]", "[[printers]]", "[[kiosks]]"].iter().fold(config, |config, table| without(&config, table))
}

#[test]
fn a_machine_in_order_is_said_to_be() {
    let machine = Machine::new(|config| bare(config) + "\n[backup]\ndir = \"copies\"\n");
    fs::create_dir(machine.path("data")).unwrap();
    fs::create_dir(machine.path("copies")).unwrap();
    let output = machine.doctor(&[]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &report["ok"]), (Some(0), &Value::Bool(true)), "{report}");
    for part in ["clock", "time zone", "configuration", "data", "disk room", "address", "backups"] {
        assert_eq!(finding(&output, part).0, "ok", "{part}: {report}");
    }
    // Nothing was left behind, and nothing made.
    assert_eq!(fs::read_dir(machine.path("data")).unwrap().count(), 0);
}

#[test]
fn mistakes_and_a_wrong_clock_and_zone_are_found() {
    let machine = Machine::new(|config| config + "\nnonsense = 1\n");
    machine.wrong("configuration", &["lobby check --config branch.toml"]);
    let machine = Machine::new(|config| bare(config).replace("Asia/Shanghai", "Asia/Urumqi"));
    let (state, text) = machine.says("time zone");
    assert_eq!(state, "warning");
    assert!(text.contains("timedatectl set-timezone Asia/Urumqi"), "{text}");
    machine.program("timedatectl", "echo no");
    machine.wrong("clock", &["timedatectl set-ntp true"]);
    machine.program("timedatectl", "exit 1");
    assert_eq!(machine.says("clock").0, "skipped", "nobody can be asked");
}

#[test]
fn an_address_that_is_held_or_not_of_this_machine_is_found() {
    let machine = Machine::new(bare);
    let held = TcpListener::bind(&machine.address).unwrap();
    machine.wrong("address", &["ss -ltnp", "held by another program"]);
    drop(held);
    assert_eq!(machine.says("address").0, "ok");
    let machine = Machine::new(|config| {
        let port = config.split("127.0.0.1:").nth(1).unwrap().split('"').next().unwrap().to_owned();
        bare(config).replace(&format!("127.0.0.1:{port}"), "192.0.2.1:8700").replace("demo = true", "")
    });
    machine.wrong("address", &["no network card", "ip -brief address"]);
}

/// `lobby tls` in the machine's directory.
fn tls(machine: &Machine, words: &[&str]) {
    let ran = Command::new(program("lobby")).arg("tls").args(words).current_dir(machine.dir.path()).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn a_certificate_that_is_missing_over_or_for_others_is_found_with_what_mends_it() {
    let machine = Machine::new(|config| {
        let tls = "[tls]\ncert = \"tls/lobby.pem\"\nkey = \"tls/lobby.key\"\nname = \"lobby.lan\"\n";
        format!("{}\n{tls}", bare(config))
    });
    machine.wrong("certificate", &["lobby tls init --dir tls --name lobby.lan", "cannot be read"]);
    tls(&machine, &["init", "--dir", "tls", "--name", "lobby.lan"]);
    assert_eq!(machine.says("certificate").0, "ok");
    tls(&machine, &["renew", "--dir", "tls", "--name", "other.lan"]);
    machine.wrong("certificate", &["lobby tls renew --dir tls --name lobby.lan", "not for lobby.lan"]);
    tls(&machine, &["renew", "--dir", "tls", "--name", "lobby.lan", "--days", "5"]);
    let (state, text) = machine.says("certificate");
    assert!(state == "warning" && text.contains("lobby tls renew --dir tls --name lobby.lan"), "{text}");
    // A key that everybody may read, and one of another certificate.
    let key = machine.path("tls/lobby.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    machine.wrong("certificate key", &["chmod 640 tls/lobby.key"]);
    tls(&machine, &["init", "--dir", "other", "--name", "lobby.lan"]);
    fs::copy(machine.path("other/lobby.key"), &key).unwrap();
    machine.wrong("certificate", &["is not that of the certificate", "lobby tls renew"]);
    machine.wrong("configuration", &["lobby check"]);
}

#[test]
fn ports_that_are_missing_or_no_ports_are_found() {
    let machine = Machine::new(|config| config);
    machine.wrong("port desks", &["is not there", "/dev/serial/by-id"]);
    machine.wrong("port kiosk-1", &["is not there"]);
    fs::create_dir(machine.path("wires")).unwrap();
    fs::write(machine.path("wires/kiosk-1"), "").unwrap();
    machine.wrong("port kiosk-1", &["is no device", "branch.toml"]);
    let none = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let machine = Machine::new(|config| config.replace("port = \"kiosk-1\"", &format!("port = \"tcp://{none}\"")));
    machine.wrong("port kiosk-1", &["no connection to", "ping 127.0.0.1"]);
}

/// What only others than root may not do is looked at as somebody else.
#[test]
fn what_may_not_be_used_is_found() {
    let machine = Machine::new(bare);
    fs::create_dir(machine.path("data")).unwrap();
    fs::set_permissions(machine.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(machine.path("data"), fs::Permissions::from_mode(0o555)).unwrap();
    let as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let unprivileged = if rustix::process::geteuid().is_root() { &as_nobody[..] } else { &[] };
    let (state, text) = finding(&machine.doctor(unprivileged), "data");
    assert_eq!(state, "wrong", "{text}");
    assert!(text.contains("install -d -o "), "{text}");
}

#[test]
fn copies_that_go_nowhere_are_found() {
    let (state, text) = Machine::new(bare).says("backups");
    assert_eq!(state, "warning", "{text}");
    let machine = Machine::new(|config| bare(config) + "\n[backup]\ndir = \"/nowhere/copies\"\n");
    machine.wrong("backups", &["/nowhere/copies", "install -d -o"]);
}

#[test]
fn sound_speech_and_fonts_that_are_missing_are_found() {
    let speaking =
        |config: String| bare(config).replace("output = \"off\"", "output = \"device:Loudspeaker of the moon\"");
    let machine = Machine::new(speaking);
    machine.wrong("sound", &["aplay -l"]);
    machine.program("espeak-ng", "exit 127");
    machine.wrong("voice", &["apt install espeak-ng"]);
    assert_eq!(Machine::new(bare).says("sound").0, "skipped");

    let drawn = |config: String| config.replace("profile = \"escpos-80\"", "profile = \"escpos-80-raster\"");
    let machine = Machine::new(drawn);
    assert_eq!(machine.says("fonts").0, "ok");
    // A machine without fonts: an empty disk over them.
    let script = "mount -t tmpfs none /usr/share/fonts && exec \"$@\"";
    let (state, text) =
        finding(&machine.doctor(&["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]), "fonts");
    assert_eq!(state, "wrong", "{text}");
    assert!(text.contains("apt install fonts-noto-cjk"), "{text}");
}

#[test]
fn a_disk_that_is_too_small_is_found() {
    let machine = Machine::new(|config| bare(config) + "\n[storage]\nalarm_mib = 1000000\n");
    fs::create_dir(machine.path("data")).unwrap();
    machine.wrong("disk room", &["MiB are free", "du -xh"]);
}

fn doctor_of(hall: &Hall, data: &Path) -> Output {
    let config = hall.data().parent().unwrap().join("branch.toml");
    Command::new(program("lobby"))
        .args(["doctor", "--json", "--config"])
        .arg(config)
        .arg("--data")
        .arg(data)
        .arg("--wires")
        .arg(hall.wires())
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_running_lobby_its_ports_are_well_and_a_damaged_journal_is_found() {
    let mut hall = Hall::start().await;
    hall.device("kiosk-1", "ok").await;
    for _ in 0..20 {
        hall.take("cash").await;
    }
    let beside = doctor_of(&hall, &hall.data());
    for part in ["journal", "accounts", "port kiosk-1", "port desks"] {
        let (state, text) = finding(&beside, part);
        assert_eq!(state, "ok", "{text}");
    }
    hall.kill();
    let stopped = doctor_of(&hall, &hall.data());
    assert_eq!(finding(&stopped, "port kiosk-1").0, "ok", "it opens");

    // A row that was edited; a clock that stands before the last fact; a page that is gone.
    let journal = hall.data().join("journal.db");
    let edit = |sql: &str| rusqlite::Connection::open(&journal).unwrap().execute_batch(sql).unwrap();
    edit("UPDATE journal SET at = at + 90000000 WHERE seq = (SELECT max(seq) FROM journal)");
    let edited = doctor_of(&hall, &hall.data());
    let (state, text) = finding(&edited, "journal");
    assert!(state == "wrong" && text.contains("lobby journal recover"), "{text}");
    let (state, text) = finding(&edited, "clock and journal");
    assert!(state == "wrong" && text.contains("times stand still"), "{text}");
    edit("PRAGMA wal_checkpoint(TRUNCATE)");
    let mut bytes = fs::read(&journal).unwrap();
    bytes[4_096..].fill(0x5a);
    fs::write(&journal, bytes).unwrap();
    let (state, text) = finding(&doctor_of(&hall, &hall.data()), "journal");
    assert!(state == "wrong" && text.contains("damaged"), "{text}");
}
