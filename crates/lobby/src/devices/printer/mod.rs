//! The ticket printer: what stands on a ticket, its bytes, the printer's replies, and the task that owns the port.
//!
//! One walk: [`TicketPaper::encode`] makes the bytes through `sheet`; [`run`] waits until the printer can, has the
//! start made durable, writes, and asks for proof; `status` cuts what the printer says into replies.

mod changing;
mod drawn;
mod ear;
mod link;
mod model;
mod paper;
mod profile;
mod queue;
mod raster;
mod sheet;
mod status;
mod task;
mod typeface;
mod words;
mod wrap;

pub use changing::{Forgotten, forgotten};
pub use paper::{EncodeError, TicketPaper, WaitRange};
pub use profile::{Chinese, Profile, ProfileError, Proof, QrBy, StatusKind};
pub use status::{PrinterState, PrinterStatus, Replies, Reply, Sensors, digits};
pub use task::{BoxFuture, LogRefused, PrintLog, PrintOrder, PrinterSetup, Timing, run};
pub use typeface::{NO_FONT, Typeface};
