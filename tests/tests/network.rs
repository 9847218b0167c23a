//! The lobby's side of the network, through the real program: TLS with certificates that are read anew, callers who dawdle,
//! readers who do not read, and crowds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Hall, HallPlan, hall::program, until};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use serde_json::Value;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

const STREAM: &str =
    "GET /api/v1/board/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer demo-screen\r\n\r\n";

fn call(path: &str, token: &str) -> String {
    let sign = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{sign}Connection: close\r\n\r\n")
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Everything that comes until the other side ends.
fn all(mut from: impl Read) -> String {
    let mut bytes = Vec::new();
    // A connection that is cut at its end has said what it had to say.
    let _ = from.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn ask(address: SocketAddr, text: &str) -> String {
    let mut stream = connect(address);
    stream.write_all(text.as_bytes()).unwrap();
    all(stream)
}

/// A browser that trusts the authority in a directory and nobody else.
struct Browser(Arc<ClientConfig>);

type Secure = StreamOwned<ClientConnection, TcpStream>;

impl Browser {
    fn trusting(dir: &Path) -> Browser {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(dir.join("ca.pem")).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap();
        Browser(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
    }

    fn open(&self, address: SocketAddr, name: &'static str) -> Secure {
        let connection = ClientConnection::new(self.0.clone(), ServerName::try_from(name).unwrap()).unwrap();
        StreamOwned::new(connection, connect(address))
    }

    fn ask(&self, address: SocketAddr, text: &str) -> String {
        let mut stream = self.open(address, "localhost");
        stream.write_all(text.as_bytes()).unwrap();
        all(stream)
    }

    /// The certificate that is shown now.
    fn shown(&self, address: SocketAddr) -> CertificateDer<'static> {
        let mut stream = self.open(address, "localhost");
        stream.write_all(call("/healthz", "").as_bytes()).unwrap();
        stream.conn.peer_certificates().unwrap()[0].clone().into_owned()
    }
}

fn lobby(arguments: &[&str]) -> (bool, String) {
    let ran = Command::new(program("lobby")).args(arguments).output().unwrap();
    (ran.status.success(), format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr)))
}

/// A hall that speaks TLS, and the directory of its certificates.
async fn secure_hall(more: &str, edits: &[(&str, &str)]) -> (Hall, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().display().to_string();
    let (made, told) = lobby(&["tls", "init", "--dir", &path, "--name", "lobby.branch.lan"]);
    assert!(made && told.contains("[tls]") && told.contains("SHA-256  "), "{told}");
    let (again, told) = lobby(&["tls", "init", "--dir", &path, "--name", "lobby.branch.lan"]);
    assert!(!again && told.contains("is not overwritten"), "{told}");
    let tls = format!("[tls]\ncert = \"{path}/lobby.pem\"\nkey = \"{path}/lobby.key\"\n{more}\n[day]");
    let edits = edits.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned()));
    let edits = edits.chain([("[day]".to_owned(), tls)]).collect();
    let plan = HallPlan { without_hardware: true, edits, ..HallPlan::default() };
    (Hall::start_with(plan).await, dir)
}

