//! Ticket printers for staff: what became of each piece of paper, and the paper change.

use super::{
    AppState, Asking, Named as PathName,
    auth::Caller,
    body::Asked,
    error::{ApiError, Named, answer, json},
    spec::Problems,
    wish::{Act, free_text, wish},
};
use crate::{
    controller::Answer,
    views::{self, DeviceStatus, PrintJobAnswer, PrintJobs, PrinterAnswer, PrinterList},
};
use axum::{
    extract::{FromRequestParts, Path, State},
    http::request::Parts,
    response::Response,
};
use queue_core::{Command, JobId, Refusal};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Jobs listed beside those that need somebody, unless the caller says otherwise.
const NEWEST: usize = 100;
/// Most of them.
const MOST_NEWEST: usize = 500;

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(jobs)).routes(routes!(paper_change)).routes(routes!(void))
}

/// The printers and how much paper is spoiled. How each is stands in the list of devices.
#[utoipa::path(get, path = "/api/v1/printers", tag = "staff", responses((status = 200, body = PrinterList), Problems))]
async fn list(State(state): State<Arc<AppState>>, _: Caller) -> Result<Response, ApiError> {
    let devices = devices(&state);
    let list = state.handle.ask(move |view| views::printers(view, &devices)).await?;
    Ok(answer(Answer { status: 200, body: json(&list) }))
}

/// Which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct JobsQuery {
    /// At most so many that need nobody, 0 to 500; 100 without it.
    limit: Option<usize>,
}

/// What became of a printer's jobs, newest first. Those that need somebody are always among them.
#[utoipa::path(get, path = "/api/v1/printers/{id}/jobs", tag = "staff", params(("id" = String, Path), JobsQuery),
    responses((status = 200, body = PrintJobs), Problems))]
async fn jobs(
    State(state): State<Arc<AppState>>,
    _: Caller,
    PathName(id): PathName,
    Asking(query): Asking<JobsQuery>,
) -> Result<Response, ApiError> {
    let newest = query.limit.unwrap_or(NEWEST);
    if newest > MOST_NEWEST {
        return Err(ApiError::BadQuery(format!("`limit` goes from 0 to {MOST_NEWEST}")));
    }
    known(&state, &id)?;
    let devices = devices(&state);
    let found = state.handle.ask(move |view| views::print_jobs(view, &id, newest, &devices)).await?;
    Ok(answer(Answer { status: 200, body: json(&found) }))
}

/// Begin or end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PaperChangeBody {
    /// `true` before the printer is opened, `false` when the paper is in.
    on: bool,
}

/// Says that staff change the paper, or that they have: meanwhile tickets wait and the kiosk asks for a moment. Repeating it
/// changes nothing. A change that nobody ends is ended when the printer has been well for a while.
#[utoipa::path(post, path = "/api/v1/printers/{id}/paper-change", tag = "staff", params(("id" = String, Path)),
    request_body = PaperChangeBody, responses((status = 200, body = PrinterAnswer), Problems))]
async fn paper_change(
    State(state): State<Arc<AppState>>,
    by: Caller,
    PathName(id): PathName,
    Asked { body, request }: Asked<PaperChangeBody>,
) -> Result<Response, ApiError> {
    known(&state, &id)?;
    let command = Command::SetPaperChange { printer: id.as_str().into(), on: body.on };
    let act = Act { actor: by.actor(), request, command, named: Named::default(), status: 200 };
    let devices = devices(&state);
    wish(&state, act, move |view, _| Some(PrinterAnswer { printer: views::printer(view, &id, &devices)? })).await
}

/// Why a piece of paper is struck off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VoidBody {
    /// In words; may be left out.
    reason: Option<String>,
}

/// Strikes spoiled paper off: nobody needs it any more. Possible from two minutes after it failed; the number stays good.
#[utoipa::path(post, path = "/api/v1/printers/{id}/jobs/{job}/void", tag = "staff",
    params(("id" = String, Path), ("job" = String, Path)), request_body = Option<VoidBody>,
    responses((status = 200, body = PrintJobAnswer), Problems))]
async fn void(
    State(state): State<Arc<AppState>>,
    by: Caller,
    OfPrinter { printer, job }: OfPrinter,
    Asked { body, request }: Asked<VoidBody>,
) -> Result<Response, ApiError> {
    known(&state, &printer)?;
    let reason = body.reason.map(|reason| free_text("reason", reason)).transpose()?;
    let unknown = || ApiError::NotFound { code: Refusal::UnknownJob.code(), detail: Refusal::UnknownJob.to_string() };
    let job = JobId(job.parse().map_err(|_| unknown())?);
    let own = move |view: &crate::controller::View<'_>| {
        view.branch.job(job).is_some_and(|job| job.printer.as_str() == printer)
    };
    if !state.handle.ask(own).await? {
        return Err(unknown());
    }
    let act = Act {
        actor: by.actor(),
        request,
        command: Command::VoidPrint { job, reason },
        named: Named::default(),
        status: 200,
    };
    let devices = devices(&state);
    wish(&state, act, move |view, _| {
        Some(PrintJobAnswer { job: views::print_job(view, view.branch.job(job)?, &devices) })
    })
    .await
}

/// A printer and one of its jobs, as the path names them.
struct OfPrinter {
    printer: String,
    job: String,
}

impl<S: Send + Sync> FromRequestParts<S> for OfPrinter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<OfPrinter, ApiError> {
        // What is not UTF-8 names nothing that there is.
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((printer, job)) = path.map_err(|_| ApiError::NoSuchRoute)?;
        Ok(OfPrinter { printer, job })
    }
}

fn devices(state: &AppState) -> Arc<Vec<DeviceStatus>> {
    state.devices.borrow().clone()
}

fn known(state: &AppState, id: &str) -> Result<(), ApiError> {
    let printers = &state.handle.config().printers;
    if printers.iter().any(|printer| printer.id == id) {
        return Ok(());
    }
    let all: Vec<&str> = printers.iter().map(|printer| printer.id.as_str()).collect();
    let detail = match all.as_slice() {
        [] => "this branch has no ticket printer".to_owned(),
        _ => format!("there is no printer `{id}` here; there is {}", all.join(", ")),
    };
    Err(ApiError::NotFound { code: "unknown_printer", detail })
}
