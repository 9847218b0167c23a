//! A day of the journal under another rule or with other counters: the dry run of a change, for the manager.

use super::{
    AppState, Asking,
    auth::Caller,
    error::{ApiError, answer, json},
    spec::Problems,
};
use crate::{
    controller::Answer,
    simulate::{self, SimulateError},
    views::{self, Whatif},
};
use axum::{Extension, extract::State, response::Response};
use planner::formats::JournalQuestion;
use serde::Deserialize;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{sync::Semaphore, time::timeout};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// A search for counters goes on no longer than this: what has been found by then is the answer.
const LIMIT: Duration = Duration::from_secs(15);
/// How long a call waits for the one before it to end.
const PATIENCE: Duration = Duration::from_secs(5);
/// Share of each lane's customers that a search wants within the target, where nobody says.
const USUAL_GOAL: f64 = 0.9;

/// One at a time: playing takes a whole core, and the queue needs the other one.
#[derive(Clone)]
struct Turn(Arc<Semaphore>);

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(whatif)).layer(Extension(Turn(Arc::new(Semaphore::new(1)))))
}

/// What to play.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WhatifQuery {
    /// A business day, `YYYY-MM-DD`; the last one without it.
    day: Option<String>,
    /// As in `GET /api/v1/forecast`, such as `rule:fifo,open:4@10:30-12:00`; nothing plays the day as it was.
    #[serde(default)]
    change: String,
    /// Also search how many counters must be open when.
    #[serde(default)]
    search: bool,
    /// For the search: the share of each lane's customers to be within the target, from 0.5 and under 1.
    #[param(minimum = 0.5, exclusive_maximum = 1.0)]
    goal: Option<f64>,
}

/// Whoever asked has gone, or time is up.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A day of the journal, its own customers under another rule or with other counters. It is played beside the lobby, one
/// at a time; who hangs up ends it.
#[utoipa::path(get, path = "/api/v1/whatif", tag = "manager", params(WhatifQuery),
    responses((status = 200, body = Whatif), Problems))]
async fn whatif(
    State(state): State<Arc<AppState>>,
    Extension(turn): Extension<Turn>,
    _: Caller,
    Asking(query): Asking<WhatifQuery>,
) -> Result<Response, ApiError> {
    let goal = query.goal.unwrap_or(USUAL_GOAL);
    if !(0.5..1.0).contains(&goal) {
        let detail = "`goal` is a share from 0.5 and under 1, such as 0.9".to_owned();
        return Err(ApiError::BadValue { code: "bad_goal", detail });
    }
    let days = state.records.days().await?;
    let last = days.last().ok_or_else(|| unknown("no business day was ever opened here".to_owned()))?;
    let day = match query.day {
        None => last.as_str().to_owned(),
        Some(day) if days.iter().any(|known| known.as_str() == day) => day,
        Some(day) => return Err(unknown(format!("the journal has no business day {day}; the last one is {last}"))),
    };
    let question = JournalQuestion {
        journal: state.records.dir().display().to_string(),
        days: vec![day.clone()],
        change: query.change,
        search: query.search.then_some(goal),
        time_zone: Some(state.handle.config().branch.time_zone.clone()),
    };
    let turn = timeout(PATIENCE, turn.0.acquire_owned()).await.map_err(|_| ApiError::Conflict {
        code: "whatif_busy",
        detail: "another day is being played; wait for it, or end it where it was begun".to_owned(),
    })?;
    let turn = turn.map_err(|_| ApiError::Unexpected("no more days are played"))?;
    let stopped = Arc::new(AtomicBool::new(false));
    let _stop = Stop(stopped.clone());
    let config = state.handle.config().clone();
    let played = tokio::task::spawn_blocking(move || {
        // The turn is over when the play is, not when whoever asked has gone.
        let _turn = turn;
        let until = Instant::now() + LIMIT;
        let go_on = || !stopped.load(Ordering::Relaxed) && Instant::now() < until;
        let (change, found) = simulate::whatif(&question, &go_on)?;
        Ok(views::whatif(&config, &day, &change, found))
    });
    let played: Result<Whatif, SimulateError> =
        played.await.map_err(|_| ApiError::Unexpected("a day's play was broken off"))?;
    match played {
        Ok(played) => Ok(answer(Answer { status: 200, body: json(&played) })),
        Err(SimulateError::Wrong { mistake, .. }) => {
            Err(ApiError::BadValue { code: "bad_whatif", detail: mistake.to_string() })
        }
        Err(SimulateError::Journal(cause)) => Err(cause.into()),
        Err(SimulateError::Unreadable { .. } | SimulateError::Output(_)) => {
            Err(ApiError::Unexpected("a day could not be played"))
        }
    }
}

fn unknown(detail: String) -> ApiError {
    ApiError::NotFound { code: "unknown_day", detail }
}
