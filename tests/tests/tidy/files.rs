//! The files of the repository as tidy sees them: everything that is not made by a build or a run.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders that builds and runs make, wherever they are.
const MADE: [&str; 6] = ["target", "var", "node_modules", "dist", ".git", "test-results"];
/// Kinds of text that people write.
const TEXT: [&str; 12] = ["rs", "toml", "md", "ts", "js", "json", "svelte", "css", "html", "txt", "lock", "py"];

/// One text file.
pub(crate) struct Source {
    /// From the repository's folder, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// What stands after the last dot of its name.
    pub(crate) fn kind(&self) -> &str {
        kind(&self.path)
    }

    /// Not a lock file and not a golden one, whose length is nobody's choice.
    pub(crate) fn is_written_by_hand(&self) -> bool {
        !self.path.contains("/golden/") && !["lock", "json"].contains(&self.kind())
    }

    /// Numbered lines of Rust that run outside tests, without comments.
    pub(crate) fn code(&self) -> Vec<(usize, &str)> {
        let mut out = Vec::new();
        let mut in_tests = false;
        let mut after_mark = false;
        for (number, line) in (1..).zip(self.text.lines()) {
            if in_tests {
                in_tests = line != "}";
            } else if line == "#[cfg(test)]" {
                after_mark = true;
            } else if after_mark && (line.ends_with('{') || line.starts_with("#[")) {
                in_tests = line.ends_with('{');
                after_mark = !in_tests;
            } else {
                after_mark = false;
                if !line.trim_start().starts_with("//") {
                    out.push((number, line));
                }
            }
        }
        out
    }
}

fn kind(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, end)| end)
}

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Every file with its size in bytes.
pub(crate) fn all() -> Vec<(String, usize)> {
    let root = root();
    let mut out = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let about = fs::symlink_metadata(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap();
            if about.is_dir() && !MADE.contains(&name) {
                folders.push(path);
            } else if about.is_file() {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                out.push((name, usize::try_from(about.len()).unwrap()));
            }
        }
    }
    out.sort();
    out
}

/// Every text file.
pub(crate) fn sources() -> Vec<Source> {
    let text = |path: &String| TEXT.contains(&kind(path)) || path == ".ci/run";
    let found: Vec<Source> = all().into_iter().map(|(path, _)| path).filter(text).map(|path| source(&path)).collect();
    assert!(found.len() > 50, "only {} files found: is this the repository?", found.len());
    found
}

/// One text file by its path.
pub(crate) fn source(path: &str) -> Source {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    Source { path: path.to_owned(), text }
}

/// Rust that is part of a program: no tests and nothing that only tests call.
pub(crate) fn rust_sources() -> Vec<Source> {
    let test = |path: &str| {
        let name = path.rsplit('/').next().unwrap();
        path.contains("/tests/")
            || (path.starts_with("tests/src/") && !path.starts_with("tests/src/bin/"))
            || name == "tests.rs"
            || name.ends_with("_tests.rs")
    };
    sources().into_iter().filter(|source| source.kind() == "rs" && !test(&source.path)).collect()
}

/// The manifests of all members, with their paths.
pub(crate) fn members() -> Vec<(String, toml::Table)> {
    let workspace: toml::Table = source("Cargo.toml").text.parse().unwrap();
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let read = |member: &toml::Value| {
        let path = format!("{}/Cargo.toml", member.as_str().unwrap());
        let manifest = source(&path).text.parse().unwrap();
        (path, manifest)
    };
    members.iter().map(read).collect()
}
