//! Call boxes and displays at their wires, as a lobby meets them, with every fault of their cables.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use counter::Key;
use counter::ff68::{Frame, digits};
use firmware_sim::Config;
use serde_json::{Value, json};
use std::time::Duration;
use support::{Plug, World, wait};

const BOXES: &str = "
    [[line]]
    id = 'boxes'
    profile = 'callbox-ff68'
    units = [1, 2]
    [[line]]
    id = 'leds'
    [[display]]
    id = 'w1'
    line = 'leds'
    unit = 11
    [[display]]
    id = 'w2'
    line = 'leds'
    profile = 'led-text-modbus'
    unit = 12
    [[display]]
    id = 'solo'
    profile = 'led-digits-ascii'
";

fn key(unit: u8, byte: u8) -> Frame {
    Frame::new(unit, 1, &[byte])
}

async fn post(world: &World, path: &str, body: Value) -> (u16, Value) {
    let answer = reqwest::Client::new().post(world.url(path)).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn get(world: &World, path: &str) -> Value {
    reqwest::get(world.url(path)).await.unwrap().json().await.unwrap()
}

/// Reads until this frame has come.
async fn hears(plug: &Plug, frame: &Frame) {
    let mut all = Vec::new();
    wait(&format!("{frame:?}"), || {
        if let Some(bytes) = plug.peek() {
            all.extend(bytes.unwrap());
        }
        let wanted = frame.encode();
        all.windows(wanted.len()).any(|window| window == wanted).then_some(())
    })
    .await;
}

/// Asks until the answer comes: behind a frame that nobody answers, the silence that parts two frames may be lost on a
/// busy machine.
async fn asks(plug: &Plug, question: &[u8], answer: &[u8]) {
    let mut all = Vec::new();
    for _ in 0..50 {
        plug.write(question);
        for _ in 0..100 {
            if let Some(bytes) = plug.peek() {
                all.extend(bytes.unwrap());
            }
            if all.windows(answer.len()).any(|window| window == answer) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await; // the port is looked at, as everywhere here
        }
    }
    panic!("asked in vain: {all:x?}");
}

fn quiet(plug: &Plug) -> bool {
    plug.peek().is_none()
}

#[tokio::test]
async fn a_box_repeats_its_key_until_it_is_acknowledged() {
    let world = World::of(BOXES).await;
    let plug = Plug::open_at(&world.port("boxes"), 9_600);
    let (status, press) = post(&world, "/desks/2/press", json!({ "key": "next" })).await;
    assert_eq!((status, press["seq"].as_u64()), (200, Some(1)));
    let frame = key(2, 0x0C);
    let twice = plug.read(2 * frame.wire_len()).await;
    assert_eq!(twice, [frame.encode(), frame.encode()].concat());
    plug.write(&frame.encode());
    // Another press is the next thing that is heard: the first was taken as acknowledged.
    wait("the acknowledgement", || world.sim.desk(2).filter(|desk| desk.view().frames.heard >= 1).map(|_| ())).await;
    while plug.peek().is_some() {}
    world.sim.desk(1).unwrap().press(Key::NoShow);
    let six = key(1, 0x06);
    hears(&plug, &six).await;
    plug.write(&six.encode());
    hears(&plug, &key(1, 0x0F)).await;
    let (status, problem) = post(&world, "/desks/1/press", json!({ "key": "help" })).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("unknown_key")), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("no key `help`"), "{problem}");
}

#[tokio::test]
async fn a_box_shows_what_it_is_written_and_echoes_it() {
    let world = World::of(BOXES).await;
    let plug = Plug::open_at(&world.port("boxes"), 9_600);
    let show = Frame::new(1, 2, &digits(Some(3), "A012"));
    assert_eq!(plug.ask(&show.encode(), show.wire_len()).await, show.encode());
    let desk = get(&world, "/desks/1").await;
    assert_eq!((desk["text"].as_str(), desk["waiting"].as_u64()), (Some("012"), Some(3)), "{desk}");
    assert_eq!((desk["profile"].as_str(), desk["display"].as_str()), (Some("callbox-ff68"), Some("steady")));
    assert!(desk["lacks"].as_array().unwrap().contains(&json!("help")), "{desk}");
    assert!(!desk["lacks"].as_array().unwrap().contains(&json!("no-show")), "{desk}");
    let mut wrong = Frame::new(1, 2, &digits(Some(4), "A013")).encode();
    wrong[13] ^= 1;
    plug.write(&wrong);
    let beep = Frame::new(1, 3, &[]);
    asks(&plug, &beep.encode(), &beep.encode()).await;
    assert!(world.sim.desk(1).unwrap().view().beeps >= 1);
    assert_eq!(get(&world, "/desks/1").await["text"], "012", "the damaged frame changed nothing");
}

