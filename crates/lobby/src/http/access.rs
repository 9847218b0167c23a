//! Who may call what: one table, and nothing else decides it. A route that is not in it is open to nobody.

use crate::accounts::Role;
use axum::http::Method;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody, with a credential or without.
    Anyone,
    /// These roles.
    Roles(&'static [Role]),
}

/// A route and who may call it. The path is written as the router writes it.
#[derive(Clone, Copy, Debug)]
pub struct Access {
    /// `GET` (`HEAD` counts as that), `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// As in the router, such as `/api/v1/tickets/{id}`.
    pub path: &'static str,
    /// Who.
    pub who: Who,
}

const STAFF: Who = Who::Roles(&[Role::Clerk, Role::Greeter, Role::Manager, Role::Engineer]);
const AT_COUNTERS: Who = Who::Roles(&[Role::Desk, Role::Clerk, Role::Manager]);
const SEES_COUNTERS: Who = Who::Roles(&[Role::Desk, Role::Clerk, Role::Greeter, Role::Manager, Role::Engineer]);
/// The board is for screens; the pages of staff show parts of it.
const BOARD: Who = Who::Roles(&[Role::Screen, Role::Clerk, Role::Greeter, Role::Manager, Role::Engineer]);
const DESK: Who = Who::Roles(&[Role::Desk]);
const MANAGER: Who = Who::Roles(&[Role::Manager]);
const GREETER: Who = Who::Roles(&[Role::Greeter]);
/// Who talks with customers.
const SPEAKS: Who = Who::Roles(&[Role::Greeter, Role::Clerk, Role::Manager]);
const WIRING: Who = Who::Roles(&[Role::Engineer, Role::Manager]);
/// Test pictures, slips and chimes are for who answers for the hall; what people look at may be ticked by any of the staff.
const TESTS: Who = Who::Roles(&[Role::Manager, Role::Engineer]);
/// People who sign in, tokens, codes, and what was done to them.
const ACCOUNTS: Who = Who::Roles(&[Role::Manager, Role::Engineer]);
const BOOKING: Who = Who::Roles(&[Role::Manager, Role::Hq]);

