//! Fingerprint of the core's sources: a snapshot of its state is good for exactly the core that wrote it. And how the
//! program is linked.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let core = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../queue-core/src");
    println!("cargo:rerun-if-changed={}", core.display());
    let mut files = Vec::new();
    let mut folders = vec![core];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    // FNV-1a, 64 bits: changes are told apart, nobody is kept from making equal ones.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for file in files {
        for byte in fs::read(file)? {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    println!("cargo:rustc-env=CORE_FINGERPRINT={hash:016x}");
    // Addresses to be moved when it is loaded, as a bitmap: 0.7 MiB less to bring to a branch. glibc 2.36 (Debian 12) reads it.
    if env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|libc| libc == "gnu") {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    Ok(())
}
