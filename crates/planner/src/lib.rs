//! Forecasts on top of the queue core: what-if days and queues with known answers. Pure, like the core: time and
//! seeds are arguments, nothing is read or written, and the same input gives the same answer to the last digit.
//!
//! [`acts`] ranks what could be done now; [`engine`] plays the selection rule on integers, fast enough to be run forward hundreds of times; [`estimate`] makes
//! the promise of a wait; [`formats`] knows the files of `lobby simulate`; [`cases`] simulates queues whose waits are
//! known in closed form.

pub mod acts;
pub mod cases;
pub mod change;
pub mod engine;
pub mod estimate;
pub mod formats;
mod normal;
pub mod random;
pub mod whatif;