/// Every route of the API.
pub const TABLE: &[Access] = &[
    get("/healthz", Who::Anyone),
    get("/readyz", Who::Anyone),
    get("/metrics", Who::Anyone),
    get("/api/v1/openapi.json", Who::Anyone),
    get("/api/v1/menu", Who::Roles(&[Role::Kiosk, Role::Clerk, Role::Greeter, Role::Manager, Role::Engineer])),
    post("/api/v1/tickets", Who::Roles(&[Role::Kiosk, Role::Greeter])),
    get("/api/v1/tickets", STAFF),
    get("/api/v1/tickets/{id}", STAFF),
    post("/api/v1/tickets/{id}/cancel", GREETER),
    post("/api/v1/tickets/{id}/reinstate", GREETER),
    post("/api/v1/tickets/{id}/lane", GREETER),
    post("/api/v1/tickets/{id}/reprint", GREETER),
    get("/api/v1/track/{token}", Who::Anyone),
    post("/api/v1/track/{token}/cancel", Who::Anyone),
    get("/api/v1/counters", SEES_COUNTERS),
    get("/api/v1/counters/{counter}", SEES_COUNTERS),
    post("/api/v1/counters/{counter}/open", AT_COUNTERS),
    post("/api/v1/counters/{counter}/close", AT_COUNTERS),
    post("/api/v1/counters/{counter}/pause", AT_COUNTERS),
    post("/api/v1/counters/{counter}/resume", AT_COUNTERS),
    post("/api/v1/counters/{counter}/next", AT_COUNTERS),
    post("/api/v1/counters/{counter}/call", AT_COUNTERS),
    post("/api/v1/counters/{counter}/recall", AT_COUNTERS),
    post("/api/v1/counters/{counter}/arrived", AT_COUNTERS),
    post("/api/v1/counters/{counter}/finish", AT_COUNTERS),
    post("/api/v1/counters/{counter}/no-show", AT_COUNTERS),
    post("/api/v1/counters/{counter}/hold", AT_COUNTERS),
    post("/api/v1/counters/{counter}/resume-ticket", AT_COUNTERS),
    post("/api/v1/counters/{counter}/transfer", AT_COUNTERS),
    post("/api/v1/counters/{counter}/undo", AT_COUNTERS),
    get("/api/v1/board", BOARD),
    get("/api/v1/board/events", BOARD),
    get("/api/v1/screens", BOARD),
    get("/api/v1/rule", Who::Roles(&Role::ALL)),
    get("/api/v1/devices", STAFF),
    get("/api/v1/journal", Who::Roles(&[Role::Manager, Role::Engineer])),
    get("/api/v1/reports/day/{date}", Who::Roles(&[Role::Manager, Role::Hq])),
    get("/api/v1/forecast", Who::Roles(&[Role::Manager])),
    // The duty manager.
    get("/api/v1/hall", STAFF),
    put("/api/v1/counters/{counter}/plan", MANAGER),
    delete("/api/v1/counters/{counter}/plan", MANAGER),
    get("/api/v1/forecast/acts", MANAGER),
    get("/api/v1/whatif", MANAGER),
    get("/api/v1/reports/days", Who::Roles(&[Role::Manager, Role::Hq])),
    // Acts of people.
    get("/api/v1/alerts", STAFF),
    get("/api/v1/alerts/events", STAFF),
    post("/api/v1/alerts/{id}/ack", STAFF),
    post("/api/v1/help", Who::Roles(&[Role::Kiosk])),
    post("/api/v1/counters/{counter}/help", AT_COUNTERS),
    post("/api/v1/counters/{counter}/dispute", AT_COUNTERS),
    post("/api/v1/tickets/{id}/needs", Who::Roles(&[Role::Greeter, Role::Clerk])),
    post("/api/v1/tickets/{id}/flag", Who::Roles(&[Role::Greeter, Role::Manager, Role::Clerk])),
    post("/api/v1/track/{token}/later", Who::Anyone),
    // Announcements. A screen that has a loudspeaker fetches the sound.
    get("/api/v1/announcements", STAFF),
    post("/api/v1/announcements", STAFF),
    get("/api/v1/announcements/{id}/audio", BOARD),
    post("/api/v1/screens/{id}/sound", Who::Roles(&[Role::Screen])),
    // The business day.
    get("/api/v1/day", STAFF),
    post("/api/v1/day/open", MANAGER),
    post("/api/v1/day/close", MANAGER),
    // Devices.
    get("/api/v1/devices/events", STAFF),
    get("/api/v1/selftest", STAFF),
    post("/api/v1/selftest", TESTS),
    post("/api/v1/selftest/{id}/tick", STAFF),
    // Appointments. The greeter prepares for who is coming (HALL P4).
    get("/api/v1/appointments", Who::Roles(&[Role::Greeter, Role::Manager, Role::Hq])),
    post("/api/v1/appointments", BOOKING),
    put("/api/v1/appointments/{code}", BOOKING),
    delete("/api/v1/appointments/{code}", BOOKING),
    // Wiring.
    get("/api/v1/lines", WIRING),
    get("/api/v1/lines/{line}/walk", WIRING),
    post("/api/v1/lines/{line}/walk", WIRING),
    post("/api/v1/lines/{line}/walk/stop", WIRING),
    // Desk units at agents: each token for its own.
    get("/api/v1/desks/{id}", DESK),
    get("/api/v1/desks/{id}/picture/events", DESK),
    post("/api/v1/desks/{id}/presses", DESK),
    post("/api/v1/desks/{id}/missed", DESK),
    post("/api/v1/desks/{id}/baseline", DESK),
    post("/api/v1/desks/{id}/state", DESK),
    // Ratings.
    post("/api/v1/track/{token}/rate", Who::Anyone),
    // Words and plans at the counter.
    get("/api/v1/counters/{counter}/queue", SEES_COUNTERS),
    get("/api/v1/counters/{counter}/queue/events", SEES_COUNTERS),
    get("/api/v1/counters/{counter}/day", SEES_COUNTERS),
    post("/api/v1/tickets/{id}/note", SPEAKS),
    post("/api/v1/tickets/{id}/then", SPEAKS),
    // The hall as the greeter sees it.
    post("/api/v1/alarms", STAFF),
    get("/api/v1/greeters", STAFF),
    post("/api/v1/greeters", GREETER),
    // Paper.
    get("/api/v1/printers", STAFF),
    get("/api/v1/printers/{id}/jobs", STAFF),
    post("/api/v1/printers/{id}/paper-change", STAFF),
    post("/api/v1/printers/{id}/jobs/{job}/void", Who::Roles(&[Role::Greeter, Role::Manager])),
    // People who sign in. Which roles a manager may give stands in `accounts::staff::may_grant`.
    post("/api/v1/signin", Who::Anyone),
    post("/api/v1/signout", Who::Roles(&Role::ALL)),
    get("/api/v1/session", Who::Roles(&Role::ALL)),
    post("/api/v1/session/active", Who::Roles(&Role::ALL)),
    post("/api/v1/counters/{counter}/clerk", Who::Roles(&[Role::Clerk])),
    get("/api/v1/staff", ACCOUNTS),
    post("/api/v1/staff", ACCOUNTS),
    post("/api/v1/staff/{number}", ACCOUNTS),
    post("/api/v1/staff/{number}/secret", ACCOUNTS),
    post("/api/v1/staff/{number}/disable", ACCOUNTS),
    post("/api/v1/staff/{number}/enable", ACCOUNTS),
    get("/api/v1/tokens", ACCOUNTS),
    post("/api/v1/tokens", ACCOUNTS),
    post("/api/v1/tokens/revoke", ACCOUNTS),
    post("/api/v1/enrolments", ACCOUNTS),
    get("/api/v1/audit", ACCOUNTS),
    // The kiosk: cards, and a second paper for whoever holds the link of a number.
    post("/api/v1/cards", Who::Roles(&[Role::Kiosk, Role::Greeter])),
    post("/api/v1/copies", Who::Roles(&[Role::Kiosk])),
    get("/api/v1/speech", Who::Roles(&[Role::Kiosk])),
];

