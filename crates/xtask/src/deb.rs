//! `cargo xtask deb`: the Debian packages `now-serving` and `counter-agent`, by cargo-deb; with `--try`, installed, upgraded,
//! rolled back and removed in a clean Debian of its own.

mod trial;

use crate::{
    Done, machine,
    node::Node,
    process::{self, cargo},
    say,
};
use clap::Args;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const CARGO_DEB: &str = "3.8.0";
/// Whose code is in the pages that are built in.
const IN_PAGES: [&str; 4] = ["svelte", "@lucide/svelte", "qr", "uplot"];

#[derive(Args)]
pub(crate) struct Options {
    /// Version of the packages; that of the workspace without it
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Also try them: install, hang, upgrade, roll back, remove in a clean Debian root (needs root, some minutes)
    #[arg(long = "try")]
    trial: bool,
    /// With --try: the package of the version before; without it this code under an older number
    #[arg(long, value_name = "DEB", requires = "trial")]
    before: Option<PathBuf>,
}

/// Builds the packages, and tries them where that is wanted.
pub(crate) fn run(root: &Path, options: &Options) -> Done {
    machine::bring(&[machine::DEMO, machine::PACKAGES])?;
    let node = Node::bring(root)?;
    let tool = cargo_deb(root)?;
    say("building for release");
    let mut build = cargo(root);
    node.set_path(&mut build);
    process::run(build.args(["build", "--release", "-p", "lobby", "-p", "counter-agent"]))?;
    dependencies(root)?;
    let lobby = package(root, &tool, "lobby", options.version.as_deref())?;
    let agent = package(root, &tool, "counter-agent", options.version.as_deref())?;
    if !options.trial {
        return Ok(());
    }
    let before = match &options.before {
        Some(file) => file.clone(),
        None => package(root, &tool, "lobby", Some("0.0.9"))?,
    };
    trial::run(root, &before, &lobby, &agent)
}

/// cargo-deb, installed below `target` where it is missing.
fn cargo_deb(root: &Path) -> Done<PathBuf> {
    if let Some(found) = machine::found("cargo-deb") {
        return Ok(found);
    }
    let tools = root.join("target/tools");
    let program = tools.join("bin/cargo-deb");
    if !program.is_file() {
        say(&format!("installing cargo-deb {CARGO_DEB} into {}: it makes the packages", tools.display()));
        let mut install = cargo(root);
        install.args(["install", "cargo-deb", "--locked", "--version", CARGO_DEB, "--root"]).arg(&tools);
        process::run(&mut install)?;
    }
    Ok(program)
}

/// Makes the package of a member, already built, and gives its file.
fn package(root: &Path, tool: &Path, member: &str, version: Option<&str>) -> Done<PathBuf> {
    let mut make = Command::new(tool);
    make.current_dir(root).args(["--no-build", "-p", member, "--output"]).arg(root.join("target/deb"));
    if let Some(version) = version {
        make.args(["--deb-version", version]);
    }
    let made = process::output(make.stderr(std::process::Stdio::inherit()))
        .ok_or_else(|| format!("cargo-deb has made no package of {member}; its words are above"))?;
    let file = made.lines().last().map(PathBuf::from).filter(|file| file.is_file());
    let file = file.ok_or_else(|| format!("cargo-deb does not say where the package of {member} is: {made}"))?;
    say(&format!("made {}", file.display()));
    Ok(file)
}

/// Lists everybody's code that is in the packages, with its licence.
fn dependencies(root: &Path) -> Done {
    let mut tree = cargo(root);
    tree.args(["tree", "--locked", "-p", "lobby", "-p", "counter-agent", "--edges", "normal", "--prefix", "none"]);
    tree.args(["--format", "{p}\t{l}"]);
    let tree = process::output(&mut tree).ok_or("`cargo tree` does not say what is built in")?;
    // One's own have a path behind the version; between two trees is nothing.
    let lines: BTreeSet<String> = tree
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.contains("(/"))
        .map(|line| line.trim_end_matches(" (*)").replace(" (proc-macro)", ""))
        .collect();
    let lock = root.join("crates/web/package-lock.json");
    let lock = fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let lock: serde_json::Value = serde_json::from_str(&lock).map_err(|error| format!("package-lock.json: {error}"))?;
    let mut all = vec!["Whose code is in these programs, under which licence (SPDX).\n".to_owned()];
    for name in IN_PAGES {
        let entry = &lock["packages"][format!("node_modules/{name}")];
        let (Some(version), Some(licence)) = (entry["version"].as_str(), entry["license"].as_str()) else {
            return Err(format!("package-lock.json does not say the licence of {name}"));
        };
        all.push(format!("{name} v{version}\t{licence}"));
    }
    for line in lines {
        if line.split_once('\t').is_none_or(|(_, licence)| licence.trim().is_empty()) {
            return Err(format!("`{line}` names no licence"));
        }
        all.push(line);
    }
    let folder = root.join("target/deb");
    let written =
        fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join("dependencies.txt"), all.join("\n") + "\n"));
    written.map_err(|error| format!("{}: {error}", folder.display()))
}
