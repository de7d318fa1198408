//! What the programs that measure have in common.

use anyhow::{Result, bail};
use serde_json::{Value, json};

/// The middle and the 95th percentile of times in ms, by nearest rank: the smallest time that so many do not exceed.
///
/// # Errors
/// There are none.
pub fn shares(mut times: Vec<f64>) -> Result<Value> {
    if times.is_empty() {
        bail!("nothing was measured");
    }
    times.sort_by(f64::total_cmp);
    let share = |percent: usize| {
        let rank = (times.len() * percent).div_ceil(100).saturating_sub(1);
        times[rank]
    };
    Ok(json!({ "p50": share(50), "p95": share(95), "n": times.len() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_nearest_rank() {
        let times = (1..=100).rev().map(f64::from).collect();
        assert_eq!(
            shares(times).unwrap(),
            json!({ "p50": 50.0, "p95": 95.0, "n": 100 })
        );
        assert_eq!(shares(vec![7.0]).unwrap()["p95"], 7.0);
        assert!(shares(Vec::new()).is_err());
    }
}
