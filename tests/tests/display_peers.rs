//! Window displays of `led-digits-modbus` against other people's Modbus: pymodbus and tokio-modbus as displays that the
//! lobby's driver writes to, and as a lobby that writes to simulated displays.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod line_support;

use counter::Profile;
use counter::display::DisplayProfile;
use counter::poller::Output;
use counter::profile::Speech;
use counter::registers::{Light, Picture};
use firmware_sim::{Config, Sim};
use line_support::bus::{Bus, Device, Fault};
use line_support::peer::{Slave, python};
use line_support::pty::Pty;
use lobby_tests::until;
use serde_json::json;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio_modbus::client::Writer;
use tokio_modbus::server::Service;
use tokio_modbus::{ExceptionCode, Request, Response, SlaveRequest};
use tokio_util::sync::CancellationToken;
use wires::line::{LineDisplay, LineEvent, LineSetup, Speaks, run};
use wires::port::{PortOpener, PortSettings, SystemPorts};

fn profile(name: &str) -> DisplayProfile {
    match Profile::parse(name, Profile::built_in(name).unwrap()).unwrap().speech {
        Speech::Display(display) => display,
        other => panic!("{name} is no display: {other:?}"),
    }
}

fn port() -> PortSettings {
    PortSettings { name: "leds".to_owned(), baud: 9_600, even_parity: false }
}

/// The lobby's driver with a display of digits at 11 and one of characters at 12.
struct Driver {
    pictures: [watch::Sender<Picture>; 2],
    events: mpsc::Receiver<LineEvent>,
    stop: CancellationToken,
}

impl Driver {
    fn start(wires: &Path) -> Driver {
        let (digits, number) = watch::channel(Picture::default());
        let (characters, text) = watch::channel(Picture::default());
        let display = |unit, profile, picture| LineDisplay { unit, counter: "1".to_owned(), profile, picture };
        let displays =
            vec![display(11, profile("led-digits-modbus"), number), display(12, profile("led-text-modbus"), text)];
        let speaks = Speaks::DeskModbus { first_picture: 1 };
        let setup = LineSetup { id: "leds".to_owned(), port: port(), speaks, units: Vec::new(), displays, calls: None };
        let (sender, events) = mpsc::channel(8);
        let stop = CancellationToken::new();
        let line = run(setup, Arc::new(SystemPorts::new(wires)), sender, stop.clone());
        tokio::spawn(async move { line.await.unwrap() });
        Driver { pictures: [digits, characters], events, stop }
    }

    fn show(&self, number: &str) {
        for picture in &self.pictures {
            picture.send_replace(Picture::new(number, Light::Steady));
        }
    }

