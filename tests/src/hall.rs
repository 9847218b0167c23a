//! One hall: a lobby that can be killed and started again, and the hardware that stays.

use crate::{client::Client, wait::until};
use firmware_sim::Sim;
use serde_json::{Value, json};
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// What differs from the demo branch.
#[derive(Clone, Debug, Default)]
pub struct HallPlan {
    /// Texts of `config/demo/branch.toml` and what stands there instead.
    pub edits: Vec<(String, String)>,
    /// Whether the hardware is there.
    pub without_hardware: bool,
    /// Hardware in place of `config/demo/sim.toml`.
    pub hardware: Option<String>,
    /// How many times as fast the lobby's clock runs; 0 is 1.
    pub speed: u32,
    /// Whether calls are spoken into files; a hall without a voice starts sooner, since it loads no clips.
    pub voice: bool,
    /// The sound device that speaks in place of those files, and the address of its sound server.
    pub sound: Option<(String, String)>,
    /// What the lobby logs, as `RUST_LOG` says it; the usual without it.
    pub logs: String,
    /// A restarted lobby listens where the one before did, for those who know only one address.
    pub keeps_address: bool,
}

/// A running hall. Dropping it ends everything and removes its directory.
pub struct Hall {
    dir: TempDir,
    lobby: Option<Child>,
    sim: Option<Sim>,
    stop: CancellationToken,
    address: String,
    speed: u32,
    keeps_address: bool,
    sound_server: Option<String>,
    logs: String,
}

impl Hall {
    /// The demo branch, quietly.
    pub async fn start() -> Hall {
        Hall::start_with(HallPlan::default()).await
    }

