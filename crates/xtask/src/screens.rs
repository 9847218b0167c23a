//! `cargo xtask screens`: every page at its real sizes as pictures, made of a hall that really runs; or how quick they are.

use crate::{
    Done, browser, machine,
    node::Node,
    process::{self, cargo},
    python, say,
    test::Tools,
};
use clap::Args;
use std::path::Path;

/// Pictures go here; git ignores it.
const FOLDER: &str = "target/screens";

#[derive(Args)]
pub(crate) struct Options {
    /// Only pages with one of these in their name, such as `kiosk` or `screen`
    only: Vec<String>,
    /// No pictures: print the weight of each page, when it is usable, and how soon a new board is painted
    #[arg(long, conflicts_with = "only")]
    measure: bool,
    /// Take the programs as they are
    #[arg(long)]
    no_build: bool,
}

/// Builds, starts the demo with its hardware and the large hall, photographs, and writes the contact sheet.
pub(crate) fn run(root: &Path, options: &Options) -> Done {
    machine::bring(&[machine::DEMO, machine::TESTS])?;
    let (node, python) = (Node::bring(root)?, python::bring(root)?);
    let tools = Tools { root: root.to_path_buf(), node, python, spec: None };
    if !options.no_build {
        let mut build = cargo(root);
        tools.node.set_path(&mut build);
        process::run(build.args(["build", "-p", "lobby", "-p", "firmware-sim"]))?;
    }
    let folder = root.join(FOLDER);
    let part = if options.measure { "measure.shots" } else { "pictures.shots" };
    browser::perform(&tools, &folder.join("hall"), &|playwright| {
        playwright
            .args(["--config", "screens.config.ts", part])
            .env("NS_PICTURES", &folder)
            .env("NS_PICTURES_OF", options.only.join(","));
        Ok(())
    })?;
    if !options.measure {
        say(&format!("look at {}", folder.join("index.html").display()));
    }
    Ok(())
}
