//! A device that needs somebody raises an alert, once; when it is well again the alert is over by itself.

use super::registry::Registry;
use crate::{
    clock::Clock,
    controller::{Handle, Stopped},
    views::DeviceStatus,
};
use queue_core::{AlertKind, AlertSubject, BusinessDay, Command, Millis, Timestamp};
use std::collections::BTreeMap;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Kinds whose failure stops customers or clerks, or will. A screen or the voice is seen, and heard, by everybody.
const KINDS: [&str; 6] = ["printer", "line", "desk", "display", "disk", "backup"];
/// How often a closed day is looked at while something waits for its opening.
const LOOK_EVERY_MS: Millis = 20_000;

/// The alert about a device; `code` of its subject is `printer:kiosk-1`.
pub fn subject(kind: &str, id: &str) -> AlertSubject {
    AlertSubject { code: Some(format!("{kind}:{id}")), ..AlertSubject::of(AlertKind::Device) }
}

/// Whether somebody has to see to it. What is reached through a device that is gone waits for that one.
fn needs_somebody(device: &DeviceStatus, all: &[DeviceStatus]) -> Option<bool> {
    let via = device.via.as_ref().and_then(|via| all.iter().find(|other| other.id == *via));
    match device.state.as_str() {
        "ok" | "silent" => Some(false),
        // Somebody is at it already.
        "starting" | "paper_change" => None,
        _ if via.is_some_and(|via| via.state == "unplugged") => None,
        _ => Some(true),
    }
}

/// What was last told about a device.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    Well,
    /// In that state, on that day: alerts go with their day.
    Raised(String, BusinessDay),
}

struct Watch {
    handle: Handle,
    after: Millis,
    told: BTreeMap<String, Told>,
}

/// Raises and ends alerts about devices until `stop`. A device has to be in trouble for `after` before it is worth one.
///
/// # Errors
/// [`Stopped`] when the controller has ended.
pub async fn run(
    registry: Registry,
    handle: Handle,
    clock: Clock,
    after: Millis,
    stop: CancellationToken,
) -> Result<(), Stopped> {
    let mut list = registry.watch();
    let mut watch = Watch { handle, after, told: BTreeMap::new() };
    loop {
        let devices = list.borrow_and_update().clone();
        let due = watch.look(&devices, clock.now()).await?;
        let wait = async {
            match due {
                Some(due) => sleep(clock.until(due)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            changed = list.changed() => if changed.is_err() { return Ok(()) },
            () = wait => {}
        }
    }
}

impl Watch {
    /// Sees to every device; answers when to look again though nothing has changed.
    async fn look(&mut self, devices: &[DeviceStatus], now: Timestamp) -> Result<Option<Timestamp>, Stopped> {
        let mut next: Option<Timestamp> = None;
        let mut later = |due: Timestamp| next = Some(next.map_or(due, |next| next.min(due)));
        for device in devices.iter().filter(|device| KINDS.contains(&device.kind.as_str())) {
            let about = || subject(&device.kind, &device.id);
            match needs_somebody(device, devices) {
                None => {}
                Some(false) if self.told.get(&device.id) == Some(&Told::Well) => {}
                Some(false) => {
                    // Also one of before a restart; where none is open nothing becomes of it.
                    self.tell(Command::ClearAlert { subject: about() }).await?;
                    self.told.insert(device.id.clone(), Told::Well);
                }
                Some(true) => {
                    let due = device.since.0.plus(self.after);
                    let Some(day) = self.open_day().await? else {
                        later(now.plus(LOOK_EVERY_MS));
                        continue;
                    };
                    let told = Told::Raised(device.state.clone(), day);
                    if self.told.get(&device.id) == Some(&told) {
                        later(now.plus(LOOK_EVERY_MS)); // another day may begin
                    } else if due > now {
                        later(due);
                    } else {
                        let reason = Some(device.state.clone());
                        self.tell(Command::RaiseAlert { subject: about(), reason, language: None }).await?;
                        self.told.insert(device.id.clone(), told);
                        later(now.plus(LOOK_EVERY_MS));
                    }
                }
            }
        }
        Ok(next)
    }

    async fn open_day(&self) -> Result<Option<BusinessDay>, Stopped> {
        self.handle.ask(|view| view.branch.day().day.clone().filter(|_| view.branch.day().open)).await
    }

    async fn tell(&self, command: Command) -> Result<(), Stopped> {
        if let Err(refusal) = self.handle.tell("system:devices", command).await? {
            tracing::warn!(%refusal, "an alert about a device is not kept");
        }
        Ok(())
    }
}
