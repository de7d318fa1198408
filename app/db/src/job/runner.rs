//! Claims due jobs and runs their handlers.

use std::{sync::Arc, time::Duration};

use shared::{RecordId, Timestamp};
use tokio::{sync::watch, task::JoinSet};

use super::{
    ATTEMPTS,
    registry::{GiveUp, Outcome, Registry},
    store::{self, Claimed, LEASE},
};
use crate::{DbError, House, access};

/// How often an idle worker looks.
const POLL: Duration = Duration::from_millis(500);
/// The wait before the second attempt; each further one waits twice as long, up to [`LONGEST`].
const FIRST: i64 = 10 * Timestamp::SECOND;
const LONGEST: i64 = 6 * Timestamp::HOUR;

/// The workers of this process. Dropped without [`Runner::stop`], running jobs are broken off and other nodes take
/// them over when their lease runs out.
#[derive(Debug)]
pub struct Runner {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Runner {
    /// Starts `workers` workers and the one that schedules what recurs.
    pub fn start(house: &House, registry: Registry, workers: usize) -> Self {
        let (stop, stopped) = watch::channel(false);
        let registry = Arc::new(registry);
        let mut tasks = JoinSet::new();
        for _ in 0..workers {
            let worker = Worker::new(house, &registry, &stopped);
            tasks.spawn(worker.work());
        }
        tasks.spawn(Worker::new(house, &registry, &stopped).schedule());
        Self { stop, tasks }
    }

    /// Claims nothing more, and returns when the running jobs have ended.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

struct Worker {
    house: House,
    id: RecordId,
    registry: Arc<Registry>,
    stopped: watch::Receiver<bool>,
}

impl Worker {
    fn new(house: &House, registry: &Arc<Registry>, stopped: &watch::Receiver<bool>) -> Self {
        Self {
            house: house.clone(),
            id: access::system(house, "core.jobs").id(),
            registry: Arc::clone(registry),
            stopped: stopped.clone(),
        }
    }

    /// Waits, and says whether to go on.
    async fn rest(&mut self, time: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            // Also when the runner was dropped.
            _ = self.stopped.wait_for(|stop| *stop) => false,
        }
    }

    async fn work(mut self) {
        let kinds: Vec<&'static str> = self.registry.handlers.keys().copied().collect();
        let cx = access::system(&self.house, "core.jobs");
        while !*self.stopped.borrow() {
            let wait = match store::claim(&cx, self.id, &kinds).await {
                Ok(Some(job)) => {
                    if let Err(error) = self.run(job).await {
                        tracing::error!(%error, "a job's end could not be noted");
                    }
                    continue;
                }
                // Jitter keeps many workers from looking all at once.
                Ok(None) => POLL.mul_f64(0.75 + 0.5 * rand::random::<f64>()),
                Err(error) => {
                    tracing::warn!(%error, "jobs cannot be claimed");
                    POLL * 4
                }
            };
            if !self.rest(wait).await {
                return;
            }
        }
    }

    async fn run(&self, job: Claimed) -> Result<(), DbError> {
        let Some((kind, handler)) = self.registry.handlers.get_key_value(job.kind.as_str()) else {
            return Ok(());
        };
        let own = access::system(&self.house, "core.jobs");
        let cx = access::system(&self.house, kind);
        let trace = cx.who().trace.clone();
        tracing::info!(kind, job = %job.id, attempt = job.attempts, trace, "job begins");
        let work = access::TRACE.scope(trace.clone(), handler(cx, job.payload.0.clone()));
        let outcome = match self.keep(&own, job.id, work).await {
            Some(outcome) => outcome,
            None => {
                tracing::warn!(kind, job = %job.id, trace, "job was lost to another node");
                return Ok(());
            }
        };
        match outcome {
            Ok(()) => store::finish(&own, job.id, self.id).await,
            Err(error) => {
                let final_attempt = job.attempts >= ATTEMPTS || error.is::<GiveUp>();
                let again = (!final_attempt).then(|| own.now().plus(backoff(job.attempts, rand::random())));
                tracing::warn!(kind, job = %job.id, trace, %error, dead = final_attempt, "job failed");
                store::fail(&own, job.id, self.id, &error.to_string(), again).await
            }
        }
    }

    /// Runs `work` on a task of its own (a panic is a failure) while renewing the lease. `None` if the lease is lost.
    async fn keep(
        &self,
        cx: &crate::Cx,
        job: RecordId,
        work: impl Future<Output = Outcome> + Send + 'static,
    ) -> Option<Outcome> {
        let mut task = JoinSet::new();
        task.spawn(work);
        let third = Duration::from_micros(u64::try_from(LEASE / 3).unwrap_or_default());
        loop {
            tokio::select! {
                joined = task.join_next() => {
                    return Some(match joined {
                        Some(Ok(outcome)) => outcome,
                        Some(Err(panic)) => Err(format!("任务意外中断：{}", panic_text(panic)).into()),
                        None => Ok(()),
                    });
                }
                () = tokio::time::sleep(third) => match store::renew(cx, job, self.id).await {
                    Ok(true) => {}
                    Ok(false) => return None,
                    // The lease has two more thirds to go.
                    Err(error) => tracing::warn!(%error, "a lease could not be renewed"),
                },
            }
        }
    }

    async fn schedule(mut self) {
        let cx = access::system(&self.house, "core.jobs");
        while !*self.stopped.borrow() {
            for (kind, period) in &self.registry.recurring {
                let period = i64::try_from(period.as_micros()).unwrap_or(i64::MAX).max(1);
                if let Err(error) = store::schedule(&cx, self.id, kind, period).await {
                    tracing::warn!(kind, %error, "a recurring job could not be scheduled");
                }
            }
            if !self.rest(POLL).await {
                return;
            }
        }
    }
}

fn panic_text(error: tokio::task::JoinError) -> String {
    match error.try_into_panic() {
        Ok(panic) => panic
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default(),
        Err(cancelled) => cancelled.to_string(),
    }
}

/// Microseconds before the attempt after `attempts` failed ones; `random` in 0..1 spreads it by a fifth either way.
fn backoff(attempts: i64, random: f64) -> i64 {
    let doubled = FIRST
        .saturating_mul(1 << (attempts - 1).clamp(0, 20))
        .min(LONGEST);
    let spread = doubled / 5;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a rough figure"
    )]
    let jitter = (spread as f64 * (2.0 * random - 1.0)) as i64;
    doubled + jitter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_each_time_up_to_a_limit() {
        assert_eq!(backoff(1, 0.5), FIRST);
        assert_eq!(backoff(2, 0.5), 2 * FIRST);
        assert_eq!(backoff(60, 0.5), LONGEST);
        assert!(backoff(1, 0.0) >= FIRST * 4 / 5 && backoff(1, 1.0) <= FIRST * 6 / 5);
    }
}
