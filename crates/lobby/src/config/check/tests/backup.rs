//! Bad files about the disk and backups.

use super::{GOOD, told};
use expect_test::expect;

#[test]
fn a_backup_that_can_be_made_is_left_in_peace() {
    let storage = "[storage]\nalarm_mib = 1024\nreserve_mib = 0\n";
    assert_eq!(told(&format!("{GOOD}\n{storage}[backup]\ndir = \"/mnt/b\"\nat = \"03:00\"\nkeep = 3\n")), "");
    let key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    assert_eq!(told(&format!("{GOOD}\n[backup]\ndir = \"/mnt/b\"\nrecipient = \"{key}\"\n")), "");
}

#[test]
fn a_time_that_is_none_a_secret_key_and_two_locks() {
    expect![[r#"
        branch.toml:63: `at` cannot be "late". Write hours and minutes as HH:MM, such as "22:30".
        branch.toml:64: the recipient is no public key of age, which begins with age1. Write the public key that `age-keygen` prints; the secret one belongs into no configuration.
        branch.toml:65: a backup is locked by `recipient` or by `passphrase_file`, not by both. Keep the one that you want."#]]
    .assert_eq(&told(&format!(
        "{GOOD}\n[backup]\ndir = \"/mnt/b\"\nat = \"late\"\nrecipient = \"AGE-SECRET-KEY-1\"\npassphrase_file = \"p\"\n"
    )));
}
