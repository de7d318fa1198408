//! How many event streams this process holds open, and whose: each takes up a connection for as long as it lasts.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use db::event::Hub;
use shared::{AppError, UserId};
use tokio_util::sync::CancellationToken;

use crate::{config::Limits, telemetry};

/// The streams that this process holds open.
#[derive(Debug)]
pub struct Streams {
    pub hub: Hub,
    pub stopping: CancellationToken,
    per_user: usize,
    most: usize,
    open: AtomicUsize,
    by_user: Mutex<HashMap<UserId, usize>>,
}

impl Streams {
    pub fn new(hub: Hub, limits: &Limits, stopping: CancellationToken) -> Self {
        Self {
            hub,
            stopping,
            per_user: limits.streams_per_user,
            most: limits.streams,
            open: AtomicUsize::new(0),
            by_user: Mutex::default(),
        }
    }

    /// # Errors
    /// [`AppError::TooManyRequests`] if there is no place left, for anybody or for `user`.
    pub fn enter(self: &Arc<Self>, user: Option<UserId>) -> Result<Place, AppError> {
        let busy = AppError::TooManyRequests { retry_after_s: 30 };
        if self.open.fetch_add(1, Ordering::SeqCst) >= self.most {
            self.open.fetch_sub(1, Ordering::SeqCst);
            return Err(busy);
        }
        if let Some(user) = user {
            let mut by_user = self.by_user.lock().unwrap_or_else(PoisonError::into_inner);
            let held = by_user.entry(user).or_default();
            if *held >= self.per_user {
                self.open.fetch_sub(1, Ordering::SeqCst);
                return Err(busy);
            }
            *held += 1;
        }
        metrics::gauge!(telemetry::STREAMS).increment(1.0);
        Ok(Place {
            streams: Arc::clone(self),
            user,
        })
    }
}

/// A place among the open streams; dropping it gives it back.
#[derive(Debug)]
pub struct Place {
    streams: Arc<Streams>,
    user: Option<UserId>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.streams.open.fetch_sub(1, Ordering::SeqCst);
        metrics::gauge!(telemetry::STREAMS).decrement(1.0);
        if let Some(user) = self.user {
            let mut by_user = self
                .streams
                .by_user
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if let Some(held) = by_user.get_mut(&user) {
                *held -= 1;
                if *held == 0 {
                    by_user.remove(&user);
                }
            }
        }
    }
}
