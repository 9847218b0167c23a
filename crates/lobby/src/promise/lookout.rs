//! Alerts on the forecast: played once a minute on the thread of the estimates, judged by `ahead`, raised like any other.

use super::{
    Moment,
    ahead::{Seen, Watch, lanes},
};
use crate::controller::{Handle, Stopped};
use planner::change::Change;
use queue_core::{AlertKind, AlertSubject, Command, Millis, Timestamp};
use std::time::Instant;
use tracing::{debug, warn};

/// Who raises these alerts.
const ACTOR: &str = "system:forecast";
/// A forecast in so long, milliseconds of the clock.
const EVERY_MS: Millis = 60_000;
/// A forecast is followed by a pause of so many times its length: at most a tenth of one core, however fast the clock.
const REST_PER_FORECAST: u32 = 9;
/// How far ahead somebody must be expected for a forecast to be worth its while, milliseconds.
const AHEAD_MS: Millis = 1_800_000;

/// Looks ahead now and then.
#[derive(Debug, Default)]
pub(super) struct Lookout {
    watch: Watch,
    /// The last forecast by the clock.
    looked: Option<Timestamp>,
    /// Until when the core is others'.
    rests: Option<Instant>,
}

impl Lookout {
    /// Looks ahead from this moment if it is time again, and raises what somebody has to know.
    ///
    /// # Errors
    /// [`Stopped`] when the controller has ended.
    pub(super) async fn look(&mut self, handle: &Handle, moment: Option<&Moment>) -> Result<(), Stopped> {
        let Some(moment) = moment else {
            self.watch.forget();
            return Ok(());
        };
        let is_soon = self.looked.is_some_and(|looked| (0..EVERY_MS).contains(&moment.at.since(looked)));
        if is_soon || self.rests.is_some_and(|until| Instant::now() < until) {
            return Ok(());
        }
        self.looked = Some(moment.at);
        let seen = handle.ask(Seen::of).await?;
        if !seen.is_judged() || moment.is_quiet(AHEAD_MS) {
            self.watch.forget();
            return Ok(());
        }
        let began = Instant::now();
        let steps = moment.forecast(&Change::default());
        let took = began.elapsed();
        self.rests = Some(Instant::now() + took * REST_PER_FORECAST);
        debug!(took_ms = took.as_millis(), "looked ahead");
        for code in self.watch.judge(&seen, lanes(&moment.plan, &steps)) {
            let subject = AlertSubject { code: Some(code), ..AlertSubject::of(AlertKind::Forecast) };
            let raise = Command::RaiseAlert { subject: subject.clone(), reason: None, language: None };
            if let Err(refusal) = handle.tell(ACTOR, raise).await? {
                warn!(code = subject.code, %refusal, "an alert of the forecast was refused");
            }
        }
        Ok(())
    }
}
