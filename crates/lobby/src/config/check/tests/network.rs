use super::{GOOD, told};
use expect_test::expect;
use std::path::Path;

/// Certificates as `lobby tls init` makes them.
fn made(dir: &Path, name: &str) {
    let command = crate::net::cli::TlsCommand::Init { dir: dir.to_owned(), name: vec![name.to_owned()], days: 30 };
    command.run(&mut Vec::new()).unwrap();
}

fn tls(dir: &Path, cert: &str, key: &str, more: &str) -> String {
    let at = |file: &str| dir.join(file).display().to_string();
    let written = format!("{GOOD}\n[tls]\ncert = \"{}\"\nkey = \"{}\"\n{more}", at(cert), at(key));
    told(&written).replace(&dir.display().to_string(), "DIR")
}

#[test]
fn certificates_are_held_against_their_keys_names_and_times() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    made(one.path(), "lobby.branch.lan");
    made(other.path(), "lobby.other.lan");
    std::fs::copy(other.path().join("lobby.key"), one.path().join("other.key")).unwrap();
    std::fs::write(one.path().join("empty.pem"), "").unwrap();
    let at = |cert, key, more| tls(one.path(), cert, key, more);
    assert_eq!(at("lobby.pem", "lobby.key", "name = \"lobby.branch.lan\"\nredirect = \"127.0.0.1:80\"\n"), "");
    let missing = at("none.pem", "lobby.key", "");
    assert!(missing.contains("branch.toml:62: DIR/none.pem cannot be read: "), "{missing}");
    let missing = at("lobby.pem", "none.key", "");
    assert!(missing.contains("branch.toml:63: DIR/none.key cannot be read: "), "{missing}");
    expect![[r"
        branch.toml:62: DIR/empty.pem holds no certificate. It begins with -----BEGIN CERTIFICATE-----, that of the lobby first."]]
    .assert_eq(&at("empty.pem", "lobby.key", ""));
    expect![[r"
        branch.toml:63: DIR/empty.pem holds no private key that can be used. It begins with -----BEGIN PRIVATE KEY-----, without a passphrase."]]
    .assert_eq(&at("lobby.pem", "empty.pem", ""));
    expect![[r"
        branch.toml:63: the key in DIR/other.key is not that of the certificate in DIR/lobby.pem. Take both from one request."]]
    .assert_eq(&at("lobby.pem", "other.key", ""));
    expect![[r#"
        branch.toml:64: the certificate is not for "lobby.other.lan" but for lobby.branch.lan, localhost, 127.0.0.1, ::1. Write one of those names, or have a certificate made for this one."#]]
    .assert_eq(&at("lobby.pem", "lobby.key", "name = \"lobby.other.lan\"\n"));
    expect![[r"
        branch.toml:64: `redirect` and `listen` use the same port 8700. Give each of them a port of its own."]]
    .assert_eq(&at("lobby.pem", "lobby.key", "redirect = \"0.0.0.0:8700\"\n"));
}

#[test]
fn fewer_tickets_in_an_hour_than_in_a_minute() {
    expect![[r"
        branch.toml:63: `tickets_per_hour` is less than `tickets_per_min`. Write at least as many for the hour as for the minute."]]
    .assert_eq(&told(&format!("{GOOD}\n[limits]\ntickets_per_min = 20\ntickets_per_hour = 10\n")));
}
