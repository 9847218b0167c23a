//! `cargo xtask contract`: schemathesis against a running lobby, once as each role. Whatever `openapi.json` allows is tried,
//! and what it does not allow: nothing may be answered with 5xx, or otherwise than the document says.

use crate::{
    Done, http,
    process::{self, Beside},
    python, say,
};
use clap::Args;
use std::{
    collections::VecDeque,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

/// The release whose findings this repository was mended by; another one may try other things.
const SCHEMATHESIS: &str = "schemathesis==4.32.*";
/// How long a lobby may take to answer; debug builds on a busy machine are slow.
const START: Duration = Duration::from_mins(1);
/// Everybody whom the table of roles knows, those first who may do the most; `anyone` shows nothing.
const CALLERS: [&str; 9] = ["manager", "greeter", "kiosk", "clerk", "engineer", "desk", "screen", "hq", "anyone"];
/// Callers who try at once: each keeps a core busy, most of the time with thinking of calls.
const AT_ONCE: usize = 2;
/// Routes and who may call them.
const ROLES: &str = "tests/golden/roles.txt";

#[derive(Args)]
pub(crate) struct Options {
    /// Random calls of each route, beside those at the limits of its schema
    #[arg(long, default_value_t = 2)]
    examples: u32,
    /// What they are drawn from; the same seed tries the same
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Each operation by one of those who may call it; without it by all of them
    #[arg(long)]
    once: bool,
    /// Only as this role
    #[arg(long, value_name = "ROLE", value_parser = CALLERS)]
    role: Option<String>,
}

impl Options {
    /// What CI runs, which has no time for more.
    pub(crate) fn usual() -> Options {
        Options { examples: 1, seed: 1, once: true, role: None }
    }
}

/// Builds the lobby and calls it as everybody.
pub(crate) fn run(root: &Path, options: &Options) -> Done {
    process::run(process::cargo(root).args(["build", "--quiet", "-p", "lobby"]))?;
    perform(root, options)
}

/// Calls the lobby that is built.
pub(crate) fn perform(root: &Path, options: &Options) -> Done {
    let tools = root.join("target/tools/schemathesis");
    python::environment(&tools, &[SCHEMATHESIS])?;
    let roles = fs::read_to_string(root.join(ROLES)).map_err(|error| format!("{ROLES} cannot be read: {error}"))?;
    let folder = root.join("target/contract");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{} cannot be emptied: {error}", folder.display()))?;
    }
    let trial = Trial { root, tools, roles, folder, options };
    let wanted = |caller: &&str| {
        options.role.as_deref().is_none_or(|role| role == *caller) && !trial.operations_of(caller).is_empty()
    };
    let waiting = Mutex::new(CALLERS.into_iter().filter(wanted).collect::<VecDeque<_>>());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let work = || std::iter::from_fn(next).filter_map(|caller| trial.call_as(caller).err()).collect::<Vec<_>>();
    let broken: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let ended = workers.into_iter().map(thread::ScopedJoinHandle::join);
        ended.flat_map(|found| found.unwrap_or_else(|_| vec!["a trial has failed by itself".to_owned()])).collect()
    });
    if broken.is_empty() { Ok(()) } else { Err(broken.join("\n")) }
}

struct Trial<'a> {
    root: &'a Path,
    tools: PathBuf,
    roles: String,
    folder: PathBuf,
    options: &'a Options,
}

impl Trial<'_> {
    /// A lobby of its own for each: what one role does (a day closed, everybody disabled) is not the next one's answer.
    fn call_as(&self, caller: &str) -> Done {
        let (address, folder) = (http::free_address()?, self.folder.join(caller));
        let mut lobby = Command::new(process::built(self.root, "debug").join("lobby"));
        lobby.current_dir(self.root).args(["run", "--config", "config/demo/branch.toml"]);
        lobby.args(["--listen", &address.to_string()]).arg("--data").arg(folder.join("data"));
        lobby.arg("--wires").arg(folder.join("wires"));
        let mut lobby = Beside::start("lobby", &mut lobby, folder.join("lobby.log"))?;
        http::wait_for(&mut lobby, address, "/readyz", START)?;
        let mut trial = Command::new(self.tools.join("bin/schemathesis"));
        trial.current_dir(&folder).arg("--config-file").arg(self.root.join("tests/contract/schemathesis.toml"));
        trial.args(["run", &format!("http://{address}/api/v1/openapi.json")]);
        trial.args(["--phases", "examples,coverage,fuzzing", "--warnings", "off", "--no-color"]);
        trial.args(["--max-examples", &self.options.examples.to_string(), "--seed", &self.options.seed.to_string()]);
        trial.args(["--include-operation-id-regex", &format!("^({})$", self.operations_of(caller).join("|"))]);
        if caller != "anyone" {
            trial.args(["-H", &format!("Authorization: Bearer demo-{caller}")]);
        }
        let tried = trial.output().map_err(|error| format!("schemathesis does not start: {error}"))?;
        let told = String::from_utf8_lossy(&tried.stdout);
        let count = told.lines().find(|line| line.contains("generated")).unwrap_or_default().trim();
        say(&format!("contract: as {caller}: {count}"));
        let tried = if tried.status.success() {
            Ok(())
        } else {
            Err(format!("as {caller}:\n{told}{}", String::from_utf8_lossy(&tried.stderr)))
        };
        let log = fs::read_to_string(&lobby.log).unwrap_or_default();
        tried.and(lobby.stop())?;
        match log.lines().find(|line| line.contains("\"level\":\"ERROR\"") || line.contains("panicked")) {
            Some(line) => Err(format!("as {caller}, the lobby says: {line}")),
            None => Ok(()),
        }
    }

    /// The operations that a caller tries, by their names in `openapi.json`. Streams have no end to wait for.
    fn operations_of(&self, caller: &str) -> Vec<String> {
        let lines = self.roles.lines().filter(|line| !line.starts_with('#'));
        let theirs = lines.filter_map(|line| {
            let mut words = line.split_whitespace();
            let (method, path) = (words.next()?, words.next()?);
            let allowed: Vec<&str> = words.collect();
            let first = CALLERS.into_iter().find(|caller| allowed.contains(caller));
            let tried = if self.options.once { first == Some(caller) } else { allowed.contains(&caller) };
            (tried && !path.ends_with("/events")).then(|| operation(method, path))
        });
        theirs.collect()
    }
}

/// `POST /api/v1/tickets/{id}/cancel` is `post_tickets_id_cancel`, as `crates/lobby/src/http/spec.rs` names it.
fn operation(method: &str, path: &str) -> String {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let words = path.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once(method.to_ascii_lowercase().as_str()).chain(words).collect::<Vec<_>>().join("_")
}
