//! Which handler runs which kind of job.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use serde_json::Value;

use crate::Cx;

/// What a handler comes to. Any error means "try again later"; [`GiveUp`] means "never". Its text is kept with the job
/// and shown to administrators: no personal data.
pub type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// The error of a handler that trying again will not help.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct GiveUp(pub String);

pub(super) type Handler = Arc<dyn Fn(Cx, Value) -> BoxFuture<'static, Outcome> + Send + Sync>;

/// The handlers of a process. Every node has the same.
#[derive(Clone, Default)]
pub struct Registry {
    pub(super) handlers: BTreeMap<&'static str, Handler>,
    pub(super) recurring: Vec<(&'static str, Duration)>,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("kinds", &self.handlers.keys())
            .field("recurring", &self.recurring)
            .finish()
    }
}

impl Registry {
    /// Runs `handler` for jobs of `kind`. It acts as the system, with `kind` as the reason.
    ///
    /// # Panics
    /// If `kind` has a handler already: two pillars took the same name.
    #[must_use]
    pub fn on<F, Fut>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Cx, Value) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Outcome> + Send + 'static,
    {
        let boxed: Handler = Arc::new(move |cx, payload| Box::pin(handler(cx, payload)));
        assert!(
            self.handlers.insert(kind, boxed).is_none(),
            "two handlers for jobs of kind {kind}"
        );
        self
    }

    /// Runs `handler` once in each `period`, counted from the epoch, on one of the nodes.
    ///
    /// # Panics
    /// As [`Registry::on`].
    #[must_use]
    pub fn every<F, Fut>(mut self, period: Duration, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Cx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Outcome> + Send + 'static,
    {
        self.recurring.push((kind, period));
        self.on(kind, move |cx, _payload| handler(cx))
    }
}
