//! placeholder until the task lands
pub struct PrintOrder {
    pub job: queue_core::JobId,
    pub paper: super::TicketPaper,
}
