//! What state every device is in, for staff: one list that devices report into and pages read.

use crate::{
    clock::Clock,
    controller::{Handle, Stopped},
    views::{DeviceStatus, Time},
};
use queue_core::Command;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// All devices, sorted by id.
pub type Devices = Arc<Vec<DeviceStatus>>;

/// Where devices report their state. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    list: Arc<watch::Sender<Devices>>,
    clock: Clock,
}

impl Registry {
    /// An empty list.
    pub fn new(clock: Clock) -> Registry {
        Registry { list: Arc::new(watch::Sender::new(Devices::default())), clock }
    }

    /// The list, and every change of it.
    pub fn watch(&self) -> watch::Receiver<Devices> {
        self.list.subscribe()
    }

    /// A device that should be there and has not spoken yet.
    pub fn declare(&self, id: &str, kind: &str) {
        self.report(id, kind, "starting", None);
    }

    /// What a device is in now: `ok`, or what is wrong as a code, and what happened in words.
    pub fn report(&self, id: &str, kind: &str, state: &str, cause: Option<String>) {
        let since = Time(self.clock.now());
        self.list.send_if_modified(|list| {
            let place = list.binary_search_by(|known| known.id.as_str().cmp(id));
            if let Ok(place) = place
                && list[place].state == state
                && list[place].cause == cause
            {
                return false;
            }
            let list = Arc::make_mut(list);
            let since = match place {
                Ok(place) if list[place].state == state => list[place].since,
                _ => since,
            };
            let remedy = remedy(kind, state).map(str::to_owned);
            let status = DeviceStatus {
                id: id.to_owned(),
                kind: kind.to_owned(),
                state: state.to_owned(),
                since,
                cause,
                remedy,
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

/// What a person in the hall can do about it.
fn remedy(kind: &str, state: &str) -> Option<&'static str> {
    Some(match (kind, state) {
        (_, "ok" | "starting") => return None,
        ("printer", "paper_low") => "Have a new roll ready. 请备好新纸卷。",
        ("printer", "paper_out") => "Put in a new roll and close the cover. 请装入新纸卷并合上机盖。",
        ("printer", "cover_open") => "Close the printer's cover until it clicks. 请合上打印机机盖。",
        ("printer", "cutter") => "Switch the printer off, clear the cutter, switch it on. 请关机清理切刀后重新开机。",
        ("printer", "error") => "Switch the printer off and on; if it comes back, call the engineer. 请重启打印机。",
        ("printer", "silent") => {
            "The printer takes data and does not answer; look whether paper comes out. 请查看是否出纸。"
        }
        ("printer", "paper_change") => "When the new roll is in, end the paper change. 换好纸后请结束换纸。",
        ("printer", "no_font") => "Run `apt install fonts-noto-cjk` on the controller. 请在主机上安装 fonts-noto-cjk。",
        ("printer", "wrong_profile") => {
            "Write the right profile of the printer in the branch's file. 请在网点配置中改正打印机型号（profile）。"
        }
        ("printer", _) => "Check the printer's power and its cable. 请检查打印机电源和数据线。",
        ("desk", _) => {
            "Check the plug of the desk unit; clerks can use the counter page. 请检查终端插头，可先用窗口网页叫号。"
        }
        ("line", "baud_mismatch") => {
            "Set baud and parity of the line in the branch's file as on its devices. 请核对线路的波特率和校验位。"
        }
        ("display", "baud_mismatch") => {
            "Set baud and parity of the display in the branch's file as on the display. 请核对显示屏的波特率和校验位。"
        }
        ("display", _) => "Check power and cable of the display; calls stay on the screens. 请检查显示屏电源和线缆。",
        ("line", _) => "Check the cable from the controller to the counters. 请检查控制器到窗口的线缆。",
        ("screen", _) => "Open the screen's page again, or switch the screen on. 请重新打开屏幕页面。",
        ("voice", "no_sound_device") => "Plug in or switch on the loudspeaker; calls stay on the screens. 请接好音箱。",
        ("voice", "no_voice_pack") => "Run `lobby voice build`. 请运行 lobby voice build。",
        ("voice", _) => "Look into the log for the voice; calls stay on the screens. 请查看日志。",
        _ => "Look into the log. 请查看日志。",
    })
}
