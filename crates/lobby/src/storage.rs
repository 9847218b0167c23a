//! Room on the disk. Long before there is none, staff are alerted; shortly before, a file that was kept for it is given up
//! and no more numbers are given, so that those who have one can be served to the end.

use crate::{config::StorageConfig, devices::registry::Registry};
use queue_core::DeviceReport;
use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
    time::Duration,
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

/// The file that is kept for it.
pub const RESERVE: &str = "reserve";
/// How often the disk is asked, by the wall's clock: disks fill in real time.
const LOOK_EVERY: Duration = Duration::from_secs(5);
const MIB: u64 = 1 << 20;
/// With less than this part of the reserve free beside it, it is given up.
const GIVEN_UP_BELOW: u64 = 2;

/// How full a disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Enough.
    Enough,
    /// Little, in MiB.
    Low(u64),
    /// None but what was kept, in MiB.
    Full(u64),
}

/// Free room on the disk of a directory, for whoever runs this, in MiB.
///
/// # Errors
/// The system's.
pub fn free_mib(dir: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(dir)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize) / MIB)
}

/// Before the journal is opened: a start on a full disk needs room.
///
/// # Errors
/// The system's.
pub fn prepare(dir: &Path, config: &StorageConfig) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    look(dir, config).map(drop)
}

/// Looks how full the disk is, and makes the reserve or gives it up.
///
/// # Errors
/// The system's, when the disk cannot be asked or the reserve not be given up.
pub fn look(dir: &Path, config: &StorageConfig) -> io::Result<Room> {
    let free = free_mib(dir)?;
    let reserve = u64::from(config.reserve_mib);
    let path = dir.join(RESERVE);
    let mut kept = path.exists();
    if reserve > 0 {
        if kept && free < reserve / GIVEN_UP_BELOW {
            fs::remove_file(&path)?;
            File::open(dir)?.sync_all()?;
            error!(
                free_mib = free,
                reserve_mib = reserve,
                "the disk is full: the reserve is given up, no more numbers"
            );
            kept = false;
        } else if !kept && free >= 2 * reserve {
            // Twice: once for the file and once beside it, so that it is not given up again at once.
            match make(&path, reserve * MIB) {
                Ok(()) => kept = true,
                Err(cause) => warn!(%cause, "no room can be kept for a full disk"),
            }
        }
    }
    Ok(match free {
        free if (reserve > 0 && !kept && free < 2 * reserve) || (reserve == 0 && free == 0) => Room::Full(free),
        free if free < u64::from(config.alarm_mib) => Room::Low(free),
        _ => Room::Enough,
    })
}

fn make(path: &Path, bytes: u64) -> io::Result<()> {
    let file = File::create(path)?;
    // Not every file system can set room aside; all of them can be written to.
    let made = rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, bytes)
        .map_err(io::Error::from)
        .or_else(|_| io::copy(&mut io::repeat(0).take(bytes), &mut &file).map(drop))
        .and_then(|()| file.sync_all());
    if made.is_err() {
        // What is half made keeps nothing.
        fs::remove_file(path)?;
    }
    made
}

/// Reports the disk to staff until `stop`. A disk that is well is not listed until it was not.
pub(crate) async fn watch(
    dir: std::path::PathBuf,
    config: StorageConfig,
    was_listed: bool,
    registry: Registry,
    stop: CancellationToken,
) {
    let mut listed = was_listed;
    loop {
        let (state, cause) = match look(&dir, &config) {
            Ok(Room::Enough) => ("ok", None),
            Ok(Room::Low(free)) => ("disk_low", Some(format!("{free} MiB are free"))),
            Ok(Room::Full(free)) => (DeviceReport::DISK_FULL, Some(format!("{free} MiB are free"))),
            Err(cause) => ("error", Some(format!("the disk cannot be asked: {cause}"))),
        };
        listed |= state != "ok";
        if listed {
            registry.report(DeviceReport::DISK, DeviceReport::DISK, state, cause);
        }
        if stop.run_until_cancelled(sleep(LOOK_EVERY)).await.is_none() {
            return;
        }
    }
}
