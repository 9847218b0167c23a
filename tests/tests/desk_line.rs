//! The desk line from the driver of the lobby down to the bytes, over pseudo-terminals: one press is one event,
//! whatever happens to the wire, to the port and to the lobby.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod line_support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use counter::poller::{Cause, Output};
use counter::registers::{Light, Picture};
use counter::{Key, Mark, Unit};
use line_support::bus::{Bus, Desks, Device, Fault};
use line_support::driver::Driver;
use line_support::peer::{Foreign, Slave, python};
use line_support::pty::Pty;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio_modbus::client::{Reader, Writer};
use wires::line::LineEvent;
use wires::port::{PortError, PortOpener, PortSettings, SystemPorts};

fn faults() -> Vec<Fault> {
    let late = |ms| Fault::Late(Duration::from_millis(ms));
    let noise: Vec<u8> = (0..60).map(|byte: u8| byte.wrapping_mul(37)).collect();
    vec![
        Fault::RequestLost,
        Fault::None,
        Fault::ReplyLost,
        late(70),
        Fault::Noise(noise),
        Fault::None,
        Fault::ReplyDamaged,
        Fault::RequestDamaged,
        Fault::None,
        late(120),
        late(45),
        Fault::ReplyLost,
        Fault::None,
        Fault::ReplyDamaged,
    ]
}

fn room() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[tokio::test]
async fn one_press_is_one_event_through_loss_delay_damage_and_noise() {
    let wires = room();
    let desks = Desks::new(&[1, 2]);
    let mut bus = Bus::serve(desks.device(), &wires.path().join("desks"));
    let mut driver = Driver::start(wires.path(), &[1, 2], BTreeMap::new());
    driver.settled().await;
    for (round, key) in [Key::Next, Key::Recall, Key::NoShow, Key::Hold, Key::Help].into_iter().enumerate() {
        // Another fault meets the poll that finds the press in each round.
        bus.plan(faults().into_iter().cycle().skip(round * 3).take(faults().len()));
        desks.press(1, key);
        desks.press(1, Key::Digit7);
        let ((), presses) = tokio::join!(bus.faults_over(), driver.presses(2));
        // Whatever was reported twice would come before the press of the next round.
        assert_eq!(presses, [format!("1:{}", key.code()), "1:37".to_owned()], "round {round}");
    }
    desks.press(1, Key::Clear);
    assert_eq!(driver.presses(1).await, ["1:41"]);
    driver.stop().await;
}

#[tokio::test]
async fn a_killed_driver_goes_on_where_the_journal_ends() {
    let wires = room();
    let desks = Desks::new(&[1]);
    let _bus = Bus::serve(desks.device(), &wires.path().join("desks"));
    let mut driver = Driver::start(wires.path(), &[1], BTreeMap::new());
    driver.settled().await;
    for key in [Key::Recall, Key::Hold, Key::Finish] {
        desks.press(1, key);
    }
    // One press was booked, the others were reported to a lobby that died.
    assert_eq!(driver.presses(1).await, ["1:2"]);
    let marks = driver.kill().await;
    desks.press(1, Key::Arrived);
    let mut driver = Driver::start(wires.path(), &[1], marks);
    assert_eq!(driver.presses(3).await, ["1:6", "1:5", "1:4"]);
    assert_eq!(driver.marks[&1], Mark { boot: 101, wraps: 0, seq: 4 });
    // Six angry presses during a restart: the last is meant, the others are told apart.
    let marks = driver.kill().await;
    for _ in 0..6 {
        desks.press(1, Key::Next);
    }
    let mut driver = Driver::start(wires.path(), &[1], marks);
    let presses = driver.presses(6).await;
    assert_eq!(presses[..5], ["1:1 stale"; 5]);
    assert_eq!(presses[5], "1:1");
    driver.stop().await;
}

