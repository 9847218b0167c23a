//! `cargo xtask torture`: builds for release and lets the torture of `tests/` cut the power at every write.

use crate::{
    Done, machine,
    node::Node,
    process::{self, cargo},
    say,
};
use clap::Args;
use std::{path::Path, process::Command};

#[derive(Args)]
pub(crate) struct Options {
    /// Options of the torture: --minutes N, --seed S, --once, --defect NAME; --help after -- explains them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// Random days on a disk that loses what was not synced, fails and lies, judged after a power cut at every write.
pub(crate) fn run(root: &Path, options: &Options) -> Done {
    machine::bring(&[machine::DEMO])?;
    let node = Node::bring(root)?;
    say("building for release");
    let mut build = cargo(root);
    node.set_path(&mut build);
    process::run(build.args(["build", "--release", "-p", "lobby", "-p", "lobby-tests", "--bins"]))?;
    let programs = process::built(root, "release");
    let mut torture = Command::new(programs.join("torture"));
    torture.env("NS_BIN_DIR", &programs);
    process::run(torture.args(&options.options))
}
