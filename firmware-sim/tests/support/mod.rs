//! What the tests share: a simulator on free ports, and the lobby's end of its wires.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use firmware_sim::{Config, Sim};
use rustix::fs::{Mode, OFlags};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use tokio_util::sync::CancellationToken;

/// Longest wait for anything that must happen.
pub const DEADLINE: Duration = Duration::from_secs(10);

pub const HALL: &str = "
    seed = 1
    [[line]]
    id = 'desks'
    units = [1, 2]
    rater = true
    [[printer]]
    id = 'kiosk-1'
    [[printer]]
    id = 'slip'
    paper_mm = 58
";

/// A running simulator in a directory of its own.
pub struct World {
    pub sim: Sim,
    pub dir: tempfile::TempDir,
    pub stop: CancellationToken,
}

impl World {
    pub async fn start() -> Self {
        Self::of(HALL).await
    }

    pub async fn of(config: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let stop = CancellationToken::new();
        let config = Config::parse(config).unwrap();
        let sim = Sim::start(&config, dir.path(), ([127, 0, 0, 1], 0).into(), stop.clone()).await.unwrap();
        Self { sim, dir, stop }
    }

    pub fn port(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.sim.address())
    }
}

/// The lobby's end of a port: blocking, with a deadline, in its own file descriptor.
pub struct Plug {
    fd: OwnedFd,
}

impl Plug {
    pub fn open(port: &Path) -> Self {
        Self::open_at(port, 115_200)
    }

    pub fn open_at(port: &Path, baud: u32) -> Self {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK;
        let fd = rustix::fs::open(port, flags, Mode::empty()).unwrap();
        let mut modes = tcgetattr(&fd).unwrap();
        modes.set_speed(baud).unwrap();
        tcsetattr(&fd, OptionalActions::Now, &modes).unwrap();
        Self { fd }
    }

    pub fn write(&self, bytes: &[u8]) {
        assert_eq!(rustix::io::write(&self.fd, bytes).unwrap(), bytes.len());
    }

    /// Writes as much as the port takes at once; 0 when it is full.
    pub fn offer(&self, bytes: &[u8]) -> usize {
        match rustix::io::write(&self.fd, bytes) {
            Ok(count) => count,
            Err(rustix::io::Errno::AGAIN) => 0,
            Err(error) => panic!("{error}"),
        }
    }

    /// Reads what is there: `None` when nothing is, `Ok(0)` or an error when the plug was pulled.
    pub fn peek(&self) -> Option<io::Result<Vec<u8>>> {
        let mut bytes = [0; 512];
        match rustix::io::read(&self.fd, &mut bytes) {
            Ok(count) => Some(Ok(bytes[..count].to_vec())),
            Err(rustix::io::Errno::AGAIN) => None,
            Err(error) => Some(Err(error.into())),
        }
    }

    /// Exactly `count` bytes, or the test fails.
    pub async fn read(&self, count: usize) -> Vec<u8> {
        let mut all = Vec::new();
        wait(&format!("{count} bytes"), || {
            if let Some(bytes) = self.peek() {
                all.extend(bytes.unwrap());
            }
            (all.len() >= count).then_some(())
        })
        .await;
        all
    }

    /// Asks and waits for an answer of `count` bytes.
    pub async fn ask(&self, question: &[u8], count: usize) -> Vec<u8> {
        self.write(question);
        self.read(count).await
    }
}

/// Looks until something is there.
pub async fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < DEADLINE, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A golden file of hex bytes; lines with # are for people.
pub fn golden(name: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}
