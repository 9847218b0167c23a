//! Reports, for those who answer for the hall.

use super::{
    AppState, Named as PathName,
    auth::Caller,
    error::{ApiError, answer, json},
    spec::Problems,
};
use crate::{
    controller::Answer,
    report::{DayReport, ReportError},
};
use axum::{extract::State, response::Response};
use queue_core::BusinessDay;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(day))
}

/// A business day in figures: what people waited, how they were served, and how true the promise was.
#[utoipa::path(get, path = "/api/v1/reports/day/{date}", tag = "manager", params(("date" = String, Path)),
    responses((status = 200, body = DayReport), Problems))]
async fn day(State(state): State<Arc<AppState>>, _: Caller, PathName(date): PathName) -> Result<Response, ApiError> {
    let unknown = |detail: String| ApiError::NotFound { code: "unknown_day", detail };
    let day = BusinessDay::new(date).map_err(|wrong| unknown(wrong.to_string()))?;
    match state.records.report(day).await? {
        Ok(report) => Ok(answer(Answer { status: 200, body: json(&report) })),
        Err(ReportError::Journal(cause)) => Err(cause.into()),
        Err(none @ ReportError::UnknownDay { .. }) => Err(unknown(none.to_string())),
    }
}
