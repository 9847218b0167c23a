//! Makes the pages (`dist/`) when they are missing or older than their sources.
//!
//! Writes only into `dist/` and `node_modules/`, and needs the network only when `node_modules/` does not
//! match the lock file. An unchanged tree runs nothing: Cargo watches the sources and one mark in `dist/`.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::SystemTime;

/// Everything that the pages are made from. Folders count with all that is in them.
const SOURCES: [&str; 8] = [
    ".npmrc",
    "build",
    "package-lock.json",
    "package.json",
    "pages",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
];

/// Written last by the build (`build/finish.ts`), so a build that broke off is never taken for a whole one.
const MARK: &str = "dist/.complete";

/// Written last by npm.
const INSTALLED: &str = "node_modules/.package-lock.json";

/// What Vite 8 and its plugins ask for (`engines` in their package.json).
const OLDEST_NODE: (u32, u32) = (20, 19);

fn main() -> ExitCode {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    println!("cargo::rerun-if-changed={MARK}"); // missing means: run again
    println!("cargo::rerun-if-env-changed=NS_NODE_DIR");
    match make_pages() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            println!(
                "cargo::error=the pages cannot be made: {why}. `cargo xtask pages` brings what is missing and makes them."
            );
            ExitCode::FAILURE
        }
    }
}

fn make_pages() -> Result<(), String> {
    // Two builds with different target folders may meet here. The lock is on a source file, held through a
    // read-only handle, because nothing may be written outside `dist/` and `node_modules/`.
    let package = File::open("package.json").map_err(|error| format!("package.json: {error}"))?;
    package.lock().map_err(|error| format!("package.json cannot be locked: {error}"))?;

    let newest = newest_source()?;
    if modified(Path::new(MARK)).is_none_or(|made| made < newest) {
        let tools = Tools::find()?;
        let lock = modified(Path::new("package-lock.json"));
        if modified(Path::new(INSTALLED)) < lock {
            tools.npm(&["ci", "--prefer-offline"])?;
        }
        tools.npm(&["run", "build"])?;
    }
    // As old as the newest source: fresh enough for the line above, and not newer than this very run, which
    // Cargo would take for a change.
    File::options()
        .write(true)
        .open(MARK)
        .and_then(|mark| mark.set_modified(newest))
        .map_err(|error| format!("the build left no {MARK}: {error}"))
}

/// Time of the last change to anything in [`SOURCES`].
fn newest_source() -> Result<SystemTime, String> {
    let mut newest = SystemTime::UNIX_EPOCH;
    let mut todo: Vec<PathBuf> = SOURCES.iter().map(PathBuf::from).collect();
    while let Some(path) = todo.pop() {
        let unreadable = |error: io::Error| format!("{}: {error}", path.display());
        newest = newest.max(fs::metadata(&path).and_then(|about| about.modified()).map_err(unreadable)?);
        if path.is_dir() {
            for entry in fs::read_dir(&path).map_err(unreadable)? {
                todo.push(entry.map_err(unreadable)?.path());
            }
        }
    }
    Ok(newest)
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|about| about.modified()).ok()
}

/// A Node that is new enough, and npm.
struct Tools {
    npm: PathBuf,
    /// Folder of `node` first, so that npm and its children run on it.
    path: std::ffi::OsString,
}

impl Tools {
    /// Looks in `NS_NODE_DIR`, then where `cargo xtask` puts its private Node, then on `PATH`.
    fn find() -> Result<Self, String> {
        let on_path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = Vec::new();
        if let Some(named) = std::env::var_os("NS_NODE_DIR").map(PathBuf::from) {
            folders.extend([named.join("bin"), named]);
        }
        folders.push(PathBuf::from("../../target/tools/node/bin"));
        folders.extend(std::env::split_paths(&on_path));

        let (major, minor) = OLDEST_NODE;
        let node = folders
            .iter()
            .find(|folder| version(&folder.join("node")).is_some_and(|found| found >= OLDEST_NODE))
            .and_then(|folder| fs::canonicalize(folder).ok())
            .ok_or_else(|| format!("no Node {major}.{minor} or newer in NS_NODE_DIR, target/tools/node/bin or PATH"))?;
        let npm = std::iter::once(&node)
            .chain(&folders)
            .map(|folder| folder.join("npm"))
            .find(|npm| npm.is_file())
            .ok_or("npm is not installed")?;
        let path = std::env::join_paths(std::iter::once(node).chain(std::env::split_paths(&on_path)))
            .map_err(|error| format!("PATH: {error}"))?;
        Ok(Self { npm, path })
    }

    fn npm(&self, arguments: &[&str]) -> Result<(), String> {
        let wish = arguments.join(" ");
        let output = Command::new(&self.npm)
            .args(arguments)
            .env("PATH", &self.path)
            .output()
            .map_err(|error| format!("npm {wish} did not start: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        // Cargo shows the build script's stderr when it fails.
        eprintln!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Err(format!("npm {wish} failed, its words are above"))
    }
}

/// (major, minor) that `node --version` prints as `v20.19.4`.
fn version(node: &Path) -> Option<(u32, u32)> {
    let output = Command::new(node).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
