//! Random worlds and random wishes. A wish is drawn as small numbers and becomes a command when it is played, so that
//! it names tickets and counters that are there, and so that a failing day shrinks well.

use super::naive::Naive;
use proptest::prelude::*;
use queue_core::*;

/// One wish as drawn: how long after the last one in seconds, which one, and of what.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    pub gap: i64,
    pub verb: u8,
    pub a: usize,
    pub b: usize,
    pub c: usize,
}

pub fn draw() -> impl Strategy<Value = Draw> {
    let gap = prop_oneof![3 => Just(0i64), 4 => 1..20i64, 2 => 20..400i64, 1 => Just(-1i64), 1 => Just(-2i64)];
    (gap, 0..82u8, 0..100usize, 0..100usize, 0..100usize).prop_map(|(gap, verb, a, b, c)| Draw { gap, verb, a, b, c })
}

const SERVICES: [(&str, &str); 3] = [("cash", "A"), ("account", "B"), ("loan", "C")];
const LANES: [&str; 3] = ["regular", "priority", "vip"];

/// Guaranteed shares of the lanes; together they are at most all calls.
const SHARES: [[i64; 3]; 6] = [[0, 0, 0], [250, 0, 0], [333, 333, 333], [900, 0, 100], [0, 500, 500], [100, 400, 250]];

fn lane() -> impl Strategy<Value = (i64, i64, i64)> {
    let speed = prop::sample::select(vec![100, 100, 250, 500, 1]);
    (prop_oneof![Just(0), 0..600i64], speed, prop::sample::select(vec![0i64, 10, 30, 90, 300]))
}

type Draws = (Vec<(usize, usize, u8)>, Vec<i64>, bool);

fn counter_draw() -> impl Strategy<Value = Draws> {
    let skill = (0..4usize, 0..4usize, 0..8u8);
    (
        prop::collection::vec(skill, 1..5),
        prop::collection::vec(prop_oneof![Just(0i64), 0..500i64], 3),
        prop::bool::weighted(0.2),
    )
}

fn counter((id, (skills, affinity, auto_next)): (usize, Draws)) -> CounterPlan {
    let delay = |kind: u8| match kind {
        0 => None,
        1 => Some(30_000),
        2 => Some(90_000),
        _ => Some(0),
    };
    let skills = skills.into_iter().filter(|(service, lane, _)| *service < 3 || *lane < 3);
    CounterPlan {
        id: (id + 1).to_string().as_str().into(),
        skills: skills
            .map(|(service, lane, kind)| Skill {
                service: SERVICES.get(service).map(|(id, _)| (*id).into()),
                lane: LANES.get(lane).map(|id| (*id).into()),
                delay_ms: delay(kind),
            })
            .collect(),
        affinity: LANES.iter().zip(affinity).map(|(lane, points)| ((*lane).into(), points)).collect(),
        auto_next,
    }
}

pub fn plan() -> impl Strategy<Value = Plan> {
    // Calls and seconds before a customer is missing, and most recalls.
    let missing = prop::sample::select(vec![(1, 0, 0), (1, 0, 0), (2, 0, 0), (1, 7, 0), (2, 10, 1), (1, 0, 2)]);
    let rules = (
        prop::sample::select(vec![0, 2_000]),
        prop::sample::select(vec![NoShowPolicy::Void, NoShowPolicy::Once, NoShowPolicy::Once, NoShowPolicy::Tail]),
        0..60i64,
        0..120i64,
        missing,
        prop::sample::select(vec![None, Some("priority"), Some("vip"), Some("nowhere")]),
        (prop::option::weighted(0.9, 0..3usize), prop::option::of(0..3usize), 0..120i64),
    );
    (
        prop::collection::vec(lane(), 3),
        prop::sample::select(SHARES.to_vec()),
        prop::collection::vec(counter_draw(), 2..5),
        rules,
        prop::collection::vec(prop::option::weighted(0.2, 0..9u32), 3),
    )
        .prop_map(
            |(
                lanes,
                shares,
                counters,
                (min_call_gap_ms, no_show, penalty, pin, missing, urgent, (appointments, late, grace)),
                quotas,
            )| Plan {
                services: SERVICES
                    .iter()
                    .zip(quotas)
                    .map(|((id, series), quota)| ServicePlan {
                        id: (*id).into(),
                        series: (*series).into(),
                        mean_s: 60,
                        quota,
                    })
                    .collect(),
                lanes: LANES
                    .iter()
                    .zip(lanes.into_iter().zip(shares))
                    .map(|(id, ((h100, p100, guard_s), share1000))| LanePlan {
                        id: (*id).into(),
                        h100,
                        p100,
                        guard_after_ms: guard_s * 1000,
                        share1000,
                        target_s: 60,
                    })
                    .collect(),
                counters: counters.into_iter().enumerate().map(counter).collect(),
                rules: Rules {
                    min_call_gap_ms,
                    no_show,
                    return_penalty_ms: penalty * 1000,
                    pin_ms: pin * 1000,
                    no_show_after_calls: missing.0,
                    no_show_gap_ms: missing.1 * 1000,
                    recall_limit: missing.2,
                    urgent_lane: urgent.map(LaneId::from),
                    grace_ms: grace * 1000,
                    appointment_lane: appointments.map(|lane| LANES[lane].into()),
                    late_lane: late.map(|lane| LANES[lane].into()),
                    ..Rules::default()
                },
            },
        )
}

