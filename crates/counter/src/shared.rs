//! One wire for two: desk units or call boxes, and displays that only show.

use std::time::Duration;

use crate::display::{Call, DisplayHost};
use crate::host::Host;
use crate::poller::{Output, Step, UnknownUnit};
use crate::registers::Picture;

/// A line whose wire is lent to its displays now and then. Addresses differ over all of it.
pub struct Shared {
    main: Box<dyn Host>,
    displays: DisplayHost,
    /// The displays have the wire.
    lent: bool,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("displays", &self.displays).finish_non_exhaustive()
    }
}

impl Shared {
    /// Lets `displays` on the wire of `main`.
    pub fn new(main: Box<dyn Host>, displays: DisplayHost) -> Self {
        Self { main, displays, lent: false }
    }

    /// The displays' turn, if they want it and get it.
    fn displays_step(&mut self, now: Duration) -> Option<Step> {
        if self.lent {
            self.displays.settle(now);
            if self.displays.waits() {
                return Some(self.displays.step(now));
            }
            self.lent = false;
        }
        // For every writing anew: many displays, or dead ones, must not keep the wire from the keys.
        let time = self.displays.needs(now)?;
        self.lent = self.main.lend(time, now);
        self.lent.then(|| self.displays.step(now))
    }
}

impl Host for Shared {
    fn port_opened(&mut self, now: Duration) {
        self.lent = false;
        self.main.port_opened(now);
        self.displays.port_opened(now);
    }

    fn port_lost(&mut self, now: Duration) {
        self.lent = false;
        self.main.port_lost(now);
        self.displays.port_lost(now);
    }

    fn set_picture(&mut self, unit: u8, picture: Picture, now: Duration) -> Result<(), UnknownUnit> {
        if self.displays.knows(unit) {
            return self.displays.set_picture(unit, picture, now);
        }
        self.main.set_picture(unit, picture, now)
    }

    fn set_calls(&mut self, calls: &[Call], now: Duration) {
        self.displays.set_calls(calls, now);
    }

    fn received(&mut self, bytes: &[u8], now: Duration) {
        let waited = self.displays.waits();
        self.displays.received(bytes, now);
        if waited && !self.displays.waits() {
            self.lent = false;
            self.main.returned(now);
        }
        // A call box speaks when it likes, also into the turn of a display.
        self.main.received(bytes, now);
    }

    fn step(&mut self, now: Duration) -> Step {
        if let Some(step) = self.displays_step(now) {
            return step;
        }
        match self.main.step(now) {
            Step::Wait(until) => {
                let due = self.displays.due().filter(|due| *due > now);
                Step::Wait(until.into_iter().chain(due).min())
            }
            send @ Step::Send(_) => send,
        }
    }

    fn report(&mut self) -> Option<Output> {
        let of_a_display = || loop {
            match self.displays.report() {
                // What is said about the whole line is said by those who have keys on it.
                Some(Output::Garbage | Output::Understood) => {}
                report => return report,
            }
        };
        self.main.report().or_else(of_a_display)
    }

    fn lend(&mut self, time: Duration, now: Duration) -> bool {
        !self.lent && self.main.lend(time, now)
    }

    fn returned(&mut self, now: Duration) {
        self.main.returned(now);
    }
}
