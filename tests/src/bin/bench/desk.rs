//! From a key on a desk unit to the digits on it: eight units on one line, wire time simulated.

use crate::{
    Fault,
    figure::{Figure, Reach, ms, quantile},
    hall::Hall,
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const UNITS: u8 = 8;
const ROUNDS: usize = 25;
/// Longer than this is no figure but a fault.
const PATIENCE: Duration = Duration::from_secs(5);

/// Presses one after the other, then all eight at once.
pub(crate) fn run() -> Result<Vec<Figure>, Fault> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<Vec<Figure>, Fault> {
    let hall = Hall::open().await?;
    for _ in 0..(2 * ROUNDS + 1) * usize::from(UNITS) {
        hall.issue().await?;
    }
    for unit in 1..=UNITS {
        press(&hall, unit).await?; // opens the counter; the line is up after this
    }
    let (mut single, mut crowded) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for unit in 1..=UNITS {
            single.push(press(&hall, unit).await?);
        }
    }
    for _ in 0..ROUNDS {
        crowded.extend(futures_util::future::try_join_all((1..=UNITS).map(|unit| press(&hall, unit))).await?);
    }
    Ok(vec![
        Figure::new(
            "press → digits, 8 units at 115,200 baud, p99",
            ms(quantile(&mut single, 990)),
            "ms",
            Reach::AtMost(100.0),
        ),
        Figure::new("  the same, p50", ms(quantile(&mut single, 500)), "ms", Reach::Beside),
        Figure::new("  all 8 pressed at once, p99", ms(quantile(&mut crowded, 990)), "ms", Reach::Beside),
    ])
}

/// Presses *next* and waits for another number on the unit. Both times are the simulated unit's own.
async fn press(hall: &Hall, unit: u8) -> Result<Duration, Fault> {
    let url = format!("{}/desks/{unit}", hall.sim_url);
    let text = |view: &Value| view["text"].as_str().unwrap_or_default().to_owned();
    let before: Value = hall.client.get(&url).send().await?.json().await?;
    let pressed: Value =
        hall.client.post(format!("{url}/press")).json(&json!({ "key": "next" })).send().await?.json().await?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let now: Value = hall.client.get(&url).send().await?.json().await?;
        if text(&now) != text(&before) && !text(&now).is_empty() {
            let at = |view: &Value, key: &str| view[key].as_str().unwrap_or_default().parse::<jiff::Timestamp>();
            return Ok(at(&now, "changed_at")?.duration_since(at(&pressed, "at")?).try_into().unwrap_or_default());
        }
        if Instant::now() > deadline {
            return Err(format!("unit {unit} still shows {:?} after {} s", text(&now), PATIENCE.as_secs()).into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
