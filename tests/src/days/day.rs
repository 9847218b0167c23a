//! One day from one seed, lived and judged.

use super::{
    cast::Group,
    desks, faults,
    judge::{self, Verdict},
    people, screens,
    world::{Happened, Kill, LINE, PRINTER, World},
};
use counter::timing::LineTiming;
use firmware_sim::printer::{Printer, Socket as _};
use lobby::config::Config;
use queue_core::CounterId;
use std::{collections::BTreeMap, rc::Rc, time::Duration};
use tokio::time::{Instant, sleep};

const BRANCH: &str = include_str!("../../../config/demo/branch.toml");
/// Slow, so that a day has few polls: a round of the line takes a quarter of a second.
const BAUD: u32 = 2_400;
/// Desk units of the simulated hall, at counters 1, 2 and so on.
const UNITS: usize = 2;
/// Longest time that everything may take to come right when nothing is broken any more.
const REST: Duration = Duration::from_mins(3);
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A defect that is planted to see that the judge sees it. Each is planted where the outside meets the lobby, so that
/// the lobby itself carries none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// Answers and effects leave before their facts are durable: a kill takes the last group back.
    EffectBeforeCommit,
    /// The same request id again is another wish.
    RequestIdIgnored,
    /// After a kill the last ticket is printed once more.
    PrintsAgain,
}

/// Which day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayPlan {
    /// Rules everything.
    pub seed: u64,
    /// Seconds in which people come and things break; everything has time to come right afterwards.
    pub seconds: u32,
    /// What is planted.
    pub defect: Option<Defect>,
}

impl DayPlan {
    /// The usual short day of a seed: 6 to 13 s, in which something happens all the time.
    pub fn of(seed: u64) -> DayPlan {
        DayPlan { seed, seconds: 6 + u32::try_from(seed % 8).unwrap_or(0), defect: None }
    }
}

/// What became of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lived {
    /// What it was made of.
    pub happened: Happened,
    /// What the judge found.
    pub verdict: Verdict,
}

/// Lives through a day, in this thread.
///
/// # Panics
/// When the machine gives no directory or no timer.
pub fn live(plan: DayPlan) -> Lived {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    // No budget: who is next is drawn by the seed, and by nothing else.
    runtime.expect("a runtime").block_on(tokio::task::unconstrained(lived(plan)))
}

fn config() -> Config {
    let mut config: Config = toml::from_str(BRANCH).expect("the demo branch is well-formed");
    "off".clone_into(&mut config.voice.output);
    config.lines.iter_mut().for_each(|line| {
        line.baud = Some(BAUD);
        line.units.truncate(UNITS);
    });
    config
}

fn printer() -> Printer {
    let demo = format!("[[printer]]\nid = \"{PRINTER}\"\npaper_mm = 80\nmm_per_s = 500\n");
    let hardware = firmware_sim::Config::parse(&demo).expect("a printer");
    Printer::new(hardware.printers[0].clone(), PRINTER.into())
}

async fn lived(plan: DayPlan) -> Lived {
    let world = World::new(plan, config(), printer());
    let timing = LineTiming::new(BAUD).expect("a speed");
    let hall = |future| world.cast.enter(Group::Hall, future);
    hall(desks::line(Rc::clone(&world), timing));
    let (printer, socket) = (world.printer.clone(), world.paper.clone());
    let plug = socket.plug().expect("a socket");
    world.cast.enter(Group::Hall, async move { printer.run(&socket, plug).await });
    world.cast.enter(Group::Hall, Rc::clone(&world).keep_up());
    for screen in ["lobby", "window-3"] {
        world.cast.enter(Group::Hall, screens::screen(Rc::clone(&world), screen));
    }
    people::enter(&world);
    faults::enter(&world);
    world.cast.enter(Group::Hall, run(Rc::clone(&world)));
    world.cast.play(|| world.over.get(), |group, done| world.acted(group, done)).await;
    let verdict = judge::judge(&world);
    world.cast.leave(Group::Hall); // they hold the world, and it holds them
    Lived { happened: world.happened.borrow().clone(), verdict }
}

/// The day itself: people and faults, then rest, then the lobby ends.
async fn run(world: Rc<World>) {
    sleep(Duration::from_secs(world.plan.seconds.into())).await;
    world.cast.leave(Group::People);
    faults::heal(&world);
    let end = Instant::now() + REST;
    loop {
        sleep(LOOK_EVERY).await;
        let left = restless(&world).await;
        if left.is_empty() {
            break;
        }
        if Instant::now() >= end {
            world.breach(format!("not at rest {} s after everything was whole: {left:?}", REST.as_secs()));
            break;
        }
    }
    world.kill_now(Kill::Process);
    world.over.set(true);
}

/// What is still under way.
async fn restless(world: &Rc<World>) -> Vec<String> {
    let up = world.when_up().await;
    let sick = up.registry.list();
    let sick = sick.iter().filter(|device| ["printer", "line", "desk"].contains(&device.kind.as_str()));
    let sick = sick.filter(|device| device.state != "ok").map(|device| format!("{} is {}", device.id, device.state));
    let mut left: Vec<String> = sick.collect();
    let asked = up.handle.ask(|view| {
        let open = view.branch.jobs().filter(|job| !matches!(job.state, queue_core::PrintState::Ended(_)));
        let marks: Vec<_> = view.branch.desks().map(|(desk, state)| (desk.as_str().to_owned(), state.mark)).collect();
        let numbers = view.branch.counters().map(|counter| {
            let number = view.branch.ticket_at(&counter.id).map(|ticket| ticket.number.clone());
            (counter.id.clone(), number)
        });
        let numbers: BTreeMap<CounterId, Option<String>> = numbers.collect();
        (open.map(|job| format!("job {} is {:?}", job.id, job.state)).collect::<Vec<_>>(), marks, numbers)
    });
    let Ok((jobs, marks, numbers)) = asked.await else { return vec!["the lobby is away".to_owned()] };
    left.extend(jobs);
    left.extend(judge::shown_wrong(world, &numbers));
    for desk in world.desks.borrow().iter() {
        let unit = desk.unit();
        let name = format!("{LINE}/{}", unit.address());
        let known = marks.iter().find(|(desk, _)| *desk == name).and_then(|(_, mark)| *mark);
        if known.is_none_or(|mark| (mark.boot, mark.seq) != (unit.boot(), unit.sequence())) {
            left.push(format!("unit {name} is at {}:{}, the journal at {known:?}", unit.boot(), unit.sequence()));
        }
    }
    left
}
