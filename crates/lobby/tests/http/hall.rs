//! A lobby without wires: journal, controller and router, called without a socket.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, header},
};
use jiff::ToSpan as _;
use lobby::{
    accounts::{self, Accounts},
    chance::Chance,
    clock::{Clock, Hands},
    config::{Config, SessionConfig},
    controller::{self, Setup, StartError},
    devices::{agents::Agents, feed, printer::PrintOrder, registry::Registry, wires},
    http::{self, AppState, Metrics, Records, Screens},
    journal::{Journal, JournalError},
    orders::{Captions, DeskFrames, DeskPictures, Frame, OpenCalls, Outputs},
    selftest,
    voice::free_text::FreeText,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path, sync::Arc};
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

const BRANCH: &str = include_str!("../../../../config/demo/branch.toml");

pub(crate) struct Hall {
    pub(crate) state: Arc<AppState>,
    pub(crate) router: Router,
    pub(crate) registry: Registry,
    /// What the kiosk's printer is told.
    pub(crate) orders: mpsc::Receiver<PrintOrder>,
    /// Business days behind it.
    pub(crate) days: Vec<String>,
    dir: TempDir,
    ended: oneshot::Receiver<Result<(), JournalError>>,
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Asserts an RFC 9457 problem of that status and code, and answers its sentence.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], "about:blank");
        assert!(!problem["title"].as_str().unwrap().is_empty());
        let detail = problem["detail"].as_str().unwrap().to_owned();
        assert!(detail.len() > 15, "says nothing: {detail}");
        detail
    }
}

/// What a self-test reaches here: one printer.
fn reach(printer: &mpsc::Sender<PrintOrder>, data: &Path) -> selftest::Reach {
    selftest::Reach {
        desks: DeskPictures::new(),
        printers: BTreeMap::from([("kiosk-1".into(), printer.clone())]),
        slips: selftest::Expected::default(),
        voice: None,
        chimes: selftest::Expected::default(),
        data: data.to_owned(),
    }
}

impl Hall {
    pub(crate) fn new() -> Hall {
        Hall::with(|_| {})
    }

    /// The demo branch with days behind it, like those of `past.rs`.
    pub(crate) fn after(days: i64) -> Hall {
        let config: Config = toml::from_str(BRANCH).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let days = crate::past::write(dir.path(), &config, Clock::real().now(), days);
        Hall { days, ..Hall::open(dir, config, Clock::real()).unwrap() }
    }

    /// A small hall twenty minutes after its opening, with a crowd at its one counter and an hour left until it closes;
    /// from here on a second is a minute.
    pub(crate) fn crowded() -> Hall {
        let mut config: Config = toml::from_str(BRANCH).unwrap();
        let clock = Clock::fast(60);
        let local = config.local(clock.now());
        let hour = |hours: i64| local.saturating_add(hours.hours()).strftime("%H:%M").to_string();
        // Half a day from the turn of the business day, whatever time it is.
        config.day.rolls_at = hour(12);
        let (from, until, days) = (hour(-2), hour(1), "mon-sun".to_owned());
        config.day.sessions = vec![SessionConfig { from, until, days, last_ticket: None }];
        let dir = tempfile::tempdir().unwrap();
        crate::past::write_crowd(dir.path(), &config, clock.now());
        Hall::open(dir, config, clock).unwrap()
    }

    /// With the thread that foresees waits.
    pub(crate) fn foreseeing(self) -> Hall {
        let state = &self.state;
        let started =
            lobby::promise::start(state.handle.clone(), state.clock.clone(), self.dir.path(), state.stop.clone());
        drop(started.unwrap());
        self
    }

    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Hall {
        Hall::at(Clock::real(), change)
    }

    /// A hall whose clock stands until its hands are turned.
    pub(crate) fn by_hand(change: impl FnOnce(&mut Config)) -> (Hall, Hands) {
        let (clock, hands) = Clock::by_hand(Clock::real().now());
        (Hall::at(clock, change), hands)
    }

    /// A hall whose clock runs so many times as fast, from a change of the demo branch.
    pub(crate) fn fast(speed: u32, change: impl FnOnce(&mut Config)) -> Hall {
        Hall::at(Clock::fast(speed), change)
    }

    fn at(clock: Clock, change: impl FnOnce(&mut Config)) -> Hall {
        let mut config: Config = toml::from_str(BRANCH).unwrap();
        change(&mut config);
        Hall::open(tempfile::tempdir().unwrap(), config, clock).unwrap()
    }

