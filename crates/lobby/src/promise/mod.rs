//! The promise in the running lobby (DISCIPLINE §2): how long it will take, for everybody who waits and for whoever takes
//! a number now.
//!
//! `task` owns a thread of its own. It reads the journal's newest days beside the writer (`memory`), translated into what
//! the planner's learner knows (`facts`), and from then on every new row. Whenever something has changed it copies the
//! queue's state in one question (`picture`), plays it forward (`pass`), and hands the estimates to the controller
//! (`shown`), from where every view takes them. What was promised at issue stands in the journal with the ticket; so
//! the corrections of the promise are rebuilt from there, too. Once a minute it also plays the next two hours (`lookout`)
//! and raises an alert where they look bad (`ahead`).
//!
//! Never here: a decision about the queue. Nobody waits for an estimate; where there is none, none is shown.

mod ahead;
mod booked;
mod facts;
mod habits;
mod known;
mod lookout;
mod memory;
mod moment;
mod names;
mod pass;
mod picture;
mod shown;
mod task;

pub use moment::{Moment, Proposals};
pub use shown::Promises;
pub use task::start;
