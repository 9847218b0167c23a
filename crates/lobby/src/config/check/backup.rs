//! Rules about backups: a time that is one, and one way to lock them.

use super::super::{calendar, document::Node, mistake::Mistakes};

pub(super) fn check(root: Node<'_>, out: &mut Mistakes) {
    let Some(backup) = root.get("backup") else { return };
    if let Some(at) = backup.text("at").filter(|at| calendar::time(at.value).is_none()) {
        let remedy = "Write hours and minutes as HH:MM, such as \"22:30\".";
        out.error(at.line, format!("`at` cannot be \"{}\"", at.value), remedy);
    }
    let recipient = backup.text("recipient");
    if let Some(key) = recipient
        && let Err(why) = crate::backup::recipient(key.value)
    {
        let remedy = "Write the public key that `age-keygen` prints; the secret one belongs into no configuration.";
        out.error(key.line, why.to_string(), remedy);
    }
    if let (Some(_), Some(file)) = (recipient, backup.text("passphrase_file")) {
        let remedy = "Keep the one that you want.";
        out.error(
            file.line,
            "a backup is locked by `recipient` or by `passphrase_file`, not by both".to_owned(),
            remedy,
        );
    }
}
