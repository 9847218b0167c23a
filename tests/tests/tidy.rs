//! Rules that no compiler checks, as tests: what the repository promises to stay. Each names the file and line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "tidy/crates.rs"]
mod crates;
#[path = "tidy/files.rs"]
mod files;
#[path = "tidy/functions.rs"]
mod functions;

use files::{Source, rust_sources, source, sources};
use std::collections::BTreeMap;

/// Longest source file, in lines.
const FILE_LINES: usize = 400;
/// Longest function, in lines.
const FUNCTION_LINES: usize = 70;
/// Largest file of any kind, in bytes.
const FILE_BYTES: usize = 1 << 20;

/// Files and functions over the limit, with their length. Entries may shrink or go, never grow or come.
const TOO_LONG: [(&str, usize); 0] = [];

/// Who may depend on whom inside the workspace: all arrows of DESIGN §3. `tests` may depend on anybody.
const ARROWS: [(&str, &[&str]); 10] = [
    ("queue-core", &[]),
    ("counter", &[]),
    ("wires", &["counter"]),
    ("planner", &["queue-core"]),
    ("web", &[]),
    ("lobby", &["queue-core", "planner", "counter", "wires", "web"]),
    ("counter-agent", &["counter", "wires"]),
    ("firmware-sim", &["counter"]),
    ("xtask", &[]),
    ("crash-disk", &[]),
];
const TESTS: &str = "lobby-tests";
/// The one member with lints of its own: it stands under `SQLite`, behind pointers of C. Only tests may use it.
const BEHIND_C: &str = "tests/crash-disk/Cargo.toml";

/// Folders of crates that know no clock, no chance and no machine.
const PURE: [&str; 3] = ["crates/queue-core", "crates/counter", "crates/planner"];

/// Inside the lobby: a folder or file of its sources, and the modules that it may not import. The controller holds
/// senders; what it sends through them (announcements, sheets of paper) is data that it may know.
const LOBBY_ARROWS: [(&str, &[&str]); 4] = [
    ("controller", &["http", "devices", "run", "cli"]),
    ("journal", &["http", "devices", "voice", "run", "cli", "controller", "orders"]),
    ("orders", &["http", "run", "cli"]),
    ("views", &["http", "devices", "voice", "run", "cli"]),
];

fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} to mend:\n{}\n", complaints.len(), complaints.join("\n"));
}

/// Complaints about every line of Rust outside tests for which `rule` has one.
fn lines(sources: &[Source], rule: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut out = Vec::new();
    for source in sources {
        for (number, line) in source.code() {
            out.extend(rule(line).map(|why| format!("{}:{number}: {why}", source.path)));
        }
    }
    out
}

#[test]
fn files_and_functions_are_short() {
    let allowed: BTreeMap<&str, usize> = TOO_LONG.into_iter().collect();
    let mut complaints = Vec::new();
    let mut seen = Vec::new();
    let mut judge = |name: String, place: String, length: usize, limit: usize| {
        let most = allowed.get(name.as_str()).copied().unwrap_or(limit);
        if length > limit {
            seen.push(name.clone());
        }
        if length > most {
            complaints.push(format!("{place}: {length} lines, at most {most}"));
        }
    };
    for source in sources().into_iter().filter(Source::is_written_by_hand) {
        judge(source.path.clone(), source.path.clone(), source.text.lines().count(), FILE_LINES);
        if source.kind() == "rs" {
            for function in functions::of(&source.text) {
                let place = format!("{}:{} fn {}", source.path, function.line, function.name);
                judge(format!("{} fn {}", source.path, function.name), place, function.length, FUNCTION_LINES);
            }
        }
    }
    for (name, _) in TOO_LONG {
        if !seen.iter().any(|long| long == name) {
            complaints.push(format!("{name} is short enough now: take it out of TOO_LONG"));
        }
    }
    none(&complaints);
}

#[test]
fn nothing_unfinished_is_left_lying_about() {
    // Written in two halves, so that this file does not complain about itself.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X:"], ["dbg", "!("], ["#[ig", "nore"], ["todo", "!("]];
    let marks: Vec<String> = marks.iter().map(|halves| halves.concat()).collect();
    let mut complaints = Vec::new();
    for source in sources().into_iter().filter(Source::is_written_by_hand) {
        for (number, line) in (1..).zip(source.text.lines()) {
            for mark in marks.iter().filter(|mark| line.contains(*mark)) {
                complaints.push(format!("{}:{number}: finish it or open an issue: {mark}", source.path));
            }
        }
    }
    none(&complaints);
}

#[test]
fn nothing_gives_up_outside_tests() {
    let ways = [".unwrap()", ".expect(\"", "panic!(", "clippy::unwrap_used", "clippy::expect_used", "clippy::panic"];
    let complaint = |line: &str| {
        let way = ways.iter().find(|way| line.contains(*way))?;
        Some(format!("`{way}` outside a test: return an error that says what to do"))
    };
    none(&lines(&rust_sources(), complaint));
}

#[test]
fn arrows_between_crates_are_those_of_the_design() {
    let mut complaints = Vec::new();
    let members = files::members();
    for (path, manifest) in &members {
        let name = manifest["package"]["name"].as_str().unwrap();
        let Some((_, may)) = ARROWS.into_iter().find(|(known, _)| *known == name) else {
            if name != TESTS {
                complaints.push(format!("{path}: `{name}` has no line in ARROWS"));
            }
            continue;
        };
        for table in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let Some(table) = manifest.get(table).and_then(toml::Value::as_table) else { continue };
            let own =
                |dependency: &&String| ARROWS.iter().any(|(known, _)| known == dependency) || *dependency == TESTS;
            for dependency in table.keys().filter(own).filter(|dependency| !may.contains(&dependency.as_str())) {
                complaints.push(format!("{path}: there is no arrow {name} → {dependency}"));
            }
        }
    }
    assert_eq!(members.len(), ARROWS.len() + 1, "every member has a line in ARROWS, except the tests");
    none(&complaints);
}

