//! The program itself: exit codes, logs, and its end.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use support::wait;

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firmware-sim"));
    command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).env_remove("RUST_LOG");
    command
}

fn run(args: &[&str]) -> Output {
    program(args).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.0.kill(); // already ended when all went well
        let _status = self.0.wait();
    }
}

#[test]
fn wrong_use_is_2_and_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sim.toml");
    std::fs::write(&file, "[[line]]\nid = 'desks'\nunits = [1]\nspeed = 9600\n").unwrap();
    let file = file.to_str().unwrap();
    for (args, hint) in [
        (vec!["run"], "--config"),
        (vec!["run", "--config", "no-such.toml"], "no-such.toml"),
        (vec!["run", "--config", file], "sim.toml:4: unknown field `speed`"),
        (vec!["run", "--config", file, "--speed", "0"], "above 0"),
        (vec!["dance"], "dance"),
    ] {
        let output = run(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(hint), "{args:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty());
    }
    assert_eq!(run(&["--help"]).status.code(), Some(0));
}

#[test]
fn a_taken_address_is_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("sim.toml"), "").unwrap();
    let (file, address) = (dir.path().join("sim.toml"), taken.local_addr().unwrap().to_string());
    let wires = dir.path().join("wires");
    let args = ["run", "--config", file.to_str().unwrap(), "--wires", wires.to_str().unwrap(), "--listen", &address];
    let output = run(&args);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--listen"), "{}", stderr(&output));
}

#[tokio::test]
async fn it_ends_on_sigterm_and_takes_its_symlinks_along() {
    let dir = tempfile::tempdir().unwrap();
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/demo/sim.toml");
    let wires = dir.path().join("wires");
    let args = ["run", "--config", config.to_str().unwrap(), "--wires", wires.to_str().unwrap()];
    // A crowd without a lobby waits quietly and goes home with the rest.
    let more = ["--listen", "127.0.0.1:0", "--crowd", "http://127.0.0.1:9", "--speed", "50", "--seed", "3"];
    let mut running = Running(program(&[&args[..], &more[..]].concat()).spawn().unwrap());
    wait("the ports", || (wires.join("desks").exists() && wires.join("kiosk-1").exists()).then_some(())).await;

    let pid = rustix::process::Pid::from_child(&running.0);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let status = wait("the end", || running.0.try_wait().unwrap()).await;
    assert_eq!(status.code(), Some(0));
    assert!(std::fs::symlink_metadata(wires.join("desks")).is_err());
    assert!(std::fs::symlink_metadata(wires.join("kiosk-1")).is_err());
    let mut log = String::new();
    std::io::Read::read_to_string(running.0.stderr.as_mut().unwrap(), &mut log).unwrap();
    let first: serde_json::Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert!(first["fields"]["message"].as_str().unwrap().contains("http://127.0.0.1:"), "{first}");
}