const fn get(path: &'static str, who: Who) -> Access {
    Access { method: "GET", path, who }
}

const fn post(path: &'static str, who: Who) -> Access {
    Access { method: "POST", path, who }
}

const fn put(path: &'static str, who: Who) -> Access {
    Access { method: "PUT", path, who }
}

const fn delete(path: &'static str, who: Who) -> Access {
    Access { method: "DELETE", path, who }
}

/// What the table says to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// The route is there, for these.
    Route(Who),
    /// The path is there, for these, and does not answer to this method.
    OtherMethod(Who),
    /// Not in the table: for nobody.
    Closed,
}

/// What the table says to a method and a path as the router writes it.
pub(super) fn rule(method: &Method, path: &str) -> Rule {
    if super::pages::OPEN.contains(&path) {
        return Rule::Route(Who::Anyone);
    }
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let mut there = TABLE.iter().filter(|access| access.path == path).peekable();
    let Some(any) = there.peek().copied() else { return Rule::Closed };
    let route = there.find(|access| access.method == method.as_str());
    route.map_or(Rule::OtherMethod(any.who), |route| Rule::Route(route.who))
}

impl Who {
    /// Whether a role is among them.
    pub fn allows(self, role: Role) -> bool {
        match self {
            Who::Anyone => true,
            Who::Roles(roles) => roles.contains(&role),
        }
    }
}
