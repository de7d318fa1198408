//! A report that is sent twice is one: by its form's key and all that it says, which for a stranger also lead to the tracking code.

use db::Cx;
use shared::{AppError, UserId};

use super::voice::Handed;
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
    pub fn of(
        cx: &Cx,
        reporter: &Reporter,
        key: &str,
        form: &NewReport,
        handed: &Handed,
    ) -> Result<Self, AppError> {
        let keys = cx.keys();
        let form = serde_json::to_string(form).map_err(|error| db::internal(&error))?;
        let mut shown = String::new();
        for photo in &handed.photos {
            shown.push(' ');
            shown.push_str(&keys.digest_bytes("reports.photo", photo));
        }
        if let Some(voice) = &handed.voice {
            shown.push(' ');
            shown.push_str(&keys.digest_bytes("reports.voice", voice));
        }
        // Other words, other photos, or for somebody else: no repetition, and refused as such.
        let asked = |said: &str| {
            let digest = keys.digest("reports.said", &format!("{said}{shown}"));
            format!("{ENDPOINT} {digest}")
        };
        if let Some(subject) = reporter.account() {
            return Ok(Self {
                user: cx.user()?,
                key: key.to_owned(),
                asked: asked(&format!("{subject} {form}")),
                tracking: None,
            });
        }
        if !(SECRET..=64).contains(&key.len()) {
            return Err(AppError::invalid("key", "操作编号不对，请刷新页面后再试。"));
        }
        let whose = match reporter {
            Reporter::Client(id) | Reporter::Order(id) => format!("{}/{id}", reporter.origin()),
            Reporter::Phone(phone) => format!("{}/{}", reporter.origin(), phone.as_str()),
            Reporter::Account(_) | Reporter::Anonymous => reporter.origin().to_string(),
        };
        let said = format!("{whose} {key} {form}");
        let tracking = if reporter.origin().is_tracked() {
            Tracking::of_digest(&keys.digest("reports.tracking-code", &said))
        } else {
            None
        };
        Ok(Self {
            user: UserId(uuid::Uuid::nil()),
            key: keys.digest("reports.key", &format!("{whose} {key}")),
            asked: asked(&said),
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
