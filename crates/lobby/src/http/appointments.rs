//! Booking times by code, one or many; who comes on a day.

use super::{
    AppState, Asking, Named as PathName,
    auth::Caller,
    body::Asked,
    error::{ApiError, Named, answer, json},
    spec::Problems,
    wish::{Act, Nothing, wish, wish_as},
};
use crate::{
    config::Config,
    controller::{Answer, View},
    views::{self, AppointmentImport, AppointmentList, AppointmentMistake, AppointmentView},
};
use axum::{extract::State, response::Response};
use jiff::civil::DateTime;
use queue_core::{AppointmentCode, AppointmentWish, BusinessDay, Command, Event, Timestamp};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Letters, digits and hyphens of the longest code.
const CODE_LIMIT: usize = 32;
/// Most appointments in one call; that many fit a body.
pub(crate) const MANY: usize = 500;
/// Mistakes that a problem names; `check` lists all.
const NAMED: usize = 5;

pub(super) fn routes() -> OpenApiRouter<Arc<AppState>> {
    OpenApiRouter::new().routes(routes!(put, delete)).routes(routes!(list, put_many))
}

/// What is booked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AppointmentBody {
    /// What for, such as `cash`.
    service: String,
    /// When: RFC 3339.
    #[schema(format = DateTime)]
    at: String,
}

/// Books a time under a code: 1 to 32 letters, digits and hyphens, upper and lower case being the same. 201 for a new
/// code, else 200; another time or service replaces what was booked while nobody has come.
#[utoipa::path(put, path = "/api/v1/appointments/{code}", tag = "appointments", params(("code" = String, Path)),
    request_body = AppointmentBody,
    responses((status = 200, body = AppointmentView), (status = 201, body = AppointmentView), Problems))]
async fn put(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    PathName(code): PathName,
    Asked { body, request }: Asked<AppointmentBody>,
) -> Result<Response, ApiError> {
    let code = appointment_code(&code)?;
    let booked = instant(&body.at).ok_or_else(|| bad_time(&body.at))?;
    let command = Command::PutAppointment(booking(state.handle.config(), code.clone(), &body.service, booked));
    let act = Act { actor: caller.actor(), request, command, named: Named::default(), status: 200 };
    wish_as(&state, act, super::wish::Beside::default(), move |view, handled| {
        let new = handled.facts.iter().any(|fact| matches!(fact, Event::AppointmentBooked { changed: false, .. }));
        let shown = views::appointment(view, view.branch.appointment(&code)?);
        Some((if new { 201 } else { 200 }, shown))
    })
    .await
}

/// Takes a booked time back, and answers it once more.
#[utoipa::path(delete, path = "/api/v1/appointments/{code}", tag = "appointments", params(("code" = String, Path)),
    responses((status = 200, body = AppointmentView), Problems))]
async fn delete(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    PathName(code): PathName,
    Asked { body: Nothing {}, request }: Asked<Nothing>,
) -> Result<Response, ApiError> {
    let code = appointment_code(&code)?;
    let named = Named { appointment: Some(code.clone()), ..Named::default() };
    let command = Command::DeleteAppointment { code };
    let act = Act { actor: caller.actor(), request, command, named, status: 200 };
    wish(&state, act, |view, handled| handled.facts.iter().find_map(|fact| views::cancelled_appointment(view, fact)))
        .await
}

/// Which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// A business day, `YYYY-MM-DD`; today without it.
    #[param(format = Date)]
    date: Option<String>,
}

/// Appointments of a business day by their times.
#[utoipa::path(get, path = "/api/v1/appointments", tag = "appointments", params(ListQuery),
    responses((status = 200, body = AppointmentList), Problems))]
async fn list(
    State(state): State<Arc<AppState>>,
    _: Caller,
    Asking(query): Asking<ListQuery>,
) -> Result<Response, ApiError> {
    let day = query.date.map(day).transpose()?;
    let found = state.handle.ask(move |view| views::appointments(view, &day.unwrap_or_else(|| today(view)))).await?;
    Ok(answer(Answer { status: 200, body: json(&found) }))
}

fn day(text: String) -> Result<BusinessDay, ApiError> {
    let bad = |text: &str| ApiError::BadQuery(format!("`{text}` is no date; write it as YYYY-MM-DD"));
    let date: jiff::civil::Date = text.parse().map_err(|_| bad(&text))?;
    BusinessDay::new(text).ok().filter(|day| day.as_str() == date.to_string()).ok_or_else(|| bad(&date.to_string()))
}

/// The open business day, or the one that the calendar says.
fn today(view: &View<'_>) -> BusinessDay {
    let day = view.branch.day();
    day.day.clone().filter(|_| day.open).unwrap_or_else(|| view.config.business_day(view.at))
}

/// Many at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ImportBody {
    /// At most 500.
    appointments: Vec<ImportItem>,
    /// Only say what would come of it.
    #[serde(default)]
    check: bool,
}

/// One of many.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ImportItem {
    /// 1 to 32 letters, digits and hyphens.
    code: String,
    /// What for, such as `cash`.
    service: String,
    /// When: RFC 3339, or local time of the branch such as `2026-11-23 09:30`.
    at: String,
}

