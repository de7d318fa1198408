//! The clock is passed in, so that a test can set it.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use shared::Timestamp;

/// Where the time comes from.
pub trait Clock: Send + Sync + std::fmt::Debug {
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that stands still until it is told to move.
#[derive(Clone, Debug)]
pub struct FixedClock(Arc<AtomicI64>);

impl FixedClock {
    pub fn at(time: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(time.0)))
    }

    /// Moves the clock by `micros` microseconds.
    pub fn advance(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// Makes UUIDv7s that rise within a millisecond, so that what one process makes keeps its order.
#[derive(Debug, Default)]
pub struct Ids(Mutex<(u64, u128)>);

impl Ids {
    /// The bits of a UUIDv7 that are not its time, version or variant.
    const FREE: u32 = 74;

    pub fn next(&self, now: Timestamp) -> uuid::Uuid {
        let millis = u64::try_from(now.0 / 1000).unwrap_or_default();
        // A panic elsewhere cannot leave the pair half written.
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let step = u128::from(rand::random::<u32>()) + 1;
        let fresh = rand::random::<u128>() >> (u128::BITS - Self::FREE + 1);
        let bits = if last.0 == millis { last.1 + step } else { fresh };
        *last = (millis, bits);
        drop(last);
        let (high, low) = ((bits >> 62) & 0xfff, bits & ((1 << 62) - 1));
        uuid::Uuid::from_u128((u128::from(millis) << 80) | (7 << 76) | (high << 64) | (2 << 62) | low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_and_rise() {
        let ids = Ids::default();
        let made: Vec<_> = (0..1000)
            .map(|n| ids.next(Timestamp(1_795_413_900_000_000 + n / 100 * 1000)))
            .collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(
            made.iter()
                .all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122)
        );
        assert_eq!(
            made[0].get_timestamp().map(|t| t.to_unix().0),
            Some(1_795_413_900)
        );
        assert_ne!(
            Ids::default().next(Timestamp(0)),
            Ids::default().next(Timestamp(0))
        );
    }
}
