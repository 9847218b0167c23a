//! Desk units over their wire, with real frames, and with every fault.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use counter::Key;
use counter::frame::crc16;
use firmware_sim::desk::Desk;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Plug, World, wait};

/// A frame with its checksum.
fn frame(body: &[u8]) -> Vec<u8> {
    [body, &crc16(body).to_le_bytes()].concat()
}

/// FC 04: `count` input registers from `first`.
fn read(unit: u8, first: u8, count: u8) -> Vec<u8> {
    frame(&[unit, 4, 0, first, 0, count])
}

/// FC 16: a whole picture with this text.
fn show(unit: u8, sequence: u8, text: &[u8; 12], light: u8, lamps: u8, waiting: u8) -> Vec<u8> {
    let head = [unit, 16, 0, 0, 0, 10, 20, 0, sequence];
    frame(&[&head[..], text, &[0, light, 0, lamps, 0, waiting]].concat())
}

/// The registers of a reply to FC 04.
fn registers(reply: &[u8]) -> Vec<u16> {
    assert_eq!(crc16(&reply[..reply.len() - 2]).to_le_bytes(), reply[reply.len() - 2..], "checksum of {reply:02x?}");
    reply[3..reply.len() - 2].chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

struct Bench {
    world: World,
    plug: Plug,
}

impl Bench {
    async fn start() -> Self {
        let world = World::start().await;
        let plug = Plug::open(&world.port("desks"));
        Self { world, plug }
    }

    fn desk(&self, unit: u8) -> &Arc<Desk> {
        self.world.sim.desk(unit).unwrap()
    }

    async fn poll(&self, unit: u8) -> Vec<u16> {
        registers(&self.plug.ask(&read(unit, 1, 2), 9).await)
    }

    /// The unit says nothing to `request`: the next answer on the line is that of the other unit.
    async fn silent(&self, request: &[u8], heard: impl Fn() -> Option<()>) {
        self.plug.write(request);
        wait("the frame to be over", heard).await;
        let other = self.poll(2).await;
        assert_eq!(other[0], self.desk(2).view().boot, "only unit 2 answered");
        assert!(self.plug.peek().is_none());
    }
}

#[tokio::test]
async fn a_unit_answers_registers_and_latches_presses() {
    let bench = Bench::start().await;
    let all = registers(&bench.plug.ask(&read(1, 0, 12), 29).await);
    let boot = bench.desk(1).view().boot;
    assert_eq!(all, [1, boot, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], "map version, boot, no press; a rater is fitted");

    assert_eq!(bench.desk(1).press(Key::Next).seq, 1);
    assert_eq!(bench.desk(1).press(Key::Recall).seq, 2);
    assert_eq!(bench.poll(1).await, [boot, 2]);
    let ring = registers(&bench.plug.ask(&read(1, 1, 10), 25).await);
    assert_eq!(ring, [boot, 2, 2, 1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(bench.poll(2).await[1], 0, "the other unit was not pressed");
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn a_picture_is_shown_as_written() {
    let bench = Bench::start().await;
    let before = bench.desk(1).view();
    let reply = bench.plug.ask(&show(1, 1, b"A012        ", 2, 0b1_0001, 3), 8).await;
    assert_eq!(reply, frame(&[1, 16, 0, 0, 0, 10]));
    let seen = bench.desk(1).view();
    assert_eq!((seen.text.as_str(), seen.waiting, seen.flash, seen.beeps), ("A012", 3, true, 1));
    assert!(seen.lamps.waiting && seen.lamps.beep && !seen.lamps.paused);
    assert!(seen.changed_at > before.changed_at);
    assert_eq!(bench.desk(2).view().text, "");
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn serial_time_passes() {
    let bench = Bench::start().await;
    bench.poll(1).await;
    let start = Instant::now();
    for _ in 0..10 {
        bench.poll(1).await;
    }
    // 17 characters at 115 200 baud, one gap and the turnaround: never faster than that, however idle the machine.
    assert!(start.elapsed() >= 10 * Duration::from_micros(4_225), "{:?}", start.elapsed());
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn broken_and_foreign_frames_get_no_answer() {
    let bench = Bench::start().await;
    let mut broken = read(1, 1, 2);
    broken[3] ^= 1;
    let unanswered = |count| move |desk: &Desk| (desk.view().frames.unanswered == count).then_some(());
    bench.silent(&broken, || unanswered(1)(bench.desk(1))).await;
    bench.silent(&[1; 300], || unanswered(2)(bench.desk(1))).await;
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn a_mute_unit_obeys_and_an_unplugged_one_does_not() {
    let bench = Bench::start().await;
    bench.desk(1).change_faults(|faults| faults.mute = true);
    let picture = show(1, 1, b"A012        ", 1, 0, 0);
    bench.silent(&picture, || (bench.desk(1).view().text == "A012").then_some(())).await;

    bench.desk(1).change_faults(|faults| (faults.mute, faults.unplug) = (false, true));
    let boot = bench.desk(1).view().boot;
    bench.desk(1).press(Key::Next);
    bench.plug.write(&show(1, 2, b"A013        ", 1, 0, 0));
    // An unplugged unit gives no sign to wait for: keep the silence that parts two frames.
    tokio::time::sleep(Duration::from_millis(20)).await;
    bench.poll(2).await;
    assert_eq!(bench.desk(1).view().text, "A012");

    bench.desk(1).change_faults(|faults| faults.unplug = false);
    assert_eq!(bench.poll(1).await, [boot, 1], "boot id and presses stayed");
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn a_garbled_frame_differs_in_one_byte() {
    let bench = Bench::start().await;
    let good = bench.plug.ask(&read(1, 1, 2), 9).await;
    bench.desk(1).change_faults(|faults| faults.garble = 0.5);
    let (mut same, mut flipped, mut lost) = (0, 0, 0);
    for _ in 0..60 {
        bench.plug.write(&read(1, 1, 2));
        let before = bench.desk(1).view().frames;
        wait("the frame to be heard", || (bench.desk(1).view().frames.heard > before.heard).then_some(())).await;
        if bench.desk(1).view().frames.answered == before.answered {
            lost += 1;
            continue;
        }
        let reply = bench.plug.read(9).await;
        match reply.iter().zip(&good).filter(|(now, then)| now != then).count() {
            0 => same += 1,
            1 => flipped += 1,
            more => panic!("{more} bytes differ in {reply:02x?}"),
        }
    }
    assert!(same > 0 && flipped > 0 && lost > 0, "{same} good, {flipped} garbled, {lost} lost");
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn a_late_answer_comes_late_and_does_not_hold_up_the_others() {
    let bench = Bench::start().await;
    bench.desk(1).change_faults(|faults| faults.late_ms = 300);
    let start = Instant::now();
    bench.plug.write(&read(1, 1, 2));
    wait("unit 1 to hear it", || (bench.desk(1).view().frames.heard == 1).then_some(())).await;
    let other = bench.poll(2).await;
    assert_eq!(other[0], bench.desk(2).view().boot, "unit 2 answers first");
    let late = registers(&bench.plug.read(9).await);
    assert_eq!(late[0], bench.desk(1).view().boot);
    assert!(start.elapsed() >= Duration::from_millis(300));
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn a_stuck_key_is_one_press_and_a_status_bit() {
    let bench = Bench::start().await;
    let desk = bench.desk(1);
    desk.stick(Some(Key::Next));
    assert_eq!(desk.view().sequence, 1);
    desk.press(Key::Next);
    assert_eq!(desk.view().sequence, 1, "a key that is down cannot be pressed");
    desk.press(Key::Recall);
    assert_eq!(desk.view().sequence, 2);
    wait("the unit to notice", || desk.view().status.key_stuck.then_some(())).await;
    let all = registers(&bench.plug.ask(&read(1, 0, 12), 29).await);
    assert_eq!(all[11] & 0b100, 0b100);
    desk.stick(None);
    assert_eq!((desk.view().stuck, desk.view().status.key_stuck), (None, false));
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn a_reboot_is_a_new_boot_id_and_an_empty_unit() {
    let bench = Bench::start().await;
    let desk = bench.desk(1);
    desk.press(Key::Next);
    bench.plug.ask(&show(1, 1, b"A012        ", 1, 0, 0), 8).await;
    let boot = desk.view().boot;
    desk.reboot();
    let now = bench.poll(1).await;
    assert_ne!(now[0], boot);
    assert_eq!((now[1], desk.view().text.as_str()), (0, ""));
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn a_new_simulator_has_new_boot_ids_whatever_the_seed() {
    let first = World::start().await;
    let boots = |world: &World| world.sim.hall().desks().map(|desk| desk.view().boot).collect::<Vec<_>>();
    let before = boots(&first);
    first.sim.stop().await;
    let second = World::start().await;
    assert_ne!(before, boots(&second));
    second.sim.stop().await;
}

#[tokio::test]
async fn presses_of_people_keep_the_crowd_away() {
    let bench = Bench::start().await;
    bench.desk(1).press_by_crowd(Key::Next);
    assert!(!bench.desk(1).left_to_people());
    bench.desk(1).press(Key::Next);
    assert!(bench.desk(1).left_to_people());
    assert!(!bench.desk(2).left_to_people());
    bench.world.sim.stop().await;
}
