//! A disk that crashes. A layer between `SQLite` and the file system writes down every write, truncation, sync and
//! deletion under one directory; from that record it makes the disk as a power cut at any moment may leave it: what was
//! synced is there, and of the rest anything, in any order, whole or torn into sectors.
//!
//! It can also fail like a disk (full, broken, read-only), lie like one (a sync that is acknowledged and not done), and
//! bend `PRAGMA synchronous` on its way into `SQLite`, so that the judges of a torture can be shown to see all that.

mod cuts;
mod recorder;
mod rng;
mod vfs;

pub use cuts::{Cuts, Image};
pub use recorder::{Disk, Fault, FaultKind};
pub use rng::Rng;
