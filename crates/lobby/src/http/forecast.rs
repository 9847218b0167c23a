//! The next two hours, for whoever decides which counters open.

use super::{
    AppState, Asking,
    auth::Caller,
    error::{ApiError, answer, json},
    spec::Problems,
};
use crate::{
    controller::Answer,
    promise::Moment,
    views::{self, Acts, Forecast},
};
use axum::{Extension, extract::State, response::Response};
use planner::change::Change;
use serde::Deserialize;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Acts are looked for no longer than this: what has been found by then is the answer.
const ACTS_LIMIT: Duration = Duration::from_secs(3);

/// One forecast at a time: playing takes a whole core, and the queue needs the other one.
#[derive(Clone)]
struct Turn(Arc<Semaphore>);

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new()
        .routes(routes!(forecast))
        .routes(routes!(acts))
        .layer(Extension(Turn(Arc::new(Semaphore::new(1)))))
}

/// What to try.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ForecastQuery {
    /// Several joined by commas: `open:5`, `close:2@15:00`, `move:3:cash+account`, `rule:fifo`, `lane:vip:target=5`.
    change: Option<String>,
}

/// The next two hours in steps of ten minutes, with and without a change.
#[utoipa::path(get, path = "/api/v1/forecast", tag = "staff", params(ForecastQuery),
    responses((status = 200, body = Forecast), Problems))]
async fn forecast(
    State(state): State<Arc<AppState>>,
    Extension(turn): Extension<Turn>,
    _: Caller,
    Asking(query): Asking<ForecastQuery>,
) -> Result<Response, ApiError> {
    let moment = moment(&state)?;
    let change = Change::parse(query.change.as_deref().unwrap_or_default(), &moment.plan)
        .map_err(|bad| ApiError::BadValue { code: "bad_change", detail: bad.to_string() })?;
    let stopped = |_| ApiError::Unexpected("a forecast was broken off");
    let _turn = turn.0.acquire().await.map_err(|_| ApiError::Unexpected("forecasts have ended"))?;
    let config = state.handle.config().clone();
    let played = tokio::task::spawn_blocking(move || views::forecast(&moment, &config, &change));
    let played: Forecast = played.await.map_err(stopped)?;
    Ok(answer(Answer { status: 200, body: json(&played) }))
}

/// What could be done now, at most three acts, the best first: those that would spare most people a wait past their
/// target in the next two hours. Each says how it is done; nothing is done by asking.
#[utoipa::path(get, path = "/api/v1/forecast/acts", tag = "manager", responses((status = 200, body = Acts), Problems))]
async fn acts(
    State(state): State<Arc<AppState>>,
    Extension(turn): Extension<Turn>,
    _: Caller,
) -> Result<Response, ApiError> {
    let moment = moment(&state)?;
    let stopped = |_| ApiError::Unexpected("looking for acts was broken off");
    let _turn = turn.0.acquire().await.map_err(|_| ApiError::Unexpected("forecasts have ended"))?;
    let config = state.handle.config().clone();
    let played = tokio::task::spawn_blocking(move || {
        let until = Instant::now() + ACTS_LIMIT;
        let found = moment.proposals(|| Instant::now() < until);
        views::acts(&moment, &config, &found)
    });
    let played: Acts = played.await.map_err(stopped)?;
    Ok(answer(Answer { status: 200, body: json(&played) }))
}

fn moment(state: &AppState) -> Result<Arc<Moment>, ApiError> {
    let moment = state.handle.promises().moment().cloned();
    moment.ok_or_else(|| ApiError::Conflict {
        code: "no_forecast",
        detail: "nothing is foreseen yet: the business day is closed, or the lobby has just started; open the day, or \
                 ask again in a few seconds"
            .to_owned(),
    })
}
