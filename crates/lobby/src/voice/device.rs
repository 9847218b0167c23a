//! The sound device, in a thread of its own, through rodio and cpal.
//!
//! Opening a device and closing it can block for as long as a sound server likes, so both happen in a
//! thread per opening; the speaker only waits for its reports, with deadlines, and starts anew when
//! they stay out. Sound is one source per call, not one per clip: pauses are exact to the sample.

use std::sync::Arc;
use std::sync::mpsc as threads;
use std::thread::JoinHandle;
use std::time::Duration;

use rodio::cpal::BufferSize;
use rodio::{DeviceSinkBuilder, MixerDeviceSink};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::{info, warn};

use super::audio::{RATE, duration_of};
use super::find_device::{device_label, find_device, find_named};
use super::render::Sound;
use super::speech_source::{Progress, SpeechSource};

/// A device that takes longer than this to open is taken for dead.
const OPEN_LIMIT: Duration = Duration::from_secs(5);
/// Between two attempts to open it.
const RETRY: Duration = Duration::from_secs(3);
/// A clip that has not ended this long after its length means a stuck device (HARDWARE §4.1).
const WATCHDOG: Duration = Duration::from_secs(3);
/// Samples the device takes at a time, 85 ms; it holds two such. A busy machine then drops no piece of
/// a word, and a call still begins well within the 150 ms of DESIGN §10.
const PERIOD: u32 = 4_096;
/// How often a named device is looked for: it may come back while another one speaks, and a sound server may move what
/// we play to another one without a word.
const LOOK_FOR_NAMED: Duration = Duration::from_secs(5);
/// Threads that may hang in a sound system that does not answer before we stop adding more.
const MAX_HUNG: usize = 4;

/// What the thread of an opening reports.
#[derive(Debug)]
enum Report {
    /// Open, under this name; and why it is another one than was asked for, if it is.
    Opened(String, Option<String>),
    /// The device that was asked for is there again while another speaks, or is gone while we think that it speaks.
    Moved,
    /// It could not be opened, or is lost.
    Lost(String),
}

/// An opening: its thread ends when this is dropped.
struct Line {
    calls: threads::SyncSender<SpeechSource>,
    reports: mpsc::Receiver<Report>,
}

enum Link {
    Opening { line: Line, since: Instant },
    Open(Line),
    Lost { retry_at: Instant },
}

/// The sound device of a hall, opened again and again until it is there.
pub(super) struct SoundDevice {
    name: Option<String>,
    link: Link,
    /// Why it is not open. Kept while it is opened again, until that succeeds.
    fault: Option<String>,
    /// Why another device than the one that was named is open.
    stand_in: Option<String>,
    threads: Vec<JoinHandle<()>>,
}

impl SoundDevice {
    /// Starts to open the device of this name, or the default one.
    pub(super) fn new(name: Option<String>) -> Self {
        let link = Link::Lost { retry_at: Instant::now() };
        let mut device = Self { name, link, fault: None, stand_in: None, threads: Vec::new() };
        device.open();
        device
    }

    /// Why there is no sound, or `None` while it is open or opened for the first time.
    pub(super) fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// Why another device than the named one speaks, if one does.
    pub(super) fn stand_in(&self) -> Option<&str> {
        self.stand_in.as_deref()
    }

    /// Whether an opening is under way.
    pub(super) fn is_opening(&self) -> bool {
        matches!(self.link, Link::Opening { .. })
    }

    /// Waits for the next change of the device and follows it: opened, lost, time to try again.
    /// Nothing is lost when this is cancelled.
    pub(super) async fn tend(&mut self) {
        match &mut self.link {
            Link::Opening { line, since } => {
                let deadline = *since + OPEN_LIMIT;
                match tokio::time::timeout_at(deadline, line.reports.recv()).await {
                    Ok(Some(Report::Opened(name, stand_in))) => {
                        match &stand_in {
                            None => info!("The voice speaks through the sound device {name}."),
                            Some(why) => warn!("The voice speaks through the sound device {name}: {why}."),
                        }
                        self.mark_open(stand_in);
                    }
                    Ok(Some(Report::Moved)) => {}
                    Ok(Some(Report::Lost(cause))) => self.lose(cause),
                    Ok(None) => self.lose("the sound thread ended".to_owned()),
                    Err(_) => self.lose("the sound system does not answer".to_owned()),
                }
            }
            Link::Open(line) => match line.reports.recv().await {
                Some(Report::Lost(cause)) => self.lose(cause),
                Some(Report::Opened(..)) => {}
                Some(Report::Moved) => {
                    info!("The sound device that was named has come or gone; the voice looks for it anew.");
                    self.open();
                }
                None => self.lose("the sound thread ended".to_owned()),
            },
            Link::Lost { retry_at } => {
                tokio::time::sleep_until(*retry_at).await;
                self.open();
            }
        }
    }

