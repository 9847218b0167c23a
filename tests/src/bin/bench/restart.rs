//! A restart in the middle of a full day.

use crate::{
    Fault,
    figure::{Figure, Reach, ms, quantile},
    hall::Hall,
};
use serde_json::json;

const TICKETS: usize = 3_000;
const RESTARTS: usize = 5;

/// Killed, then started: until `/readyz` answers 200.
pub(crate) fn run() -> Result<Vec<Figure>, Fault> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<Vec<Figure>, Fault> {
    let mut hall = Hall::open().await?;
    hall.post("clerk", "/api/v1/counters/1/open", &json!({})).await?;
    for number in 0..TICKETS {
        hall.issue().await?;
        if number % 4 != 0 {
            hall.post("clerk", "/api/v1/counters/1/next", &json!({})).await?;
        }
    }
    let mut times = Vec::new();
    for _ in 0..RESTARTS {
        times.push(hall.restart().await?);
    }
    Ok(vec![Figure::new(
        "kill -9 → ready with 3,000 tickets in the journal, worst of 5",
        ms(quantile(&mut times, 1_000)) / 1_000.0,
        "s",
        Reach::AtMost(0.5),
    )])
}