#[tokio::test]
async fn a_line_outlives_its_cable() {
    let wires = room();
    let desks = Desks::new(&[1]);
    let mut driver = Driver::start(wires.path(), &[1], BTreeMap::new());
    let LineEvent::PortLost { cause } = driver.event().await else { panic!("a port out of nowhere") };
    assert!(cause.contains("desks is not there"), "{cause}");
    let bus = Bus::serve(desks.device(), &wires.path().join("desks"));
    driver.settled().await;
    desks.press(1, Key::Help);
    assert_eq!(driver.presses(1).await, ["1:9"]);
    bus.unplug().await;
    let before = driver.until(|event| matches!(event, LineEvent::PortLost { .. })).await;
    assert_eq!(before, []);
    let offline = LineEvent::Unit(Output::Offline { unit: 1, cause: Cause::Port });
    assert_eq!(driver.event().await, offline);
    desks.press(1, Key::Next);
    desks.press(1, Key::Recall);
    driver.pictures[&1].send_replace(Picture::new("A012", Light::Steady));
    let mut bus = Bus::serve(desks.device(), &wires.path().join("desks"));
    assert_eq!(driver.presses(2).await, ["1:1", "1:2"]);
    bus.exchanges.wait_for(|_| desks.picture(1).text() == "A012").await.unwrap();
    driver.stop().await;
}

#[tokio::test]
async fn a_silent_unit_is_reported_and_the_other_goes_on() {
    let wires = room();
    let desks = Desks::new(&[1]);
    let mut bus = Bus::serve(desks.device(), &wires.path().join("desks"));
    let mut driver = Driver::start(wires.path(), &[1, 2], BTreeMap::new());
    let offline = LineEvent::Unit(Output::Offline { unit: 2, cause: Cause::Silent });
    driver.until(|event| *event == offline).await;
    desks.press(1, Key::Next);
    assert_eq!(driver.presses(1).await, ["1:1"]);
    driver.pictures[&1].send_replace(Picture::new("B007", Light::Flashing));
    bus.exchanges.wait_for(|_| desks.picture(1).text() == "B007").await.unwrap();
    assert_eq!(desks.picture(1).light, Light::Flashing);
    driver.stop().await;
}

