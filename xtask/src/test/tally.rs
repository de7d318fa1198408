//! Counting what passed and what failed.

use anyhow::{Result, bail};

use crate::{command, disk, steps::step};

#[derive(Default)]
pub struct Tally {
    passed: u64,
    failed: u64,
    /// One line for each part that did not succeed.
    failures: Vec<String>,
}

impl Tally {
    /// A part that counts as one: it holds or it does not.
    ///
    /// # Errors
    /// Only when interrupted.
    pub fn check(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        match step(name, work) {
            Ok(()) => self.passed += 1,
            Err(error) => self.failure(name, &format!("{error:#}")),
        }
        if command::interrupted() {
            bail!("已中断");
        }
        Ok(())
    }

    /// A part that brings numbers of its own.
    pub fn add(&mut self, name: &str, passed: u64, failed: u64) {
        self.passed += passed;
        self.failed += failed;
        if failed > 0 {
            self.failures.push(format!("{name}：{failed} 项没有通过"));
        }
    }

    /// One failure, with its reason.
    pub fn failure(&mut self, name: &str, reason: &str) {
        self.failed += 1;
        self.failures.push(format!("{name}：{reason}"));
    }

    /// Prints the reasons, then the one line that other programs look for.
    ///
    /// # Errors
    /// Something has failed.
    pub fn report(&self) -> Result<()> {
        for failure in &self.failures {
            eprintln!("✗ {failure}");
        }
        if self.failed > 0
            && let Some(full) = disk::full()
        {
            eprintln!("{full}");
        }
        println!("{}", self.line());
        // Nothing at all having run is no success either.
        if self.failed > 0 || self.passed == 0 {
            std::process::exit(1);
        }
        Ok(())
    }

    fn line(&self) -> String {
        format!("{} passed, {} failed", self.passed, self.failed)
    }
}

/// Numbers from a line such as `test result: ok. 3 passed; 1 failed; 0 ignored; …`.
pub fn of_cargo(line: &str) -> Option<(u64, u64)> {
    let rest = line.strip_prefix("test result: ")?;
    let number = |word: &str| {
        rest.split([';', '.'])
            .find_map(|part| part.trim().strip_suffix(word)?.trim().parse::<u64>().ok())
    };
    Some((number("passed")?, number("failed")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_s_numbers_are_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.52s";
        assert_eq!(of_cargo(line), Some((12, 3)));
        assert_eq!(of_cargo("running 3 tests"), None);
    }

    #[test]
    fn the_summary_counts_checks_and_numbers() {
        let mut tally = Tally::default();
        tally.check("holds", || Ok(())).unwrap();
        tally.check("does not hold", || anyhow::bail!("reason")).unwrap();
        tally.add("crates", 10, 2);
        assert_eq!(tally.line(), "11 passed, 3 failed");
        assert_eq!(tally.failures.len(), 2);
    }
}
