//! Any bytes at all as the body of a call to a lobby that runs.

use lobby::cli::RunArgs;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::OnceLock,
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// What takes a body, and a role that may send it. The first byte of an input chooses.
const ROUTES: [(&str, &str, &str); 24] = [
    ("POST", "/api/v1/tickets", "kiosk"),
    ("POST", "/api/v1/cards", "kiosk"),
    ("POST", "/api/v1/copies", "kiosk"),
    ("POST", "/api/v1/help", "kiosk"),
    ("POST", "/api/v1/counters/1/open", "clerk"),
    ("POST", "/api/v1/counters/1/call", "clerk"),
    ("POST", "/api/v1/counters/1/pause", "clerk"),
    ("POST", "/api/v1/counters/1/finish", "clerk"),
    ("POST", "/api/v1/counters/1/transfer", "clerk"),
    ("POST", "/api/v1/counters/1/resume-ticket", "clerk"),
    ("POST", "/api/v1/counters/1/dispute", "clerk"),
    ("PUT", "/api/v1/counters/1/plan", "manager"),
    ("POST", "/api/v1/tickets/20000101-A001/lane", "greeter"),
    ("POST", "/api/v1/tickets/20000101-A001/note", "greeter"),
    ("POST", "/api/v1/tickets/20000101-A001/needs", "greeter"),
    ("POST", "/api/v1/alarms", "clerk"),
    ("POST", "/api/v1/appointments", "hq"),
    ("PUT", "/api/v1/appointments/FUZZ", "hq"),
    ("POST", "/api/v1/selftest", "engineer"),
    ("POST", "/api/v1/signin", ""),
    ("POST", "/api/v1/staff", "engineer"),
    ("POST", "/api/v1/tokens/revoke", "engineer"),
    ("POST", "/api/v1/track/nothing/rate", ""),
    ("POST", "/api/v1/printers/kiosk-1/paper-change", "clerk"),
];

/// Whatever the body, the lobby says what it did or what is wrong, in the shape of the contract, and goes on.
pub(crate) fn bodies(bytes: &[u8]) {
    static LOBBY: OnceLock<SocketAddr> = OnceLock::new();
    let (first, body) = bytes.split_first().unwrap_or((&0, &[]));
    let (method, path, role) = ROUTES[usize::from(*first) % ROUTES.len()];
    let (status, answer) = call(*LOBBY.get_or_init(start), method, path, role, body);
    assert!((200..500).contains(&status), "{method} {path}: {answer}");
    if status >= 400 {
        let problem = answer.contains("content-type: application/problem+json") && answer.contains("\"code\":\"");
        assert!(problem, "{method} {path}: {answer}");
    }
}

fn call(lobby: SocketAddr, method: &str, path: &str, role: &str, body: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(lobby).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: fuzz\r\nAuthorization: Bearer demo-{role}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("{method} {path}: no answer: {answer:?}")), answer)
}

/// A demo lobby without hardware, in this process, until it ends.
fn start() -> SocketAddr {
    let dir = std::env::temp_dir().join(format!("ns-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let demo = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find_map(|above| std::fs::read_to_string(above.join("config/demo/branch.toml")).ok());
    let config = dir.join("branch.toml");
    std::fs::write(&config, demo.unwrap().replace("output = \"device\"", "output = \"off\"")).unwrap();
    let data = dir.join("data");
    let listen = Some(([127, 0, 0, 1], 0).into());
    let args = RunArgs { config, data: Some(data.clone()), wires: dir.join("wires"), listen, speed: 1 };
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(lobby::run::run(&args, CancellationToken::new())).unwrap();
    });
    for _ in 0..3_000 {
        if let Ok(address) = std::fs::read_to_string(data.join("address")) {
            return address.trim().parse().unwrap();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the lobby does not start");
}
