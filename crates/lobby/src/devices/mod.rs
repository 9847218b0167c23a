//! Everything on a wire. A device reads levels and jobs from senders that it was given and never asks the queue.

pub mod printer;