    /// The demo branch with changes.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_with(plan: HallPlan) -> Hall {
        let dir = tempfile::tempdir().unwrap();
        let mut config = std::fs::read_to_string(root().join("config/demo/branch.toml")).unwrap();
        // No loudspeaker in tests: what is said lies in files.
        let output = match &plan.sound {
            Some((device, _)) => format!("device:{device}"),
            None if plan.voice => format!("wav:{}", dir.path().join("calls").display()),
            None => "off".to_owned(),
        };
        config = config.replace("output = \"device\"", &format!("output = \"{output}\""));
        for (from, to) in &plan.edits {
            assert!(config.contains(from.as_str()), "the demo branch does not say {from}");
            config = config.replace(from.as_str(), to);
        }
        std::fs::write(dir.path().join("branch.toml"), config).unwrap();
        let stop = CancellationToken::new();
        let sim = if plan.without_hardware {
            None
        } else {
            Some(start_sim(dir.path(), plan.hardware.as_deref(), &stop).await)
        };
        let (speed, keeps_address, logs) = (plan.speed.max(1), plan.keeps_address, plan.logs);
        let sound_server = plan.sound.map(|(_, server)| server);
        let address = String::new();
        let mut hall = Hall { dir, lobby: None, sim, stop, address, speed, keeps_address, sound_server, logs };
        hall.restart().await;
        hall
    }

    /// Starts the lobby, after a kill, on what is left of the one before.
    ///
    /// # Panics
    /// When it does not get ready.
    pub async fn restart(&mut self) {
        let address = self.data().join("address");
        // Of the run before; a file that is not there is as good.
        let _ = std::fs::remove_file(&address);
        let log = File::options().create(true).append(true).open(self.dir.path().join("lobby.log")).unwrap();
        let known = self.address.strip_prefix("http://").filter(|_| self.keeps_address);
        let listen = known.unwrap_or("127.0.0.1:0");
        let mut command = Command::new(program("lobby"));
        if !self.logs.is_empty() {
            command.env("RUST_LOG", &self.logs);
        }
        let child = command
            .arg("run")
            .arg("--config")
            .arg(self.dir.path().join("branch.toml"))
            .arg("--data")
            .arg(self.data())
            .arg("--wires")
            .arg(self.wires())
            .args(["--listen", listen, "--speed", &self.speed.to_string()])
            .envs(self.sound_server.iter().map(|server| ("PULSE_SERVER", server)))
            .stdin(Stdio::null())
            .stderr(log)
            .current_dir(root())
            .spawn()
            .unwrap();
        self.lobby = Some(child);
        let found = until("the lobby's address", async || {
            std::fs::read_to_string(&address).map_err(|_| format!("no address; its log:\n{}", self.log()))
        })
        .await;
        self.address = format!("http://{}", found.trim());
        let nobody = self.nobody();
        until("the lobby to be ready", async || {
            let ready = nobody.send(reqwest::Method::GET, "/readyz", None, None).await;
            match ready {
                Ok((status, _)) if status.is_success() => Ok(()),
                other => Err(format!("{other:?}")),
            }
        })
        .await;
    }

    /// Ends the lobby as a power cut would: no goodbye.
    ///
    /// # Panics
    /// When it was not running.
    pub fn kill(&mut self) {
        let mut lobby = self.lobby.take().expect("a running lobby");
        lobby.kill().unwrap();
        lobby.wait().unwrap();
    }

    /// The lobby's process, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.lobby.as_ref().map(Child::id)
    }

    /// Asks the lobby to stop and waits until it has, at most so long; answers whether it ended well.
    ///
    /// # Panics
    /// When it was not running, or still runs then.
    pub async fn end(&mut self, within: std::time::Duration) -> bool {
        let mut lobby = self.lobby.take().expect("a running lobby");
        let process = rustix::process::Pid::from_child(&lobby);
        rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
        let ended = tokio::task::spawn_blocking(move || lobby.wait());
        let ended = tokio::time::timeout(within, ended).await;
        ended
            .unwrap_or_else(|_| panic!("still there after {within:?}; its log:\n{}", self.log()))
            .unwrap()
            .unwrap()
            .success()
    }

    /// The devices themselves.
    ///
    /// # Panics
    /// In a hall without hardware.
    pub fn hardware(&self) -> &Arc<firmware_sim::Hall> {
        self.sim.as_ref().expect("hardware").hall()
    }

    /// Somebody without a token.
    pub fn nobody(&self) -> Client {
        Client::new(self.address.clone())
    }

    /// Somebody with a built-in token of the demo, such as `kiosk` or `clerk`.
    pub fn role(&self, role: &str) -> Client {
        self.nobody().with_token(&format!("demo-{role}"))
    }

    /// firmware-sim's control port.
    ///
    /// # Panics
    /// In a hall without hardware.
    pub fn hands(&self) -> Client {
        Client::new(format!("http://{}", self.sim.as_ref().expect("hardware").address()))
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The wires directory.
    pub fn wires(&self) -> PathBuf {
        self.dir.path().join("wires")
    }

    /// Where calls are written in place of being heard.
    pub fn calls(&self) -> PathBuf {
        self.dir.path().join("calls")
    }

    /// What the lobby logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("lobby.log")).unwrap_or_default()
    }

    /// Takes a number at the kiosk.
    pub async fn take(&self, service: &str) -> Value {
        self.role("kiosk").post("/api/v1/tickets", &json!({ "service": service })).await
    }

    /// Presses a key of a desk unit with a finger.
    pub async fn press(&self, unit: u8, key: &str) {
        self.hands().post(&format!("/desks/{unit}/press"), &json!({ "key": key })).await;
    }

    /// Waits until a desk unit shows a text.
    pub async fn shows(&self, unit: u8, text: &str) {
        let hands = self.hands();
        until(&format!("desk {unit} to show {text:?}"), async || {
            let desk = hands.get(&format!("/desks/{unit}")).await;
            if desk["text"].as_str().map(str::trim) == Some(text) { Ok(()) } else { Err(desk.to_string()) }
        })
        .await;
    }

    /// Waits until a device is in a state.
    pub async fn device(&self, id: &str, state: &str) {
        let staff = self.role("engineer");
        until(&format!("{id} to be {state}"), async || {
            let list = staff.get("/api/v1/devices").await;
            let device =
                list["devices"].as_array().and_then(|all| all.iter().find(|device| device["id"] == id)).cloned();
            if device.as_ref().is_some_and(|device| device["state"] == state) {
                Ok(())
            } else {
                Err(format!("{device:?}"))
            }
        })
        .await;
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(mut lobby) = self.lobby.take() {
            let _ = lobby.kill();
            let _ = lobby.wait();
        }
        if std::thread::panicking() {
            eprintln!("the lobby's log:\n{}", self.log());
        }
    }
}

async fn start_sim(dir: &Path, hardware: Option<&str>, stop: &CancellationToken) -> Sim {
    let config = match hardware {
        Some(text) => firmware_sim::Config::parse(text).unwrap(),
        None => firmware_sim::Config::load(&root().join("config/demo/sim.toml")).unwrap(),
    };
    Sim::start(&config, &dir.join("wires"), ([127, 0, 0, 1], 0).into(), stop.clone()).await.unwrap()
}

/// Root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lie in the repository").to_owned()
}

/// A program of this workspace as cargo built it: beside the test's own program, or where `NS_BIN_DIR` says.
///
/// # Panics
/// When it is not built.
pub fn program(name: &str) -> PathBuf {
    let beside = || Some(std::env::current_exe().ok()?.parent()?.parent()?.to_owned());
    let dir = std::env::var_os("NS_BIN_DIR").map(PathBuf::from).or_else(beside).expect("a place for programs");
    let path = dir.join(name);
    assert!(
        path.is_file(),
        "{} is not built: run `cargo xtask test`, or `cargo build -p {name}` first",
        path.display()
    );
    path
}
