//! A pseudo-terminal with a stable name.

use std::fs::File;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use tokio::net::unix::pipe::{Receiver, Sender};

/// The device's end. Dropping it is pulling the plug.
pub struct Pty {
    pub reader: Receiver,
    pub writer: Sender,
    /// The other end's path.
    pub path: PathBuf,
    /// Keeps the terminal alive while nobody else has it open.
    _slave: File,
}

impl Pty {
    pub fn open() -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        fcntl_setfl(&master, OFlags::NONBLOCK).unwrap();
        let path = PathBuf::from(ptsname(&master, Vec::new()).unwrap().into_string().unwrap());
        let slave = rustix::fs::open(&path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let mut modes = tcgetattr(&slave).unwrap();
        modes.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &modes).unwrap();
        let twin = master.try_clone().unwrap();
        Self {
            reader: Receiver::from_owned_fd_unchecked(twin).unwrap(),
            writer: Sender::from_owned_fd_unchecked(master).unwrap(),
            path,
            _slave: slave.into(),
        }
    }

    /// Gives the other end a name that outlives it.
    pub fn link(&self, name: &Path) {
        let new = name.with_extension("new");
        std::os::unix::fs::symlink(&self.path, &new).unwrap();
        std::fs::rename(&new, name).unwrap();
    }
}
