//! The browser tests: a lobby with simulated hardware of its own and a large one without, driven through Chromium. All of
//! them run as two shares side by side, each in halls of its own.

use crate::{
    Done, http,
    process::{self, Beside},
    test::Tools,
};
use std::{
    fs::{self, File},
    net::SocketAddr,
    path::Path,
    process::Command,
    thread,
    time::Duration,
};

/// How long either program may take to answer; debug builds on a busy machine are slow.
const START: Duration = Duration::from_mins(1);

/// The shares that all tests are dealt out into. Their stories mostly wait, so two of them keep two cores busy.
const SHARES: [usize; 2] = [1, 2];

/// Starts the programs on free ports, with wires and data of their own, and runs Playwright against them.
pub(crate) fn run(tools: &Tools) -> Done {
    let folder = tools.root.join("target/browser-tests");
    if let Some(name) = &tools.spec {
        return perform(tools, &folder, &|playwright| {
            playwright.arg(format!("specs/.*{name}"));
            Ok(())
        });
    }
    install(tools, &tools.root.join("tests/browser"))?;
    thread::scope(|scope| {
        let [first, second] = SHARES.map(|share| scope.spawn(move || perform_share(tools, share)));
        let ends = [first.join(), second.join()].map(|end| end.unwrap_or_else(|_| Err("a share panicked".to_owned())));
        ends.into_iter().collect()
    })
}

/// One share, its words on our output once all of them are said, so that those of two do not mix.
fn perform_share(tools: &Tools, share: usize) -> Done {
    let folder = tools.root.join(format!("target/browser-tests/{share}"));
    let log = tools.root.join(format!("target/browser-tests/{share}.log"));
    let unwritable = |error: std::io::Error| format!("{} cannot be written: {error}", log.display());
    fs::create_dir_all(&folder).map_err(unwritable)?;
    let words = File::create(&log).map_err(unwritable)?;
    let end = perform(tools, &folder, &|playwright| {
        playwright.arg(format!("--shard={share}/{}", SHARES.len()));
        playwright.arg("--output").arg(tools.root.join(format!("target/browser-results/{share}")));
        playwright.stdout(words.try_clone().map_err(unwritable)?);
        playwright.stderr(words.try_clone().map_err(unwritable)?);
        Ok(())
    });
    print!("{}", fs::read_to_string(&log).map_err(unwritable)?);
    end
}

/// Empties `folder`, starts a hall in it (the demo with its hardware, and the large hall without), and runs Playwright
/// with what `wishes` adds to its command line.
pub(crate) fn perform(tools: &Tools, folder: &Path, wishes: &dyn Fn(&mut Command) -> Done) -> Done {
    let tests = tools.root.join("tests/browser");
    install(tools, &tests)?;
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{} cannot be emptied: {error}", folder.display()))?;
    }
    let address = http::free_address;
    let hall = Hall { tools, folder, lobby: address()?, sim: address()?, large: address()? };
    let mut sim = hall.start_hardware()?;
    let mut lobby = hall.start_lobby("lobby", "config/demo/branch.toml", hall.lobby)?;
    let mut large = hall.start_lobby("large", "tests/browser/large.toml", hall.large)?;
    let mut playwright = tools.node.npm(&tests);
    playwright
        .args(["exec", "--", "playwright", "test"])
        .env("NS_LOBBY_URL", format!("http://{}", hall.lobby))
        .env("NS_SIM_URL", format!("http://{}", hall.sim))
        .env("NS_LOBBY_BIN", process::built(&tools.root, "debug").join("lobby"))
        .env("NS_LARGE_URL", format!("http://{}", hall.large));
    wishes(&mut playwright)?;
    let tested = process::run(&mut playwright).map_err(|why| {
        format!("{why}; the lobby's last words:\n{}\nall of them: {}", lobby.last_words(), lobby.log.display())
    });
    tested.and(lobby.stop()).and(large.stop()).and(sim.stop())
}

/// Installs what the lock file of `folder` says, unless it is there.
pub(crate) fn install(tools: &Tools, folder: &Path) -> Done {
    if !folder.join("package-lock.json").is_file() {
        return Err(format!("{} has no package-lock.json", folder.display()));
    }
    let time = |file: &str| fs::metadata(folder.join(file)).and_then(|about| about.modified()).ok();
    if time("node_modules/.package-lock.json") >= time("package-lock.json") {
        return Ok(());
    }
    // The browser is the system's: Playwright is not to download one of its own.
    let mut npm = tools.node.npm(folder);
    process::run(npm.args(["ci", "--no-audit", "--no-fund"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}

/// Two lobbies and the hardware of one, apart from any other on this machine.
struct Hall<'a> {
    tools: &'a Tools,
    folder: &'a Path,
    lobby: SocketAddr,
    sim: SocketAddr,
    large: SocketAddr,
}

impl Hall<'_> {
    fn start_hardware(&self) -> Done<Beside> {
        let mut program = self.program("firmware-sim", "config/demo/sim.toml", self.sim, "wires");
        let mut sim = Beside::start("firmware-sim", &mut program, self.folder.join("firmware-sim.log"))?;
        http::wait_for(&mut sim, self.sim, "/devices", START)?;
        Ok(sim)
    }

    /// `name` is that of its log and its data.
    fn start_lobby(&self, name: &str, config: &str, listen: SocketAddr) -> Done<Beside> {
        let mut program = self.program("lobby", config, listen, if name == "lobby" { "wires" } else { "no-wires" });
        program.arg("--data").arg(self.folder.join(format!("data-{name}")));
        let mut lobby = Beside::start("lobby", &mut program, self.folder.join(format!("{name}.log")))?;
        http::wait_for(&mut lobby, listen, "/readyz", START)?;
        Ok(lobby)
    }

    fn program(&self, name: &str, config: &str, listen: SocketAddr, wires: &str) -> Command {
        let mut command = Command::new(process::built(&self.tools.root, "debug").join(name));
        command.current_dir(&self.tools.root).args(["run", "--config", config, "--listen", &listen.to_string()]);
        command.arg("--wires").arg(self.folder.join(wires));
        command
    }
}
