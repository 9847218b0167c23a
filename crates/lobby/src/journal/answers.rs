//! Answers by request id: the table grows at its end only, and where an id stands is known in memory.

use super::{Answer, Answered, JournalError, RequestKey};
use queue_core::BusinessDay;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Half of a SHA-256 over whose id it is and the id: nobody meets two that are equal.
type Short = [u8; 16];

/// Which row of the table answers which request id.
#[derive(Debug)]
pub(super) struct Answers {
    rows: HashMap<Short, i64>,
    last: i64,
}

impl Answers {
    /// Reads the ids of all answers that are kept.
    pub(super) fn load(db: &Connection) -> Result<Answers, JournalError> {
        let mut rows = HashMap::new();
        let mut last = 0;
        let mut kept = db.prepare("SELECT id, scope, key FROM requests ORDER BY id")?;
        let mut kept = kept.query([])?;
        while let Some(row) = kept.next()? {
            last = row.get(0)?;
            let text = |column| row.get_ref(column).and_then(|text| Ok(text.as_str()?));
            rows.insert(short(text(1)?, text(2)?), last);
        }
        Ok(Answers { rows, last })
    }

    pub(super) fn find(&self, db: &Connection, request: &RequestKey) -> Result<Option<Answered>, JournalError> {
        let Some(row) = self.rows.get(&short(&request.scope, &request.key)) else { return Ok(None) };
        let mut find = db.prepare_cached("SELECT fingerprint, status, body, identity FROM requests WHERE id = ?1")?;
        let found = find.query_row([row], |row| {
            let answer = Answer { status: row.get(1)?, body: row.get(2)? };
            Ok(Answered { fingerprint: row.get(0)?, identity: row.get(3)?, answer })
        })?;
        Ok(Some(found))
    }

    pub(super) fn keep(
        &mut self,
        db: &Connection,
        request: &RequestKey,
        identity: Option<&str>,
        answer: &Answer,
        day: &str,
    ) -> Result<(), JournalError> {
        let row = self.last + 1;
        db.prepare_cached(
            "INSERT INTO requests (id, scope, key, fingerprint, status, body, business_day, identity)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            row,
            request.scope,
            request.key,
            request.fingerprint,
            answer.status,
            answer.body,
            day,
            identity
        ])?;
        self.last = row;
        self.rows.insert(short(&request.scope, &request.key), row);
        Ok(())
    }

    pub(super) fn forget_before(&mut self, db: &Connection, day: &BusinessDay) -> Result<(), JournalError> {
        db.execute("DELETE FROM requests WHERE business_day < ?1", [day.as_str()])?;
        *self = Answers::load(db)?;
        Ok(())
    }
}

fn short(scope: &str, key: &str) -> Short {
    let mut hash = Sha256::new();
    hash.update((scope.len() as u64).to_be_bytes());
    hash.update(scope);
    hash.update(key);
    let digest = hash.finalize();
    std::array::from_fn(|place| digest[place])
}
