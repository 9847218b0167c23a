//! `cargo xtask deny`: cargo-deny with the rules of `deny.toml`, and `cargo xtask licences`, which lists what is linked.
//!
//! cargo-deny takes minutes to build, so CI holds the same rules against `cargo metadata` (`tests/tests/tidy/crates.rs`), and a
//! person runs this before a release. Known vulnerabilities need the network and a database; CI has neither.

use crate::{Done, process, say};
use serde_json::Value;
use std::{collections::BTreeMap, path::Path, process::Command};

/// The release that `deny.toml` is written for.
const CARGO_DENY: &str = "cargo-deny@^0.20";
/// Where it is installed.
const PLACE: &str = "target/tools/cargo-deny";

/// Licences, sources and bans; with `advisories` known vulnerabilities, too.
pub(crate) fn run(root: &Path, advisories: bool) -> Done {
    let program = root.join(PLACE).join("bin/cargo-deny");
    if !program.is_file() {
        say("building cargo-deny, which takes minutes, into target/tools");
        let mut install = process::cargo(root);
        process::run(install.args(["install", "--locked", "--quiet", CARGO_DENY, "--root"]).arg(root.join(PLACE)))?;
    }
    let mut deny = Command::new(program);
    deny.current_dir(root).args(["check", "licenses", "bans", "sources"]);
    process::run(deny.args(advisories.then_some("advisories")))
}

/// Prints every crate that is linked into the programs, by its licence.
pub(crate) fn licences(root: &Path) -> Done {
    let mut metadata = process::cargo(root);
    metadata.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"]);
    let text = process::output(&mut metadata).ok_or("`cargo metadata` failed; run it to see why")?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    let mut by_licence: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().into_iter().flatten().filter(|one| !one["source"].is_null()) {
        let word = |key: &str| package[key].as_str().unwrap_or_default();
        by_licence.entry(word("license")).or_default().push(format!("{} {}", word("name"), word("version")));
    }
    for (licence, crates) in by_licence {
        println!("{licence}\n  {}\n", crates.join("\n  "));
    }
    Ok(())
}