/// Books many, all or none: with one mistake the answer is 422 `appointment_mistakes` and nothing is booked. With
/// `check` nothing is booked either way, and the answer lists every mistake.
#[utoipa::path(post, path = "/api/v1/appointments", tag = "appointments", request_body = ImportBody,
    responses((status = 200, body = AppointmentImport), Problems))]
async fn put_many(
    State(state): State<Arc<AppState>>,
    caller: Caller,
    Asked { body, request }: Asked<ImportBody>,
) -> Result<Response, ApiError> {
    if body.appointments.len() > MANY {
        return Err(ApiError::BadBody(format!("`appointments` takes at most {MANY} at once")));
    }
    let config = state.handle.config();
    let read = body.appointments.iter().map(|item| item.read(config)).collect::<Vec<_>>();
    if body.check {
        let told = state.handle.ask(move |view| checked(view, &read)).await?;
        return Ok(answer(Answer { status: 200, body: json(&told) }));
    }
    let (mut wishes, mut mistakes) = (Vec::with_capacity(read.len()), Vec::new());
    for (index, item) in read.into_iter().enumerate() {
        match item {
            Ok(wish) => wishes.push(wish),
            Err(error) => mistakes.push(format!("appointments[{index}]: {error}")),
        }
    }
    if !mistakes.is_empty() {
        let count = mistakes.len();
        mistakes.truncate(NAMED);
        let detail = format!("{count} of the appointments cannot be read: {}", mistakes.join("; "));
        return Err(ApiError::BadValue { code: "appointment_mistakes", detail });
    }
    let of = wishes.len();
    let command = Command::PutAppointments(wishes);
    let act = Act { actor: caller.actor(), request, command, named: Named::default(), status: 200 };
    wish(&state, act, move |_, handled| {
        let changes = |fact: &&Event| matches!(fact, Event::AppointmentBooked { changed: true, .. });
        let changed = handled.facts.iter().filter(changes).count();
        let booked = handled.facts.len() - changed;
        Some(AppointmentImport { booked, changed, same: of - handled.facts.len(), mistakes: Vec::new() })
    })
    .await
}

impl ImportItem {
    fn read(&self, config: &Config) -> Result<AppointmentWish, ApiError> {
        let code = appointment_code(&self.code)?;
        let at = instant(&self.at).or_else(|| local(config, &self.at)).ok_or_else(|| bad_time(&self.at))?;
        Ok(booking(config, code, &self.service, at))
    }
}

/// What would come of booking these.
fn checked(view: &View<'_>, read: &[Result<AppointmentWish, ApiError>]) -> AppointmentImport {
    let wishes: Vec<AppointmentWish> = read.iter().filter_map(|item| item.as_ref().ok().cloned()).collect();
    let mut judged = view.branch.judge_appointments(view.at, &wishes).into_iter();
    let mut told = AppointmentImport::default();
    for (index, item) in read.iter().enumerate() {
        let mistake = |code: &str, detail: String| AppointmentMistake { index, code: code.to_owned(), detail };
        match item {
            Err(ApiError::BadValue { code, detail }) => told.mistakes.push(mistake(code, detail.clone())),
            Err(error) => told.mistakes.push(mistake(error.code(), error.to_string())),
            Ok(_) => match judged.next() {
                Some(Err(refusal)) => told.mistakes.push(mistake(refusal.code(), refusal.to_string())),
                Some(Ok(Some(Event::AppointmentBooked { changed: true, .. }))) => told.changed += 1,
                Some(Ok(Some(_))) => told.booked += 1,
                Some(Ok(None)) | None => told.same += 1,
            },
        }
    }
    told
}

fn booking(config: &Config, code: AppointmentCode, service: &str, at: Timestamp) -> AppointmentWish {
    AppointmentWish { code, service: service.into(), at, day: config.business_day(at) }
}

/// A code as people give it.
pub(super) fn appointment_code(text: &str) -> Result<AppointmentCode, ApiError> {
    let text = text.trim();
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if (1..=CODE_LIMIT).contains(&text.len()) && text.bytes().all(good) {
        return Ok(AppointmentCode::from(text));
    }
    let detail = format!("the code of an appointment is 1 to {CODE_LIMIT} letters A to Z, digits and hyphens");
    Err(ApiError::BadValue { code: "bad_appointment_code", detail })
}

fn bad_time(text: &str) -> ApiError {
    let shown: String = text.chars().take(40).collect();
    let detail = format!("`{shown}` is no time of an appointment; write it as 2026-11-23T09:30:00+08:00");
    ApiError::BadValue { code: "bad_time", detail }
}

/// RFC 3339, to the millisecond.
fn instant(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok().map(|at: jiff::Timestamp| Timestamp(at.as_millisecond()))
}

/// A local time that there is exactly once: in the hour that clocks skip or repeat nobody knows what is meant.
fn local(config: &Config, text: &str) -> Option<Timestamp> {
    // A date alone would be midnight.
    let local: DateTime = text.trim().parse().ok().filter(|_| text.contains(':'))?;
    let zone = jiff::tz::TimeZone::get(&config.branch.time_zone).ok()?;
    let at = zone.to_ambiguous_timestamp(local).unambiguous().ok()?;
    Some(Timestamp(at.as_millisecond()))
}