    fn open(dir: TempDir, config: Config, clock: Clock) -> Result<Hall, StartError> {
        let first = || watch::Sender::new(Arc::new(Frame { epoch: 7, seq: 0, json: "{}".into() }));
        let (board, alerts) = (Arc::new(first()), Arc::new(first()));
        let (printer, orders) = mpsc::channel(100);
        let seated = config.agents.iter().map(|agent| (agent.counter.as_str().into(), first()));
        let agents: DeskFrames = seated.collect();
        let desk_frames = agents.iter().map(|(counter, sender)| (counter.clone(), sender.subscribe())).collect();
        let (selftests, test_orders) = mpsc::channel(selftest::ORDERS);
        let reach = reach(&printer, dir.path());
        let outputs = Outputs {
            epoch: 7,
            board: board.clone(),
            alerts: alerts.clone(),
            desks: DeskPictures::new(),
            call_board: watch::Sender::default(),
            agents,
            printers: BTreeMap::from([("kiosk-1".into(), printer)]),
            paper_changes: BTreeMap::new(),
            voice: None,
            calls: watch::Sender::new(OpenCalls::default()),
            wake: watch::Sender::new(None),
            selftests,
            captions: Captions::new(&config.branch.languages, &dir.path().join("voice")),
        };
        let (demo, limits, limited) = (config.demo, (&config.accounts).into(), config.limits.clone());
        let lines = Arc::new(wires::facts(&wires::all(&config, Path::new(".")).unwrap()));
        let stop = CancellationToken::new();
        let registry = Registry::new(clock.clone());
        let seats = Agents::new(&config, &registry);
        let journal = Journal::open(dir.path()).unwrap();
        let setup =
            Setup { config: Arc::new(config), clock: clock.clone(), chance: Chance::of_system(), journal, outputs };
        let (handle, ended) = controller::spawn(setup)?;
        registry.report("kiosk-1", "printer", "paper_out", Some("no paper under the sensor".to_owned()));
        let bench = selftest::Bench { handle: handle.clone(), registry: registry.clone(), clock: clock.clone(), reach };
        tokio::spawn(selftest::run(bench, test_orders, stop.clone()));
        let (frames, device_frames) = feed::frames(7);
        // Ends with the runtime of the test.
        tokio::spawn(feed::run(registry.clone(), frames, stop.clone()));
        let accounts = Accounts::open(dir.path(), clock.clone(), demo, limits).unwrap();
        tokio::spawn(accounts::follow_day(accounts.clone(), handle.clone(), stop.clone()));
        let state = Arc::new(AppState {
            handle,
            board: board.subscribe(),
            alerts: alerts.subscribe(),
            devices: registry.clone(),
            device_frames,
            accounts: accounts.clone(),
            records: Records::new(dir.path()),
            screens: Screens::default(),
            greeters: lobby::http::Greeters::default(),
            metrics: Metrics::default(),
            lines,
            clock,
            port: 8700,
            tls: false,
            limits: http::Limits::new(&limited, demo),
            door: lobby::net::Door::new(&limited, demo),
            agents: seats,
            desk_frames,
            voices: lobby::announcing::Voices::default(),
            guidance: FreeText::new(dir.path().join("guidance"), dir.path().join("voice")).slowly(),
            stop,
        });
        Ok(Hall { router: http::router(state.clone()), state, registry, orders, days: Vec::new(), dir, ended })
    }

    /// Ends the lobby and starts it again on the same data.
    pub(crate) async fn restart(self) -> Hall {
        self.restart_with(|_| {}).await.unwrap()
    }

    /// The same with another configuration.
    pub(crate) async fn restart_with(self, change: impl FnOnce(&mut Config)) -> Result<Hall, StartError> {
        let Hall { state, router, registry, orders, dir, ended, .. } = self;
        state.stop.cancel();
        let mut config = Config::clone(state.handle.config());
        change(&mut config);
        drop((state, router, registry, orders));
        ended.await.unwrap().unwrap();
        Hall::open(dir, config, Clock::real())
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Got {
        send(&self.router, request).await
    }

    pub(crate) async fn get(&self, role: &str, path: &str) -> Got {
        self.send(request("GET", path, role, &[], Body::empty())).await
    }

    pub(crate) async fn post(&self, role: &str, path: &str, body: Value) -> Got {
        self.post_as(role, path, &[], body).await
    }

    pub(crate) async fn post_as(&self, role: &str, path: &str, headers: &[(&str, &str)], body: Value) -> Got {
        self.send(request("POST", path, role, headers, Body::from(body.to_string()))).await
    }

    pub(crate) async fn put(&self, role: &str, path: &str, body: Value) -> Got {
        self.send(request("PUT", path, role, &[], Body::from(body.to_string()))).await
    }

    pub(crate) async fn delete(&self, role: &str, path: &str) -> Got {
        self.send(request("DELETE", path, role, &[], Body::empty())).await
    }

    /// Takes a number at the kiosk and answers what came.
    pub(crate) async fn take(&self, service: &str) -> Value {
        let got = self.post("kiosk", "/api/v1/tickets", json!({"service": service})).await;
        assert_eq!(got.status, 201, "{}", got.text());
        got.json()
    }

    /// An act at a counter that is granted.
    pub(crate) async fn act(&self, counter: &str, act: &str, body: Value) -> Value {
        let got = self.post("clerk", &format!("/api/v1/counters/{counter}/{act}"), body).await;
        assert_eq!(got.status, 200, "{act}: {}", got.text());
        got.json()
    }
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Got {
    let response = router.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 24).await.unwrap().to_vec();
    Got { status, headers, bytes }
}

/// A request with the demo token of a role; an empty role is nobody.
pub(crate) fn request(method: &str, path: &str, role: &str, headers: &[(&str, &str)], body: Body) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if !role.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer demo-{role}"));
    }
    if method != "GET" && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).unwrap()
}
