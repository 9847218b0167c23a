//! Any sentence as sound, for guidance at a kiosk whose browser has no voice of its own: espeak-ng, which is called and
//! never linked. Calls of numbers are not made like this: they have their clips.

use super::{Grammar, VoiceError};
use std::{process::Stdio, time::Duration};
use tokio::{io::AsyncWriteExt as _, process::Command, sync::Semaphore};

/// How many sentences are made at once; others wait.
static SPEAKING: Semaphore = Semaphore::const_new(2);
/// A sentence takes a fraction of a second; a machine that needs longer has other worries.
const LIMIT: Duration = Duration::from_secs(5);
/// Words a minute: slower than usual, for people who do not know the machine.
const SPEED: &str = "150";
/// Length of the header before the samples.
const HEADER: usize = 44;

/// Reads `text` aloud in `language`: a WAV file, as espeak-ng makes it.
///
/// # Errors
/// [`VoiceError::UnknownLanguage`], [`VoiceError::Espeak`], among them that it is not installed.
pub async fn aloud(language: &str, text: &str) -> Result<Vec<u8>, VoiceError> {
    // Characters, not the romanisation that clips are written in.
    let voice = match Grammar::of(language)?.language.as_str() {
        "zh-CN" => "cmn",
        "yue" => "yue",
        _ => "en",
    };
    let failed = |cause: String| VoiceError::Espeak { text: text.to_owned(), voice: voice.to_owned(), cause };
    let _turn = SPEAKING.acquire().await.map_err(|closed| failed(closed.to_string()))?;
    let spoken = tokio::time::timeout(LIMIT, speak(voice, text)).await;
    let spoken =
        spoken.map_err(|_| failed("it took too long".to_owned()))?.map_err(|cause| failed(cause.to_string()))?;
    match with_length(spoken) {
        Some(wav) => Ok(wav),
        None => Err(failed("it made no sound".to_owned())),
    }
}

async fn speak(voice: &str, text: &str) -> std::io::Result<Vec<u8>> {
    let mut child = Command::new("espeak-ng")
        .args(["-v", voice, "-s", SPEED, "--stdin", "--stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes()).await?;
    }
    Ok(child.wait_with_output().await?.stdout)
}

/// On a pipe espeak-ng writes a header with a made-up length; a browser believes it.
fn with_length(mut wav: Vec<u8>) -> Option<Vec<u8>> {
    let samples = u32::try_from(wav.len().checked_sub(HEADER)?).ok().filter(|length| *length > 0)?;
    let whole = samples.checked_add(u32::try_from(HEADER).ok()? - 8)?;
    wav.get_mut(4..8)?.copy_from_slice(&whole.to_le_bytes());
    wav.get_mut(HEADER - 4..HEADER)?.copy_from_slice(&samples.to_le_bytes());
    wav.starts_with(b"RIFF").then_some(wav)
}
