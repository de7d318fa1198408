//! What the person at the terminal sees: each step, and how long it took. On standard error, so that standard output
//! stays free for results.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Names a step, does it, and says how long it took.
///
/// # Errors
/// Those of the step.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    eprintln!("▸ {name}");
    let done = work();
    let time = spoken(start.elapsed());
    match &done {
        Ok(_) => eprintln!("  ✓ {time}"),
        Err(_) => eprintln!("  ✗ {time}"),
    }
    done
}

/// One line for something that was not necessary, or is worth knowing.
pub fn note(text: &str) {
    eprintln!("  {text}");
}

/// `0.4 秒`, `12 秒`, `2 分 05 秒`.
pub fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..=9 => format!("{:.1} 秒", time.as_secs_f64()),
        10..=59 => format!("{seconds} 秒"),
        _ => format!("{} 分 {:02} 秒", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spoken_as_people_say_them() {
        assert_eq!(spoken(Duration::from_millis(420)), "0.4 秒");
        assert_eq!(spoken(Duration::from_secs(12)), "12 秒");
        assert_eq!(spoken(Duration::from_secs(125)), "2 分 05 秒");
    }
}
