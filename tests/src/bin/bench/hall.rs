//! A lobby with simulated hardware, as processes of their own, in a folder of their own.

use crate::Fault;
use reqwest::Client;
use serde_json::Value;
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long a program may take to answer at first.
const START: Duration = Duration::from_secs(30);

/// The folder of the repository.
pub(crate) fn root() -> Result<PathBuf, Fault> {
    Ok(Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the tests lie in no repository")?.to_path_buf())
}

/// Where this program and its neighbours lie.
pub(crate) fn programs() -> Result<PathBuf, Fault> {
    let own = std::env::current_exe()?;
    Ok(own.parent().ok_or("this program lies nowhere")?.to_path_buf())
}

/// The demo branch of the repository.
pub(crate) fn demo_branch() -> Result<PathBuf, Fault> {
    Ok(root()?.join("config/demo/branch.toml"))
}

/// An empty folder on the disk of the repository (not in memory, where syncing costs nothing).
pub(crate) fn folder() -> Result<TempDir, Fault> {
    let place = root()?.join("target/bench");
    fs::create_dir_all(&place)?;
    Ok(tempfile::tempdir_in(place)?)
}

/// A running program that ends with its owner.
pub(crate) struct Program(Child);

impl Program {
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Ends it at once, as a power cut would.
    pub(crate) fn kill(&mut self) -> Result<(), Fault> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone then.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The printer of a hall with paper.
pub(crate) const PRINTER: &str = "kiosk-1";

/// One lobby with its hardware.
pub(crate) struct Hall {
    pub(crate) client: Client,
    pub(crate) lobby_url: String,
    pub(crate) sim_url: String,
    pub(crate) folder: TempDir,
    pub(crate) lobby: Program,
    _sim: Program,
}

impl Hall {
    /// Starts both with eight counters on one line of 115,200 baud, and waits until both answer.
    pub(crate) async fn open() -> Result<Hall, Fault> {
        Hall::with_lines(&[Line { baud: 115_200, units: 8 }]).await
    }

    /// Starts both with so many counters that have no units.
    pub(crate) async fn with_counters(counters: usize) -> Result<Hall, Fault> {
        let (mut branch, hardware) = written(&[]);
        branch.extend((1..=counters).map(|id| format!("[[counters]]\nid = \"{id}\"\nserves = [\"*\"]\n")));
        Hall::written((branch, hardware)).await
    }

    /// The same with these lines; units and counters are numbered through.
    pub(crate) async fn with_lines(lines: &[Line]) -> Result<Hall, Fault> {
        Hall::written(written(lines)).await
    }

    /// The same with a kiosk and its printer.
    pub(crate) async fn with_paper(lines: &[Line]) -> Result<Hall, Fault> {
        let (branch, hardware) = written(lines);
        let kiosk = format!(
            "[[printers]]\nid = \"{PRINTER}\"\nport = \"{PRINTER}\"\n[[kiosks]]\nid = \"k1\"\nprinter = \"{PRINTER}\"\n"
        );
        Hall::written((branch + &kiosk, format!("{hardware}[[printer]]\nid = \"{PRINTER}\"\n"))).await
    }

    async fn written((branch, hardware): (String, String)) -> Result<Hall, Fault> {
        let folder = folder()?;
        fs::write(folder.path().join("branch.toml"), branch)?;
        fs::write(folder.path().join("sim.toml"), hardware)?;
        let (sim_address, lobby_address) = (free_address()?, free_address()?);
        let (sim_url, lobby_url) = (format!("http://{sim_address}"), format!("http://{lobby_address}"));
        let client = Client::builder().no_proxy().build()?;
        let sim = start("firmware-sim", folder.path(), "sim.toml", &sim_address)?;
        answers(&client, &format!("{sim_url}/devices")).await?;
        let lobby = start("lobby", folder.path(), "branch.toml", &lobby_address)?;
        answers(&client, &format!("{lobby_url}/readyz")).await?;
        Ok(Hall { client, lobby_url, sim_url, folder, lobby, _sim: sim })
    }

    /// Kills the lobby and starts it again; how long until it is ready.
    pub(crate) async fn restart(&mut self) -> Result<Duration, Fault> {
        self.lobby.kill()?;
        let address = self.lobby_url.trim_start_matches("http://").to_owned();
        let began = Instant::now();
        self.lobby = start("lobby", self.folder.path(), "branch.toml", &address)?;
        answers(&self.client, &format!("{}/readyz", self.lobby_url)).await?;
        Ok(began.elapsed())
    }

    /// A POST to the lobby as `role`; the answer's JSON.
    pub(crate) async fn post(&self, role: &str, path: &str, body: &Value) -> Result<Value, Fault> {
        let request = self.client.post(format!("{}{path}", self.lobby_url)).bearer_auth(format!("demo-{role}"));
        let answer = request.json(body).send().await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        if status.is_success() { Ok(body) } else { Err(format!("{path} answers {status}: {body}").into()) }
    }

    /// Takes a ticket.
    pub(crate) async fn issue(&self) -> Result<(), Fault> {
        self.post("kiosk", "/api/v1/tickets", &serde_json::json!({ "service": "cash" })).await.map(drop)
    }
}

/// Waits until there is a 200.
async fn answers(client: &Client, url: &str) -> Result<(), Fault> {
    let deadline = Instant::now() + START;
    while Instant::now() < deadline {
        if client.get(url).send().await.is_ok_and(|answer| answer.status().is_success()) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Err(format!("{url} does not answer after {} s", START.as_secs()).into())
}

fn start(name: &str, folder: &Path, config: &str, listen: &str) -> Result<Program, Fault> {
    let log = fs::File::create(folder.join(format!("{name}.log")))?;
    let mut command = Command::new(programs()?.join(name));
    command.current_dir(folder).args(["run", "--config", config, "--wires", "wires", "--listen", listen]);
    if name == "lobby" {
        command.args(["--data", "data"]);
    }
    let child = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn();
    Ok(Program(child.map_err(|error| format!("{name} does not start ({error}): build it for release first"))?))
}

fn free_address() -> Result<String, Fault> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.to_string())
}

/// One line of desk units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// Bits per second.
    pub(crate) baud: u32,
    /// How many units.
    pub(crate) units: u8,
}

