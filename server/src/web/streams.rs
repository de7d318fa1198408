//! How many event streams this process holds open, and whose: each takes up a connection for as long as it lasts.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use db::event::Hub;
use shared::{AppError, UserId};
use tokio_util::sync::CancellationToken;

use crate::{config::Limits, telemetry};

/// How often it is asked again whether who listens still may.
const BEAT: Duration = Duration::from_secs(30);
/// Streams that one address may hold open for those who are not signed in: a hall full of people shares one, and it must not
/// take all there are.
const PER_ADDRESS: usize = 200;

/// The streams that this process holds open.
#[derive(Debug)]
pub struct Streams {
    pub hub: Hub,
    pub stopping: CancellationToken,
    /// How often a stream asks again whether who listens still may.
    pub beat: Duration,
    places: Arc<Places>,
}

impl Streams {
    pub fn new(hub: Hub, limits: &Limits, stopping: CancellationToken) -> Self {
        Self {
            hub,
            stopping,
            beat: BEAT,
            places: Arc::new(Places::new(limits)),
        }
    }

    /// A place for somebody signed in, or else for who asks from `address` (as limits take it:
    /// [`subscriber`](super::session::subscriber)).
    ///
    /// # Errors
    /// [`AppError::TooManyRequests`] if there is no place left, for anybody or for them.
    pub fn enter(&self, user: Option<UserId>, address: Option<IpAddr>) -> Result<Place, AppError> {
        self.places.enter(user, address)
    }
}

/// Whose streams are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Holder {
    User(UserId),
    Address(IpAddr),
}

#[derive(Debug)]
struct Places {
    per_user: usize,
    most: usize,
    open: AtomicUsize,
    held: Mutex<HashMap<Holder, usize>>,
}

impl Places {
    fn new(limits: &Limits) -> Self {
        Self {
            per_user: limits.streams_per_user,
            most: limits.streams,
            open: AtomicUsize::new(0),
            held: Mutex::default(),
        }
    }

    fn enter(self: &Arc<Self>, user: Option<UserId>, address: Option<IpAddr>) -> Result<Place, AppError> {
        let busy = AppError::TooManyRequests { retry_after_s: 30 };
        if self.open.fetch_add(1, Ordering::SeqCst) >= self.most {
            self.open.fetch_sub(1, Ordering::SeqCst);
            return Err(busy);
        }
        let holder = user.map(Holder::User).or(address.map(Holder::Address));
        if let Some(holder) = holder {
            let most = match holder {
                Holder::User(_) => self.per_user,
                Holder::Address(_) => PER_ADDRESS,
            };
            let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let held = all.get(&holder).copied().unwrap_or_default();
            if held >= most {
                self.open.fetch_sub(1, Ordering::SeqCst);
                return Err(busy);
            }
            all.insert(holder, held + 1);
        }
        metrics::gauge!(telemetry::STREAMS).increment(1.0);
        Ok(Place {
            places: Arc::clone(self),
            holder,
        })
    }
}

/// A place among the open streams; dropping it gives it back.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    holder: Option<Holder>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.open.fetch_sub(1, Ordering::SeqCst);
        metrics::gauge!(telemetry::STREAMS).decrement(1.0);
        if let Some(holder) = self.holder {
            let mut all = self.places.held.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(held) = all.get_mut(&holder) {
                *held -= 1;
                if *held == 0 {
                    all.remove(&holder);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(most: usize) -> Arc<Places> {
        Arc::new(Places::new(&Limits {
            streams: most,
            ..Limits::default()
        }))
    }

    fn person(n: u128) -> UserId {
        UserId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn one_address_cannot_take_all_places() {
        let places = places(5_000);
        let hall: IpAddr = "192.0.2.7".parse().unwrap();
        let mut held: Vec<Place> = (0..PER_ADDRESS)
            .map(|_| places.enter(None, Some(hall)).unwrap())
            .collect();
        assert!(places.enter(None, Some(hall)).is_err());
        assert!(places.enter(None, "192.0.2.8".parse().ok()).is_ok(), "another");
        // Whoever signs in there is counted as who they are.
        assert!(places.enter(Some(person(1)), Some(hall)).is_ok());
        held.pop();
        let again = places.enter(None, Some(hall));
        assert!(again.is_ok(), "a place was given back");
        drop((held, again));
        assert_eq!(places.open.load(Ordering::SeqCst), 0);
        assert!(places.held.lock().unwrap().is_empty());
    }

    #[test]
    fn a_person_has_a_few_and_all_together_no_more_than_there_are() {
        let places = places(6);
        let few = Limits::default().streams_per_user;
        let mut held: Vec<Place> = (0..few)
            .map(|_| places.enter(Some(person(1)), None).unwrap())
            .collect();
        assert!(places.enter(Some(person(1)), None).is_err());
        held.push(places.enter(Some(person(2)), None).unwrap());
        held.push(places.enter(None, None).unwrap());
        assert_eq!(held.len(), 6);
        assert!(places.enter(None, None).is_err());
        drop(held);
        assert_eq!(places.open.load(Ordering::SeqCst), 0);
    }
}