    /// Until both displays have answered.
    async fn both_online(&mut self) {
        let mut online = [false; 2];
        while online != [true; 2] {
            match self.events.recv().await.expect("a driver that lives") {
                LineEvent::Unit(Output::Online { unit }) => online[usize::from(unit) - 11] = true,
                LineEvent::Unit(Output::Offline { unit, cause }) => panic!("{unit}: {cause}"),
                _ => {}
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn room() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[tokio::test]
async fn pymodbus_as_displays() {
    let wires = room();
    let behind = Pty::open();
    let mut slave = Slave::serve("led_slave.py", &behind.path, &[11, 12]).await;
    let bus = Bus::serve(Device::Program(behind), &wires.path().join("leds"));
    let mut driver = Driver::start(wires.path());
    driver.both_online().await;
    bus.plan([Fault::ReplyLost, Fault::RequestDamaged, Fault::None, Fault::Late(Duration::from_millis(80))]);
    driver.show("A012");
    let digits = slave.until(|word| word["unit"] == 11 && word["values"] == json!([12])).await;
    assert_eq!((&digits["function"], &digits["address"]), (&json!(6), &json!(0x88)));
    let text = slave.until(|word| word["unit"] == 12 && word["values"] == json!([0x4130, 0x3132])).await;
    assert_eq!((&text["function"], &text["address"]), (&json!(16), &json!(0x70)));
}

/// Unit, address and words of one write.
type Written = (u8, u16, Vec<u16>);

/// Registers behind tokio-modbus: what was written.
#[derive(Clone, Default)]
struct Foreign(Arc<Mutex<Vec<Written>>>);

impl Service for Foreign {
    type Request = SlaveRequest<'static>;
    type Response = Option<Response>;
    type Exception = ExceptionCode;
    type Future = std::future::Ready<Result<Option<Response>, ExceptionCode>>;

    fn call(&self, request: SlaveRequest<'static>) -> Self::Future {
        let mut written = self.0.lock().unwrap();
        std::future::ready(match request.request {
            Request::WriteSingleRegister(address, word) => {
                written.push((request.slave, address, vec![word]));
                Ok(Some(Response::WriteSingleRegister(address, word)))
            }
            Request::WriteMultipleRegisters(address, words) => {
                written.push((request.slave, address, words.to_vec()));
                Ok(Some(Response::WriteMultipleRegisters(address, u16::try_from(words.len()).unwrap())))
            }
            _ => Err(ExceptionCode::IllegalFunction),
        })
    }
}

#[tokio::test]
async fn tokio_modbus_as_displays() {
    let wires = room();
    let behind = Pty::open();
    let server = tokio_modbus::server::rtu::Server::new_from_path(&behind.path, 9_600).unwrap();
    let foreign = Foreign::default();
    let serving = tokio::spawn(server.serve_forever(foreign.clone()));
    let _bus = Bus::serve(Device::Program(behind), &wires.path().join("leds"));
    let mut driver = Driver::start(wires.path());
    driver.both_online().await;
    driver.show("B007");
    until("both displays to be written", async || {
        let written = foreign.0.lock().unwrap().clone();
        let wanted = [(11, 0x88, vec![7]), (12, 0x70, vec![0x4230, 0x3037])];
        if wanted.iter().all(|one| written.contains(one)) { Ok(()) } else { Err(format!("{written:x?}")) }
    })
    .await;
    serving.abort();
}

/// Simulated displays at 11 and 12 on a port `leds`.
async fn simulated(wires: &Path, stop: &CancellationToken) -> Sim {
    let text = "[[line]]\nid = 'leds'\n[[display]]\nid = 'digits'\nline = 'leds'\nunit = 11\n\
                [[display]]\nid = 'text'\nline = 'leds'\nprofile = 'led-text-modbus'\nunit = 12";
    Sim::start(&Config::parse(text).unwrap(), wires, ([127, 0, 0, 1], 0).into(), stop.clone()).await.unwrap()
}

fn shown(sim: &Sim) -> [String; 2] {
    ["digits", "text"].map(|id| sim.hall().display(id).unwrap().view().text)
}

#[tokio::test(flavor = "multi_thread")]
async fn pymodbus_as_the_lobby() {
    let (wires, stop) = (room(), CancellationToken::new());
    let sim = simulated(wires.path(), &stop).await;
    let mut master = python("led_master.py");
    master.arg(wires.path().join("leds")).args(["11", "12", "12", "A012"]);
    let output = master.output().await.unwrap();
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said, json!({"number": true, "text": true}));
    assert_eq!(shown(&sim), ["12", "A012"]);
    sim.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokio_modbus_as_the_lobby() {
    let (wires, stop) = (room(), CancellationToken::new());
    let sim = simulated(wires.path(), &stop).await;
    let port = SystemPorts::new(wires.path()).open(&port()).await.unwrap();
    let wire = tokio::io::join(port.reader, port.writer);
    let mut master = tokio_modbus::client::rtu::attach_slave(wire, tokio_modbus::Slave(11));
    master.write_single_register(0x88, 7).await.unwrap().unwrap();
    tokio_modbus::slave::SlaveContext::set_slave(&mut master, tokio_modbus::Slave(12));
    master.write_multiple_registers(0x70, &[0x4230, 0x3037]).await.unwrap().unwrap();
    assert_eq!(shown(&sim), ["7", "B007"]);
    sim.stop().await;
}
