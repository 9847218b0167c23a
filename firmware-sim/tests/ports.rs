//! Pseudo-terminals as ports: there, gone, back again; and the life of the simulator around them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::path::Path;

use firmware_sim::wire::{LockError, Pty, PtyError, Wire, WiresLock, wire_time};
use firmware_sim::{Config, Sim, StartError};
use rustix::termios::ioctl_tiocexcl;
use support::{Plug, World, wait};
use tokio_util::sync::CancellationToken;

/// Whether the other end is gone: reads give nothing or EIO.
fn pulled(plug: &Plug) -> Option<()> {
    plug.peek().filter(|read| read.as_ref().map_or(true, Vec::is_empty)).map(|_| ())
}

#[tokio::test]
async fn a_plug_is_pulled_and_put_back_behind_the_same_name() {
    let world = World::start().await;
    let (port, printer) = (world.port("kiosk-1"), world.sim.printer("kiosk-1").unwrap());
    let first = std::fs::read_link(&port).unwrap();
    let plug = Plug::open(&port);
    assert_eq!(plug.ask(&[0x10, 4, 1], 1).await, [0x12]);

    printer.change_faults(|faults| faults.unplug = true);
    wait("the plug to be pulled", || pulled(&plug)).await;
    assert!(std::fs::symlink_metadata(&port).is_err(), "the symlink is gone with the port");
    drop(plug);

    printer.change_faults(|faults| faults.unplug = false);
    wait("the port to come back", || port.exists().then_some(())).await;
    let again = Plug::open(&port);
    assert_eq!(again.ask(&[0x10, 4, 1], 1).await, [0x12]);
    assert!(std::fs::read_link(&port).unwrap().starts_with(first.parent().unwrap()));
    world.sim.stop().await;
}

#[tokio::test]
async fn a_line_of_desk_units_is_unplugged_as_a_whole() {
    let world = World::start().await;
    let port = world.port("desks");
    let plug = Plug::open(&port);
    let line = world.sim.hall().line("desks").unwrap();
    line.set_unplug(true);
    wait("the plug to be pulled", || pulled(&plug)).await;
    assert!(std::fs::symlink_metadata(&port).is_err());
    line.set_unplug(false);
    wait("the port to come back", || port.exists().then_some(())).await;
    world.sim.stop().await;
}

#[tokio::test]
async fn a_killed_lobby_leaves_no_lock_on_the_port() {
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("port");
    let pty = Pty::open(&link, 9600).unwrap();
    let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
    let lobby = rustix::fs::open(&link, flags, rustix::fs::Mode::empty()).unwrap();
    ioctl_tiocexcl(&lobby).unwrap();
    // TIOCGEXCL says whether the flag stands; root could open the port all the same.
    wait("the exclusive flag to be cleared", || (!exclusive(&link)).then_some(())).await;
    drop(pty);
}

/// Whether the port refuses to be opened again: asked as a program without privileges would.
fn exclusive(link: &Path) -> bool {
    let program = "import fcntl,os,struct,sys;fd=os.open(sys.argv[1],os.O_RDWR|os.O_NOCTTY);\
                   print(struct.unpack('i',fcntl.ioctl(fd,0x80045440,b'\\0'*4))[0])";
    let answer = std::process::Command::new("python3").args(["-c", program]).arg(link).output().unwrap();
    let said = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    match said.as_str() {
        "0" => false,
        "1" => true,
        _ => String::from_utf8_lossy(&answer.stderr).contains("Errno 16"), // EBUSY
    }
}

#[tokio::test]
async fn speed_is_what_the_lobby_chose() {
    let dir = tempfile::tempdir().unwrap();
    let wire = Wire::open(&dir.path().join("port"), 9600).unwrap();
    assert_eq!((wire.baud(), wire.frame_gap().as_micros()), (9600, 4010));
    let _plug = Plug::open(&dir.path().join("port"));
    assert_eq!((wire.baud(), wire.frame_gap().as_micros()), (115_200, 1750));
    assert_eq!(wire_time(wire.baud(), 8).as_micros(), 694, "80 bits at 115 200 a second");
}

#[tokio::test]
async fn what_is_not_ours_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("port");
    std::fs::write(&link, "somebody's").unwrap();
    let error = Pty::open(&link, 9600).unwrap_err();
    assert!(matches!(error, PtyError::Occupied(_)), "{error}");
    assert_eq!(std::fs::read_to_string(&link).unwrap(), "somebody's");
}

#[tokio::test]
async fn a_dead_simulators_symlink_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("port");
    std::os::unix::fs::symlink("/dev/pts/no-such", &link).unwrap();
    let pty = Pty::open(&link, 9600).unwrap();
    assert!(link.exists());
    drop(pty);
    assert!(std::fs::symlink_metadata(&link).is_err());
}

#[tokio::test]
async fn two_simulators_do_not_share_wires_or_address() {
    let world = World::start().await;
    let config = Config::default();
    let again = Sim::start(&config, world.dir.path(), ([127, 0, 0, 1], 0).into(), CancellationToken::new()).await;
    assert!(matches!(again, Err(StartError::Wires(LockError::Taken(_)))), "{again:?}");
    let elsewhere = tempfile::tempdir().unwrap();
    let again = Sim::start(&config, elsewhere.path(), world.sim.address(), CancellationToken::new()).await;
    assert!(matches!(again, Err(StartError::Listen { .. })), "{again:?}");
    world.sim.stop().await;
    WiresLock::take(world.dir.path()).unwrap();
}

#[tokio::test]
async fn stopping_removes_every_symlink() {
    let world = World::start().await;
    assert!(world.port("desks").exists() && world.port("kiosk-1").exists() && world.port("slip").exists());
    world.stop.cancel();
    world.sim.ended().await;
    let left: Vec<_> = std::fs::read_dir(world.dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [".firmware-sim.lock"]);
}
