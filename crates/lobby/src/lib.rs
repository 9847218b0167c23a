//! Skeleton.
pub mod voice;
