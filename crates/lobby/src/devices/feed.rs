//! The devices as pages follow them: the whole list as soon as any state changes, and its counters now and then.

use super::registry::Registry;
use crate::{
    orders::Frame,
    views::{DeviceHealth, DeviceList},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// How often counters and last contacts are looked at, while somebody follows.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The list for pages; `epoch` tells this run of the lobby from others.
pub fn frames(epoch: i64) -> (watch::Sender<Arc<Frame>>, watch::Receiver<Arc<Frame>>) {
    watch::channel(Arc::new(Frame { epoch, seq: 0, json: "{}".into() }))
}

/// Keeps the list true until `stop`.
pub async fn run(registry: Registry, frames: watch::Sender<Arc<Frame>>, stop: CancellationToken) {
    let mut list = registry.watch();
    list.mark_changed();
    let mut told = Vec::new();
    let mut look = interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            changed = list.changed() => if changed.is_err() { return },
            // One receiver belongs to the routes; every stream has its own.
            _ = look.tick() => if frames.receiver_count() <= 1 { continue },
        }
        list.mark_unchanged();
        let devices = registry.health();
        if devices != told {
            publish(&devices, &registry, &frames);
            told = devices;
        }
    }
}

fn publish(devices: &[DeviceHealth], registry: &Registry, frames: &watch::Sender<Arc<Frame>>) {
    match serde_json::to_string(&DeviceList { at: registry.now(), devices: devices.to_vec() }) {
        Ok(json) => frames.send_modify(|frame| {
            *frame = Arc::new(Frame { epoch: frame.epoch, seq: frame.seq + 1, json: json.into() });
        }),
        Err(cause) => warn!(%cause, "the devices cannot be written as JSON; pages keep the list before"),
    }
}
