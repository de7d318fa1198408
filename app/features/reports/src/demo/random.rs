//! Numbers that are the same each time: SplitMix64.

/// Not for secrets.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both among them.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap_or(1).max(1);
        low + i64::try_from((self.bits() >> 32) % span).unwrap_or_default()
    }

    /// Whether it comes true in so many cases of a hundred.
    pub fn percent(&mut self, chance: i64) -> bool {
        self.between(0, 99) < chance
    }

    /// The place of one of `n`, of which there is at least one.
    pub fn below(&mut self, n: usize) -> usize {
        let last = i64::try_from(n).unwrap_or(1) - 1;
        usize::try_from(self.between(0, last)).unwrap_or_default()
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// One of some, each as often as its weight says.
    pub fn weighed<T: Copy>(&mut self, list: &[(T, i64)]) -> T {
        let all: i64 = list.iter().map(|(_, weight)| weight).sum();
        let mut at = self.between(0, all - 1);
        for (one, weight) in list {
            if at < *weight {
                return *one;
            }
            at -= weight;
        }
        list[0].0
    }
}
