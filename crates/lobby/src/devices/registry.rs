//! What state every device is in, for staff: one list that devices report into and pages read.

use super::{
    health::Tally,
    words::{remedy, texts},
};
use crate::{
    clock::Clock,
    controller::{Handle, Stopped},
    views::{DeviceHealth, DeviceStatus, Time},
};
use queue_core::Command;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// All devices, sorted by id.
pub type Devices = Arc<Vec<DeviceStatus>>;

/// Where devices report their state. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    list: Arc<watch::Sender<Devices>>,
    tallies: Arc<Mutex<BTreeMap<String, Tally>>>,
    clock: Clock,
}

impl Registry {
    /// An empty list.
    pub fn new(clock: Clock) -> Registry {
        Registry { list: Arc::new(watch::Sender::new(Devices::default())), tallies: Arc::default(), clock }
    }

    /// The list, and every change of it. Counters are no change.
    pub fn watch(&self) -> watch::Receiver<Devices> {
        self.list.subscribe()
    }

    /// How the devices are now.
    pub fn list(&self) -> Devices {
        self.list.borrow().clone()
    }

    /// The same with what is counted of each.
    pub fn health(&self) -> Vec<DeviceHealth> {
        let with_counts = |status: &DeviceStatus| {
            let tally = self.tally(&status.id);
            DeviceHealth {
                last_contact: tally.last_contact().map(Time),
                traffic: tally.traffic(&status.kind),
                errors: tally.errors(&status.kind),
                status: status.clone(),
            }
        };
        self.list().iter().map(with_counts).collect()
    }

    /// The lobby's clock.
    pub fn now(&self) -> Time {
        Time(self.clock.now())
    }

    /// The counts of a device; whoever speaks with it keeps this and counts.
    pub fn tally(&self, id: &str) -> Tally {
        // Whoever panicked here left a map that is whole.
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        tallies.entry(id.to_owned()).or_insert_with(|| Tally::new(self.clock.clone())).clone()
    }

    /// A device that should be there and has not spoken yet.
    pub fn declare(&self, id: &str, kind: &str) {
        self.report(id, kind, "starting", None);
    }

    /// As [`Registry::declare`], for a device that is reached through another one: `line-desks`.
    pub fn declare_behind(&self, id: &str, kind: &str, via: &str) {
        self.declare(id, kind);
        self.list.send_if_modified(|list| {
            let Ok(place) = list.binary_search_by(|known| known.id.as_str().cmp(id)) else { return false };
            Arc::make_mut(list)[place].via = Some(via.to_owned());
            true
        });
    }

    /// What a device is in now: `ok`, or what is wrong as a code, and what happened in words.
    pub fn report(&self, id: &str, kind: &str, state: &str, cause: Option<String>) {
        let now = Time(self.clock.now());
        self.list.send_if_modified(|list| {
            let place = list.binary_search_by(|known| known.id.as_str().cmp(id));
            if let Ok(place) = place
                && list[place].state == state
                && list[place].cause == cause
            {
                return false;
            }
            let list = Arc::make_mut(list);
            let before = place.ok().map(|place| &list[place]);
            let status = DeviceStatus {
                id: id.to_owned(),
                kind: kind.to_owned(),
                state: state.to_owned(),
                since: before.filter(|before| before.state == state).map_or(now, |before| before.since),
                remedy: remedy(kind, state),
                texts: texts(kind, state, cause.as_deref()),
                via: before.and_then(|before| before.via.clone()),
                cause,
            };
            match place {
                Ok(place) => list[place] = status,
                Err(place) => list.insert(place, status),
            }
            true
        });
    }
}

/// Journals every change of a device, so that lost paper and silent boxes are state, until `stop`.
///
/// # Errors
/// [`Stopped`] when the controller has ended.
pub async fn journal_changes(registry: Registry, handle: Handle, stop: CancellationToken) -> Result<(), Stopped> {
    let mut list = registry.watch();
    loop {
        let devices = list.borrow_and_update().clone();
        // What is still starting has not said anything yet.
        for device in devices.iter().filter(|device| device.state != "starting") {
            let (state, cause) = (device.state.clone(), device.cause.clone());
            let report = Command::ReportDevice { device: device.id.as_str().into(), state, cause };
            // Never refused: a state that is known already becomes no fact.
            let _ = handle.tell("system:devices", report).await?;
        }
        match stop.run_until_cancelled(list.changed()).await {
            Some(Ok(())) => {}
            Some(Err(_)) | None => return Ok(()),
        }
    }
}