fn pick<T>(list: &[T], place: usize) -> Option<&T> {
    list.get(place.checked_rem(list.len())?)
}

/// Mostly a counter at which the wish can be granted, sometimes any, rarely one that does not exist.
fn counter_for(model: &Naive, verb: u8, a: usize) -> CounterId {
    let fits = |k: &usize| match verb {
        17..=28 | 54 => model.counters[*k].state == CounterState::Open && !model.counters[*k].ready,
        29..=33 => model.counters[*k].state == CounterState::Closed,
        34..=41 | 44 | 45 | 48..=51 | 55 => model.customer(*k).is_some(),
        46 | 47 | 60 => model.tickets.iter().any(|ticket| ticket.state == TicketState::Held && ticket.at == Some(*k)),
        58 | 59 => matches!(model.counters[*k].state, CounterState::Paused | CounterState::Pausing),
        _ => true,
    };
    let all: Vec<usize> = (0..model.counters.len()).collect();
    let fitting: Vec<usize> = all.iter().copied().filter(|k| a.is_multiple_of(8) || fits(k)).collect();
    let found = pick(&fitting, a).or_else(|| pick(&all, a)).filter(|_| a != 99);
    found.map_or("99".into(), |k| model.plan.counters[*k].id.clone())
}

/// Every third day is the second one.
fn day(c: usize) -> BusinessDay {
    BusinessDay::new(if c.is_multiple_of(3) { "2026-11-22" } else { "2026-11-21" }).unwrap()
}

/// None, around the clock, or up to three sessions of some minutes, the first of which began a while ago.
fn hours(now: i64, a: usize, b: usize, c: usize) -> Hours {
    let seconds = |s: usize| i64::try_from(s).unwrap() * 1000;
    let mut from = now - seconds(3 * a);
    let sessions = (0..c % 4).map(|place| {
        let last_ticket = from + seconds(60 + 2 * b);
        let until = last_ticket + seconds(c % 3 * 20);
        let session = Session { from: Timestamp(from), last_ticket: Timestamp(last_ticket), until: Timestamp(until) };
        from = until + seconds((a + place) % 3 * 40);
        session
    });
    let sessions = (!b.is_multiple_of(8)).then(|| sessions.collect());
    let window = IssueWindow { from: Timestamp(now - seconds(c)), until: Timestamp(now + seconds(3 * b)) };
    let services = a.is_multiple_of(3).then(|| (ServiceId::from(SERVICES[b % 3].0), vec![window]));
    Hours { sessions, services: services.into_iter().collect() }
}

