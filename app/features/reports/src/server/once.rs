//! A report that is sent twice is one: by its form's key, which for a stranger also leads to the tracking code.

use db::Cx;
use shared::{AppError, UserId};

use crate::model::{NewReport, Reporter, Sent, Tracking};

/// What one device sends under one key is one report.
const ENDPOINT: &str = "reports/send";
/// The shortest key of a stranger's: nobody comes upon it.
const SECRET: usize = 16;

/// What makes a form that is sent twice one report.
pub(super) struct Once {
    pub user: UserId,
    pub key: String,
    pub asked: String,
    /// What a reporter without an account opens it with.
    pub tracking: Option<Tracking>,
}

impl Once {
    /// A stranger's key is known to their device alone and kept as a digest: the tracking code follows from it, and from what is said.
    pub fn of(cx: &Cx, reporter: &Reporter, key: &str, form: &NewReport) -> Result<Self, AppError> {
        if reporter.account().is_some() {
            return Ok(Self {
                user: cx.user()?,
                key: key.to_owned(),
                asked: ENDPOINT.to_owned(),
                tracking: None,
            });
        }
        if !(SECRET..=64).contains(&key.len()) {
            return Err(AppError::invalid("key", "操作编号不对，请刷新页面后再试。"));
        }
        let whose = match reporter {
            Reporter::Client(id) => format!("{}/{id}", reporter.origin()),
            Reporter::Phone(phone) => format!("{}/{}", reporter.origin(), phone.as_str()),
            Reporter::Account(_) | Reporter::Anonymous => reporter.origin().to_string(),
        };
        let keys = cx.keys();
        let form = serde_json::to_string(form).map_err(|error| db::internal(&error))?;
        let said = format!("{whose} {key} {form}");
        let tracking = if reporter.origin().is_tracked() {
            Tracking::of_digest(&keys.digest("reports.tracking-code", &said))
        } else {
            None
        };
        Ok(Self {
            user: UserId(uuid::Uuid::nil()),
            key: keys.digest("reports.key", &format!("{whose} {key}")),
            asked: format!("{ENDPOINT} {}", keys.digest("reports.said", &said)),
            tracking,
        })
    }

    /// What is answered: what is kept of it lacks the code.
    pub fn given(self, sent: Sent) -> Sent {
        Sent {
            tracking: self.tracking,
            ..sent
        }
    }
}
