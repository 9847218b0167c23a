//! A clean Debian below `target/deb`, booted with a systemd of its own, in which the packages are tried.

use crate::{Done, machine, process, say};
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

const SCRIPT: &str = include_str!("trial.sh");
/// Runs the script as soon as that Debian is up, and ends it with the script's status.
const UNIT: &str = "[Unit]\nAfter=multi-user.target\n\n[Service]\nType=oneshot\nStandardOutput=file:/trial/log\n\
    StandardError=inherit\nExecStart=/bin/sh -c '/trial/trial.sh; echo $? >/trial/status; systemctl --force poweroff'\n\n\
    [Install]\nWantedBy=graphical.target\n";
/// What is in that Debian beside its smallest set: systemd, what the packages need, and what the script asks with.
const INCLUDES: &str = "--include=systemd,systemd-sysv,udev,dbus,libasound2,curl,procps";

/// Installs, uses, upgrades, rolls back and removes `lobby`, whose version before is `before`, and installs `agent`.
pub(super) fn run(root: &Path, before: &Path, lobby: &Path, agent: &Path) -> Done {
    if !rustix::process::geteuid().is_root() {
        return Err("a Debian of its own is made by root only: call `cargo xtask deb --try` as root".to_owned());
    }
    machine::bring(&[machine::TRIAL])?;
    let clean = clean(root)?;
    let place = root.join("target/deb/trial");
    process::run(Command::new("rm").args(["-rf", "--one-file-system"]).arg(&place))?;
    process::run(Command::new("cp").arg("-a").arg(&clean).arg(&place))?;
    furnish(&place, before, lobby, agent).map_err(|error| format!("{}: {error}", place.display()))?;
    say("starting it");
    let mut boot = Command::new("systemd-nspawn");
    boot.args(["--quiet", "--boot", "--register=no", "--keep-unit", "--private-network", "--console=pipe", "-D"]);
    let booted = process::run(boot.arg(&place).stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()));
    let log = fs::read_to_string(place.join("trial/log")).unwrap_or_default();
    print!("{log}");
    let status = fs::read_to_string(place.join("trial/status")).unwrap_or_default();
    match (booted, status.trim()) {
        (Ok(()), "0") => {
            say("the packages install, serve, upgrade, roll back and go");
            Ok(())
        }
        (Ok(()), "") => Err(format!("that Debian did not come as far as the trial; look into {}", place.display())),
        (Ok(()), status) => Err(format!("the trial ended with {status}; its words are above")),
        (Err(why), _) => Err(why),
    }
}

/// The clean Debian, made once.
fn clean(root: &Path) -> Done<PathBuf> {
    let clean = root.join("target/deb/clean");
    let mark = root.join("target/deb/clean.made");
    if fs::read_to_string(&mark).is_ok_and(|holds| holds == INCLUDES) {
        return Ok(clean);
    }
    say("making a clean Debian by debootstrap; it takes some minutes, once");
    process::run(Command::new("rm").args(["-rf", "--one-file-system"]).arg(&clean))?;
    fs::create_dir_all(&clean).map_err(|error| format!("{}: {error}", clean.display()))?;
    let mut make = Command::new("debootstrap");
    make.args(["--variant=minbase", INCLUDES, "bookworm"]).arg(&clean);
    process::run(&mut make)?;
    fs::write(&mark, INCLUDES).map_err(|error| format!("{}: {error}", mark.display()))?;
    Ok(clean)
}

fn furnish(place: &Path, before: &Path, lobby: &Path, agent: &Path) -> std::io::Result<()> {
    let trial = place.join("trial");
    fs::create_dir_all(&trial)?;
    for (file, name) in [(before, "before.deb"), (lobby, "now-serving.deb"), (agent, "counter-agent.deb")] {
        fs::copy(file, trial.join(name))?;
    }
    let script = trial.join("trial.sh");
    fs::write(&script, SCRIPT)?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    let units = place.join("etc/systemd/system");
    fs::write(units.join("trial.service"), UNIT)?;
    fs::create_dir_all(units.join("graphical.target.wants"))?;
    std::os::unix::fs::symlink("../trial.service", units.join("graphical.target.wants/trial.service"))
}
