//! The network of a branch with a cable that can be cut, and the PC of a clerk on it.
#![allow(unreachable_pub)]

use lobby_tests::hall::{Hall, program, root};
use serde_json::Value;
use std::{
    fs::File,
    net::SocketAddr,
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// A cable between PC and lobby: one address, wherever the lobby listens; cut, it ends what is under way and lets
/// nothing begin.
pub struct Cable {
    pub address: SocketAddr,
    lobby: watch::Sender<Option<SocketAddr>>,
    task: JoinHandle<()>,
}

impl Cable {
    pub async fn new() -> Cable {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let (lobby, to) = watch::channel(None);
        Cable { address, lobby, task: tokio::spawn(carry(socket, to)) }
    }

    pub fn cut(&self) {
        self.lobby.send_replace(None);
    }

    /// To the lobby as it runs now.
    pub fn join(&self, hall: &Hall) {
        let address = hall.nobody().base().strip_prefix("http://").unwrap().parse().unwrap();
        self.lobby.send_replace(Some(address));
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(socket: TcpListener, to: watch::Receiver<Option<SocketAddr>>) {
    let mut carried = JoinSet::new();
    loop {
        let (mut pc, _) = socket.accept().await.unwrap();
        let mut to = to.clone();
        carried.spawn(async move {
            let Some(lobby) = *to.borrow_and_update() else { return };
            let carried = async {
                if let Ok(mut lobby) = TcpStream::connect(lobby).await {
                    // However it ends, both sides are dropped.
                    let _ = copy_bidirectional(&mut pc, &mut lobby).await;
                }
            };
            tokio::select! { () = carried => {}, _ = to.changed() => {} }
        });
        while carried.try_join_next().is_some() {}
    }
}

/// The PC of the clerk at counter 4, with unit 4 on a port of its own.
pub struct Pc {
    dir: TempDir,
    agent: Option<Child>,
}

impl Pc {
    pub fn start(hall: &Hall, cable: &Cable) -> Pc {
        let dir = tempfile::tempdir().unwrap();
        let port = hall.wires().join("pc");
        let file = format!(
            "desk = \"pc-4\"\nlobby = \"http://{}\"\ntoken_file = \"token\"\n\n[unit]\nport = \"{}\"\nunit = 4\n",
            cable.address,
            port.display()
        );
        std::fs::write(dir.path().join("agent.toml"), file).unwrap();
        std::fs::write(dir.path().join("token"), "demo-desk\n").unwrap();
        let mut pc = Pc { dir, agent: None };
        pc.restart();
        pc
    }

    /// Starts the agent, after a kill.
    pub fn restart(&mut self) {
        let log = File::options().create(true).append(true).open(self.dir.path().join("agent.log")).unwrap();
        let agent = Command::new(program("counter-agent"))
            .args(["run", "--config"])
            .arg(self.dir.path().join("agent.toml"))
            .env("RUST_LOG", "debug,hyper=off")
            .stdin(Stdio::null())
            .stderr(log)
            .current_dir(root())
            .spawn()
            .unwrap();
        self.agent = Some(agent);
    }

    /// Ends the agent without a goodbye.
    pub fn kill(&mut self) {
        let mut agent = self.agent.take().unwrap();
        agent.kill().unwrap();
        agent.wait().unwrap();
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("agent.log")).unwrap_or_default()
    }
}

impl Drop for Pc {
    fn drop(&mut self) {
        if let Some(mut agent) = self.agent.take() {
            let _ = agent.kill();
            let _ = agent.wait();
        }
        if std::thread::panicking() {
            eprintln!("the agent's log:\n{}", self.log());
        }
    }
}

/// All facts of a kind.
pub async fn facts(hall: &Hall, kind: &str) -> Vec<Value> {
    let mut facts = Vec::new();
    let mut after = 0;
    loop {
        let page = hall.role("manager").get(&format!("/api/v1/journal?after={after}&limit=1000")).await;
        let rows = page["rows"].as_array().unwrap();
        facts.extend(rows.iter().filter(|row| row["kind"] == kind).map(|row| row["fact"].clone()));
        match page["next"].as_i64() {
            Some(next) => after = next,
            None => return facts,
        }
    }
}
