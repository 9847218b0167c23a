//! Python environments of our own under `target/tools`: nothing is put into the system's.

use crate::{Done, process, say};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The independent Modbus peer of the desk line's tests.
const PYMODBUS: &str = "pymodbus[serial]==3.16.*";

/// The Python that the tests call, with pymodbus.
///
/// # Errors
/// A sentence, when it cannot be made.
pub(crate) fn bring(root: &Path) -> Done<PathBuf> {
    let folder = root.join("target/tools/venv");
    environment(&folder, &[PYMODBUS])?;
    Ok(folder.join("bin/python"))
}

/// Makes the environment in `folder` with exactly these packages, unless it has them.
///
/// # Errors
/// A sentence, when Python or its registry is out of reach.
pub(crate) fn environment(folder: &Path, packages: &[&str]) -> Done {
    let mark = folder.join(".holds");
    let wanted = packages.join("\n");
    if fs::read_to_string(&mark).is_ok_and(|holds| holds == wanted) {
        return Ok(());
    }
    say(&format!("bringing {} into {}", packages.join(", "), folder.display()));
    process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
    process::run(&mut pip)?;
    fs::write(&mark, wanted).map_err(|error| format!("{} cannot be written: {error}", mark.display()))
}
