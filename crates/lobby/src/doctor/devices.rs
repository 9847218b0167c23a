//! What hangs on the machine: ports, sound, speech, fonts.

use super::{Finding, Place, machine};
use crate::{
    devices::{
        port::{PortError, PortOpener as _, PortSettings, SystemPorts},
        printer::{Chinese, Profile, Typeface},
        wires,
    },
    voice::{self, VoiceOutput},
};
use std::{io, os::unix::fs::MetadataExt as _, path::Path};

pub(super) fn all(place: &Place<'_>) -> io::Result<Vec<Finding>> {
    let base = place.file.parent().unwrap_or(Path::new("."));
    let mut findings = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ports = SystemPorts::new(&place.wires);
    match named_ports(place, base) {
        Ok(named) => {
            for (id, settings) in named {
                let opened = runtime.block_on(ports.open(&settings)).map(drop);
                findings.push(port(place, &id, &settings, opened));
            }
        }
        Err(cause) => findings.push(Finding::wrong("ports", cause, check(place))),
    }
    findings.extend(sound(place));
    findings.push(font(place, base));
    Ok(findings)
}

fn check(place: &Place<'_>) -> String {
    format!("lobby check --config {}", place.file.display())
}

fn named_ports(place: &Place<'_>, base: &Path) -> Result<Vec<(String, PortSettings)>, String> {
    let wires = wires::all(place.config, base).map_err(|cause| cause.to_string())?;
    let id = |wire: &wires::Wire| {
        wire.line.clone().or_else(|| wire.displays.first().map(|display| display.id.clone())).unwrap_or_default()
    };
    let lines = wires.iter().map(|wire| (id(wire), wire.port.clone()));
    let printers = place.config.printers.iter().map(|printer| {
        let port = PortSettings { name: printer.port.clone(), baud: printer.baud, even_parity: false };
        (printer.id.clone(), port)
    });
    Ok(lines.chain(printers).collect())
}

fn port(place: &Place<'_>, id: &str, settings: &PortSettings, opened: Result<(), PortError>) -> Finding {
    let (part, name) = (format!("port {id}"), settings.name.as_str());
    let Err(cause) = opened else { return Finding::ok(part, format!("{name} opens")) };
    let remedy = match &cause {
        PortError::Busy(_) if place.runs.is_some() => {
            return Finding::ok(part, format!("{name} is in use, and the lobby runs"));
        }
        PortError::Busy(path) => format!("fuser -v {}", path.display()),
        PortError::Missing(_) => "ls -l /dev/serial/by-id /dev/usb /dev/now-serving".to_owned(),
        PortError::Denied(path) => {
            let group = path.metadata().map_or_else(|_| "dialout".to_owned(), |is| machine::group_name(is.gid()));
            format!("usermod -aG {group} {} && systemctl restart now-serving", machine::own_name())
        }
        PortError::NotADevice(_) | PortError::Name(_) => format!("editor {}", place.file.display()),
        PortError::Unreachable { address, .. } => {
            format!("ping {}", address.rsplit_once(':').map_or("", |(host, _)| host))
        }
        PortError::Failed { path, .. } => format!("ls -l {}", path.display()),
    };
    Finding::wrong(part, cause.to_string(), remedy)
}

/// Calls as they are to be heard: what each zone speaks by, the clips, and the program that makes them.
fn sound(place: &Place<'_>) -> Vec<Finding> {
    let zones = place.config.voice_zones();
    if zones.is_empty() {
        return vec![Finding::skipped("sound", "the branch does not speak: output = \"off\"")];
    }
    let mut found: Vec<Finding> = zones.iter().map(|zone| loudspeaker(&zone.id, &zone.output())).collect();
    found.push(clips(place));
    found
}

/// What one zone speaks by.
fn loudspeaker(zone: &str, output: &VoiceOutput) -> Finding {
    let part = "sound";
    match output {
        VoiceOutput::Off => Finding::skipped(part, format!("zone {zone} does not speak: output = \"off\"")),
        VoiceOutput::Wav { dir } => Finding::ok(part, format!("calls in zone {zone} are written to {}", dir.display())),
        VoiceOutput::Screens { ids } if ids.is_empty() => {
            Finding::ok(part, format!("calls in zone {zone} are played by every screen that has sound"))
        }
        VoiceOutput::Screens { ids } => {
            Finding::ok(part, format!("calls in zone {zone} are played by the screens {}", ids.join(", ")))
        }
        VoiceOutput::Device { name } => match voice::sound_device(name.as_deref()) {
            Ok(label) => Finding::ok(part, format!("calls in zone {zone} are played by {label}")),
            Err(cause) => {
                let remedy = format!("aplay -l; usermod -aG audio {}; alsamixer", machine::own_name());
                Finding::wrong(part, cause, remedy)
            }
        },
    }
}

fn clips(place: &Place<'_>) -> Finding {
    let part = "voice";
    let pack = place.config.voice.pack.clone().unwrap_or_else(|| voice::pack_dir(Some(&place.data)));
    let makes = voice::find_espeak().is_ok();
    let install = "apt install espeak-ng";
    let build = format!("lobby voice build --data {}", place.data.display());
    match voice::check(&pack, &place.config.branch.languages) {
        Ok(bad) if bad.is_empty() && makes => Finding::ok(part, format!("every clip is in {}", pack.display())),
        Ok(bad) if bad.is_empty() => {
            let found = "every clip is there; espeak-ng is not, which kiosks read aloud with";
            Finding::warning(part, found, install)
        }
        Ok(bad) => Finding::wrong(part, format!("{} clips are not as they should be: {}", bad.len(), bad[0]), build),
        Err(_) if makes => Finding::ok(part, "clips are made at the first start"),
        Err(_) => Finding::wrong(part, "there are no clips and no espeak-ng to make them: nothing is spoken", install),
    }
}

/// Printers without a Chinese font get drawn tickets, for which the machine needs one.
fn font(place: &Place<'_>, base: &Path) -> Finding {
    let part = "fonts";
    let drawn = |name: &str| Profile::load(name, base).is_ok_and(|profile| profile.chinese == Chinese::Raster);
    if !place.config.printers.iter().any(|printer| drawn(&printer.profile)) {
        return Finding::skipped(part, "no printer of this branch needs one from the machine");
    }
    match Typeface::installed() {
        Some(face) => Finding::ok(part, format!("tickets are drawn with {}", face.family)),
        None => Finding::wrong(
            part,
            "no font has Chinese characters: tickets come out in English",
            "apt install fonts-noto-cjk",
        ),
    }
}
