//! A desk line on a pseudo-terminal: the lobby's driver at one end, desk units or somebody else's program at the
//! other, and a fault for every exchange in between.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod bus;
pub mod driver;
pub mod peer;
pub mod pty;
