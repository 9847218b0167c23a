//! Which sound devices this machine has, by name.

use rodio::cpal::traits::{DeviceTrait, HostTrait};

/// What `PulseAudio` calls the sink it makes up when there is no sound card.
const PULSE_DUMMY: &str = "auto_null";

/// The device of this name, else the default device and why it is not the one that was named.
pub(super) fn find_device(name: Option<&str>) -> Result<(rodio::cpal::Device, Option<String>), String> {
    let Some(name) = name else { return Ok((default_device()?, None)) };
    match find_named(name) {
        Ok(device) => Ok((device, None)),
        Err(missing) => default_device().map(|device| (device, Some(missing.clone()))).map_err(|_| missing),
    }
}

fn default_device() -> Result<rodio::cpal::Device, String> {
    let device = host()?.default_output_device().ok_or("this machine has no sound device")?;
    if device_id(&device).as_deref() == Some(PULSE_DUMMY) {
        return Err("PulseAudio runs and knows no sound card".to_owned());
    }
    Ok(device)
}

pub(super) fn find_named(name: &str) -> Result<rodio::cpal::Device, String> {
    let mut known = Vec::new();
    for device in outputs()? {
        let label = device_label(&device);
        let id = device_id(&device);
        if label == name || id.as_deref() == Some(name) {
            return Ok(device);
        }
        known.push(id.unwrap_or(label));
    }
    Err(missing(name, &known))
}

/// That there is no such device, with those that there are.
fn missing(name: &str, known: &[String]) -> String {
    if known.is_empty() {
        return format!("there is no sound device \"{name}\", nor any other");
    }
    format!("there is no sound device \"{name}\"; there are: {}", known.join(", "))
}

/// Whether this machine has a sound device of that name.
///
/// # Errors
/// A sentence that names those that there are.
pub fn find_device_named(name: &str) -> Result<(), String> {
    find_named(name).map(drop)
}

/// What calls would be played by: the label of the device of this name, or of the default one.
///
/// # Errors
/// A sentence that says what there is instead.
pub fn sound_device(name: Option<&str>) -> Result<String, String> {
    match find_device(name)? {
        (device, None) => Ok(device_label(&device)),
        (_, Some(missing)) => Err(missing),
    }
}

/// Names of the sound devices of this machine, as a configuration may name them.
///
/// # Errors
/// A sentence when there is no sound card and no sound server.
pub fn device_names() -> Result<Vec<String>, String> {
    Ok(outputs()?.map(|device| device_id(&device).unwrap_or_else(|| device_label(&device))).collect())
}

fn outputs() -> Result<impl Iterator<Item = rodio::cpal::Device>, String> {
    host()?.output_devices().map_err(|error| format!("the sound devices cannot be listed: {error}"))
}

/// `PulseAudio` or `PipeWire` when it runs, else ALSA.
fn host() -> Result<rodio::cpal::Host, String> {
    let host = rodio::cpal::default_host();
    if host.id() == rodio::cpal::HostId::Alsa && !has_sound_card() {
        // Asked for a device, ALSA's library would write a dozen lines to standard error at every attempt.
        return Err("this machine has no sound card, and no sound server runs".to_owned());
    }
    Ok(host)
}

/// Whether the kernel knows a card. Where it does not tell, ALSA's library is asked after all.
fn has_sound_card() -> bool {
    std::fs::read_to_string("/proc/asound/cards")
        .map_or_else(|_| std::path::Path::new("/dev/snd").is_dir(), |cards| !cards.contains("no soundcards"))
}

fn device_id(device: &rodio::cpal::Device) -> Option<String> {
    device.id().ok().map(|id| id.id().to_owned())
}

pub(super) fn device_label(device: &rodio::cpal::Device) -> String {
    match device.description() {
        Ok(description) => description.name().to_owned(),
        Err(_) => device_id(device).unwrap_or_else(|| "without a name".to_owned()),
    }
}
