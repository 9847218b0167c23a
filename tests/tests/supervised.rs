//! What systemd hears of a lobby: that it is ready when it is, that its writer lives, that it stops; and nothing of a writer
//! that hangs, which is how one is found and started again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Client, Hall, HallPlan, hall::root, program, until};
use reqwest::Method;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::{
    os::unix::net::UnixDatagram,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long this systemd waits for a sign of life.
const PATIENCE: Duration = Duration::from_millis(600);
/// For what must not come: several times the interval of signs.
const SILENCE: Duration = Duration::from_millis(1_500);

struct Supervised {
    dir: TempDir,
    lobby: Child,
    socket: UnixDatagram,
}

impl Drop for Supervised {
    fn drop(&mut self) {
        let _ = self.lobby.kill();
        let _ = self.lobby.wait();
    }
}

impl Supervised {
    fn start() -> Supervised {
        let dir = tempfile::tempdir().unwrap();
        let config = std::fs::read_to_string(root().join("config/demo/branch.toml")).unwrap();
        let config = config.replace("output = \"device\"", "output = \"off\"");
        std::fs::write(dir.path().join("branch.toml"), config).unwrap();
        let at = dir.path().join("notify");
        let socket = UnixDatagram::bind(&at).unwrap();
        let lobby = Command::new(program("lobby"))
            .current_dir(dir.path())
            .args(["run", "--config", "branch.toml", "--data", "data", "--wires", "wires", "--listen", "127.0.0.1:0"])
            .env("NOTIFY_SOCKET", at)
            .env("WATCHDOG_USEC", PATIENCE.as_micros().to_string())
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Supervised { dir, lobby, socket }
    }

    /// What is told within `patience`, if anything.
    fn heard(&self, patience: Duration) -> Option<String> {
        self.socket.set_read_timeout(Some(patience)).unwrap();
        let mut bytes = [0; 4_096];
        self.socket.recv(&mut bytes).ok().map(|length| String::from_utf8_lossy(&bytes[..length]).into_owned())
    }

    /// Waits until something is told that has this line.
    fn hears(&self, line: &str) {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let told = self.heard(Duration::from_secs(1));
            if told.as_deref().is_some_and(|told| told.lines().any(|known| known == line)) {
                return;
            }
            assert!(Instant::now() < end, "{line} was not told; at the end: {told:?}");
        }
    }

    fn hears_nothing(&self) {
        // What was told before the hang may lie in the socket.
        while self.heard(PATIENCE / 2).is_some() {}
        assert_eq!(self.heard(SILENCE), None, "a lobby that hangs gave a sign of life");
    }

    fn url(&self) -> String {
        let address = std::fs::read_to_string(self.dir.path().join("data/address")).unwrap();
        format!("http://{}", address.trim())
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.lobby), signal).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn systemd_hears_that_it_is_ready_lives_and_stops() {
    let mut lobby = Supervised::start();
    lobby.hears("READY=1");
    let ready = Client::new(lobby.url()).send(Method::GET, "/readyz", None, None).await.unwrap();
    assert!(ready.0.is_success(), "READY was told before /readyz said so: {ready:?}");
    for _ in 0..4 {
        lobby.hears("WATCHDOG=1");
    }
    // The whole process stands still.
    lobby.signal(Signal::STOP);
    lobby.hears_nothing();
    lobby.signal(Signal::CONT);
    lobby.hears("WATCHDOG=1");

    lobby.signal(Signal::TERM);
    lobby.hears("STOPPING=1");
    assert!(lobby.lobby.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_hangs_gives_no_sign_while_the_rest_lives() {
    let lobby = Supervised::start();
    lobby.hears("READY=1");
    let nobody = Client::new(lobby.url());
    // Somebody holds the journal: the writer waits for it with the next number, five seconds at most.
    let holder = rusqlite::Connection::open(lobby.dir.path().join("data/journal.db")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let kiosk = nobody.with_token("demo-kiosk");
    let taken = tokio::spawn(async move { kiosk.try_post("/api/v1/tickets", &json!({ "service": "cash" })).await });
    lobby.hears_nothing();
    let page = nobody.send(Method::GET, "/kiosk", None, None).await;
    assert!(page.is_ok(), "only the writer hangs: {page:?}");
    assert!(!taken.is_finished(), "no number before it is durable");
    holder.execute_batch("ROLLBACK").unwrap();
    lobby.hears("WATCHDOG=1");
    let (status, body) = taken.await.unwrap();
    assert_eq!((status.as_u16(), &body["ticket"]["number"]), (201, &json!("A001")), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_systemd_that_is_gone_stops_nobody_and_without_one_nothing_is_told() {
    let lobby = Supervised::start();
    lobby.hears("READY=1");
    std::fs::remove_file(lobby.dir.path().join("notify")).unwrap();
    let kiosk = Client::new(lobby.url()).with_token("demo-kiosk");
    until("numbers", async || {
        let (status, body) = kiosk.try_post("/api/v1/tickets", &json!({ "service": "cash" })).await;
        if body["ticket"]["number"] == "A003" { Ok(()) } else { Err(format!("{status} {body}")) }
    })
    .await;
    let quiet = Hall::start_with(HallPlan { without_hardware: true, ..HallPlan::default() }).await;
    assert!(!quiet.log().contains("systemd"), "{}", quiet.log());
}
