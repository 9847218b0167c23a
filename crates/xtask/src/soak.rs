//! `cargo xtask soak`: builds for release and lets the soak of `tests/` live through a simulated day with faults.

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
    /// Options of the soak: --speed N, --seed N, --hours H or --minutes M, --kills N, --faults FILE, --json FILE; --help
    /// after -- explains them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// A hall day at sixty times its pace, with cables pulled, frames garbled, paper out and the lobby killed, judged at its end.
pub(crate) fn run(root: &Path, options: &Options) -> Done {
    machine::bring(&[machine::DEMO])?;
    let node = Node::bring(root)?;
    say("building for release");
    let mut build = cargo(root);
    node.set_path(&mut build);
    process::run(build.args(["build", "--release", "-p", "lobby", "-p", "lobby-tests", "--bins"]))?;
    let programs = process::built(root, "release");
    let mut soak = Command::new(programs.join("soak"));
    soak.env("NS_BIN_DIR", &programs);
    process::run(soak.args(&options.options))
}
