//! Forecasts on top of the queue core, pure: how long a ticket will wait, and what another day would have been.

pub mod estimate;
