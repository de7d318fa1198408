//! What is wrong with a deployment, and what to do about it.
//!
//! Looks and never changes anything: no file is made, no migration run, no key generated. Each check is a function
//! that pushes what it found; a check that cannot run because an earlier one failed is left out.

mod database;
mod machine;
mod settings;

use std::path::PathBuf;

use db::crypt::KeySource;
use serde::Serialize;

use crate::config::Config;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Ok,
    /// It works, but somebody should look at it.
    Warn,
    /// It does not work, or people or their data are at risk.
    Error,
}

impl Level {
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Ok => "正常",
            Self::Warn => "提醒",
            Self::Error => "错误",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable, for monitoring.
    pub check: &'static str,
    pub level: Level,
    pub found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// The findings so far.
#[derive(Debug, Default)]
pub struct Report(Vec<Finding>);

impl Report {
    fn ok(&mut self, check: &'static str, found: impl Into<String>) {
        self.0.push(Finding {
            check,
            level: Level::Ok,
            found: found.into(),
            advice: None,
        });
    }

    fn warn(&mut self, check: &'static str, found: impl Into<String>, advice: impl Into<String>) {
        self.0.push(Finding {
            check,
            level: Level::Warn,
            found: found.into(),
            advice: Some(advice.into()),
        });
    }

    fn error(&mut self, check: &'static str, found: impl Into<String>, advice: impl Into<String>) {
        self.0.push(Finding {
            check,
            level: Level::Error,
            found: found.into(),
            advice: Some(advice.into()),
        });
    }
}

impl Report {
    /// What the data layer found about itself.
    fn take(&mut self, finding: db::doctor::Finding) {
        let level = match finding.level {
            db::doctor::Level::Good => Level::Ok,
            db::doctor::Level::Warning => Level::Warn,
            db::doctor::Level::Bad => Level::Error,
        };
        self.0.push(Finding {
            check: finding.name,
            level,
            found: finding.message,
            advice: None,
        });
    }
}

/// Looks at everything. `key_file` is where the keys lie, if they lie in a file.
pub async fn examine(config: &Config, keys: &KeySource, key_file: Option<PathBuf>) -> Vec<Finding> {
    let mut report = Report::default();
    let ring = settings::keys(config, keys, key_file.as_deref(), &mut report);
    let with_keys = ring.is_some();
    let house = database::open(config, ring, &mut report).await;
    let mut demo = config.demo.unwrap_or(false);
    if let Some(house) = &house {
        demo = config.demo.unwrap_or(database::is_demo(house).await);
        if !with_keys
            && config.keys_file.is_none()
            && let Some(path) = &key_file
        {
            database::lost_keys(house, path, &mut report).await;
        }
        database::examine(config, house, with_keys, &mut report).await;
    }
    let review_number = match &house {
        Some(house) => database::review_number(house).await,
        None => None,
    };
    machine::disk(config, &mut report);
    machine::uploads(config, &mut report).await;
    machine::zone(&mut report);
    settings::network(config, demo, &mut report);
    settings::messages(config, demo, &mut report);
    settings::pushes(config, demo, &mut report);
    settings::filing(config, demo, review_number.as_deref(), &mut report);
    if let Some(house) = house {
        house.db.close().await;
    }
    report.0
}