#[tokio::test]
async fn faults_of_a_box_are_those_of_its_cable() {
    let world = World::of(BOXES).await;
    let plug = Plug::open_at(&world.port("boxes"), 9_600);
    let show = Frame::new(1, 2, &digits(None, "7"));
    let other = Frame::new(2, 2, &digits(None, "8"));
    let fault = async |body: Value| {
        let (status, desk) = post(&world, "/desks/1/fault", body).await;
        assert_eq!(status, 200, "{desk}");
    };
    for broken in [json!({ "mute": true }), json!({ "unplug": true })] {
        fault(broken.clone()).await;
        plug.write(&show.encode());
        asks(&plug, &other.encode(), &other.encode()).await;
        let obeyed = world.sim.desk(1).unwrap().view().text;
        assert_eq!(obeyed == "7", broken.get("mute").is_some(), "{broken}: {obeyed}");
        fault(json!({ "mute": false, "unplug": false, "reboot": true })).await;
    }
    fault(json!({ "late_ms": 300 })).await;
    let before = std::time::Instant::now();
    plug.ask(&show.encode(), show.wire_len()).await;
    assert!(before.elapsed() >= Duration::from_millis(300));
    fault(json!({ "late_ms": 0, "stuck": "recall" })).await;
    for _ in 0..3 {
        hears(&plug, &key(1, 0x0D)).await;
        plug.write(&key(1, 0x0D).encode());
    }
    assert_eq!(get(&world, "/desks/1").await["stuck"], "recall");
    fault(json!({ "stuck": null, "garble": 1 })).await;
    wait("the last of the stuck key", || (quiet(&plug)).then_some(())).await;
    world.sim.desk(1).unwrap().press(Key::Next);
    wait("a garbled frame", || (world.sim.desk(1)?.view().frames.garbled > 0).then_some(())).await;
}

#[tokio::test]
async fn displays_answer_under_their_address_and_show_what_they_were_written() {
    let world = World::of(BOXES).await;
    let leds = Plug::open_at(&world.port("leds"), 9_600);
    let number = with_crc(&[11, 6, 0, 0x88, 0, 12]);
    assert_eq!(leds.ask(&number, 8).await, number);
    let text = with_crc(b"\x0c\x10\x00\x70\x00\x02\x04A012");
    assert_eq!(leds.ask(&text, 8).await, with_crc(b"\x0c\x10\x00\x70\x00\x02"));
    let solo = Plug::open_at(&world.port("solo"), 9_600);
    solo.write(b"$001,034#");
    let shows = async |id: &str| get(&world, &format!("/displays/{id}")).await["text"].clone();
    assert_eq!((shows("w1").await, shows("w2").await), (json!("12"), json!("A012")));
    wait("the display on its own", || (world.sim.hall().display("solo")?.view().text == "034").then_some(())).await;
    // A display that is unplugged keeps what it showed; one with a port of its own takes the port with it.
    assert_eq!(post(&world, "/displays/w1/fault", json!({ "unplug": true })).await.0, 200);
    leds.write(&with_crc(&[11, 6, 0, 0x88, 0, 13]));
    asks(&leds, &text, &with_crc(b"\x0c\x10\x00\x70\x00\x02")).await;
    assert_eq!(shows("w1").await, json!("12"));
    post(&world, "/displays/solo/fault", json!({ "unplug": true })).await;
    wait("the port to go", || (!world.port("solo").exists()).then_some(())).await;
    post(&world, "/displays/solo/fault", json!({ "unplug": false })).await;
    wait("the port to come back", || world.port("solo").exists().then_some(())).await;
    let (status, problem) = post(&world, "/displays/w1/fault", json!({ "stuck": "next" })).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("unknown_field")), "{problem}");
    let all = get(&world, "/devices").await;
    assert_eq!(all["displays"].as_array().unwrap().len(), 3, "{all}");
    assert_eq!(all["lines"].as_array().unwrap().len(), 2, "a port of a single display is no line");
}

#[tokio::test]
async fn at_another_speed_nothing_is_understood() {
    let world = World::of(BOXES).await;
    let plug = Plug::open_at(&world.port("boxes"), 19_200);
    world.sim.desk(1).unwrap().press(Key::Next);
    let heard = plug.read(30).await;
    let frame = key(1, 0x0C).encode();
    assert!(!heard.windows(frame.len()).any(|window| window == frame), "{heard:x?}");
    let show = Frame::new(1, 2, &digits(None, "7"));
    plug.write(&show.encode());
    wait("the press to be given up", || (world.sim.desk(1)?.view().frames.answered >= 5).then_some(())).await;
    assert_eq!(world.sim.desk(1).unwrap().view().text, "");
}

#[test]
fn mistakes_about_boxes_and_displays_are_told_at_once() {
    let wrong = Config::parse(
        "[[line]]\nid = 'a'\nprofile = 'callbox'\nunits = [1]\n\
         [[line]]\nid = 'b'\nprofile = 'led-digits-modbus'\nunits = [2]\n\
         [[line]]\nid = 'c'\n\
         [[display]]\nid = 'd'\nline = 'x'\n\
         [[display]]\nid = 'e'\nline = 'a'\nprofile = 'callbox-ff68'\n",
    )
    .unwrap_err();
    let told: Vec<String> = wrong.iter().map(|mistake| format!("{}: {}", mistake.line, mistake.what)).collect();
    let says = |text: &str| assert!(told.iter().any(|one| one.contains(text)), "{text}: {told:#?}");
    says("1: there is no profile `callbox`");
    says("write one of alpha-board, callbox-ff68, desk-modbus");
    says("5: profile `led-digits-modbus` is one of displays");
    says("9: line `c` has no units");
    says("11: display `d` hangs on line `x`, which is not there");
    says("14: profile `callbox-ff68` is one of units with keys");
    says("14: display `e` cannot have unit 1");
}

fn with_crc(body: &[u8]) -> Vec<u8> {
    [body, &counter::frame::crc16(body).to_le_bytes()].concat()
}
