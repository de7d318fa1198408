//! The port of development and of the demonstration: the message goes into the log, its figures only in demo mode.

use async_trait::async_trait;
use serde_json::Value;
use shared::RecordId;

use super::{MessagePort, SendError, Template};
use crate::model::Phone;

/// Writes messages to the log.
#[derive(Clone, Copy, Debug)]
pub struct LogPort {
    /// Whether the words may be read: in the log, and on the page. Never with real people.
    pub demo: bool,
}

#[async_trait]
impl MessagePort for LogPort {
    async fn send(
        &self,
        id: RecordId,
        to: &Phone,
        template: Template,
        params: &Value,
    ) -> Result<(), SendError> {
        if self.demo {
            tracing::info!(%id, to = to.masked(), text = template.render(params), "message");
        } else {
            tracing::warn!(%id, to = to.masked(), template = template.code(), "no message gateway is configured: nothing was sent");
        }
        Ok(())
    }

    fn keeps_words(&self) -> bool {
        self.demo
    }
}
