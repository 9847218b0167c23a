//! `cargo xtask soak | torture | days`: builds for release and runs a long test of `tests/`, whose own options are handed on.

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
    /// Options of the program itself; --help after -- explains them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// Runs the program of `tests/` with that name.
pub(crate) fn run(root: &Path, program: &str, options: &Options) -> Done {
    machine::bring(&[machine::DEMO])?;
    let node = Node::bring(root)?;
    say("building for release");
    let mut build = cargo(root);
    node.set_path(&mut build);
    process::run(build.args(["build", "--release", "-p", "lobby", "-p", "lobby-tests", "--bins"]))?;
    let programs = process::built(root, "release");
    let mut long = Command::new(programs.join(program));
    long.env("NS_BIN_DIR", &programs);
    process::run(long.args(&options.options))
}