    /// Waits until an opening that is under way has succeeded or failed.
    pub(super) async fn settle(&mut self) {
        while self.is_opening() {
            self.tend().await;
        }
    }

    /// Closes a device that failed in the middle of a call and opens it again at once.
    pub(super) async fn reopen(&mut self, cause: String) {
        self.lose(cause);
        self.open();
        self.settle().await;
    }

    /// Begins to play.
    ///
    /// # Errors
    /// A sentence when there is no device.
    pub(super) fn play(&mut self, sound: Arc<Sound>) -> Result<Playing<'_>, String> {
        let line = match &mut self.link {
            Link::Open(line) => line,
            Link::Opening { .. } => return Err("the sound device is being opened".to_owned()),
            Link::Lost { .. } => return Err(self.fault.clone().unwrap_or_default()),
        };
        let (source, progress) = SpeechSource::new(sound.clone());
        line.calls.try_send(source).map_err(|_| "the sound thread takes no calls".to_owned())?;
        Ok(Playing { reports: &mut line.reports, progress, sound, clips_ended: 0 })
    }

    /// Closes the device and plans the next attempt.
    fn lose(&mut self, cause: String) {
        self.link = Link::Lost { retry_at: Instant::now() + RETRY };
        self.stand_in = None;
        if self.fault() != Some(&cause) {
            warn!("The voice is silent: {cause}. Calls are shown on the screens; retrying.");
        }
        self.fault = Some(cause);
    }

    fn mark_open(&mut self, stand_in: Option<String>) {
        let between = Link::Lost { retry_at: Instant::now() };
        if let Link::Opening { line, .. } = std::mem::replace(&mut self.link, between) {
            self.link = Link::Open(line);
            self.fault = None;
            self.stand_in = stand_in;
        }
    }

    fn open(&mut self) {
        self.threads.retain(|thread| !thread.is_finished());
        if self.threads.len() >= MAX_HUNG {
            let cause = "the sound system does not answer; restart it or the machine";
            self.lose(cause.to_owned());
            return;
        }
        let (calls, inbox) = threads::sync_channel(2);
        let (reporter, reports) = mpsc::channel(8);
        let name = self.name.clone();
        let thread = std::thread::Builder::new()
            .name("voice-device".to_owned())
            .spawn(move || hold_open(name.as_deref(), &inbox, &reporter));
        match thread {
            Ok(thread) => {
                self.threads.push(thread);
                self.link = Link::Opening { line: Line { calls, reports }, since: Instant::now() };
            }
            Err(error) => self.lose(format!("no thread for the sound device: {error}")),
        }
    }
}

/// A call on its way out of the loudspeaker.
pub(super) struct Playing<'device> {
    reports: &'device mut mpsc::Receiver<Report>,
    progress: mpsc::Receiver<Progress>,
    sound: Arc<Sound>,
    clips_ended: usize,
}

