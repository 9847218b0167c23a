//! A disk that fills while the hall is open, really: a small file system of its own in a mount namespace. Staff hear of it
//! long before; at the end no more numbers are given, those who have one are served, and with room everything goes on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby_tests::{Client, hall::root, program, until};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    io::Write as _,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Mounts a small disk where the data go, and becomes the lobby.
const SCRIPT: &str = r#"mount -t tmpfs -o size="$1" small "$2" && shift 2 && exec "$@""#;
const DISK: &str = "48m";
const STORAGE: &str = "\n[storage]\nalarm_mib = 30\nreserve_mib = 8\n";

struct SmallDisk {
    lobby: Child,
    url: String,
    data: PathBuf,
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.lobby.kill();
        let _ = self.lobby.wait();
    }
}

impl SmallDisk {
    async fn start(dir: &Path) -> SmallDisk {
        let config = std::fs::read_to_string(root().join("config/demo/branch.toml")).unwrap();
        let config = config.replace("output = \"device\"", "output = \"off\"") + STORAGE;
        let (file, data) = (dir.join("branch.toml"), dir.join("data"));
        std::fs::write(&file, config).unwrap();
        std::fs::create_dir(&data).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let lobby = Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", SCRIPT, "sh", DISK])
            .arg(&data)
            .arg(program("lobby"))
            .arg("run")
            .arg("--config")
            .arg(&file)
            .arg("--data")
            .arg(&data)
            .arg("--wires")
            .arg(dir.join("wires"))
            .args(["--listen", &address])
            .stdin(Stdio::null())
            .spawn()
            .expect("unshare, which every Debian has");
        let small = SmallDisk { lobby, url: format!("http://{address}"), data };
        let nobody = Client::new(small.url.clone());
        until("the lobby on its small disk", async || match nobody.send(Method::GET, "/readyz", None, None).await {
            Ok((status, _)) if status.is_success() => Ok(()),
            other => Err(format!("{other:?}")),
        })
        .await;
        small
    }

    fn role(&self, role: &str) -> Client {
        Client::new(self.url.clone()).with_token(&format!("demo-{role}"))
    }

    /// A file on the small disk as the lobby sees it.
    fn file(&self, name: &str) -> PathBuf {
        let data = self.data.strip_prefix("/").unwrap();
        Path::new("/proc").join(self.lobby.id().to_string()).join("root").join(data).join(name)
    }

    /// Writes until no more than so many MiB are free.
    fn fill(&self, leave_mib: u64) {
        let mut file = std::fs::File::options().create(true).append(true).open(self.file("something-else")).unwrap();
        let piece = vec![7; 64 << 10];
        while lobby::storage::free_mib(&self.file(".")).unwrap() > leave_mib {
            if file.write_all(&piece).is_err() {
                return;
            }
        }
    }

    async fn disk_is(&self, wanted: Option<&str>) {
        let staff = self.role("engineer");
        until(&format!("the disk as {wanted:?}"), async || {
            let all = staff.get("/api/v1/devices").await;
            let disk = all["devices"].as_array().unwrap().iter().find(|device| device["id"] == "disk").cloned();
            let state = disk.as_ref().map(|disk| disk["state"].as_str().unwrap().to_owned());
            if state.as_deref() == wanted { Ok(()) } else { Err(format!("{disk:?}")) }
        })
        .await;
    }

    async fn take(&self) -> (StatusCode, Value) {
        let body = json!({ "service": "cash" });
        self.role("kiosk").send(Method::POST, "/api/v1/tickets", Some(&body), None).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_is_finished_on_a_full_disk() {
    let dir = tempfile::tempdir().unwrap();
    let hall = SmallDisk::start(dir.path()).await;
    hall.disk_is(None).await;
    assert_eq!(hall.take().await.0, StatusCode::CREATED);
    until("the room that is kept", async || {
        let kept = hall.file("reserve").metadata().map_err(|cause| cause.to_string())?.len();
        if kept == 8 << 20 { Ok(()) } else { Err(format!("{kept} bytes")) }
    })
    .await;

    hall.fill(20);
    hall.disk_is(Some("disk_low")).await;
    assert_eq!(hall.take().await.0, StatusCode::CREATED, "long before it is full numbers are given as ever");

    hall.fill(2);
    hall.disk_is(Some("disk_full")).await;
    assert!(!hall.file("reserve").exists(), "what was kept is given up");
    let alerts = hall.role("manager");
    until("the alert", async || {
        let all = alerts.get("/api/v1/alerts").await;
        if all["alerts"].as_array().unwrap().iter().any(|alert| alert["device"] == "disk") {
            Ok(())
        } else {
            Err(all.to_string())
        }
    })
    .await;
    let (status, refused) = hall.take().await;
    assert_eq!((status, &refused["code"]), (StatusCode::CONFLICT, &json!("disk_full")), "{refused}");
    let menu = hall.role("kiosk").get("/api/v1/menu").await;
    assert_eq!(menu["services"][0]["why"]["code"], "disk_full");
    let clerk = hall.role("clerk");
    for (act, number) in [("open", None), ("next", Some("A001")), ("next", Some("A002")), ("finish", None)] {
        let path = format!("/api/v1/counters/1/{act}");
        let (status, done) = clerk.send(Method::POST, &path, Some(&json!({})), None).await.unwrap();
        assert!(status.is_success(), "{act} on a full disk: {done}");
        if let Some(number) = number {
            assert_eq!(done["ticket"]["number"], number);
        }
    }

    std::fs::remove_file(hall.file("something-else")).unwrap();
    hall.disk_is(Some("ok")).await;
    let (status, third) = hall.take().await;
    assert_eq!((status, &third["ticket"]["number"]), (StatusCode::CREATED, &json!("A003")));
    assert!(hall.file("reserve").exists(), "and room is kept again");
}
