//! Reads a stream of server-sent events, in whatever pieces the network brings it.

/// Longest event that is read; a picture has some two hundred bytes.
const LONGEST: usize = 64 * 1024;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    /// Its name, `message` where it has none.
    pub(crate) name: String,
    /// Its data.
    pub(crate) data: String,
}

/// Puts events together.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    bytes: Vec<u8>,
    name: String,
    data: Option<String>,
}

/// What came is no stream of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lobby's stream has a line longer than {LONGEST} bytes: is it a lobby?")]
pub(crate) struct TooLong;

impl Reader {
    /// Takes a piece, and gives the events that it completes.
    ///
    /// # Errors
    /// [`TooLong`].
    pub(crate) fn take(&mut self, piece: &[u8]) -> Result<Vec<Event>, TooLong> {
        self.bytes.extend_from_slice(piece);
        let mut events = Vec::new();
        while let Some(end) = self.bytes.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.bytes.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            events.extend(self.line(line.trim_end_matches(['\r', '\n'])));
        }
        let kept = self.bytes.len() + self.data.as_ref().map_or(0, String::len);
        if kept > LONGEST { Err(TooLong) } else { Ok(events) }
    }

    fn line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            let (name, data) = (std::mem::take(&mut self.name), self.data.take());
            let name = if name.is_empty() { "message".to_owned() } else { name };
            return data.map(|data| Event { name, data });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => match &mut self.data {
                Some(data) => *data = format!("{data}\n{value}"),
                None => self.data = Some(value.to_owned()),
            },
            _ => {} // comments, ids, times to come back after
        }
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn events_come_whole_from_any_pieces() {
        let text = "event: picture\nid: 7-1\nretry: 1000\ndata: {\"text\":\"号\"}\n\n: nothing\n\nevent: ping\r\ndata: a\r\ndata:b\r\n\r\ndata: x\n\n";
        let of = |name: &str, data: &str| Event { name: name.to_owned(), data: data.to_owned() };
        let wanted = [of("picture", "{\"text\":\"号\"}"), of("ping", "a\nb"), of("message", "x")];
        for size in 1..text.len() {
            let mut reader = Reader::default();
            let events: Vec<Event> =
                text.as_bytes().chunks(size).flat_map(|piece| reader.take(piece).unwrap()).collect();
            assert_eq!(events, wanted, "in pieces of {size}");
        }
    }

    #[test]
    fn what_never_ends_is_no_stream_of_events() {
        let mut reader = Reader::default();
        assert_eq!(reader.take(&vec![b'x'; LONGEST]), Ok(Vec::new()));
        assert_eq!(reader.take(b"y"), Err(TooLong));
    }
}
