//! `cargo xtask test`: brings what tests need and runs every test there is. CI calls nothing else.

use crate::{
    Done, browser, contract, machine,
    node::Node,
    process::{self, cargo},
    python, say,
};
use clap::Args;
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

#[derive(Args)]
pub(crate) struct Options {
    /// Only these parts: format, clippy, build, rust, contract, pages, browser
    #[arg(value_parser = ["format", "clippy", "build", "rust", "contract", "pages", "browser"])]
    parts: Vec<String>,
    /// Only browser tests of files with this in their name
    #[arg(long, value_name = "NAME")]
    spec: Option<String>,
}

/// What parts share.
pub(crate) struct Tools {
    pub(crate) root: PathBuf,
    pub(crate) node: Node,
    pub(crate) python: PathBuf,
    /// Part of the name of the browser tests that are wanted; all of them without it.
    pub(crate) spec: Option<String>,
}

impl Tools {
    /// Cargo that finds Node and the tests' own Python and programs.
    fn cargo(&self) -> Command {
        let mut command = cargo(&self.root);
        self.node.set_path(&mut command);
        command.env("NS_PYTHON", &self.python).env("NS_BIN_DIR", process::built(&self.root, "debug"));
        command
    }
}

type Part = (&'static str, fn(&Tools) -> Done);

const PARTS: [Part; 7] = [
    ("format", |tools| process::run(tools.cargo().args(["fmt", "--all", "--check"]))),
    ("clippy", |tools| clippy(tools.cargo())),
    ("build", build),
    ("rust", |tools| process::run(tools.cargo().args(["test", "--workspace", "--no-fail-fast"]))),
    ("contract", |tools| contract::perform(&tools.root, &contract::Options::usual())),
    ("pages", pages),
    ("browser", browser::run),
];

/// Runs the parts one after the other, all of them even when one fails, and sums up.
pub(crate) fn run(root: &Path, options: &Options) -> Done {
    machine::bring(&[machine::DEMO, machine::TESTS, machine::SOUND])?;
    let (node, python) = (Node::bring(root)?, python::bring(root)?);
    let tools = Tools { root: root.to_path_buf(), node, python, spec: options.spec.clone() };
    let wanted = |name: &str| options.parts.is_empty() || options.parts.iter().any(|part| part == name);
    let mut ends: Vec<(&str, Duration, Done)> = Vec::new();
    for (name, part) in PARTS.into_iter().filter(|(name, _)| wanted(name)) {
        say(&format!("{name} …"));
        let start = Instant::now();
        let end = part(&tools);
        if let Err(why) = &end {
            eprintln!("xtask: {name}: {why}");
        }
        ends.push((name, start.elapsed(), end));
    }
    println!();
    for (name, time, end) in &ends {
        let word = if end.is_ok() { "ok    " } else { "FAILED" };
        println!("  {word} {:>5.0} s  {name}", time.as_secs_f64());
    }
    match ends.iter().filter(|(_, _, end)| end.is_err()).count() {
        0 => Ok(()),
        failed => Err(format!("{failed} of {} parts failed; their words are above", ends.len())),
    }
}

/// `cargo xtask check`: what a person runs before a commit.
pub(crate) fn check(root: &Path) -> Done {
    machine::bring(&[machine::DEMO])?;
    let node = Node::bring(root)?;
    let cargo = || {
        let mut command = cargo(root);
        node.set_path(&mut command);
        command
    };
    process::run(cargo().args(["fmt", "--all", "--check"]))?;
    clippy(cargo())?;
    process::run(cargo().args(["test", "--quiet", "-p", "lobby-tests", "--test", "tidy"]))
}

fn clippy(mut cargo: Command) -> Done {
    process::run(cargo.args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// The programs that tests start, the clips that they speak with, and the independent decoder of tickets.
fn build(tools: &Tools) -> Done {
    browser::install(tools, &tools.root.join("tests/npos"))?;
    process::run(tools.cargo().args(["build", "-p", "lobby", "-p", "firmware-sim", "-p", "counter-agent"]))?;
    let lobby = process::built(&tools.root, "debug").join("lobby");
    process::run(Command::new(lobby).current_dir(&tools.root).args(["voice", "build"]))
}

/// Types and unit tests of the pages. The build part has installed what they need.
fn pages(tools: &Tools) -> Done {
    let web = tools.root.join("crates/web");
    browser::install(tools, &web)?;
    process::run(tools.node.npm(&web).args(["run", "check"]))?;
    process::run(tools.node.npm(&web).args(["test"]))?;
    let stories = tools.root.join("tests/browser");
    browser::install(tools, &stories)?;
    process::run(tools.node.npm(&stories).args(["run", "check"]))
}
