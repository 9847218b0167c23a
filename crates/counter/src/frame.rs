//! Modbus RTU frames of profile `desk-modbus`, both ends: requests of the lobby, and what may pass as their replies.
//!
//! The bytes are made and read by `rmodbus`. Before it sees a frame its length is checked here: it accepts a shorter
//! late reply, panics in places on a valid reply with byte count 0 and on a request whose byte count is near 255, and
//! answers an unknown function before it has looked at the checksum.

use rmodbus::client::ModbusRequest;
use rmodbus::{ErrorKind, ModbusProto};

use crate::registers::{Holding, Inputs, Presses, holding, input};

/// Function code: read input registers.
pub const READ_INPUTS: u8 = 4;
/// Function code: write several holding registers.
pub const WRITE_HOLDINGS: u8 = 16;
/// Set in the function code of a reply that refuses.
pub const EXCEPTION: u8 = 0x80;

/// Bytes of a request to read registers: unit, function, address, count, CRC.
pub const READ_REQUEST: usize = 8;
/// Bytes of a reply to a write: unit, function, address, count, CRC.
pub const WRITE_REPLY: usize = 8;
/// Bytes of a refusal: unit, function, code, CRC.
pub const EXCEPTION_REPLY: usize = 5;

/// Bytes of the longest request: a write of 123 registers. Source: Modbus Application Protocol V1.1b3, 6.12.
pub const LONGEST_REQUEST: usize = write_request(123);

/// Bytes of a reply to a read of `count` registers: unit, function, byte count, registers, CRC.
pub const fn read_reply(count: u16) -> usize {
    5 + 2 * count as usize
}

/// Bytes of a request to write `count` registers.
pub const fn write_request(count: u16) -> usize {
    9 + 2 * count as usize
}

/// What the lobby asks of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Registers 1–2: has anything been pressed?
    Poll,
    /// Registers 1–10: sequence and ring.
    Ring,
    /// Registers 0–11: everything, on connect and now and then.
    All,
    /// The whole picture.
    Show(Holding),
}

impl Ask {
    /// First input register and their number; `None` for a write.
    fn span(&self) -> Option<(u16, u16)> {
        match self {
            Self::Poll => Some((input::BOOT, 2)),
            Self::Ring => Some((input::BOOT, 10)),
            Self::All => Some((input::VERSION, input::COUNT)),
            Self::Show(_) => None,
        }
    }

    /// Bytes of the request.
    pub fn request_len(&self) -> usize {
        self.span().map_or(write_request(holding::COUNT), |_| READ_REQUEST)
    }

    /// Bytes of a reply that does what was asked.
    pub fn reply_len(&self) -> usize {
        self.span().map_or(WRITE_REPLY, |(_, count)| read_reply(count))
    }
}

/// What a unit answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// To [`Ask::Poll`].
    Moved {
        /// Boot id.
        boot: u16,
        /// Press sequence.
        sequence: u16,
    },
    /// To [`Ask::Ring`].
    Ring(Presses),
    /// To [`Ask::All`].
    All(Inputs),
    /// To [`Ask::Show`]: the picture was taken.
    Shown,
    /// The unit refused; Modbus exception code.
    Refused(u8),
}

/// Why bytes are not the reply that was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Another number of bytes than the request calls for.
    #[error("{got} bytes instead of {expected}")]
    Length {
        /// What the request calls for.
        expected: usize,
        /// What is there.
        got: usize,
    },
    /// Unit, function or byte count belong to another request, or the echo of a write differs.
    #[error("the reply belongs to another request")]
    Foreign,
    /// The checksum is wrong.
    #[error("wrong checksum")]
    Checksum,
}

/// A request to one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Address on the line, 1–247.
    pub unit: u8,
    /// What is asked.
    pub ask: Ask,
}

impl Request {
    /// The bytes for the wire.
    pub fn encode(&self) -> Vec<u8> {
        self.generate().1
    }

