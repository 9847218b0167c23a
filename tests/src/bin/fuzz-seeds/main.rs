//! Writes the seeds of the fuzz targets as files, where cargo-fuzz looks for them: `tests/fuzz/corpus/<target>/`.

use lobby_tests::{fuzz::seeds, hall::root};
use std::{fs, io};

/// The programs of `tests/fuzz`.
const TARGETS: [&str; 5] = ["frames", "ff68", "profile", "status", "escpos"];

fn main() -> io::Result<()> {
    for target in TARGETS {
        let folder = root().join("tests/fuzz/corpus").join(target);
        fs::create_dir_all(&folder)?;
        for (place, seed) in seeds(target).iter().enumerate() {
            fs::write(folder.join(format!("seed-{place:03}")), seed)?;
        }
    }
    Ok(())
}
