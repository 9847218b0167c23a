//! What the lobby takes of the machine: memory and disk.

use crate::{
    Fault,
    figure::{Figure, Reach},
    hall::{self, Hall},
};
use serde_json::json;
use std::{fs, time::Duration};

const SCREENS: usize = 50;
const COUNTERS: usize = 30;
const BUSY_CALLS: usize = 400;

/// Size of the program, pages included.
pub(crate) fn size() -> Result<Vec<Figure>, Fault> {
    let bytes = fs::metadata(hall::programs()?.join("lobby"))?.len();
    Ok(vec![Figure::new("binary, pages included", mib(bytes), "MiB", Reach::AtMost(25.0))])
}

/// Resident memory, idle and after a busy while.
pub(crate) fn memory() -> Result<Vec<Figure>, Fault> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<Vec<Figure>, Fault> {
    let hall = Hall::with_counters(COUNTERS).await?;
    tokio::time::sleep(Duration::from_secs(2)).await; // what is only needed at the start has been given back by then
    let idle = resident(hall.lobby.id())?;
    let mut screens = Vec::new();
    for _ in 0..SCREENS {
        let request = hall.client.get(format!("{}/api/v1/board/events", hall.lobby_url)).bearer_auth("demo-screen");
        screens.push(request.send().await?.error_for_status()?);
    }
    for counter in 1..=COUNTERS {
        hall.post("clerk", &format!("/api/v1/counters/{counter}/open"), &json!({})).await?;
    }
    for number in 0..BUSY_CALLS {
        hall.issue().await?;
        hall.post("clerk", &format!("/api/v1/counters/{}/next", 1 + number % COUNTERS), &json!({})).await?;
        for screen in &mut screens {
            // A screen reads what it is sent; whether it is a Board or a ping does not matter here.
            let _ = tokio::time::timeout(Duration::ZERO, screen.chunk()).await;
        }
    }
    let busy = resident(hall.lobby.id())?;
    Ok(vec![
        Figure::new("memory, idle", mib(idle), "MiB", Reach::AtMost(30.0)),
        Figure::new("memory, 50 screens, 30 counters after 400 calls", mib(busy), "MiB", Reach::AtMost(60.0)),
    ])
}

#[allow(clippy::cast_precision_loss, reason = "a size to read")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// `VmRSS` of a process, in bytes (proc(5): kB there means KiB).
fn resident(id: u32) -> Result<u64, Fault> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("the lobby has no VmRSS")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1_024)
}
