//! `cargo xtask bench`: builds for release and runs the bench program of `tests/`.

use crate::{
    Done, machine,
    node::Node,
    process::{self, cargo},
    say,
};
use clap::Args;
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Write the figures there as JSON too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Only these figures (the bench names them when it starts)
    only: Vec<String>,
}

/// Figures of DESIGN §10, each beside this machine's own limit in the same run.
pub(crate) fn run(root: &Path, options: &Options) -> Done {
    machine::bring(&[machine::DEMO, machine::SOUND])?;
    let node = Node::bring(root)?;
    say("building for release");
    let mut build = cargo(root);
    node.set_path(&mut build);
    process::run(build.args([
        "build",
        "--release",
        "-p",
        "lobby",
        "-p",
        "firmware-sim",
        "-p",
        "lobby-tests",
        "--bins",
    ]))?;
    let mut bench = Command::new(process::built(root, "release").join("bench"));
    bench.current_dir(root);
    if let Some(file) = &options.json {
        let here = env::current_dir().map_err(|error| format!("the current folder is gone: {error}"))?;
        bench.arg("--json").arg(here.join(file));
    }
    process::run(bench.args(&options.only))
}
