//! Desk electronics, both ends of the wire, pure.
//!
//! A desk unit is what stands at a counter: keys, lamps, a number display. Profile `desk-modbus` is Modbus RTU on one
//! RS-485 line with up to 247 units. The lobby runs the host end ([`poller`]), firmware-sim (and one day firmware)
//! the device end ([`unit`]), so that they cannot drift apart. Call boxes of the field ([`ff68`]) and number displays
//! ([`display`]) stand beside them, both ends again; what differs from model to model is data ([`profile`]).
//!
//! Nothing here reads a clock or touches a port: time and bytes are arguments, requests and reports are results.

pub mod display;
pub mod ff68;
pub mod frame;
mod garbage;
pub mod host;
pub mod key;
pub mod poller;
pub mod profile;
pub mod registers;
pub mod scan;
pub mod sequence;
pub mod shared;
pub mod timing;
pub mod unit;

pub use host::Host;
pub use key::Key;
pub use poller::Poller;
pub use profile::Profile;
pub use registers::{Lamps, Light, Picture, Status};
pub use sequence::Mark;
pub use unit::Unit;
