//! Reports, for those who answer for the hall.

use super::{
    AppState, Asking, Named as PathName,
    auth::Caller,
    error::{ApiError, answer, json},
    place::At,
    records::{exported, why},
    spec::Problems,
};
use crate::{
    controller::Answer,
    report::{self, DayReport, ReportError, Table},
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use queue_core::BusinessDay;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(day)).routes(routes!(days))
}

/// Business days that there are reports of.
#[derive(Debug, Serialize, ToSchema)]
struct ReportDays {
    /// `YYYY-MM-DD`, oldest first.
    days: Vec<String>,
}

/// The business days of the journal.
#[utoipa::path(get, path = "/api/v1/reports/days", tag = "manager",
    responses((status = 200, body = ReportDays), Problems))]
async fn days(State(state): State<Arc<AppState>>, _: Caller) -> Result<Response, ApiError> {
    let days = state.records.days().await?;
    let days = ReportDays { days: days.iter().map(|day| day.as_str().to_owned()).collect() };
    Ok(answer(Answer { status: 200, body: json(&days) }))
}

/// How the report is written.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DayQuery {
    /// `json`, or `csv` for one of its tables; a date that ends in `.csv` says the same.
    #[serde(default)]
    format: Format,
    /// Of a CSV: which table.
    #[serde(default)]
    table: Table,
    /// Of a CSV: what it is wanted for; it stands in the audit, with whoever took it.
    #[param(max_length = 200)]
    reason: Option<String>,
    /// Of a CSV: heads and names in Chinese (`zh-CN`, `zh-Hant`) or English (`en`); the branch's first language without it.
    language: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Json,
    Csv,
}

/// A business day in figures: what people waited, how they were served, and how true the promise was.
#[utoipa::path(get, path = "/api/v1/reports/day/{date}", tag = "manager",
    params(("date" = String, Path), DayQuery),
    responses((status = 200, content((DayReport = "application/json"), (String = "text/csv"))), Problems))]
async fn day(
    State(state): State<Arc<AppState>>,
    by: Caller,
    At(place): At,
    PathName(date): PathName,
    Asking(query): Asking<DayQuery>,
) -> Result<Response, ApiError> {
    let reason = why(query.reason)?;
    let unknown = |detail: String| ApiError::NotFound { code: "unknown_day", detail };
    let (date, format) = match date.strip_suffix(".csv") {
        Some(date) => (date.to_owned(), Format::Csv),
        None => (date, query.format),
    };
    let day = BusinessDay::new(date).map_err(|wrong| unknown(wrong.to_string()))?;
    let report = match state.records.report(day).await? {
        Ok(report) => report,
        Err(ReportError::Journal(cause)) => return Err(cause.into()),
        Err(none @ ReportError::UnknownDay { .. }) => return Err(unknown(none.to_string())),
    };
    if format == Format::Json {
        return Ok(answer(Answer { status: 200, body: json(&report) }));
    }
    let what = format!("report {} {}", report.day, query.table.name());
    exported(&state, &by, place, what, reason).await?;
    let config = state.handle.config();
    let language = query.language.as_deref().or_else(|| config.branch.languages.first().map(String::as_str));
    let zh = language.is_some_and(|language| language.starts_with("zh"));
    let written = report::csv(&report, query.table, config, zh);
    let written = written.map_err(|_| ApiError::Unexpected("a report could not be written as CSV"))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}-{}.csv\"", report.day, query.table.name())),
    ];
    Ok((headers, written).into_response())
}