    fn generate(&self) -> (ModbusRequest, Vec<u8>) {
        let mut request = ModbusRequest::new(self.unit, ModbusProto::Rtu);
        let mut bytes = Vec::with_capacity(self.ask.request_len());
        let made = match (&self.ask, self.ask.span()) {
            (Ask::Show(registers), _) => request.generate_set_holdings_bulk(holding::SEQUENCE, registers, &mut bytes),
            (_, Some((first, count))) => request.generate_get_inputs(first, count, &mut bytes),
            (_, None) => Ok(()),
        };
        if let Err(never) = made {
            unreachable!("a vector takes any frame, and no frame here is near the limit: {never:?}");
        }
        (request, bytes)
    }

    /// Reads one whole frame as the reply to this request.
    ///
    /// # Errors
    /// [`FrameError`] when the bytes are not exactly one reply of this unit to exactly this request.
    pub fn check(&self, frame: &[u8]) -> Result<Reply, FrameError> {
        let (request, sent) = self.generate();
        let refusal = frame.len() == EXCEPTION_REPLY && frame[1] == request.func.byte() | EXCEPTION;
        let expected = self.ask.reply_len();
        if frame.len() != expected && !refusal {
            return Err(FrameError::Length { expected, got: frame.len() });
        }
        let of_this_unit = frame[0] == self.unit && (refusal || frame[1] == request.func.byte());
        let counted = self.ask.span().is_none_or(|(_, count)| u16::from(frame[2]) == 2 * count);
        if !of_this_unit || !(counted || refusal) {
            return Err(FrameError::Foreign);
        }
        match request.parse_slice(frame) {
            Ok(data) if self.ask.span().is_none() && data != &sent[2..6] => Err(FrameError::Foreign),
            Ok(data) => self.read(data).ok_or(FrameError::Foreign),
            Err(ErrorKind::FrameCRCError) => Err(FrameError::Checksum),
            Err(_) if refusal => Ok(Reply::Refused(frame[2])),
            Err(_) => Err(FrameError::Foreign),
        }
    }

    fn read(&self, data: &[u8]) -> Option<Reply> {
        let (pairs, _) = data.as_chunks::<2>();
        let registers: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
        match self.ask {
            Ask::Poll => {
                let &[boot, sequence] = registers.as_slice() else {
                    return None;
                };
                Some(Reply::Moved { boot, sequence })
            }
            Ask::Ring => Presses::decode(&registers).map(Reply::Ring),
            Ask::All => Inputs::decode(&registers).map(Reply::All),
            Ask::Show(_) => Some(Reply::Shown),
        }
    }

    /// Looks for the reply in everything that arrived since the request: a late reply to an older request, or noise,
    /// may stand before it.
    pub fn find(&self, arrived: &[u8]) -> Option<Reply> {
        let lengths = [self.ask.reply_len(), EXCEPTION_REPLY];
        let mut starts = (0..arrived.len()).filter(|start| arrived[*start] == self.unit);
        starts.find_map(|start| {
            let mut frames = lengths.iter().filter_map(|length| arrived[start..].get(..*length));
            frames.find_map(|frame| self.check(frame).ok())
        })
    }
}

/// Modbus CRC-16 (polynomial 0xA001 reflected, start 0xFFFF), low byte first on the wire.
/// Source: Modbus over Serial Line V1.02, 6.2.2.
pub fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xA001 } else { crc >> 1 })
    })
}

/// Whether the last two bytes are the checksum of those before them.
pub fn intact(frame: &[u8]) -> bool {
    frame.split_last_chunk::<2>().is_some_and(|(body, crc)| crc16(body) == u16::from_le_bytes(*crc))
}

/// How many bytes the request that starts here has: for a device that reads a stream. `None` while too few bytes are
/// there to tell. A function that this map does not use counts as a short request of 8 bytes.
pub fn request_length(start: &[u8]) -> Option<usize> {
    match start.get(1)? {
        &WRITE_HOLDINGS => start.get(6).map(|count| 9 + usize::from(*count)),
        _ => Some(READ_REQUEST),
    }
}
