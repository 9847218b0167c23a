//! A large hall: 500 screens that follow the board, others that are connected and never read, and 50 clerks at once.

use crate::{
    Fault,
    figure::{Figure, Reach, ms, quantile},
    hall::Hall,
};
use futures_util::StreamExt;
use serde_json::json;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};
use tokio::{sync::mpsc, task::JoinSet};

const SCREENS: usize = 500;
/// Connected, and never read a byte.
const DEAF: usize = 20;
const CLERKS: usize = 50;
/// Calls of one clerk alone.
const CALLS: usize = 100;
/// Times that all clerks call at once.
const ROUNDS: usize = 20;
/// A board that is not there by then was missed.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) fn run() -> Result<Vec<Figure>, Fault> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<Vec<Figure>, Fault> {
    let hall = Hall::with_counters(CLERKS).await?;
    for _ in 0..CALLS + ROUNDS * CLERKS {
        hall.issue().await?;
    }
    for counter in 1..=CLERKS {
        hall.post("clerk", &format!("/api/v1/counters/{counter}/open"), &json!({})).await?;
    }
    let (tell, told) = mpsc::channel(8_192);
    let mut listeners = JoinSet::new();
    for screen in 0..SCREENS {
        listeners.spawn(listen(connect(&hall).await?, screen, tell.clone()));
    }
    let mut screens = Screens { told, shown: vec![(Instant::now(), BTreeSet::new()); SCREENS], missed: 0 };
    let mut alone = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        alone.push(round(&hall, &mut screens, &[1]).await?.1);
    }
    let mut deaf = Vec::with_capacity(DEAF);
    for _ in 0..DEAF {
        deaf.push(connect(&hall).await?);
    }
    let everybody: Vec<usize> = (1..=CLERKS).collect();
    let (mut answers, mut boards) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (answered, last) = round(&hall, &mut screens, &everybody).await?;
        answers.push(answered);
        boards.push(last);
    }
    listeners.shutdown().await;
    drop(deaf);
    let named = |what: &str| format!("{what}, {SCREENS} screens");
    let limit = Reach::AtMost(150.0);
    #[allow(clippy::cast_precision_loss, reason = "a count to read")]
    let missed = screens.missed as f64;
    Ok(vec![
        Figure::new(named("call over HTTP → Board at the last, p99"), ms(quantile(&mut alone, 990)), "ms", limit),
        Figure::new(named("  the same, p50"), ms(quantile(&mut alone, 500)), "ms", Reach::Beside),
        Figure::new(
            format!("  {CLERKS} clerks at once and {DEAF} that never read: last answer, p99"),
            ms(quantile(&mut answers, 990)),
            "ms",
            Reach::Beside,
        ),
        Figure::new("  all of them → Board at the last, p50", ms(quantile(&mut boards, 500)), "ms", Reach::Beside),
        Figure::new("  all of them → Board at the last, p99", ms(quantile(&mut boards, 990)), "ms", Reach::Beside),
        Figure::new("  boards that were missed", missed, "", Reach::AtMost(0.0)),
    ])
}

async fn connect(hall: &Hall) -> Result<reqwest::Response, Fault> {
    let request = hall.client.get(format!("{}/api/v1/board/events", hall.lobby_url)).bearer_auth("demo-screen");
    Ok(request.send().await?.error_for_status()?)
}

/// All these counters call at once; how long until all are answered, and until the last screen shows all numbers.
async fn round(hall: &Hall, screens: &mut Screens, counters: &[usize]) -> Result<(Duration, Duration), Fault> {
    let began = Instant::now();
    let calls = counters.iter().map(|counter| async move {
        let answer = hall.post("clerk", &format!("/api/v1/counters/{counter}/next"), &json!({})).await?;
        Ok::<_, Fault>(answer["ticket"]["number"].as_str().ok_or("nobody was waiting")?.to_owned())
    });
    let numbers = futures_util::future::try_join_all(calls).await?;
    let answered = began.elapsed();
    let last = screens.all_show(&numbers.into_iter().collect()).await?;
    Ok((answered, last.saturating_duration_since(began)))
}

type Shown = (usize, Instant, BTreeSet<String>);

/// What each screen shows.
struct Screens {
    told: mpsc::Receiver<Shown>,
    shown: Vec<(Instant, BTreeSet<String>)>,
    missed: usize,
}

impl Screens {
    /// Waits until every screen shows all of these; when the last one began to.
    async fn all_show(&mut self, numbers: &BTreeSet<String>) -> Result<Instant, Fault> {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let left = self.shown.iter().filter(|(_, shown)| !numbers.is_subset(shown)).count();
            if left == 0 {
                return Ok(self.shown.iter().map(|(at, _)| *at).max().ok_or("no screens")?);
            }
            match tokio::time::timeout_at(end, self.told.recv()).await {
                Ok(Some((screen, at, shown))) => {
                    let known = &mut self.shown[screen];
                    // The first board with all of them counts, not what came after it.
                    if !numbers.is_subset(&known.1) {
                        known.0 = at;
                    }
                    known.1 = shown;
                }
                Ok(None) => return Err("all screens have gone".into()),
                Err(_) => {
                    self.missed += left;
                    return Ok(Instant::now());
                }
            }
        }
    }
}

/// Tells when a board came and which numbers stand on it.
async fn listen(answer: reqwest::Response, screen: usize, tell: mpsc::Sender<Shown>) -> Result<(), Fault> {
    let mut bytes = answer.bytes_stream();
    let mut buffer = Vec::new();
    while let Some(chunk) = bytes.next().await {
        buffer.extend_from_slice(&chunk?);
        let at = Instant::now();
        while let Some(end) = buffer.windows(2).position(|pair| pair == b"\n\n") {
            let event: Vec<u8> = buffer.drain(..end + 2).collect();
            let text = String::from_utf8_lossy(&event);
            // Only the counters: a board has each of them with its number.
            let counters = text.split("\"caption\"").next().unwrap_or_default();
            let numbers = counters.split("\"number\":\"").skip(1).filter_map(|rest| rest.split('"').next());
            let numbers: BTreeSet<String> = numbers.map(str::to_owned).collect();
            if text.contains("event: board") {
                tell.send((screen, at, numbers)).await?;
            }
        }
    }
    Ok(())
}
