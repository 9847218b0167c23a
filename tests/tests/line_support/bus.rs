//! The wire: carries requests from the driver's terminal to whoever answers, and replies back, with faults.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use counter::frame::{READ_INPUTS, WRITE_REPLY, read_reply, request_length};
use counter::registers::Picture;
use counter::{Key, Unit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::pty::Pty;

/// What happens to one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    RequestLost,
    ReplyLost,
    Late(Duration),
    RequestDamaged,
    ReplyDamaged,
    /// These bytes come before the reply.
    Noise(Vec<u8>),
}

/// Who answers.
pub enum Device {
    Units(Arc<Mutex<Vec<Unit>>>),
    /// A program at the other end of a second terminal.
    Program(Pty),
}

/// A line that somebody serves until it is dropped.
pub struct Bus {
    pub port: PathBuf,
    faults: Arc<Mutex<VecDeque<Fault>>>,
    /// Counts exchanges.
    pub exchanges: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Bus {
    /// Makes the terminal, names it, and serves it.
    pub fn serve(device: Device, name: &Path) -> Self {
        let pty = Pty::open();
        pty.link(name);
        let (count, exchanges) = watch::channel(0);
        let faults = Arc::new(Mutex::new(VecDeque::new()));
        let task = tokio::spawn(carry(pty, device, Arc::clone(&faults), count));
        Self { port: name.to_owned(), faults, exchanges, task }
    }

    /// The coming exchanges go wrong like this; afterwards all go right.
    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.lock().unwrap().extend(faults);
    }

    /// Pulls the plug; the terminal is gone when this returns.
    pub async fn unplug(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }

    /// Waits until every planned fault has happened.
    pub async fn faults_over(&mut self) {
        let faults = Arc::clone(&self.faults);
        let over = self.exchanges.wait_for(|_| faults.lock().unwrap().is_empty());
        timeout(Duration::from_secs(30), over).await.expect("faults that happen").unwrap();
    }
}

async fn carry(mut pty: Pty, mut device: Device, faults: Arc<Mutex<VecDeque<Fault>>>, count: watch::Sender<u64>) {
    let start = Instant::now();
    let mut arrived = Vec::new();
    loop {
        let mut buffer = [0; 256];
        // EIO while the driver has the terminal closed is not possible: we hold its other end open ourselves.
        let read = pty.reader.read(&mut buffer).await.unwrap();
        arrived.extend_from_slice(&buffer[..read]);
        while let Some(length) = request_length(&arrived).filter(|length| *length <= arrived.len()) {
            let request: Vec<u8> = arrived.drain(..length).collect();
            let fault = faults.lock().unwrap().pop_front().unwrap_or(Fault::None);
            exchange(&mut pty, &mut device, request, fault, start.elapsed()).await;
            count.send_modify(|count| *count += 1);
        }
    }
}

async fn exchange(pty: &mut Pty, device: &mut Device, mut request: Vec<u8>, fault: Fault, now: Duration) {
    match &fault {
        Fault::RequestLost => return,
        Fault::RequestDamaged => request[3] ^= 0x20,
        _ => {}
    }
    let Some(mut reply) = ask(device, &request, now).await else { return };
    match fault {
        Fault::ReplyLost => return,
        Fault::Late(by) => sleep(by).await,
        Fault::ReplyDamaged => reply[3] ^= 0x20,
        Fault::Noise(bytes) => pty.writer.write_all(&bytes).await.unwrap(),
        _ => {}
    }
    pty.writer.write_all(&reply).await.unwrap();
}

async fn ask(device: &mut Device, request: &[u8], now: Duration) -> Option<Vec<u8>> {
    match device {
        Device::Units(units) => units.lock().unwrap().iter_mut().find_map(|unit| unit.answer(request, now)),
        Device::Program(pty) => {
            pty.writer.write_all(request).await.unwrap();
            let length = match request[1] {
                READ_INPUTS => read_reply(u16::from(request[5])),
                _ => WRITE_REPLY,
            };
            let mut reply = vec![0; length];
            let answered = timeout(Duration::from_millis(500), pty.reader.read_exact(&mut reply)).await;
            answered.ok().map(|read| read.unwrap()).map(|_| reply)
        }
    }
}

/// Desk units that a test can touch while they are served.
#[derive(Clone)]
pub struct Desks(pub Arc<Mutex<Vec<Unit>>>);

impl Desks {
    pub fn new(units: &[u8]) -> Self {
        Self(Arc::new(Mutex::new(units.iter().map(|unit| Unit::new(*unit, 100 + u16::from(*unit))).collect())))
    }

    pub fn device(&self) -> Device {
        Device::Units(Arc::clone(&self.0))
    }

    pub fn press(&self, address: u8, key: Key) {
        let mut units = self.0.lock().unwrap();
        units.iter_mut().find(|unit| unit.address() == address).unwrap().press(key);
    }

    pub fn picture(&self, address: u8) -> Picture {
        let units = self.0.lock().unwrap();
        *units.iter().find(|unit| unit.address() == address).unwrap().picture()
    }
}