/// A branch without paper and voice (what is measured is the queue and the lines), and its hardware.
fn written(lines: &[Line]) -> (String, String) {
    use std::fmt::Write as _;
    let mut branch = String::from(
        "demo = true\n[branch]\nid = \"bench\"\nname = { en = \"Bench\" }\nlanguages = [\"en\"]\n\
         time_zone = \"Asia/Shanghai\"\n[rules]\nmin_call_gap_s = 0\n[voice]\noutput = \"off\"\n\
         [[services]]\nid = \"cash\"\nseries = \"A\"\nname = { en = \"Cash\" }\nmean_min = 4\n\
         [[lanes]]\nid = \"regular\"\nname = { en = \"Regular\" }\ntarget_min = 15\nself_service = true\n",
    );
    let (mut wired, mut hardware) = (String::new(), String::new());
    let mut next = 1;
    for (place, Line { baud, units }) in lines.iter().enumerate() {
        let numbers: Vec<u8> = (next..next + units).collect();
        next += units;
        let mut on_line = String::new();
        for id in &numbers {
            // Writing into a String cannot fail.
            let _ = write!(branch, "[[counters]]\nid = \"{id}\"\nserves = [\"*\"]\n");
            let _ = write!(on_line, "{{ unit = {id}, counter = \"{id}\" }},");
        }
        let _ =
            write!(wired, "[[lines]]\nid = \"l{place}\"\nport = \"l{place}\"\nbaud = {baud}\nunits = [{on_line}]\n");
        let _ = write!(hardware, "[[line]]\nid = \"l{place}\"\nbaud = {baud}\nunits = {numbers:?}\n");
    }
    (branch + &wired, hardware)
}
