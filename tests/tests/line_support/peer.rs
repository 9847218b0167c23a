//! Other people's Modbus as second masters and slaves: pymodbus as programs, tokio-modbus in this process.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use counter::Unit;
use counter::registers::{Holding, input};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::watch;
use tokio_modbus::server::Service;
use tokio_modbus::{ExceptionCode, Request, Response, SlaveRequest};

/// A Python that has pymodbus: `$NS_PYTHON`, else the one that `cargo xtask test` makes.
pub fn python(script: &str) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = root.join("../target/tools/venv/bin/python");
    let python = std::env::var_os("NS_PYTHON").map_or(own, PathBuf::from);
    assert!(
        python.exists(),
        "{} is missing: run `cargo xtask test`, or set NS_PYTHON to a Python that has pymodbus",
        python.display()
    );
    let mut command = Command::new(python);
    command.arg(root.join("peers").join(script)).stdout(Stdio::piped()).kill_on_drop(true);
    command
}

/// Desk units made of pymodbus.
pub struct Slave {
    _child: Child,
    orders: ChildStdin,
    words: Lines<BufReader<ChildStdout>>,
}

impl Slave {
    /// Starts desk units and waits until they listen.
    pub async fn start(port: &Path, units: &[u8]) -> Self {
        Self::serve("desk_slave.py", port, units).await
    }

    /// Starts devices of a script and waits until they listen.
    pub async fn serve(script: &str, port: &Path, units: &[u8]) -> Self {
        let mut command = python(script);
        command.arg(port).args(units.iter().map(u8::to_string)).stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let orders = child.stdin.take().unwrap();
        let words = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut slave = Self { _child: child, orders, words };
        slave.until(|word| word["ready"] == true).await;
        slave
    }

    /// The first word like this.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line = self.words.next_line().await.unwrap().expect("pymodbus ended");
            let word = serde_json::from_str(&line).unwrap();
            if wanted(&word) {
                return word;
            }
        }
    }

    /// Presses and waits until it is latched.
    pub async fn press(&mut self, unit: u8, code: u16) {
        self.orders.write_all(format!("press {unit} {code}\n").as_bytes()).await.unwrap();
        self.until(|word| word["unit"] == unit && word["pressed"].is_number()).await;
    }
}

/// One desk unit behind tokio-modbus: keys and ring are ours, the frames are not.
pub struct Foreign {
    pub unit: Arc<Mutex<Unit>>,
    shown: watch::Sender<Holding>,
}

impl Foreign {
    pub fn new(unit: Unit) -> (Self, watch::Receiver<Holding>) {
        let (shown, written) = watch::channel(Holding::default());
        (Self { unit: Arc::new(Mutex::new(unit)), shown }, written)
    }

    fn answer(&self, request: &SlaveRequest<'_>) -> Result<Option<Response>, ExceptionCode> {
        let unit = self.unit.lock().unwrap();
        if request.slave != unit.address() {
            return Ok(None);
        }
        match &request.request {
            Request::ReadInputRegisters(first, count) if first + count <= input::COUNT => {
                let registers = unit.inputs(Duration::ZERO).encode();
                let asked = &registers[usize::from(*first)..usize::from(first + count)];
                Ok(Some(Response::ReadInputRegisters(asked.to_vec())))
            }
            Request::WriteMultipleRegisters(0, words) => {
                let words: &[u16] = words;
                self.shown.send_replace(words.try_into().map_err(|_| ExceptionCode::IllegalDataAddress)?);
                Ok(Some(Response::WriteMultipleRegisters(0, 10)))
            }
            _ => Err(ExceptionCode::IllegalFunction),
        }
    }
}

impl Service for Foreign {
    type Request = SlaveRequest<'static>;
    type Response = Option<Response>;
    type Exception = ExceptionCode;
    type Future = std::future::Ready<Result<Option<Response>, ExceptionCode>>;

    fn call(&self, request: SlaveRequest<'static>) -> Self::Future {
        std::future::ready(self.answer(&request))
    }
}
