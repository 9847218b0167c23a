//! Debian packages that a chore needs: says which and why, then installs them.

use crate::{Done, process, say};
use std::{env, path::PathBuf, process::Command};

/// A package and what it is for.
pub(crate) struct Need {
    pub(crate) package: &'static str,
    pub(crate) why: &'static str,
}

/// What building and running the lobby needs.
pub(crate) const DEMO: &[Need] = &[
    Need { package: "pkg-config", why: "finds the sound library when the lobby is built" },
    Need { package: "libasound2-dev", why: "the sound library" },
    Need { package: "espeak-ng", why: "speaks the clips that calls are made of" },
    Need { package: "fonts-noto-cjk", why: "Chinese on simulated tickets and pages" },
    Need { package: "tzdata", why: "time zones of branches" },
];

/// What the tests need beyond that.
pub(crate) const TESTS: &[Need] = &[
    Need { package: "chromium", why: "the browser of the page tests" },
    Need { package: "python3-venv", why: "pymodbus, the independent desk unit, lives in an environment of its own" },
];

/// What listening to the voice needs.
pub(crate) const SOUND: &[Need] = &[
    Need { package: "pulseaudio", why: "a sound server that tests can listen to" },
    Need { package: "pulseaudio-utils", why: "records what that server plays" },
];

/// What making the Debian packages needs.
pub(crate) const PACKAGES: &[Need] = &[Need { package: "dpkg-dev", why: "says which libraries a package depends on" }];

/// What trying them needs.
pub(crate) const TRIAL: &[Need] = &[
    Need { package: "debootstrap", why: "makes a clean Debian" },
    Need { package: "systemd-container", why: "starts it, with a systemd of its own" },
];

/// What bringing a private Node needs.
pub(crate) const PYTHON: &[Need] =
    &[Need { package: "python3-venv", why: "brings a Node of our own, since the system has none that is new enough" }];

/// Installs what is missing of `needs`.
///
/// # Errors
/// A sentence with the line to type, when this user may not install or the installation fails.
pub(crate) fn bring(needs: &[&[Need]]) -> Done {
    if found("dpkg-query").is_none() {
        let all: Vec<&str> = needs.iter().copied().flatten().map(|need| need.package).collect();
        say(&format!("this is not Debian; make sure that you have what these packages hold: {}", all.join(" ")));
        return Ok(());
    }
    let missing: Vec<&Need> = needs.iter().copied().flatten().filter(|need| !installed(need.package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    say("these packages are missing and will be installed:");
    for need in &missing {
        println!("  {:<18} {}", need.package, need.why);
    }
    let names: Vec<&str> = missing.iter().map(|need| need.package).collect();
    install(&names)
}

fn install(names: &[&str]) -> Done {
    let line = format!("apt-get update && apt-get install -y --no-install-recommends {}", names.join(" "));
    let root = rustix::process::geteuid().is_root();
    if !root && found("sudo").is_none() {
        return Err(format!("only root may install packages, and there is no sudo. As root, type:\n\n  {line}\n"));
    }
    let mut command = Command::new(if root { "sh" } else { "sudo" });
    if !root {
        command.args(["env", "DEBIAN_FRONTEND=noninteractive", "sh"]);
    }
    command.args(["-c", &line]).env("DEBIAN_FRONTEND", "noninteractive");
    process::run(&mut command).map_err(|why| format!("{why}.\nTo install them yourself, type as root:\n\n  {line}\n"))
}

fn installed(package: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", package]);
    process::output(&mut query).as_deref() == Some("installed")
}

/// Where a program lies on `PATH`.
pub(crate) fn found(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}
