//! Everything with a plug: the one opener of ports, and a driver task per device.

pub mod line;
pub mod port;
pub mod printer;
