//! What is linked: licences, sources and bans of `deny.toml`, held against `cargo metadata`.

use super::{files, none};
use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};
use std::{collections::BTreeSet, process::Command};

/// Every package of the programs and tests of this workspace.
fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut metadata = Command::new(cargo);
    metadata.args(["metadata", "--format-version", "1", "--locked"]);
    metadata.args(["--filter-platform", "x86_64-unknown-linux-gnu"]).current_dir(files::root());
    let output = metadata.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let resolved: BTreeSet<String> = metadata["resolve"]["nodes"].as_array().unwrap().iter().map(id).collect();
    let Value::Array(packages) = metadata["packages"].take() else { panic!("no packages") };
    packages.into_iter().filter(|package| resolved.contains(&id(package))).collect()
}

fn id(of: &Value) -> String {
    of["id"].as_str().unwrap().to_owned()
}

fn rules() -> toml::Table {
    files::source("deny.toml").text.parse().unwrap()
}

fn is_allowed(allowed: &[LicenseReq], licence: &str) -> bool {
    let expression = Expression::parse_mode(licence, ParseMode::LAX);
    expression.is_ok_and(|one| one.evaluate(|wanted| allowed.contains(wanted)))
}

#[test]
fn every_crate_has_a_licence_that_we_may_use_and_a_known_source() {
    let rules = rules();
    let allow = rules["licenses"]["allow"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
    let allowed: Vec<LicenseReq> = allow.map(requirement).collect();
    assert!(is_allowed(&allowed, "MIT/Apache-2.0") && is_allowed(&allowed, "MIT OR GPL-3.0-only"));
    assert!(!is_allowed(&allowed, "GPL-3.0-only") && !is_allowed(&allowed, "MIT AND AGPL-3.0-only"));
    assert!(!is_allowed(&allowed, ""), "a crate without a licence is none that we may use");
    let (mut complaints, mut sources) = (Vec::new(), BTreeSet::new());
    for package in packages() {
        let Some(source) = package["source"].as_str() else { continue };
        sources.insert(source.to_owned());
        let licence = package["license"].as_str().unwrap_or_default();
        if !is_allowed(&allowed, licence) {
            complaints.push(format!("{}: its licence is {licence:?}, which deny.toml does not allow", package["name"]));
        }
        if !source.starts_with("registry+") {
            complaints.push(format!("{}: comes from {source}, not from the registry", package["name"]));
        }
    }
    assert!(sources.len() == 1, "crates come from one registry: {sources:?}");
    none(&complaints);
}

fn requirement(name: &str) -> LicenseReq {
    let expression = Expression::parse(name).unwrap();
    let mut all = expression.requirements();
    all.next().unwrap().req.clone()
}

#[test]
fn no_crate_is_linked_that_was_banned() {
    let rules = rules();
    let banned: Vec<&str> =
        rules["bans"]["deny"].as_array().unwrap().iter().map(|ban| ban["crate"].as_str().unwrap()).collect();
    assert!(banned.contains(&"openssl-sys"));
    let found = packages().into_iter().filter_map(|package| package["name"].as_str().map(str::to_owned));
    none(
        &found
            .filter(|name| banned.contains(&name.as_str()))
            .map(|name| format!("{name} is banned in deny.toml"))
            .collect::<Vec<_>>(),
    );
}
