//! What the branch keeps: its directory, the disk under it, its databases, its copies.

use super::{Finding, Place, machine};
use crate::{accounts, clock::Clock, journal, storage};
use rusqlite::{Connection, OpenFlags};
use rustix::fs::{Access, access};
use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    time::{Duration, Instant},
};

/// Bytes and number of the writes that are timed.
const WRITE: usize = 4_096;
const WRITES: usize = 15;
/// A commit that takes longer is felt by whoever takes a number.
const SLOW: Duration = Duration::from_millis(50);
/// One that takes longer makes a kiosk wait, and a busy hall stand.
const TOO_SLOW: Duration = Duration::from_secs(1);

/// The process that holds the data directory.
pub(super) fn running(data: &Path) -> Option<u32> {
    let id: u32 = fs::read_to_string(data.join("lobby.lock")).ok()?.trim().parse().ok()?;
    let name = fs::read_to_string(format!("/proc/{id}/comm")).ok()?;
    (name.trim() == "lobby").then_some(id)
}

pub(super) fn all(place: &Place<'_>) -> Vec<Finding> {
    let mut findings = vec![directory(place)];
    if place.data.is_dir() {
        findings.push(room(place));
        if findings[0].state == super::State::Ok {
            findings.push(speed(&place.data));
        }
        findings.extend(databases(&place.data));
    }
    findings.extend(backups(place));
    findings
}

fn writable(dir: &Path) -> bool {
    access(dir, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

fn directory(place: &Place<'_>) -> Finding {
    let (part, data, user) = ("data", &place.data, machine::own_name());
    let above = data.ancestors().find(|dir| dir.is_dir()).unwrap_or(Path::new("."));
    match (data.is_dir(), writable(above)) {
        (true, true) => Finding::ok(part, format!("{} belongs to us", data.display())),
        (false, true) => Finding::ok(part, format!("{} is made at the first start", data.display())),
        (_, false) => {
            let found = format!("{} cannot be written to by {user}", above.display());
            Finding::wrong(part, found, format!("install -d -o {user} -m 0750 {}", data.display()))
        }
    }
}

fn room(place: &Place<'_>) -> Finding {
    let part = "disk room";
    let storage = &place.config.storage;
    match storage::free_mib(&place.data) {
        Ok(free) if free < u64::from(storage.alarm_mib) => {
            let found = format!("{free} MiB are free; below {} MiB the lobby raises an alert", storage.alarm_mib);
            Finding::wrong(part, found, format!("du -xh --max-depth=2 {} | sort -h", place.data.display()))
        }
        Ok(free) => Finding::ok(part, format!("{free} MiB are free")),
        Err(cause) => {
            Finding::wrong(part, format!("the disk cannot be asked: {cause}"), format!("df {}", place.data.display()))
        }
    }
}

/// How long the disk takes to have a small write for good.
fn speed(data: &Path) -> Finding {
    let part = "disk speed";
    match timed(data) {
        Ok(median) => {
            let found = format!("a durable write takes {:.1} ms", median.as_secs_f64() * 1_000.0);
            let remedy = "put the data directory on an SSD; what keeps the disk busy: iostat -x 5";
            if median >= TOO_SLOW {
                Finding::wrong(part, found, remedy)
            } else if median >= SLOW {
                Finding::warning(part, found, remedy)
            } else {
                Finding::ok(part, found)
            }
        }
        Err(cause) => Finding::wrong(
            part,
            format!("it cannot be written: {cause}"),
            format!("mount | grep ' {}'", data.display()),
        ),
    }
}

fn timed(data: &Path) -> io::Result<Duration> {
    let mut file = tempfile::Builder::new().prefix(".doctor-").tempfile_in(data)?;
    let mut times = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        let began = Instant::now();
        file.write_all(&[0; WRITE])?;
        file.as_file().sync_data()?;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    Ok(times[WRITES / 2])
}

fn databases(data: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    if data.join(journal::FILE).is_file() {
        findings.push(journal_of(data));
        findings.extend(step(data));
    }
    if data.join(accounts::FILE).is_file() {
        let part = "accounts";
        findings.push(match sound(&data.join(accounts::FILE)) {
            Ok(()) => Finding::ok(part, "every page of the database is sound"),
            Err(cause) => Finding::wrong(part, format!("the database is damaged: {cause}"), restore(data)),
        });
    }
    findings
}

fn restore(data: &Path) -> String {
    format!("lobby restore BACKUP.tar --data {}.new, and start the lobby on that", data.display())
}

/// Every page of the file, and then every row of the chain.
fn journal_of(data: &Path) -> Finding {
    let part = "journal";
    let recover =
        format!("systemctl stop now-serving && lobby journal recover --data {} --backup BACKUP.tar", data.display());
    if let Err(cause) = sound(&data.join(journal::FILE)) {
        return Finding::wrong(part, format!("the database is damaged: {cause}"), recover);
    }
    match journal::verify(data) {
        Ok(found) => match found.broken {
            Some(broken) => Finding::wrong(part, format!("row {}: {}", broken.seq, broken.cause), recover),
            None => Finding::ok(part, format!("{} rows, and the chain is whole", found.rows)),
        },
        Err(cause) => Finding::wrong(part, cause.to_string(), "lobby --version, and start the lobby that wrote it"),
    }
}

fn sound(file: &Path) -> Result<(), String> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags).map_err(|cause| cause.to_string())?;
    let said: String =
        db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|cause| cause.to_string())?;
    if said == "ok" { Ok(()) } else { Err(said) }
}

/// A clock that stands before the last fact was set back, or was ahead once.
fn step(data: &Path) -> Option<Finding> {
    let db = journal::open_read_only(data).ok()?;
    let last = journal::last_at(&db).ok()?;
    let behind_s = last.since(Clock::real().now()) / 1_000;
    (behind_s > 0).then(|| {
        let found =
            format!("the clock stands {behind_s} s before the last fact of the journal: times stand still until then");
        let remedy = "timedatectl set-ntp true; if the clock was ahead once: lobby restore a backup of before";
        Finding::wrong("clock and journal", found, remedy)
    })
}

fn backups(place: &Place<'_>) -> Vec<Finding> {
    let part = "backups";
    let Some(backup) = &place.config.backup else {
        let found = "none are made: there is no [backup] in the branch's file";
        return vec![Finding::warning(part, found, format!("editor {}: [backup] dir = \"…\"", place.file.display()))];
    };
    let dir = &backup.dir;
    if !dir.is_dir() || !writable(dir) {
        let (user, dir) = (machine::own_name(), dir.display());
        let found = format!("{dir} is not there, or cannot be written to by {user}");
        return vec![Finding::wrong(part, found, format!("install -d -o {user} -m 0750 {dir}"))];
    }
    let mut findings = vec![Finding::ok(part, format!("go to {}", dir.display()))];
    if let Some(file) = backup.passphrase_file.as_ref().filter(|file| access(*file, Access::READ_OK).is_err()) {
        let (user, file) = (machine::own_name(), file.display());
        let found = format!("the passphrase in {file} cannot be read by {user}");
        findings.push(Finding::wrong("backup lock", found, format!("chown {user} {file} && chmod 0400 {file}")));
    }
    findings
}
