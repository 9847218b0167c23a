//! `cargo xtask demo`: a living branch on this machine, from a fresh clone.

use crate::{
    Done, http, machine,
    node::Node,
    process::{self, Beside, cargo},
    say,
};
use clap::Args;
use signal_hook::{
    consts::{SIGCHLD, SIGINT, SIGTERM},
    iterator::Signals,
};
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// Where the demo branch listens (DESIGN §11).
const LOBBY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8700);
/// Where its simulated hardware listens.
const HARDWARE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8701);
const BRANCH: &str = "config/demo/branch.toml";
const WIRES: &str = "config/demo/sim.toml";
/// Where calls are written on a machine without sound.
const CALLS: &str = "var/calls";
/// How long either may take to answer.
const START: Duration = Duration::from_secs(30);

#[derive(Args)]
pub(crate) struct Options {
    /// Nobody comes by himself: without the simulated customers and clerks
    #[arg(long)]
    quiet: bool,
    /// Branch and crowd live so many times as fast as life: at 120 a day passes in minutes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    speed: Option<u32>,
    /// Which day the crowd has, one of the profiles in config/demo/sim.toml
    #[arg(long, value_name = "NAME", conflicts_with = "quiet")]
    profile: Option<String>,
    /// End after so many seconds
    #[arg(long, value_name = "N")]
    seconds: Option<u64>,
}

/// Brings what is missing, builds, starts both programs and stays until a signal or until one of them ends.
pub(crate) fn run(root: &Path, options: &Options) -> Done {
    for (address, what) in [(LOBBY, "lobby"), (HARDWARE, "firmware-sim")] {
        if http::taken(address) {
            return Err(format!("somebody already listens on {address}, where the {what} of the demo belongs; end it"));
        }
    }
    machine::bring(&[machine::DEMO])?;
    let node = Node::bring(root)?;
    build(root, &node)?;
    let events = watch(options.seconds)?;
    let mut programs = start(root, options)?;
    println!("\n{}", addresses(root, options));
    let end = stay(&events, &mut programs, options.seconds);
    programs.reverse(); // the lobby first: its devices are there until it has gone
    programs.iter_mut().fold(end, |end, program| end.and(program.stop()))
}

fn build(root: &Path, node: &Node) -> Done {
    say("building the lobby and its simulated hardware (the first time takes some minutes)");
    let mut build = cargo(root);
    node.set_path(&mut build);
    process::run(build.args(["build", "--release", "-p", "lobby", "-p", "firmware-sim"]))?;
    say("speaking the clips of the voice, where they are not there yet");
    let mut voice = Command::new(process::built(root, "release").join("lobby"));
    if let Err(why) = process::run(voice.args(["voice", "build"]).current_dir(root)) {
        say(&format!("{why}: the demo goes on without a voice"));
    }
    Ok(())
}

fn start(root: &Path, options: &Options) -> Done<Vec<Beside>> {
    let logs = root.join("var/log");
    let mut sim = Command::new(process::built(root, "release").join("firmware-sim"));
    // Groups of their own: Ctrl-C reaches us alone, and we end them in order.
    sim.args(["run", "--config", WIRES]).current_dir(root).process_group(0);
    if !options.quiet {
        sim.args(["--crowd", &format!("http://{LOBBY}")]);
    }
    if let Some(profile) = &options.profile {
        sim.args(["--profile", profile]);
    }
    let mut lobby = Command::new(process::built(root, "release").join("lobby"));
    lobby.args(["run", "--config"]).arg(branch(root)?).current_dir(root).process_group(0);
    if let Some(speed) = options.speed.map(|speed| speed.to_string()) {
        sim.args(["--speed", &speed]);
        lobby.args(["--speed", &speed]);
    }

    let mut sim = Beside::start("firmware-sim", &mut sim, logs.join("firmware-sim.log"))?;
    http::wait_for(&mut sim, HARDWARE, "/devices", START)?;
    let mut lobby = Beside::start("lobby", &mut lobby, logs.join("lobby.log"))?;
    http::wait_for(&mut lobby, LOBBY, "/readyz", START)?;
    Ok(vec![sim, lobby])
}

