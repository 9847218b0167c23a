//! `cargo xtask contract`: schemathesis against a running lobby, once as each role. Whatever `openapi.json` allows is tried,
//! and what it does not allow: nothing may be answered with 5xx, or otherwise than the document says.

use crate::{
    Done, http,
    process::{self, Beside},
    python, say,
};
use clap::Args;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// The release whose findings this repository was mended by; another one may try other things.
const SCHEMATHESIS: &str = "schemathesis==4.32.*";
/// How long a lobby may take to answer; debug builds on a busy machine are slow.
const START: Duration = Duration::from_mins(1);
/// Everybody whom the table of roles knows; `anyone` shows nothing.
const CALLERS: [&str; 9] = ["kiosk", "screen", "desk", "clerk", "greeter", "manager", "engineer", "hq", "anyone"];
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
    /// Only as this role
    #[arg(long, value_name = "ROLE", value_parser = CALLERS)]
    role: Option<String>,
}

impl Options {
    /// What CI runs.
    pub(crate) fn usual() -> Options {
        Options { examples: 2, seed: 1, role: None }
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
    let wanted = |caller: &&str| options.role.as_deref().is_none_or(|role| role == *caller);
    let trial = Trial { root, tools, roles, folder, options };
    let broken: Vec<String> =
        CALLERS.into_iter().filter(wanted).filter_map(|caller| trial.call_as(caller).err()).collect();
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
        say(&format!("contract: {caller}"));
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
        trial.args(["--include-path-regex", &self.paths_of(caller)]);
        if caller != "anyone" {
            trial.args(["-H", &format!("Authorization: Bearer demo-{caller}")]);
        }
        let tried = process::run(&mut trial).map_err(|why| format!("as {caller}: {why}"));
        let log = fs::read_to_string(&lobby.log).unwrap_or_default();
        tried.and(lobby.stop())?;
        match log.lines().find(|line| line.contains("\"level\":\"ERROR\"") || line.contains("panicked")) {
            Some(line) => Err(format!("as {caller}, the lobby says: {line}")),
            None => Ok(()),
        }
    }

    /// The paths that a caller may call, as a regular expression. Streams have no end to wait for.
    fn paths_of(&self, caller: &str) -> String {
        let lines = self.roles.lines().filter(|line| !line.starts_with('#'));
        let theirs = lines.filter_map(|line| {
            let mut words = line.split_whitespace().skip(1);
            let path = words.next().filter(|path| !path.ends_with("/events"))?;
            words.any(|role| role == caller).then(|| path.replace('{', "\\{").replace('}', "\\}").replace('.', "\\."))
        });
        format!("^({})$", theirs.collect::<Vec<_>>().join("|"))
    }
}