#[tokio::test]
async fn a_babbling_line_is_an_outage_and_nothing_worse() {
    let wires = room();
    let mut pty = Pty::open();
    pty.link(&wires.path().join("desks"));
    let mut driver = Driver::start(wires.path(), &[1], BTreeMap::new());
    let babble = async {
        let noise: Vec<u8> = (0..=255).collect();
        loop {
            pty.writer.write_all(&noise).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    let offline = LineEvent::Unit(Output::Offline { unit: 1, cause: Cause::Garbled });
    let heard = async {
        driver.until(|event| *event == offline).await;
        driver.stop().await;
    };
    tokio::select! {
        () = heard => {}
        () = babble => {}
    }
}

#[tokio::test]
async fn a_port_has_one_owner_and_a_speed() {
    let wires = room();
    let pty = Pty::open();
    pty.link(&wires.path().join("desks"));
    let ports = SystemPorts::new(wires.path());
    let settings = PortSettings { name: "desks".to_owned(), baud: 38_400, even_parity: true };
    let port = ports.open(&settings).await.unwrap();
    assert!(matches!(ports.open(&settings).await, Err(PortError::Busy(_))));
    let speed = rustix::termios::tcgetattr(std::fs::File::open(&pty.path).unwrap()).unwrap().output_speed();
    assert_eq!(speed, 38_400);
    drop(port);
    ports.open(&settings).await.unwrap();
}

#[tokio::test]
async fn pymodbus_as_desk_units() {
    let wires = room();
    let behind = Pty::open();
    let mut slave = Slave::start(&behind.path, &[1, 2]).await;
    let mut bus = Bus::serve(Device::Program(behind), &wires.path().join("desks"));
    let mut driver = Driver::start(wires.path(), &[1, 2], BTreeMap::new());
    driver.settled().await;
    slave.press(2, 1).await;
    assert_eq!(driver.presses(1).await, ["2:1"]);
    driver.pictures[&2].send_replace(Picture::new("A012", Light::Flashing));
    let shown = slave.until(|word| word["unit"] == 2 && word["picture"][1] == 0x4130).await;
    assert_eq!(shown["address"], 0);
    assert_eq!(shown["picture"].as_array().unwrap()[2..8], [0x3132, 0x2020, 0x2020, 0x2020, 0x2020, 2]);
    bus.plan(faults());
    for code in [2, 30, 41] {
        slave.press(1, code).await;
    }
    let ((), presses) = tokio::join!(bus.faults_over(), driver.presses(3));
    assert_eq!(presses, ["1:2", "1:30", "1:41"]);
    let marks = driver.kill().await;
    slave.press(1, 1).await;
    slave.press(1, 1).await;
    let mut driver = Driver::start(wires.path(), &[1, 2], marks);
    assert_eq!(driver.presses(2).await, ["1:1 stale", "1:1"]);
    driver.stop().await;
}

#[tokio::test]
async fn pymodbus_as_the_lobby() {
    let wires = room();
    let desks = Desks::new(&[7]);
    desks.press(7, Key::Help);
    let port = wires.path().join("desks");
    let _bus = Bus::serve(desks.device(), &port);
    let registers = Picture::new("C003", Light::Steady).encode(5);
    let mut master = python("desk_master.py");
    master.arg(&port).arg("7").args(registers.map(|register| register.to_string()));
    let output = master.output().await.unwrap();
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let inputs = [1, 107, 1, 9, 0, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(said, serde_json::json!({"written": true, "inputs": inputs}));
    assert_eq!(desks.picture(7).text(), "C003");
}

#[tokio::test]
async fn tokio_modbus_as_a_desk_unit() {
    let wires = room();
    let behind = Pty::open();
    let server = tokio_modbus::server::rtu::Server::new_from_path(&behind.path, 115_200).unwrap();
    let (foreign, mut shown) = Foreign::new(Unit::new(1, 500));
    let unit = Arc::clone(&foreign.unit);
    let serving = tokio::spawn(server.serve_forever(foreign));
    let bus = Bus::serve(Device::Program(behind), &wires.path().join("desks"));
    let mut driver = Driver::start(wires.path(), &[1], BTreeMap::new());
    driver.settled().await;
    bus.plan([Fault::ReplyLost, Fault::ReplyDamaged, Fault::None, Fault::Late(Duration::from_millis(80))]);
    unit.lock().unwrap().press(Key::Next);
    assert_eq!(driver.presses(1).await, ["1:1"]);
    let picture = Picture::new("A012", Light::Steady);
    driver.pictures[&1].send_replace(picture);
    let wanted = picture.encode(0);
    shown.wait_for(|registers| registers[1..] == wanted[1..]).await.unwrap();
    driver.stop().await;
    serving.abort();
}

#[tokio::test]
async fn tokio_modbus_as_the_lobby() {
    let wires = room();
    let desks = Desks::new(&[9]);
    desks.press(9, Key::Dispute);
    let name = wires.path().join("desks");
    let _bus = Bus::serve(desks.device(), &name);
    let settings = PortSettings { name: "desks".to_owned(), baud: 115_200, even_parity: false };
    let port = SystemPorts::new(wires.path()).open(&settings).await.unwrap();
    let wire = tokio::io::join(port.reader, port.writer);
    let mut master = tokio_modbus::client::rtu::attach_slave(wire, tokio_modbus::Slave(9));
    let inputs = master.read_input_registers(0, 12).await.unwrap().unwrap();
    assert_eq!(inputs, [1, 109, 1, 10, 0, 0, 0, 0, 0, 0, 0, 0]);
    let picture = Picture::new("B007", Light::Steady);
    master.write_multiple_registers(0, &picture.encode(3)).await.unwrap().unwrap();
    assert_eq!(desks.picture(9), picture);
    let refused = master.read_input_registers(6, 7).await.unwrap().unwrap_err();
    assert_eq!(refused, tokio_modbus::ExceptionCode::IllegalDataAddress);
}
