//! `lobby appointments import` into a running lobby: whole or not at all, with the line of every mistake.

use crate::{hall::Hall, stream::serve};
use lobby::{
    appointments::{AppointmentsCommand, ImportError},
    views::Time,
};
use serde_json::Value;
use std::path::Path;

/// What the command says, and what it fails with.
async fn import(dir: &Path, list: &str, token: Option<&str>) -> Result<String, ImportError> {
    let file = dir.join("list.csv");
    std::fs::write(&file, list).unwrap();
    let (data, token) = (Some(dir.to_owned()), token.map(str::to_owned));
    let command = AppointmentsCommand::Import { file, config: None, data, url: None, token };
    let run = move || {
        let mut out = Vec::new();
        command.run(None, &mut out).map(|()| String::from_utf8(out).unwrap())
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// A refused list, without the folder of the file.
async fn refused(dir: &Path, list: &str) -> String {
    let error = import(dir, list, None).await.unwrap_err();
    assert!(error.is_wrong_use(), "{error}");
    let folder = format!("{}/", dir.display());
    error.to_string().replace(&folder, "")
}

async fn booked(hall: &Hall, date: &str) -> Vec<String> {
    let list = hall.get("manager", &format!("/api/v1/appointments?date={date}")).await.json();
    let told = |known: &Value| format!("{} {} {}", known["code"], known["service"], known["at"]).replace('"', "");
    list["appointments"].as_array().unwrap().iter().map(told).collect()
}

#[tokio::test]
async fn a_list_is_booked_whole_or_not_at_all() {
    let hall = Hall::new();
    let served = serve(&hall).await;
    std::fs::write(hall.dir().join("address"), format!("{}\n", served.address)).unwrap();
    let bad = "code,service,at\nK1,cash,2035-11-23 09:30\nK 2,cash,2035-11-23 09:30\nK3,gold,2035-11-23 09:45\n\n\
               K4,cash,2020-11-23 09:30\nK5,cash,soon\n";
    let said = refused(hall.dir(), bad).await;
    let lines: Vec<&str> = said.lines().map(|line| line.split_once(": ").map_or(line, |(place, _)| place)).collect();
    let expected = ["list.csv:3", "list.csv:4", "list.csv:6", "list.csv:7", "nothing was booked"];
    assert_eq!(lines, expected, "{said}");
    assert_eq!(booked(&hall, "2035-11-23").await, Vec::<String>::new());

    // As a spreadsheet writes it: another order of columns, quotes, one more column, marks and line ends of its own.
    let good =
        "\u{feff}at,code,name,service\r\n2035-11-23 09:30,K1,\"Li, Lei\",cash\r\n2035-11-23T01:45:00Z,k2,,loan\r\n";
    assert_eq!(import(hall.dir(), good, None).await.unwrap(), "2 booked, 0 changed, 0 booked like that before\n");
    let expected = ["K1 cash 2035-11-23T01:30:00.000Z", "k2 loan 2035-11-23T01:45:00.000Z"];
    assert_eq!(booked(&hall, "2035-11-23").await, expected);
    let changed = "code,service,at\nK1,cash,2035-11-23 09:30\nK2,cash,2035-11-23 09:45\nK3,cash,2035-11-23 10:00\n";
    let said = import(hall.dir(), changed, Some("demo-manager")).await.unwrap();
    assert_eq!(said, "1 booked, 1 changed, 1 booked like that before\n");

    let rows = hall.get("manager", "/api/v1/journal?limit=1000").await.json();
    let mut actors: Vec<_> = rows["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["kind"] == "appointment_booked")
        .map(|row| row["actor"].as_str().unwrap().to_owned())
        .collect();
    actors.dedup();
    let made = format!("manager:import-{}", std::process::id());
    assert_eq!(actors, [made.clone(), "manager:demo".to_owned()]);
    let store = lobby::accounts::Store::open(hall.dir()).unwrap();
    let left =
        store.list().unwrap().into_iter().filter(|known| known.principal.actor() == made && known.revoked_at.is_none());
    assert_eq!(left.count(), 0, "the token of an import ends with it");
}

#[tokio::test]
async fn more_rows_than_a_call_takes_are_checked_first_all_of_them() {
    let hall = Hall::new();
    let served = serve(&hall).await;
    std::fs::write(hall.dir().join("address"), served.address.to_string()).unwrap();
    let row = |place: u32| format!("K{place},cash,2035-11-23 {:02}:{:02}\n", 9 + place / 60, place % 60);
    let list = |rows: u32| format!("code,service,at\n{}", (0..rows).map(row).collect::<String>());
    let said = refused(hall.dir(), &format!("{}K9999,gold,2035-11-23 09:30\n", list(600))).await;
    assert!(said.starts_with("list.csv:602: "), "{said}");
    assert_eq!(booked(&hall, "2035-11-23").await.len(), 0);
    assert_eq!(
        import(hall.dir(), &list(600), None).await.unwrap(),
        "600 booked, 0 changed, 0 booked like that before\n"
    );
}

#[tokio::test]
async fn lists_of_the_wrong_shape() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("address"), "127.0.0.1:9").unwrap();
    let heading = "list.csv:1: the first line has to name the columns code,service,at\nnothing was booked";
    assert_eq!(refused(dir.path(), "").await, heading);
    assert_eq!(refused(dir.path(), "code,service\nK1,cash\n").await, heading);
    let none = "list.csv:1: there is no appointment in the list\nnothing was booked";
    assert_eq!(refused(dir.path(), "code,service,at\n").await, none);
    let several = "code,service,at\nK1,cash\nK2,cash,2035-11-23 09:30\nk2,cash,2035-11-23 09:45\n";
    let expected = "list.csv:2: 2 columns in place of 3\nlist.csv:4: appointment k2 is also in line 3; keep one\n\
                    nothing was booked";
    assert_eq!(refused(dir.path(), several).await, expected);
    let missing = AppointmentsCommand::Import {
        file: dir.path().join("none.csv"),
        config: None,
        data: None,
        url: None,
        token: None,
    };
    assert!(missing.run(None, &mut Vec::new()).unwrap_err().is_wrong_use());
}

#[tokio::test]
async fn without_a_lobby_or_a_good_token_nothing_is_booked() {
    let list = "code,service,at\nK1,cash,2035-11-23 09:30\n";
    let empty = tempfile::tempdir().unwrap();
    let error = import(empty.path(), list, None).await.unwrap_err();
    assert!(matches!(error, ImportError::NotRunning(_)) && !error.is_wrong_use(), "{error}");
    assert!(error.to_string().contains("start it with `lobby run`"), "{error}");

    let hall = Hall::new();
    let served = serve(&hall).await;
    std::fs::write(hall.dir().join("address"), served.address.to_string()).unwrap();
    for token in ["demo-clerk", "nonsense"] {
        let error = import(hall.dir(), list, Some(token)).await.unwrap_err();
        assert!(matches!(error, ImportError::Refused(_)), "{token}: {error}");
    }
    // A lobby that has ended leaves its address behind.
    std::fs::write(hall.dir().join("address"), closed_port().await).unwrap();
    let error = import(hall.dir(), list, None).await.unwrap_err();
    assert!(matches!(error, ImportError::NotRunning(_)), "{error}");
    let now = Time(hall.state.clock.now()).to_string();
    assert_eq!(booked(&hall, &now[..10]).await, Vec::<String>::new());
}

/// An address that nobody listens on any more.
async fn closed_port() -> String {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    socket.local_addr().unwrap().to_string()
}