#[test]
fn arrows_inside_the_lobby_are_those_of_the_design() {
    let mut complaints = Vec::new();
    for source in rust_sources() {
        let Some(path) = source.path.strip_prefix("crates/lobby/src/") else { continue };
        let module = path.split(['/', '.']).next().unwrap();
        let Some((_, barred)) = LOBBY_ARROWS.into_iter().find(|(known, _)| *known == module) else { continue };
        for (number, line) in source.code() {
            let named = |other: &&&str| {
                let path = format!("crate::{other}");
                line.match_indices(&path).any(|(at, _)| !line[at + path.len()..].starts_with(char::is_alphanumeric))
            };
            for other in barred.iter().filter(named) {
                complaints.push(format!("{}:{number}: there is no arrow {module} → {other}", source.path));
            }
        }
    }
    none(&complaints);
}

#[test]
fn every_member_takes_its_rules_from_the_workspace() {
    let mut complaints = Vec::new();
    for (path, manifest) in files::members() {
        let inherits = |table: &str, key: &str| {
            let value = manifest.get(table).and_then(|table| table.get(key));
            value.and_then(|value| value.as_bool().or_else(|| value.get("workspace")?.as_bool())) == Some(true)
        };
        if path != BEHIND_C && !inherits("lints", "workspace") {
            complaints.push(format!("{path}: write [lints] workspace = true"));
        }
        for key in ["license", "edition", "rust-version", "version", "publish"] {
            if !inherits("package", key) {
                complaints.push(format!("{path}: write {key}.workspace = true"));
            }
        }
        for table in ["dependencies", "build-dependencies", "dev-dependencies"] {
            for (name, value) in manifest.get(table).and_then(toml::Value::as_table).into_iter().flatten() {
                if value.get("workspace").and_then(toml::Value::as_bool) != Some(true) {
                    complaints.push(format!("{path}: the version of `{name}` belongs into the workspace's Cargo.toml"));
                }
            }
        }
    }
    none(&complaints);
}

#[test]
fn pure_crates_are_held_to_the_same_rules() {
    let rules: Vec<String> = PURE.map(|krate| source(&format!("{krate}/clippy.toml")).text).into();
    assert!(rules[0].contains("std::time::SystemTime"), "the rules bar no clock");
    for (krate, rule) in PURE.iter().zip(&rules) {
        assert!(*rule == rules[0], "{krate}/clippy.toml differs from {}/clippy.toml", PURE[0]);
    }
}

#[test]
fn nothing_names_a_machine_or_an_address_to_download_from() {
    let homes: Vec<String> = [["/ho", "me/"], ["/wo", "rk/"], ["/ro", "ot/"], ["/tm", "p/wt"], ["/Us", "ers/"]]
        .map(|halves| halves.concat())
        .into();
    let mut complaints = Vec::new();
    for source in sources() {
        let lock = source.path.ends_with("package-lock.json");
        for (number, line) in (1..).zip(source.text.lines()) {
            if lock && line.contains("\"resolved\"") {
                complaints.push(format!("{}:{number}: make the lock file without addresses (.npmrc)", source.path));
            }
            for home in homes.iter().filter(|home| line.contains(*home)) {
                complaints.push(format!("{}:{number}: names a folder of one machine: {home}", source.path));
            }
        }
    }
    none(&complaints);
}

#[test]
fn no_file_is_heavy() {
    let heavy: Vec<String> = files::all()
        .into_iter()
        .filter(|(_, bytes)| *bytes > FILE_BYTES)
        .map(|(path, bytes)| format!("{path}: {bytes} bytes, at most {FILE_BYTES}"))
        .collect();
    none(&heavy);
}

#[test]
fn the_readme_is_short_and_its_map_is_true() {
    let readme = source("README.md").text;
    assert!(readme.lines().count() <= 200, "README.md has {} lines, at most 200", readme.lines().count());
    // Whatever it writes as `path/` or `path/file.ext` must be there.
    let named = readme.split('`').skip(1).step_by(2).filter(|name| {
        let plain = !name.contains([' ', '{', '*', '<', ':', '$']) && !name.starts_with(['/', '.', '-']);
        let path = name.ends_with('/') || [".rs", ".toml", ".md"].iter().any(|end| name.ends_with(end));
        plain && path && !name.starts_with("var/") && !name.starts_with("target/")
    });
    let missing: Vec<String> = named
        .filter(|name| !files::root().join(name).exists())
        .map(|name| format!("README.md names `{name}`, which is not there"))
        .collect();
    none(&missing);
}

#[test]
fn every_file_under_config_parses() {
    let mut seen = 0;
    for file in sources().into_iter().filter(|file| file.path.starts_with("config/") && file.kind() == "toml") {
        let parsed = file.text.parse::<toml::Table>();
        assert!(parsed.is_ok(), "{}: {}", file.path, parsed.unwrap_err());
        if file.path.ends_with("/branch.toml") {
            let (told, status) = lobby::config::check_file(&files::root().join(&file.path), None);
            assert_eq!(status, 0, "{told}");
        }
        seen += 1;
    }
    assert!(seen > 0, "config/ holds no file");
}

#[test]
fn every_source_says_what_it_is_for() {
    let silent: Vec<String> = rust_sources()
        .into_iter()
        .filter(|source| !source.text.trim_start().starts_with("//!"))
        .map(|source| format!("{}: begin with `//!` and what the file is for", source.path))
        .collect();
    none(&silent);
}
