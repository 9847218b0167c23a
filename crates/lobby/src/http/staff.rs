//! The hall now, the journal and the rule, for those who answer for them.

use super::{
    AppState, Asking,
    auth::Caller,
    error::{ApiError, answer, json},
    place::At,
    records::{exported, why},
    spec::Problems,
};
use crate::{
    controller::Answer,
    views::{self, HallNow, JournalPage, Rule},
};
use axum::{extract::State, response::Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Rows in one page, unless the caller says otherwise.
const PAGE: i64 = 100;
/// Most rows in one page.
const LARGEST_PAGE: i64 = 1_000;

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(hall)).routes(routes!(journal)).routes(routes!(rule))
}

/// The hall now: who waits how long against which target, and since when counters have had their customers.
#[utoipa::path(get, path = "/api/v1/hall", tag = "staff", responses((status = 200, body = HallNow), Problems))]
async fn hall(State(state): State<Arc<AppState>>, _: Caller) -> Result<Response, ApiError> {
    let hall = state.handle.ask(views::hall).await?;
    Ok(answer(Answer { status: 200, body: json(&hall) }))
}

/// Who is called next and why, as data and in plain words.
#[utoipa::path(get, path = "/api/v1/rule", tag = "staff", responses((status = 200, body = Rule), Problems))]
async fn rule(State(state): State<Arc<AppState>>, _: Caller) -> Result<Response, ApiError> {
    let rule = state.handle.ask(views::rule).await?;
    Ok(answer(Answer { status: 200, body: json(&rule) }))
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct JournalQuery {
    /// Rows after this one; from the first without it.
    after: Option<i64>,
    /// At most so many, 1 to 1000; 100 without it.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<i64>,
    /// What it is wanted for; it stands in the audit, with whoever reads.
    #[param(max_length = 200)]
    reason: Option<String>,
}

/// What happened, row by row.
#[utoipa::path(get, path = "/api/v1/journal", tag = "staff", params(JournalQuery),
    responses((status = 200, body = JournalPage), Problems))]
async fn journal(
    State(state): State<Arc<AppState>>,
    by: Caller,
    At(place): At,
    Asking(query): Asking<JournalQuery>,
) -> Result<Response, ApiError> {
    let reason = why(query.reason)?;
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(ApiError::BadQuery(format!("`limit` goes from 1 to {LARGEST_PAGE}")));
    }
    // Whoever goes on where a page ended goes on with one export.
    if query.after.is_none_or(|after| after <= 0) {
        exported(&state, &by, place, "journal".to_owned(), reason).await?;
    }
    let mut rows = state.records.page(query.after.unwrap_or(0), limit + 1).await?;
    let more = i64::try_from(rows.len()).is_ok_and(|found| found > limit);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|row| row.seq);
    let page = JournalPage { rows: rows.into_iter().map(Into::into).collect(), next };
    Ok(answer(Answer { status: 200, body: json(&page) }))
}
