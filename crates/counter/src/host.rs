//! What every host end of a wire has in common, so that one driver can run desk units, call boxes and displays alike.

use std::time::Duration;

use crate::display::Call;
use crate::poller::{Output, Poller, Step, UnknownUnit};
use crate::registers::Picture;

/// The host end of one wire: no port and no clock of its own. Whoever drives it hands in what arrived and asks what to
/// do next; time is a [`Duration`] since any start that stays the same.
pub trait Host: Send {
    /// The port is open.
    fn port_opened(&mut self, now: Duration);
    /// The port is gone, or could not be opened.
    fn port_lost(&mut self, now: Duration);
    /// Gives a device another picture. A picture equal to the last changes nothing.
    ///
    /// # Errors
    /// [`UnknownUnit`] when no such device is on the wire.
    fn set_picture(&mut self, unit: u8, picture: Picture, now: Duration) -> Result<(), UnknownUnit>;
    /// Gives boards other calls, newest first. A wire without boards has no use for them.
    fn set_calls(&mut self, _calls: &[Call], _now: Duration) {}
    /// Takes bytes from the wire.
    fn received(&mut self, bytes: &[u8], now: Duration);
    /// What to do now.
    fn step(&mut self, now: Duration) -> Step;
    /// The next report, oldest first. Take them all after every call of another method.
    fn report(&mut self) -> Option<Output>;
    /// Lends the wire to another host for at most `time`; `false` when it is needed now. Until then [`Host::step`]
    /// sends nothing.
    fn lend(&mut self, time: Duration, now: Duration) -> bool;
    /// The wire that was lent is free again.
    fn returned(&mut self, now: Duration);
}

impl Host for Poller {
    fn port_opened(&mut self, now: Duration) {
        Poller::port_opened(self, now);
    }

    fn port_lost(&mut self, now: Duration) {
        Poller::port_lost(self, now);
    }

    fn set_picture(&mut self, unit: u8, picture: Picture, now: Duration) -> Result<(), UnknownUnit> {
        Poller::set_picture(self, unit, picture, now)
    }

    fn received(&mut self, bytes: &[u8], now: Duration) {
        Poller::received(self, bytes, now);
    }

    fn step(&mut self, now: Duration) -> Step {
        Poller::step(self, now)
    }

    fn report(&mut self) -> Option<Output> {
        Poller::report(self)
    }

    fn lend(&mut self, time: Duration, now: Duration) -> bool {
        Poller::lend(self, time, now)
    }

    fn returned(&mut self, now: Duration) {
        Poller::returned(self, now);
    }
}
