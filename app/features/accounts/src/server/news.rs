//! What accounts has to tell people. The inbox is a later pillar: what happened rides as a job in the transaction in which it did, with
//! ids and codes only, and that pillar has the words.

use db::{DbError, NewJob, Tx};
use serde::{Deserialize, Serialize};
use shared::{DeviceId, RecordId, Timestamp, UserId};

/// The job's kind; its handler is the inbox's.
pub const JOB: &str = "accounts.news";

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum News {
    /// A registration was confirmed or refused.
    ResidencyDecided {
        residency: RecordId,
    },
    /// Somebody saw name, number and door in full; the reason's code.
    Looked {
        by: Option<UserId>,
        reason: String,
    },
    ActedFor {
        by: UserId,
    },
    /// Signed in on a device that is not the account's first.
    NewDevice {
        device: DeviceId,
    },
    /// A child turned 14, and with that the guardian's consent ended; both are told.
    CameOfAge {
        child: UserId,
    },
    /// What somebody wrote about the registration of their household was seen to: told by the pillar of people.
    CorrectionHandled {
        correction: RecordId,
    },
    /// Whom somebody named as living in their household was not noted: told by the pillar of people.
    EntryRefused {
        entry: RecordId,
    },
    /// The account is no more.
    Erased,
}

/// What the job carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub user: UserId,
    pub at: Timestamp,
    #[serde(flatten)]
    pub news: News,
}

/// Has `user` told with this transaction.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn tell(tx: &mut Tx, user: UserId, news: News) -> Result<(), DbError> {
    let at = tx.now();
    let told = Told { user, at, news };
    tx.enqueue(NewJob {
        kind: JOB,
        payload: serde_json::to_value(told).unwrap_or_default(),
        due: at,
        key: None,
    })
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_survive_the_job_that_carries_them() {
        let id = uuid::Uuid::from_u128(7);
        for news in [
            News::ResidencyDecided {
                residency: RecordId(id),
            },
            News::Looked {
                by: None,
                reason: "visit".into(),
            },
            News::ActedFor { by: UserId(id) },
            News::NewDevice { device: DeviceId(id) },
            News::CameOfAge { child: UserId(id) },
            News::CorrectionHandled {
                correction: RecordId(id),
            },
            News::EntryRefused { entry: RecordId(id) },
            News::Erased,
        ] {
            let told = Told {
                user: UserId(id),
                at: Timestamp(1),
                news,
            };
            let payload = serde_json::to_value(&told).unwrap();
            assert_eq!(serde_json::from_value::<Told>(payload).unwrap(), told);
        }
    }
}
