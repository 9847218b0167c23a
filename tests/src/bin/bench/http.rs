//! Durable issue over HTTP with 16 clients, against an empty handler that answers the same JSON.

use crate::{
    Fault,
    figure::{Figure, Reach, median, ms, quantile},
    hall::Hall,
};
use axum::{Json, Router, http::StatusCode, routing::post};
use reqwest::Client;
use serde_json::{Value, json};
use std::{
    fs::File,
    io::Write,
    time::{Duration, Instant},
};

const CLIENTS: usize = 16;
const ROUNDS: usize = 5;
const EACH: usize = 60;

pub(crate) fn run() -> Result<Vec<Figure>, Fault> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<Vec<Figure>, Fault> {
    let hall = Hall::open().await?;
    let answer = hall.post("kiosk", "/api/v1/tickets", &json!({ "service": "cash" })).await?;
    // In this process: if anything, that favours the empty handler.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let empty = format!("http://{}/api/v1/tickets", listener.local_addr()?);
    let handler = move |Json(_): Json<Value>| async move { (StatusCode::CREATED, Json(answer)) };
    let server =
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/api/v1/tickets", post(handler))).await });
    let real = format!("{}/api/v1/tickets", hall.lobby_url);

    let (mut ratios, mut rates) = (Vec::new(), Vec::new());
    let (mut real_times, mut empty_times) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (empty_rate, empty_samples) = load(&empty).await?;
        let (real_rate, real_samples) = load(&real).await?;
        if round > 0 {
            ratios.push(real_rate / empty_rate);
            rates.push(real_rate);
            real_times.extend(real_samples);
            empty_times.extend(empty_samples);
        }
    }
    server.abort();
    let sync = fdatasync(&hall)?;
    let (real_p99, empty_p99) = (ms(quantile(&mut real_times, 990)), ms(quantile(&mut empty_times, 990)));
    let limit = 3.0 * empty_p99 + sync;
    Ok(vec![
        Figure::new("durable issue over HTTP ÷ empty handler, 16 clients", median(ratios), "×", Reach::AtLeast(0.5)),
        Figure::new("  issues over HTTP", median(rates), "/s", Reach::Beside),
        Figure::new(
            "  p99 (asked: 3 × empty p99 + one fsync)",
            real_p99,
            "ms",
            Reach::AtMost((limit * 100.0).round() / 100.0),
        ),
        Figure::new("  p99 of the empty handler", empty_p99, "ms", Reach::Beside),
        Figure::new("  one fdatasync of 4 KiB, p50", sync, "ms", Reach::Beside),
    ])
}

/// Requests a second of all clients together, and the time of each.
async fn load(url: &str) -> Result<(f64, Vec<Duration>), Fault> {
    let began = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let url = url.to_owned();
        clients.spawn(async move {
            let client = Client::builder().no_proxy().build()?;
            let mut times = Vec::with_capacity(EACH);
            for _ in 0..EACH {
                let began = Instant::now();
                let request = client.post(&url).bearer_auth("demo-kiosk").json(&json!({ "service": "cash" }));
                request.send().await?.error_for_status()?.bytes().await?;
                times.push(began.elapsed());
            }
            Ok::<_, Fault>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(ended) = clients.join_next().await {
        times.extend(ended??);
    }
    #[allow(clippy::cast_precision_loss, reason = "a few thousand")]
    Ok((times.len() as f64 / began.elapsed().as_secs_f64(), times))
}

/// What one sync costs on the disk of the journal, in milliseconds.
fn fdatasync(hall: &Hall) -> Result<f64, Fault> {
    let mut file = File::create(hall.folder.path().join("sync"))?;
    let mut times = Vec::new();
    for _ in 0..50 {
        let began = Instant::now();
        file.write_all(&[7; 4_096])?;
        file.sync_data()?;
        times.push(began.elapsed());
    }
    Ok(ms(quantile(&mut times, 500)))
}
