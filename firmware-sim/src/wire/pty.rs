//! One pseudo-terminal behind a stable symlink: the plug that the lobby opens.
//!
//! No unsafe: `rustix` makes the pair, tokio's pipe types carry the master's bytes. Dropping a [`Pty`] pulls the
//! plug: the lobby's reads give `Ok(0)` or `EIO` and the symlink is gone.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, ioctl_tiocnxcl, tcgetattr, tcsetattr};
use tokio::net::unix::pipe::{Receiver, Sender};
use tokio::task::AbortHandle;

/// How often TIOCEXCL is cleared: a lobby killed with -9 leaves it set, and its successor could not open the port.
const EXCLUSIVE_CLEARED_EVERY: Duration = Duration::from_millis(100);

/// Why a pseudo-terminal could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PtyError {
    /// Something that is not ours stands where the symlink should go.
    #[error("{0} is not a symlink made by firmware-sim; move it away or choose another --wires directory")]
    Occupied(PathBuf),
    /// The operating system refused a step.
    #[error("cannot {step} for {link}: {source}")]
    System {
        /// What was tried.
        step: &'static str,
        /// The symlink that the port should get.
        link: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Bits of one character on the wire: start, 8 data, stop. A pseudo-terminal knows no parity; the kernel refuses it.
const CHAR_BITS: u64 = 10;

/// Time that `bytes` characters need on the wire at `baud` bits per second.
pub fn wire_time(baud: u32, bytes: usize) -> Duration {
    let bits = CHAR_BITS * u64::from(u32::try_from(bytes).unwrap_or(u32::MAX));
    Duration::from_nanos(bits.saturating_mul(1_000_000_000) / u64::from(baud.max(50)))
}

/// The device end of one serial port.
#[derive(Debug)]
pub struct Pty {
    from_lobby: Receiver,
    to_lobby: Sender,
    /// Kept open, else reads of the master give EIO while no lobby is there.
    slave: Arc<OwnedFd>,
    link: PathBuf,
    target: PathBuf,
    unlocker: AbortHandle,
}

impl Pty {
    /// Makes a pair in raw mode at `baud` and points the symlink `link` to it. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`PtyError::Occupied`] when `link` exists and is no symlink; [`PtyError::System`] otherwise.
    pub fn open(link: &Path, baud: u32) -> Result<Self, PtyError> {
        let step = |step: &'static str| {
            let link = link.to_owned();
            move |source: rustix::io::Errno| PtyError::System { step, link, source: source.into() }
        };
        let step_io = |step: &'static str| {
            let link = link.to_owned();
            move |source: io::Error| PtyError::System { step, link, source }
        };
        if std::fs::symlink_metadata(link).is_ok_and(|found| !found.is_symlink()) {
            return Err(PtyError::Occupied(link.to_owned()));
        }
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .map_err(step("make a pseudo-terminal"))?;
        grantpt(&master).map_err(step("grant the pseudo-terminal"))?;
        unlockpt(&master).map_err(step("unlock the pseudo-terminal"))?;
        let name = ptsname(&master, Vec::new()).map_err(step("name the pseudo-terminal"))?;
        let target = PathBuf::from(name.to_string_lossy().into_owned());
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let slave = rustix::fs::open(&target, flags, Mode::empty()).map_err(step("open the pseudo-terminal"))?;
        set_raw(&slave, baud).map_err(step("set raw mode"))?;
        rustix::fs::fcntl_setfl(&master, OFlags::NONBLOCK | OFlags::RDWR).map_err(step("set non-blocking mode"))?;

        let twin = master.try_clone().map_err(step_io("clone the master"))?;
        let from_lobby = Receiver::from_owned_fd_unchecked(master).map_err(step_io("watch the master"))?;
        let to_lobby = Sender::from_owned_fd_unchecked(twin).map_err(step_io("watch the master"))?;
        point(link, &target).map_err(step_io("place the symlink"))?;
        let slave = Arc::new(slave);
        let unlocker = tokio::spawn(keep_unlocked(Arc::clone(&slave))).abort_handle();
        Ok(Self { from_lobby, to_lobby, slave, link: link.to_owned(), target, unlocker })
    }

    /// Waits until the lobby sent something. Safe to cancel.
    ///
    /// # Errors
    /// Whatever the system says; the port is then of no more use.
    pub async fn readable(&self) -> io::Result<()> {
        self.from_lobby.readable().await
    }

    /// Takes what the lobby sent, at most `buf.len()` bytes; 0 when there is nothing.
    ///
    /// # Errors
    /// Whatever the system says; the port is then of no more use.
    pub fn take(&self, buf: &mut [u8]) -> io::Result<usize> {
        match self.from_lobby.try_read(buf) {
            Ok(count) => Ok(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Sends bytes to the lobby. A wire keeps nothing: what nobody reads once the port's buffer is full is lost.
    /// Answers how many bytes went out.
    ///
    /// # Errors
    /// Whatever the system says, except that the buffer is full.
    pub fn put(&self, bytes: &[u8]) -> io::Result<usize> {
        match self.to_lobby.try_write(bytes) {
            Ok(count) => Ok(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Speed that the lobby chose for this port, bits per second.
    ///
    /// # Errors
    /// Whatever the system says.
    pub fn baud(&self) -> io::Result<u32> {
        Ok(tcgetattr(&self.slave)?.output_speed())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        self.unlocker.abort();
        // Only our own symlink: another simulator may have taken the name since.
        let ours = std::fs::read_link(&self.link).is_ok_and(|now| now == self.target);
        if ours && let Err(error) = std::fs::remove_file(&self.link) {
            tracing::warn!(link = %self.link.display(), %error, "the symlink of a port stays behind");
        }
    }
}

fn set_raw(slave: &OwnedFd, baud: u32) -> rustix::io::Result<()> {
    let mut modes = tcgetattr(slave)?;
    modes.make_raw();
    modes.set_speed(baud)?;
    tcsetattr(slave, OptionalActions::Now, &modes)
}

/// Never leaves a moment without the name: a temporary symlink is renamed over the old one.
fn point(link: &Path, target: &Path) -> io::Result<()> {
    let name = link.file_name().unwrap_or_default().to_string_lossy();
    let fresh = link.with_file_name(format!(".{name}.{}", std::process::id()));
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::os::unix::fs::symlink(target, &fresh)?;
    std::fs::rename(&fresh, link)
}

async fn keep_unlocked(slave: Arc<OwnedFd>) {
    let mut every = tokio::time::interval(EXCLUSIVE_CLEARED_EVERY);
    loop {
        every.tick().await;
        if let Err(error) = ioctl_tiocnxcl(slave.as_fd()) {
            tracing::debug!(%error, "TIOCEXCL could not be cleared");
        }
    }
}