fn addresses(root: &Path, options: &Options) -> String {
    let rows = [
        ("what is where", format!("http://{LOBBY}/")),
        ("kiosk: take a ticket", format!("http://{LOBBY}/kiosk")),
        ("lobby screen", format!("http://{LOBBY}/screen")),
        ("window of counter 3", format!("http://{LOBBY}/screen?counter=3")),
        ("counter: call, recall, finish", format!("http://{LOBBY}/counter")),
        ("duty manager: two hours ahead", format!("http://{LOBBY}/manager")),
        ("a customer's phone", "the QR code on each ticket".to_owned()),
        ("button boxes, tickets, faults", format!("http://{HARDWARE}/")),
        ("the API in words", format!("http://{LOBBY}/api/v1/openapi.json")),
    ];
    let table: Vec<String> = rows.iter().map(|(what, address)| format!("  {what:<32}{address}")).collect();
    let crowd = if options.quiet {
        "Nobody comes by himself: take a ticket, open a counter, call."
    } else {
        "Simulated customers come and simulated clerks call; counters and kiosk are yours as well."
    };
    let sound = sound_note();
    let logs = root.join("var/log");
    format!(
        "The demo branch is open.\n\n{}\n\n{crowd}\n{sound}Logs: {}. Ctrl-C ends it.",
        table.join("\n"),
        logs.display()
    )
}

/// The demo branch; on a machine without sound a copy of it that writes its calls to files.
fn branch(root: &Path) -> Done<PathBuf> {
    let file = root.join(BRANCH);
    if has_sound() {
        return Ok(file);
    }
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let copy = root.join("var/demo-without-sound.toml");
    let text = text.replace("output = \"device\"", &format!("output = \"wav:{CALLS}\""));
    fs::create_dir_all(root.join("var")).and_then(|()| fs::write(&copy, text)).map_err(|error| error.to_string())?;
    Ok(copy)
}

/// Whether there is a sound card, or a sound server that may know one elsewhere.
fn has_sound() -> bool {
    let cards = fs::read_to_string("/proc/asound/cards").unwrap_or_default();
    let server = std::env::var_os("XDG_RUNTIME_DIR").map(|dir| Path::new(&dir).join("pulse/native"));
    (!cards.is_empty() && !cards.contains("no soundcards"))
        || std::env::var_os("PULSE_SERVER").is_some()
        || server.is_some_and(|socket| socket.exists())
}

/// Where calls are heard, or found.
fn sound_note() -> String {
    if has_sound() {
        return String::new();
    }
    format!("This machine has no sound: every call is a recording in {CALLS}, and a caption on the screens.\n")
}

/// Something that ends the waiting or makes us look.
enum Event {
    /// Ctrl-C or SIGTERM.
    End,
    /// One of our programs may have ended.
    Look,
}

/// Signals as events, from now on.
fn watch(seconds: Option<u64>) -> Done<Receiver<Event>> {
    let mut signals =
        Signals::new([SIGINT, SIGTERM, SIGCHLD]).map_err(|error| format!("signals cannot be caught: {error}"))?;
    let (tell, events) = mpsc::sync_channel(16);
    thread::spawn(move || {
        for signal in signals.forever() {
            let event = if signal == SIGCHLD { Event::Look } else { Event::End };
            if tell.send(event).is_err() {
                return; // nobody listens any more: we are ending
            }
        }
    });
    if let Some(seconds) = seconds {
        say(&format!("ends by itself {seconds} s after it has come up"));
    }
    Ok(events)
}

/// Waits for a signal, the end of the time given, or the end of a program.
fn stay(events: &Receiver<Event>, programs: &mut [Beside], seconds: Option<u64>) -> Done {
    let deadline = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    loop {
        if let Some((program, status)) = programs.iter_mut().find_map(|one| one.ended().map(|status| (one, status))) {
            let (name, words) = (program.name, program.last_words());
            return Err(format!("{name} has ended by itself ({status}), so the demo ends. Its last words:\n{words}"));
        }
        let left = deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()));
        match events.recv_timeout(left.min(Duration::from_hours(1))) {
            Ok(Event::End) => return Ok(()),
            Err(RecvTimeoutError::Timeout) if deadline.is_some_and(|deadline| Instant::now() >= deadline) => {
                return Ok(());
            }
            Ok(Event::Look) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err("signals are not heard any more".to_owned()),
        }
    }
}
