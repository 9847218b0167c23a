//! What stands on a ticket, from the state of the branch.

use crate::{
    config::Text,
    controller::View,
    devices::printer::{PrintOrder, TicketPaper, WaitRange},
};
use queue_core::{NoShowPolicy, PrintJob, Promise, Ticket, TicketState};

/// The paper of a print job, or `None` when its ticket is of another day.
pub fn paper(view: &View<'_>, job: &PrintJob) -> Option<PrintOrder> {
    let ticket = view.branch.ticket(&job.ticket)?;
    Some(PrintOrder { job: job.id, paper: ticket_paper(view, ticket, job.copy) })
}

fn ticket_paper(view: &View<'_>, ticket: &Ticket, copy: bool) -> TicketPaper {
    let branch = &view.config.branch;
    let service = view.config.services.iter().find(|service| service.id == ticket.service.as_str());
    let lane = view.config.lanes.iter().find(|lane| lane.id == ticket.lane.as_str());
    let able = view.branch.plan().counters.iter().filter(|plan| plan.delay(&ticket.service, &ticket.lane).is_some());
    // The customer's own language first; the others follow in the order of the branch.
    let mut languages = branch.languages.clone();
    if let Some(own) = &ticket.language {
        languages.sort_by_key(|language| language != own);
    }
    TicketPaper {
        branch: branch.name.clone(),
        number: ticket.number.clone(),
        service: service.map(|service| service.name.clone()).unwrap_or_default(),
        lane: lane.map(|lane| lane.name.clone()).unwrap_or_default(),
        issued: view.config.local(ticket.issued_at).strftime("%Y-%m-%d %H:%M").to_string(),
        ahead: (ticket.state == TicketState::Waiting).then(|| view.branch.ahead(&ticket.id)).flatten(),
        // The promise counts from the issue; on a copy it would be heard as from now.
        wait: ticket.promise.filter(|_| !copy).map(wait),
        counters: able.map(|plan| plan.id.to_string()).collect(),
        no_show_rule: no_show_rule(view.branch.plan().rules.no_show, view.config.rules.return_penalty_min),
        papers: service.map(|service| service.papers.clone()).unwrap_or_default(),
        track_url: track_url(view, ticket),
        hotline: branch.hotline.clone(),
        wifi: branch.wifi.clone(),
        languages,
        copy,
    }
}

fn wait(promise: Promise) -> WaitRange {
    WaitRange { about_min: promise.about_min(), up_to_min: promise.bound_s() / 60 }
}

/// The tracking page, where phones can reach it.
fn track_url(view: &View<'_>, ticket: &Ticket) -> Option<String> {
    let base = view.config.branch.public_url.as_ref()?;
    Some(format!("{}/t/{}", base.trim_end_matches('/'), view.track_token(&ticket.id)?))
}

fn no_show_rule(policy: NoShowPolicy, penalty_min: u32) -> Text {
    let (zh, en) = match policy {
        NoShowPolicy::Void => {
            ("过号作废，请重新取号。".to_owned(), "A missed call voids the number; please take a new one.".to_owned())
        }
        NoShowPolicy::Once => (
            format!("过号可在咨询台恢复一次，顺延{penalty_min}分钟。"),
            format!("Missed your call? The desk puts you back once, {penalty_min} minutes later in the queue."),
        ),
        NoShowPolicy::Tail => (
            "过号请到咨询台，排到队尾。".to_owned(),
            "Missed your call? The desk puts you back at the end of the queue.".to_owned(),
        ),
    };
    Text::from([("zh-CN".to_owned(), zh), ("en".to_owned(), en)])
}
