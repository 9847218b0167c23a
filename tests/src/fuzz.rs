//! Seeds of the fuzz targets: hexadecimal lines, golden frames and golden tickets, by the name of the target.

use crate::hall::root;
use std::path::Path;

/// All seeds of one target.
///
/// # Panics
/// When a file is not hexadecimal.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let counter = root().join("crates/counter/tests");
    match target {
        "frames" => {
            [lines(&counter.join("golden/frames.txt"), 1), lines(&counter.join("golden/displays.txt"), 1)].concat()
        }
        "ff68" => [lines(&counter.join("golden/ff68.txt"), 1), lines(&counter.join("corpus/decoders.hex"), 0)].concat(),
        "profile" => {
            let shipped = std::fs::read_dir(root().join("config/devices")).unwrap();
            let shipped = shipped.map(|file| std::fs::read(file.unwrap().path()).unwrap());
            shipped.chain(lines(&own(target), 0)).collect()
        }
        "escpos" => {
            let golden = ["tests/golden/escpos", "firmware-sim/tests/golden"].map(|folder| root().join(folder));
            let files = golden.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
            let jobs =
                files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "hex"));
            jobs.map(|path| lines(&path, 0).concat()).chain(lines(&own(target), 0)).collect()
        }
        _ => lines(&own(target), 0),
    }
}

fn own(target: &str) -> std::path::PathBuf {
    root().join(format!("tests/fuzz/seeds/{target}.hex"))
}

/// Lines of a file as bytes, without comments and without so many words at the beginning.
fn lines(path: &Path, words: usize) -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let written = text.lines().map(|line| line.split('#').next().unwrap_or_default()); // what it means stands behind it
    let written = written.filter(|line| !line.trim().is_empty());
    written.map(|line| unhex(&line.split_whitespace().skip(words).collect::<String>(), path)).collect()
}

fn unhex(digits: &str, path: &Path) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs
        .map(|pair| {
            u8::from_str_radix(pair, 16).unwrap_or_else(|_| panic!("{}: {digits} is not hexadecimal", path.display()))
        })
        .collect()
}
