//! The soak: hours of a hall at many times life's pace with faults at every wire and a lobby that is killed again and
//! again, and then a judge who reads what every device knows and finds out whether anything was lost, doubled or made up.
//!
//! | file | is |
//! |---|---|
//! | `hours.rs` | the hours themselves: hall, crowd, faults, kills |
//! | `record.rs` | what the judge reads: journal, latched presses, paper |
//! | `presses.rs`, `calls.rs`, `papers.rs` | what must be true of each |
//! | `judge.rs` | all of it together, in one verdict |

pub mod calls;
pub mod hours;
pub mod judge;
pub mod papers;
pub mod presses;
pub mod record;
pub mod report;

pub use hours::{Hours, Outcome};
pub use judge::{Verdict, judge};
pub use record::{Paper, Record, Row};
