//! Wires: ports of a machine, and the driver that lets a [`counter::Host`] speak on one.
//!
//! `counter` knows every byte of a wire and touches none; here are the clock and the port that it must not have. The
//! lobby runs its lines and printers on it, `counter-agent` the one desk unit of a clerk's own PC (which may run
//! Windows: what only Linux has stands beside something portable).

#[cfg(target_os = "linux")]
pub mod alarm;
#[cfg(not(target_os = "linux"))]
#[path = "alarm_portable.rs"]
pub mod alarm;
#[cfg(unix)]
mod device;
#[cfg(not(unix))]
#[path = "device_portable.rs"]
mod device;
pub mod line;
pub mod models;
pub mod port;
mod udp;
