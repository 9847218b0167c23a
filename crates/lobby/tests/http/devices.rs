//! Devices from outside: state, words in two languages, counters, and the stream that follows them.

use crate::{
    hall::Hall,
    stream::{Events, serve},
};
use lobby::devices::{alerts, health::Count};
use serde_json::Value;

#[tokio::test]
async fn a_change_of_state_is_on_the_stream_at_once_and_counters_come_along() {
    let hall = Hall::new();
    let served = serve(&hall).await;
    let mut events = Events::of(served.address, "/api/v1/devices/events", "demo-engineer").await;
    let first = events.next().await.unwrap();
    assert_eq!((&*first.kind, &*first.retry), ("devices", "1000"));
    let printer = &first.data["devices"][0];
    assert_eq!(printer["texts"]["zh-CN"]["state"], "缺纸");
    assert_eq!(printer["texts"]["en"]["remedy"], "Put in a new roll and close the cover.");

    hall.registry.declare_behind("desk-1", "desk", "line-desks");
    hall.registry.report("desk-1", "desk", "offline", Some("it does not answer".to_owned()));
    let desk = loop {
        let event = events.next().await.unwrap();
        if let Some(desk) = event.data["devices"].as_array().unwrap().iter().find(|device| device["state"] == "offline")
        {
            break desk.clone();
        }
    };
    assert_eq!((&desk["id"], &desk["via"]), (&"desk-1".into(), &"line-desks".into()));
    assert_eq!(desk["texts"]["zh-CN"]["cause"], "没有应答");
    assert!(desk["last_contact"].is_null());

    // Nothing but a counter moves, and nobody is woken for it; it is on the stream a little later all the same.
    let tally = hall.registry.tally("desk-1");
    tally.set(Count::Garbled, 3);
    tally.contact();
    loop {
        let event = events.next().await.unwrap();
        let desk = event.data["devices"].as_array().unwrap().iter().find(|device| device["id"] == "desk-1").unwrap();
        if desk["errors"]["garbled"] == 3 {
            assert_eq!(desk["state"], "offline");
            assert!(desk["last_contact"].is_string());
            break;
        }
    }
}

#[tokio::test]
async fn prometheus_reads_the_health_of_every_device() {
    let hall = Hall::new();
    let tally = hall.registry.tally("kiosk-1");
    tally.add(Count::JobsUncertain);
    tally.contact();
    let text = hall.get("", "/metrics").await.text();
    for line in [
        "lobby_device_ok{device=\"kiosk-1\",kind=\"printer\",state=\"paper_out\"} 0",
        "lobby_device_errors_total{device=\"kiosk-1\",kind=\"printer\",what=\"jobs_uncertain\"} 1",
        "lobby_device_traffic_total{device=\"kiosk-1\",kind=\"printer\",what=\"replies\"} 0",
        "lobby_device_last_contact_seconds{device=\"kiosk-1\",kind=\"printer\"} ",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[tokio::test]
async fn a_device_in_trouble_raises_one_alert_that_ends_by_itself() {
    let hall = Hall::new();
    let (registry, handle, clock) = (hall.registry.clone(), hall.state.handle.clone(), hall.state.clock.clone());
    registry.declare("line-desks", "line");
    registry.declare_behind("desk-1", "desk", "line-desks");
    let mut alerts = hall.state.alerts.clone();
    tokio::spawn(alerts::run(registry.clone(), handle, clock, 0, hall.state.stop.clone()));
    let mut until = async |fits: &dyn Fn(&[Value]) -> bool| loop {
        let list: Value = serde_json::from_str(&alerts.borrow_and_update().json).unwrap();
        let list = list["alerts"].as_array().cloned().unwrap_or_default();
        if fits(&list) {
            return list;
        }
        alerts.changed().await.unwrap();
    };
    let list = until(&|list| list.len() == 1).await;
    assert_eq!(
        (&list[0]["kind"], &list[0]["device"], &list[0]["level"]),
        (&"device".into(), &"kiosk-1".into(), &"warning".into())
    );
    assert_eq!(list[0]["text"]["zh-CN"], "kiosk-1：缺纸。请装入新纸卷并合上机盖。");
    assert_eq!(list[0]["text"]["en"], "kiosk-1: Paper out. Put in a new roll and close the cover.");

    // A line that is gone is one alert and not one for every unit on it.
    registry.report("line-desks", "line", "unplugged", Some("the port closed: is the cable plugged in?".to_owned()));
    registry.report("desk-1", "desk", "offline", Some("line desks is not connected".to_owned()));
    until(&|list| list.len() == 2).await;
    registry.report("kiosk-1", "printer", "ok", None);
    let list = until(&|list| list.iter().any(|alert| alert["cleared_at"].is_string())).await;
    assert_eq!(list.len(), 2, "{list:?}");
    assert_eq!((&list[0]["device"], &list[0]["cleared_at"]), (&"line-desks".into(), &Value::Null));

    // The unit itself is in trouble once its line is back.
    registry.report("line-desks", "line", "ok", None);
    let list = until(&|list| list.len() == 3).await;
    assert_eq!(list[0]["device"], "desk-1");
    let open = list.iter().filter(|alert| alert["cleared_at"].is_null()).count();
    assert!(open <= 2, "{list:?}");
}