/// The drawn wish as a command for this moment; tickets and counters that do not exist are rare but do come.
pub fn wish(model: &Naive, Draw { verb, a, b, c, .. }: Draw) -> Command {
    let counter = counter_for(model, verb, a);
    let ticket = pick(&model.tickets, b).filter(|_| b != 99).map_or("none".into(), |ticket| ticket.id.clone());
    let of_state = |state: TicketState| {
        let all: Vec<_> = model.tickets.iter().filter(|ticket| ticket.state == state).collect();
        pick(&all, b).map_or(ticket.clone(), |ticket| ticket.id.clone())
    };
    let service = |place: usize| ServiceId::from(SERVICES[place % 3].0);
    let lane = |place: usize| LaneId::from(LANES[place % 3]);
    let other = || pick(&model.plan.counters, c).map(|plan| plan.id.clone());
    let reason = if c.is_multiple_of(5) { String::new() } else { "because".to_owned() };
    match verb {
        0..=16 => Command::Issue(IssueWish {
            service: service(a),
            lane: lane(b),
            language: None,
            kiosk: None,
            identity: None,
            needs: Vec::new(),
            then: if c < 25 { vec![service(c), service(c / 3)] } else { Vec::new() },
            printer: None,
            promise: None,
        }),
        17..=28 => Command::CallNext { counter },
        29..=33 => Command::OpenCounter { counter, staff: None },
        34..=37 => Command::Finish { counter, outcome: Outcome::Done },
        38 | 39 => Command::Arrived { counter },
        40 | 41 => Command::NoShow { counter },
        42 | 43 => Command::Reinstate { ticket: of_state(TicketState::NoShow) },
        44 | 45 => Command::Hold { counter },
        46 | 47 => Command::ResumeTicket { counter, ticket: of_state(TicketState::Held) },
        48..=51 => Command::Transfer {
            counter,
            to: match (c % 4, other()) {
                (0, Some(other)) => TransferTo::Counter(other),
                (1, pin) => TransferTo::Service { service: service(b), pin },
                _ => TransferTo::Service { service: service(b), pin: None },
            },
            lane: (c % 3 == 0).then(|| lane(c)),
            confirm: c > 50,
        },
        52 => Command::Cancel { ticket, customer: true, reason: None },
        53 => Command::ChangeLane { ticket, lane: lane(c), reason },
        54 => Command::CallTicket { counter, ticket: of_state(TicketState::Waiting), reason },
        55 => Command::Recall { counter },
        56 | 57 => Command::Pause { counter, reason: PauseReason::LIST[c % 5] },
        58 | 59 => Command::Resume { counter },
        60 => Command::CloseCounter {
            counter,
            held_to: other().filter(|_| c > 30),
            reason: (c % 3 == 0).then_some(reason),
            authorised: c % 2 == 0,
        },
        61 => Command::Wake,
        62 if c < 20 => Command::StartDraining,
        62 if c < 40 => Command::CloseDay { force: c % 2 == 0 },
        62 => Command::SetHours { day: day(a), hours: hours(model.now, a, b, c) },
        64..=69 => people(verb, b, c, counter, &of_state, reason),
        70..=78 => appointment(verb, a, b, c),
        79 | 80 => Command::PlanCounter { counter, skills: skills(a, b, c), reason, confirm: c > 40 },
        81 => Command::EndCounterPlan { counter, confirm: c > 40 },
        _ => Command::OpenDay { day: day(c) },
    }
}

/// Acts of people.
fn people(
    verb: u8,
    b: usize,
    c: usize,
    counter: CounterId,
    of_state: &dyn Fn(TicketState) -> TicketId,
    reason: String,
) -> Command {
    let waiting = || of_state(TicketState::Waiting);
    match verb {
        64 | 65 => Command::Defer { ticket: waiting(), pass: u32::try_from(c % 5).unwrap() },
        66 => Command::Flag {
            ticket: if c == 98 { of_state(TicketState::Done) } else { waiting() },
            flag: if c < 80 { Flag::Urgent } else { Flag::Special },
            reason,
            authoriser: if c == 7 { String::new() } else { "9001".to_owned() },
        },
        67 => {
            let needs = if c < 70 { vec![Need::Sight, Need::Hearing] } else { Vec::new() };
            Command::SetNeeds { ticket: if b < 50 { of_state(TicketState::Called) } else { waiting() }, needs }
        }
        68 => Command::RaiseAlert {
            subject: AlertSubject::at(if c < 50 { AlertKind::Help } else { AlertKind::Dispute }, counter),
            reason: None,
            language: None,
        },
        _ => Command::AckAlert { alert: AlertId(u64::try_from(c % 8).unwrap()) },
    }
}

/// A few skills of any pattern; none of them in one of ten, an unknown service in one of a hundred.
fn skills(a: usize, b: usize, c: usize) -> Vec<Skill> {
    let skill = |place: usize| {
        let (service, lane) = ((a / 3 + place * b) % 4, (b / 5 + place * c) % 4);
        let service = if c == 99 { Some("tea") } else { SERVICES.get(service).map(|(id, _)| *id) };
        let lane = LANES.get(if service.is_none() { lane % 3 } else { lane }).copied();
        let delay_ms = [Some(0), Some(0), Some(30_000), None][(c + place) % 4];
        Skill { service: service.map(ServiceId::from), lane: lane.map(LaneId::from), delay_ms }
    };
    (0..(1 + b % 3) * usize::from(!c.is_multiple_of(10))).map(skill).collect()
}

fn appointment(verb: u8, a: usize, b: usize, c: usize) -> Command {
    let code = AppointmentCode::from(["K1", "k1", "K2", "K3", "K4"][a % 5]);
    let service = |place: usize| ServiceId::from(SERVICES[place % 3].0);
    match verb {
        70..=73 => Command::PutAppointment(AppointmentWish {
            code,
            service: service(b),
            // Some of them in the past, most within the next minutes.
            at: Timestamp(1_000_000 + i64::try_from(b * c).unwrap_or(0) * 1_000),
            day: BusinessDay::new(if c.is_multiple_of(7) { "2026-11-22" } else { "2026-11-21" }).unwrap(),
        }),
        74 => Command::DeleteAppointment { code },
        _ => Command::CheckIn(CheckIn {
            code,
            service: (c < 10).then(|| service(b)),
            language: None,
            kiosk: None,
            identity: None,
            needs: Vec::new(),
            then: if c > 80 { vec![service(c)] } else { Vec::new() },
            printer: None,
        }),
    }
}
