//! What a counter takes today in place of what its configuration says.

use super::{
    Named as PathName,
    auth::Caller,
    body::Asked,
    counters::{Answered, Lobby, act},
    error::ApiError,
    spec::Problems,
    wish::free_text,
};
use crate::views::CounterAnswer;
use queue_core::Command;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Latest minute from which an overflow may count: a day.
const MOST_MINUTES: u32 = 1_440;

pub(super) fn routes() -> OpenApiRouter<Arc<super::AppState>> {
    OpenApiRouter::new().routes(routes!(put, end))
}

/// What the counter takes: either `services` or `serves`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanBody {
    /// Services, in all lanes and at once.
    services: Option<Vec<String>>,
    /// As in the configuration: `cash`, `cash/vip`, `*/vip` or `*`.
    serves: Option<Vec<String>>,
    /// What it takes of those who have waited for so long.
    #[serde(default)]
    overflow: Vec<OverflowBody>,
    /// Why, in words; stands in the journal.
    reason: String,
    /// Also where people who wait are then left to nobody.
    #[serde(default)]
    confirm: bool,
}

/// What a counter takes later.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OverflowBody {
    /// As in `serves`.
    serves: String,
    /// From this wait on, minutes.
    after_min: u32,
}

/// Gives a counter other services until the day ends. Its customer stays; what the configuration says is untouched.
#[utoipa::path(put, path = "/api/v1/counters/{counter}/plan", tag = "manager", params(("counter" = String, Path)),
    request_body = PlanBody, responses((status = 200, body = CounterAnswer), Problems))]
async fn put(state: Lobby, by: Caller, PathName(id): PathName, asked: Asked<PlanBody>) -> Answered {
    let PlanBody { services, serves, overflow, reason, confirm } = asked.body;
    let bad = |detail: &str| ApiError::BadValue { code: "bad_plan", detail: detail.to_owned() };
    let serves = match (services, serves) {
        (Some(services), None) if services.iter().any(|service| service.contains(['/', '*'])) => {
            return Err(bad("`services` names services, such as `cash`; patterns such as `*/vip` stand in `serves`"));
        }
        (Some(names), None) | (None, Some(names)) => names,
        _ => return Err(bad("give either `services`, such as [\"cash\"], or `serves`, such as [\"cash/vip\"]")),
    };
    if overflow.iter().any(|over| over.after_min > MOST_MINUTES) {
        return Err(bad("`after_min` is at most 1440, a day"));
    }
    let overflow: Vec<_> = overflow.into_iter().map(|over| (over.serves, over.after_min)).collect();
    let skills = state.0.handle.config().skills(&serves, &overflow);
    let reason = free_text("reason", reason)?;
    let plan = |counter| Command::PlanCounter { counter, skills, reason, confirm };
    act(&state.0, &by, id, asked.request, plan).await
}

/// How it is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndPlanBody {
    /// Also where people who wait are then left to nobody.
    #[serde(default)]
    confirm: bool,
}

/// The counter takes what its configuration says again; repeating it changes nothing.
#[utoipa::path(delete, path = "/api/v1/counters/{counter}/plan", tag = "manager", params(("counter" = String, Path)),
    request_body = Option<EndPlanBody>, responses((status = 200, body = CounterAnswer), Problems))]
async fn end(state: Lobby, by: Caller, PathName(id): PathName, asked: Asked<EndPlanBody>) -> Answered {
    let confirm = asked.body.confirm;
    act(&state.0, &by, id, asked.request, |counter| Command::EndCounterPlan { counter, confirm }).await
}
