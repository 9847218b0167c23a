//! Profiles of desk electronics: those that are part of the program, and files beside the configuration.

use std::path::Path;

use counter::Profile;

use crate::config::{Config, Mistake};
use crate::printer::{Model, Says};

/// Reads the profile of every line and display, and gives them its speed where the file says none. Answers what is wrong;
/// `place` finds the line of the `index`-th block of a name.
pub(crate) fn fill_in(config: &mut Config, base: &Path, place: impl Fn(&str, usize) -> usize) -> Vec<Mistake> {
    let mut found = Vec::new();
    for (index, line) in config.lines.iter_mut().enumerate() {
        let model = load(&line.profile, base, true);
        line.model = model.map_err(|what| found.push(Mistake { line: place("[[line]]", index), what })).ok();
        if let (0, Some(model)) = (line.baud, &line.model) {
            line.baud = model.baud;
        }
    }
    for (index, display) in config.displays.iter_mut().enumerate() {
        let model = load(&display.profile, base, false);
        display.model = model.map_err(|what| found.push(Mistake { line: place("[[display]]", index), what })).ok();
        if let (0, Some(model)) = (display.baud, &display.model) {
            display.baud = model.baud;
        }
    }
    for (index, printer) in config.printers.iter_mut().enumerate() {
        let model = printer.model.as_ref().map_or_else(|| Ok(Model::default()), |name| Model::load(name, base));
        let mut wrong = |what| found.push(Mistake { line: place("[[printer]]", index), what });
        printer.able = model.map_err(&mut wrong).unwrap_or_default();
        match printer.status {
            Some(Says::Half) if printer.able.says != Says::Half => {
                wrong(format!(
                    "which half does `{}` answer? Write model = \"escpos-80-half\" instead of status",
                    printer.id
                ));
            }
            Some(says) => {
                printer.able.says = says;
                printer.able.proves &= says == Says::Full; // the proof is one of the things that it says
            }
            None => {}
        }
    }
    // Displays alone on a line run at their own speed.
    for line in config.lines.iter_mut().filter(|line| line.units.is_empty()) {
        let speed = config.displays.iter().find(|display| display.line.as_ref() == Some(&line.id));
        if let (Some(display), true) = (speed, line.model.as_ref().is_some_and(|model| model.baud == line.baud)) {
            line.baud = display.baud;
        }
    }
    found
}

fn load(name: &str, base: &Path, keys: bool) -> Result<Profile, String> {
    let path = base.join(name);
    let text = match Profile::built_in(name) {
        Some(text) => text.to_owned(),
        None => std::fs::read_to_string(&path).map_err(|error| {
            let known: Vec<&str> = Profile::built_in_names().collect();
            format!(
                "there is no profile `{name}` ({}: {error}); write one of {}, or a path",
                path.display(),
                known.join(", ")
            )
        })?,
    };
    let profile = Profile::parse(name, &text).map_err(|error| error.to_string())?;
    match (profile.has_keys(), keys) {
        (false, true) => Err(format!("profile `{name}` is one of displays; write it in a [[display]] block")),
        (true, false) => Err(format!("profile `{name}` is one of units with keys; write it in a [[line]] block")),
        _ => Ok(profile),
    }
}
