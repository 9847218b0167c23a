//! From a call over HTTP to the Board at a connected screen.

use crate::{
    Fault,
    figure::{Figure, Reach, ms, quantile},
    hall::Hall,
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

const CALLS: usize = 200;
const SCREENS: usize = 50;
/// Longer than this is no figure but a fault.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) fn run() -> Result<Vec<Figure>, Fault> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<Vec<Figure>, Fault> {
    let hall = Hall::open().await?;
    for _ in 0..2 * CALLS {
        hall.issue().await?;
    }
    hall.post("clerk", "/api/v1/counters/1/open", &json!({})).await?;
    let mut one = calls(&hall, 1).await?;
    let mut many = calls(&hall, SCREENS).await?;
    Ok(vec![
        Figure::new(
            "call over HTTP → Board at a screen (fsync included), p99",
            ms(quantile(&mut one, 990)),
            "ms",
            Reach::AtMost(25.0),
        ),
        Figure::new("  the same, p50", ms(quantile(&mut one, 500)), "ms", Reach::Beside),
        Figure::new(
            format!("  at the last of {SCREENS} screens, p99"),
            ms(quantile(&mut many, 990)),
            "ms",
            Reach::AtMost(150.0),
        ),
    ])
}

/// From sending each call until the last of so many screens has its number.
async fn calls(hall: &Hall, screens: usize) -> Result<Vec<Duration>, Fault> {
    let (tell, mut told) = mpsc::channel(4_096);
    let mut listeners = tokio::task::JoinSet::new();
    for _ in 0..screens {
        let request = hall.client.get(format!("{}/api/v1/board/events", hall.lobby_url)).bearer_auth("demo-screen");
        let answer = request.send().await?.error_for_status()?;
        listeners.spawn(listen(answer, tell.clone()));
    }
    for _ in 0..screens {
        next(&mut told).await?; // each has its first picture
    }
    let mut times = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let began = Instant::now();
        let answer = hall.post("clerk", "/api/v1/counters/1/next", &json!({})).await?;
        let number = answer["ticket"]["number"].as_str().ok_or("nobody was waiting")?.to_owned();
        let mut left = screens;
        let mut last = began;
        while left > 0 {
            let (at, shown) = next(&mut told).await?;
            if shown.as_deref() == Some(&number) {
                left -= 1;
                last = last.max(at);
            }
        }
        times.push(last.duration_since(began));
    }
    listeners.shutdown().await;
    Ok(times)
}

type Shown = (Instant, Option<String>);

async fn next(told: &mut mpsc::Receiver<Shown>) -> Result<Shown, Fault> {
    let shown = tokio::time::timeout(PATIENCE, told.recv()).await.map_err(|_| "no Board came within 5 s")?;
    Ok(shown.ok_or("all screens have gone")?)
}

/// Tells when a Board came and which number it shows at counter 1.
async fn listen(answer: reqwest::Response, tell: mpsc::Sender<Shown>) -> Result<(), Fault> {
    let mut bytes = answer.bytes_stream();
    let mut buffer = Vec::new();
    while let Some(chunk) = bytes.next().await {
        buffer.extend_from_slice(&chunk?);
        let at = Instant::now();
        while let Some(end) = buffer.windows(2).position(|pair| pair == b"\n\n") {
            let event: Vec<u8> = buffer.drain(..end + 2).collect();
            let event = String::from_utf8_lossy(&event).into_owned();
            if !event.lines().any(|line| line.trim() == "event: board" || line.trim() == "event:board") {
                continue;
            }
            let data: String = event.lines().filter_map(|line| line.strip_prefix("data:")).collect();
            let board: Value = serde_json::from_str(data.trim())?;
            let number = board["counters"].as_array().and_then(|counters| {
                counters.iter().find(|counter| counter["counter"] == "1")?["number"].as_str().map(str::to_owned)
            });
            tell.send((at, number)).await?;
        }
    }
    Ok(())
}