impl Playing<'_> {
    /// Waits until the device has taken the first sample, and says when that was.
    ///
    /// # Errors
    /// A sentence when the device is lost or stuck; it is then to be closed.
    pub(super) async fn first_sample(&mut self) -> Result<std::time::Instant, String> {
        loop {
            if let Progress::Started(at) = self.step().await? {
                return Ok(at);
            }
        }
    }

    /// Waits until the last sample is taken.
    ///
    /// # Errors
    /// As [`Self::first_sample`].
    pub(super) async fn finished(mut self) -> Result<(), String> {
        while !matches!(self.step().await?, Progress::Finished) {}
        Ok(())
    }

    async fn step(&mut self) -> Result<Progress, String> {
        let limit = self.time_to_next_end() + WATCHDOG;
        tokio::select! {
            biased;
            report = self.reports.recv() => match report {
                Some(Report::Lost(cause)) => Err(cause),
                Some(Report::Opened(..)) => Err("the sound device was opened twice".to_owned()),
                // It is told again; nothing is broken off for it.
                Some(Report::Moved) => Ok(Progress::None),
                None => Err("the sound thread ended".to_owned()),
            },
            step = tokio::time::timeout(limit, self.progress.recv()) => match step {
                Ok(Some(step)) => {
                    if let Progress::ClipEnded = step {
                        self.clips_ended += 1;
                    }
                    Ok(step)
                }
                Ok(None) => Err("the sound device stopped taking sound".to_owned()),
                Err(_) => Err("the sound device is stuck".to_owned()),
            },
        }
    }

    /// Length of what is now being played: to the end of the clip, or of the pause after the last.
    fn time_to_next_end(&self) -> Duration {
        let ends = &self.sound.ends;
        let from = match self.clips_ended.checked_sub(1) {
            Some(last) => ends.get(last).copied().unwrap_or(0),
            None => 0,
        };
        let to = ends.get(self.clips_ended).copied();
        duration_of(to.unwrap_or(self.sound.samples.len()).saturating_sub(from))
    }
}

/// Body of the thread: opens, reports, hands calls to the mixer until the line is dropped, closes.
fn hold_open(name: Option<&str>, calls: &threads::Receiver<SpeechSource>, reports: &mpsc::Sender<Report>) {
    let (mut sink, opened, stand_in) = match open_sink(name, reports) {
        Ok(open) => open,
        Err(cause) => {
            // Nobody listens when the opening took too long and was given up.
            let _ = reports.try_send(Report::Lost(cause));
            return;
        }
    };
    sink.log_on_drop(false);
    let is_stand_in = stand_in.is_some();
    if reports.try_send(Report::Opened(opened, stand_in)).is_err() {
        return;
    }
    loop {
        match calls.recv_timeout(LOOK_FOR_NAMED) {
            Ok(call) => sink.mixer().add(call),
            Err(threads::RecvTimeoutError::Timeout) => {
                if name.is_some_and(|name| find_named(name).is_ok() == is_stand_in) {
                    // A full channel has told it already.
                    let _ = reports.try_send(Report::Moved);
                }
            }
            Err(threads::RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// A sink, its name, and why it is another one than was asked for, if it is.
type Opened = (MixerDeviceSink, String, Option<String>);

fn open_sink(name: Option<&str>, reports: &mpsc::Sender<Report>) -> Result<Opened, String> {
    let (device, stand_in) = find_device(name)?;
    let label = device_label(&device);
    let build = |our_format: bool| {
        let mut builder = DeviceSinkBuilder::from_device(device.clone())?;
        if let (true, Some(rate)) = (our_format, rodio::SampleRate::new(RATE)) {
            builder = builder.with_sample_rate(rate).with_buffer_size(BufferSize::Fixed(PERIOD));
        }
        builder.with_error_callback(on_stream_error(reports.clone())).open_stream()
    };
    // The clips' own rate first; a device that cannot do it gets its own and rodio converts.
    let sink = build(true).or_else(|_| build(false));
    let sink = sink.map_err(|error| match std::error::Error::source(&error) {
        Some(source) => format!("the sound device {label} cannot be opened: {source}"),
        None => format!("the sound device {label} cannot be opened: {error}"),
    })?;
    Ok((sink, label, stand_in))
}

/// What to do when a running stream fails. It may be called thousands of times a second: the channel
/// takes the first few and the rest fall away, which is all that is needed to close the device.
fn on_stream_error(reports: mpsc::Sender<Report>) -> impl FnMut(rodio::cpal::Error) + Send {
    use rodio::cpal::ErrorKind::{DeviceChanged, RealtimeDenied, Xrun};
    move |error| {
        if !matches!(error.kind(), DeviceChanged | RealtimeDenied | Xrun) {
            let _ = reports.try_send(Report::Lost(format!("the sound device was lost: {error}")));
        }
    }
}
