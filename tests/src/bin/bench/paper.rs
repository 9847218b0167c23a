//! From a tap at the kiosk to the first bytes at the printer: what the page posts, on a hall with a simulated printer.

use crate::{
    Fault,
    figure::{Figure, Reach, ms, quantile},
    hall::{Hall, Line, PRINTER},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ROUNDS: usize = 25;
/// Bytes after which a ticket is under way: the questions about the printer's state are a few each.
const UNDER_WAY: u64 = 64;
/// Longer than this is no figure but a fault.
const PATIENCE: Duration = Duration::from_secs(15);

/// All rows.
pub(crate) fn run() -> Result<Vec<Figure>, Fault> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<Vec<Figure>, Fault> {
    let hall = Hall::with_paper(&[Line { baud: 115_200, units: 2 }]).await?;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        times.push(tap(&hall).await?);
    }
    Ok(vec![
        Figure::new(
            "kiosk tap → paper started, fsync among it, p99",
            ms(quantile(&mut times, 990)),
            "ms",
            Reach::AtMost(300.0),
        ),
        Figure::new("  the same, p50", ms(quantile(&mut times, 500)), "ms", Reach::Beside),
    ])
}

/// Takes a ticket and answers how long the printer waited for it; returns when it is out.
async fn tap(hall: &Hall) -> Result<Duration, Fault> {
    let (received, out) = printer(hall).await?;
    let began = Instant::now();
    hall.post("kiosk", "/api/v1/tickets", &json!({"service": "cash", "language": "en", "kiosk": "k1"})).await?;
    let started = until(hall, |now, _| now >= received + UNDER_WAY).await?.duration_since(began);
    until(hall, |_, tickets| tickets > out).await?;
    Ok(started)
}

/// Bytes that the printer has received, and tickets that came out of it.
async fn printer(hall: &Hall) -> Result<(u64, u64), Fault> {
    let view: Value = hall.client.get(format!("{}/printers/{PRINTER}", hall.sim_url)).send().await?.json().await?;
    let count = |value: &Value| value.as_u64().ok_or("the simulated printer does not count");
    Ok((count(&view["bytes"]["received"])?, count(&view["tickets"])?))
}

/// The moment in which the printer is as wished.
async fn until(hall: &Hall, wished: impl Fn(u64, u64) -> bool) -> Result<Instant, Fault> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let (received, tickets) = printer(hall).await?;
        if wished(received, tickets) {
            return Ok(Instant::now());
        }
        if Instant::now() > deadline {
            return Err(format!("no ticket at the printer after {} s", PATIENCE.as_secs()).into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