/// Where a listener is, as the log says it.
async fn logged(hall: &Hall, message: &str) -> SocketAddr {
    until(message, async || {
        let log = hall.log();
        let mut lines = log.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let found = lines.find(|line| line["message"] == message).ok_or_else(|| log.clone())?;
        found["address"].as_str().and_then(|address| address.parse().ok()).ok_or_else(|| found.to_string())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_calls_and_streams_come_over_tls_and_end_in_time() {
    let (mut hall, dir) = secure_hall("redirect = \"127.0.0.1:0\"", &[]).await;
    let (address, browser) = (logged(&hall, "the lobby is open for business").await, Browser::trusting(dir.path()));
    let page = browser.ask(address, &call("/kiosk", ""));
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("strict-transport-security: max-age=2592000\r\n"), "{page}");
    assert!(page.contains("; SameSite=Strict; Path=/; Max-Age=34560000; Secure\r\n"), "{page}");
    let menu = browser.ask(address, &call("/api/v1/menu", "demo-kiosk"));
    assert!(menu.starts_with("HTTP/1.1 200") && menu.contains("现金业务"), "{menu}");
    // Somebody else's name, plain HTTP, and an old protocol get nothing.
    let mut other = browser.open(address, "other.branch.lan");
    assert!(other.write_all(call("/healthz", "").as_bytes()).is_err(), "a name that the certificate is not for");
    assert!(!ask(address, &call("/api/v1/menu", "demo-kiosk")).contains("HTTP/1.1 200"));
    // Commands of this machine go on by loopback, and the plain listener leads to the pages.
    assert_eq!(hall.role("engineer").get("/api/v1/devices").await["devices"][0]["id"], "certificate");
    let plain = logged(&hall, "plain HTTP leads to the pages").await;
    let led = ask(plain, "GET /kiosk HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(led.contains(&format!("location: https://localhost:{}/kiosk\r\n", address.port())), "{led}");

    let mut stream = browser.open(address, "localhost");
    stream.write_all(STREAM.as_bytes()).unwrap();
    let mut seen = [0; 4096];
    let mut text = String::new();
    while !text.contains("event: board") {
        let read = stream.read(&mut seen).unwrap();
        assert!(read > 0, "the stream ended: {text}");
        text.push_str(&String::from_utf8_lossy(&seen[..read]));
    }
    // 2 s by the design; the rest is for a machine that is busy with other tests.
    assert!(hall.end(Duration::from_secs(4)).await);
    assert!(all(stream).contains('0'), "the stream is ended, not torn");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_is_taken_without_a_restart_and_a_bad_one_is_not() {
    let (hall, dir) = secure_hall("", &[]).await;
    let (address, browser) = (logged(&hall, "the lobby is open for business").await, Browser::trusting(dir.path()));
    let (path, first) = (dir.path().display().to_string(), browser.shown(address));
    let (renewed, told) = lobby(&["tls", "renew", "--dir", &path, "--name", "new.branch.lan"]);
    assert!(renewed && told.contains("for      new.branch.lan, localhost"), "{told}");
    let process = rustix::process::Pid::from_raw(i32::try_from(hall.process().unwrap()).unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::HUP).unwrap();
    let second = until("the new certificate", async || {
        let shown = browser.shown(address);
        if shown == first { Err("still the first".to_owned()) } else { Ok(shown) }
    })
    .await;
    // By itself, within seconds: files that cannot be used leave the one before in force, and staff are told.
    std::fs::write(dir.path().join("lobby.pem"), "nonsense").unwrap();
    hall.device("certificate", "certificate_unusable").await;
    assert!(browser.shown(address) == second);
    let (checked, told) =
        lobby(&["tls", "show", "--cert", &format!("{path}/lobby.pem"), "--key", &format!("{path}/lobby.key")]);
    assert!(!checked && told.contains("holds no certificate"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_agent_speaks_tls_and_trusts_one_authority() {
    let edits = [
        ("    { unit = 4, counter = \"4\" },\n", ""),
        ("[[printers]]", "[[agents]]\nid = \"pc-4\"\ncounter = \"4\"\n\n[[printers]]"),
    ];
    let (hall, dir) = secure_hall("", &edits).await;
    let file = dir.path().join("agent.toml");
    std::fs::write(dir.path().join("token"), "demo-desk\n").unwrap();
    let address = logged(&hall, "the lobby is open for business").await;
    let written = |ca: &str| {
        let port = address.port();
        let unit = "[unit]\nport = \"tcp://127.0.0.1:1\"";
        format!("desk = \"pc-4\"\nlobby = \"https://localhost:{port}\"\n{ca}token_file = \"token\"\n\n{unit}\n")
    };
    let check = |ca: &str| {
        std::fs::write(&file, written(ca)).unwrap();
        let ran = Command::new(program("counter-agent")).args(["check", "--config"]).arg(&file).output().unwrap();
        format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr))
    };
    assert!(check("").contains("a lobby with TLS needs `ca`"), "{}", check(""));
    assert!(check("ca = \"none.pem\"\n").contains("lobby tls init"), "{}", check("ca = \"none.pem\"\n"));
    std::fs::write(&file, written("ca = \"ca.pem\"\n")).unwrap();
    let mut agent = Command::new(program("counter-agent")).args(["run", "--config"]).arg(&file).spawn().unwrap();
    // Its unit is nowhere, and that is what it tells the lobby.
    hall.device("desk-4", "unplugged").await;
    agent.kill().unwrap();
    agent.wait().unwrap();
}

/// A hall with short times and few places.
async fn strict_hall(limits: &str) -> (Hall, SocketAddr) {
    let edit = ("[limits]\n".to_owned(), format!("[limits]\n{limits}\n"));
    let hall = Hall::start_with(HallPlan { without_hardware: true, edits: vec![edit], ..HallPlan::default() }).await;
    let address = hall.nobody().base().strip_prefix("http://").unwrap().parse().unwrap();
    (hall, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_dawdles_is_let_go() {
    let (hall, address) = strict_hall("head_s = 1\nbody_s = 1").await;
    // A head that never ends, a letter at a time, and a connection that says nothing.
    let (mut slow, silent) = (connect(address), connect(address));
    let began = Instant::now();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nX-Slow: ").unwrap();
    let ended = all(slow);
    assert!(!ended.contains("HTTP/1.1 200") && began.elapsed() < Duration::from_secs(15), "{ended}");
    assert_eq!(all(silent), "");
    // A body that does not come.
    let head = "POST /api/v1/tickets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer demo-kiosk\r\n\
                Content-Type: application/json\r\nContent-Length: 20\r\nConnection: close\r\n\r\n{";
    let answer = ask(address, head);
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("slow_body"), "{answer}");
    // Heads that are too large, or hold too much.
    let large = format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: {}\r\n\r\n", "x".repeat(100_000));
    let many = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-Many: 1\r\n".repeat(200));
    for head in [large, many] {
        let mut stream = connect(address);
        // The other side may have hung up in the middle of it.
        let _ = stream.write_all(head.as_bytes());
        assert!(!all(stream).contains("HTTP/1.1 200"));
    }
    assert_eq!(hall.take("cash").await["ticket"]["number"], "A001");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_does_not_read_is_dropped_and_hurts_nobody() {
    let (hall, address) = strict_hall("stuck_s = 1").await;
    let open = async || {
        let text = all(connect_and(address, &call("/metrics", "")));
        let line =
            text.lines().find(|line| line.starts_with("lobby_screens_connected ")).unwrap_or_default().to_owned();
        line.split(' ').nth(1).and_then(|count| count.parse::<u32>().ok()).unwrap_or(0)
    };
    // A small window, so that little fits between the lobby and the screen that has frozen.
    let frozen = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    frozen.set_recv_buffer_size(4_096).unwrap();
    frozen.connect(&address.into()).unwrap();
    let mut frozen = TcpStream::from(frozen);
    frozen.write_all(STREAM.as_bytes()).unwrap();
    until("the frozen screen to be counted", async || if open().await == 1 { Ok(()) } else { Err(String::new()) })
        .await;
    // The hall lives on: each number is another board, until no more of them fit.
    let kiosk = hall.role("kiosk");
    until("the frozen screen to be let go", async || {
        for _ in 0..50 {
            kiosk.post("/api/v1/tickets", &serde_json::json!({"service": "cash"})).await;
        }
        match open().await {
            0 => Ok(()),
            count => Err(format!("{count} streams")),
        }
    })
    .await;
    let healthy = ask(address, &call("/api/v1/board", "demo-screen"));
    assert!(healthy.starts_with("HTTP/1.1 200"), "{healthy}");
}

fn connect_and(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = connect(address);
    stream.write_all(text.as_bytes()).unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_connections_are_held_and_more_are_turned_away() {
    let (hall, address) = strict_hall("connections = 1000").await;
    let mut held: Vec<TcpStream> = (0..998).map(|_| connect(address)).collect();
    // With all of them open, the hall is served.
    until("a place for a customer", async || {
        let answer = ask(address, &call("/api/v1/menu", "demo-kiosk"));
        if answer.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(answer) }
    })
    .await;
    held.extend((0..60).map(|_| connect(address)));
    until("somebody to be turned away", async || {
        let answer = ask(address, &call("/healthz", ""));
        if answer.is_empty() { Ok(()) } else { Err(answer) }
    })
    .await;
    drop(held);
    until("places again", async || {
        let answer = ask(address, &call("/metrics", ""));
        let told = answer.lines().find(|line| line.starts_with("lobby_connections_refused_total")).unwrap_or_default();
        if told.ends_with(" 0") || told.is_empty() { Err(answer.clone()) } else { Ok(()) }
    })
    .await;
    assert_eq!(hall.take("cash").await["ticket"]["number"], "A001");
}
