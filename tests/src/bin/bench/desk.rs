//! From a key on a desk unit to the digits on it: one line, two full ones, dead units, a slow line; wire time simulated.

use crate::{
    Fault,
    figure::{Figure, Reach, ms, quantile},
    hall::{Hall, Line},
};
use counter::timing::LineTiming;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const UNITS: u8 = 8;
const ROUNDS: usize = 25;
/// After this every unit of a slow line shows what it should, and only polls are left.
const SETTLED: Duration = Duration::from_secs(4);
/// Longer than this is no figure but a fault.
const PATIENCE: Duration = Duration::from_secs(5);

/// All rows.
pub(crate) fn run() -> Result<Vec<Figure>, Fault> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<Vec<Figure>, Fault> {
    Ok([eight().await?, thirty().await?, slow().await?].concat())
}

async fn eight() -> Result<Vec<Figure>, Fault> {
    let hall = Hall::open().await?;
    let units: Vec<u8> = (1..=UNITS).collect();
    let mut single = one_by_one(&hall, &units, ROUNDS).await?;
    for _ in 0..ROUNDS * units.len() {
        hall.issue().await?;
    }
    let mut crowded = Vec::new();
    for _ in 0..ROUNDS {
        crowded.extend(futures_util::future::try_join_all(units.iter().map(|unit| press(&hall, *unit, "next"))).await?);
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

/// Thirty counters on two lines, then with three units of each line out of reach.
async fn thirty() -> Result<Vec<Figure>, Fault> {
    let hall = Hall::with_lines(&[Line { baud: 115_200, units: 15 }; 2]).await?;
    let all: Vec<u8> = (1..=30).collect();
    let mut well = one_by_one(&hall, &all, ROUNDS / 4).await?;
    let dead = [3, 8, 15, 18, 23, 30];
    for unit in dead {
        let fault = hall.client.post(format!("{}/desks/{unit}/fault", hall.sim_url));
        fault.json(&json!({ "unplug": true })).send().await?.error_for_status()?;
    }
    let alive: Vec<u8> = all.into_iter().filter(|unit| !dead.contains(unit)).collect();
    // Reckoned with the moments in which they go silent: those count, too.
    let mut torn = one_by_one(&hall, &alive, ROUNDS / 4).await?;
    Ok(vec![
        Figure::new(
            "press → digits, 30 units on two such lines, p99",
            ms(quantile(&mut well, 990)),
            "ms",
            Reach::AtMost(250.0),
        ),
        Figure::new("  the same, p50", ms(quantile(&mut well, 500)), "ms", Reach::Beside),
        Figure::new("  with three dead units on each, p99", ms(quantile(&mut torn, 990)), "ms", Reach::AtMost(400.0)),
    ])
}

/// A slow line against what `lobby check` says of it. The key is *pause*: it changes what this unit shows and nothing
/// at the others, so it is the wire that is measured.
async fn slow() -> Result<Vec<Figure>, Fault> {
    const LINE: Line = Line { baud: 9_600, units: 7 };
    let hall = Hall::with_lines(&[LINE]).await?;
    let predicted = LineTiming::new(LINE.baud)?.budget(usize::from(LINE.units)).answer;
    for unit in 1..=LINE.units {
        hall.post("clerk", &format!("/api/v1/counters/{unit}/open"), &json!({})).await?;
    }
    tokio::time::sleep(SETTLED).await;
    let mut times = Vec::new();
    for round in 0..2 * ROUNDS {
        let unit = 1 + u8::try_from(round % usize::from(LINE.units))?;
        times.push(press(&hall, unit, "pause").await?.as_secs_f64());
        // Out of step with the polls, or all presses would meet them at the same point of the round.
        tokio::time::sleep(Duration::from_millis(40 + 37 * (round as u64 % 11))).await;
    }
    #[allow(clippy::cast_precision_loss, reason = "a few dozen")]
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    let ratio = mean / predicted.as_secs_f64();
    Ok(vec![
        Figure::new("press → digits, 7 units at 9,600 baud, measured / predicted", ratio, "", Reach::Within(0.8, 1.2)),
        Figure::new("  the same, mean", mean * 1_000.0, "ms", Reach::Beside),
    ])
}

/// Presses *next* at one unit after the other, so many rounds, after a round that opens the counters.
async fn one_by_one(hall: &Hall, units: &[u8], rounds: usize) -> Result<Vec<Duration>, Fault> {
    for _ in 0..(rounds + 1) * units.len() {
        hall.issue().await?;
    }
    for unit in units {
        press(hall, *unit, "next").await?; // the lines are up after this
    }
    let mut times = Vec::new();
    for _ in 0..rounds {
        for unit in units {
            times.push(press(hall, *unit, "next").await?);
        }
    }
    Ok(times)
}

/// Presses a key and waits for something else on the unit. Both times are the simulated unit's own.
async fn press(hall: &Hall, unit: u8, key: &str) -> Result<Duration, Fault> {
    let url = format!("{}/desks/{unit}", hall.sim_url);
    let text = |view: &Value| view["text"].as_str().unwrap_or_default().to_owned();
    let before: Value = hall.client.get(&url).send().await?.json().await?;
    let pressed: Value =
        hall.client.post(format!("{url}/press")).json(&json!({ "key": key })).send().await?.json().await?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let now: Value = hall.client.get(&url).send().await?.json().await?;
        if text(&now) != text(&before) && (key == "pause" || !text(&now).is_empty()) {
            let at = |view: &Value, key: &str| view[key].as_str().unwrap_or_default().parse::<jiff::Timestamp>();
            return Ok(at(&now, "changed_at")?.duration_since(at(&pressed, "at")?).try_into().unwrap_or_default());
        }
        if Instant::now() > deadline {
            return Err(format!("unit {unit} still shows {:?} after {} s", text(&now), PATIENCE.as_secs()).into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
