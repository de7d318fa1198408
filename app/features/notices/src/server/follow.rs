//! What accounts has to tell, put into words.

use accounts::{
    model::{ResidencyState, UnmaskReason},
    server::{
        account,
        news::{News, Told},
        residency, session,
    },
};
use db::{Cx, Tx};
use shared::{AppError, UserId};

use super::{Notice, delivery, push, send, setting, store};
use crate::model::Kind;

/// Tells it. Run twice, it changes nothing the second time.
///
/// # Errors
/// As the database fails.
pub async fn run(cx: &Cx, told: &Told) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    match notice(&mut tx, told).await? {
        Some(notice) => {
            send(&mut tx, &notice).await?;
        }
        None if told.news == News::Erased => {
            delivery::store::erase(&mut tx, told.user).await?;
            push::subscription::erase(&mut tx, told.user).await?;
            setting::erase(&mut tx, told.user).await?;
            store::erase(&mut tx, told.user).await?;
        }
        None => return Ok(()),
    }
    Ok(tx.commit().await?)
}

/// What somebody did to another's data is told once a day for each person and reason, as on the page that lists it.
async fn notice(tx: &mut Tx, told: &Told) -> Result<Option<Notice>, AppError> {
    let (to, day) = (told.user, told.at.date());
    Ok(match &told.news {
        News::ResidencyDecided { residency: id } => {
            let Some(decided) = residency::decided(tx, *id).await? else {
                return Ok(None);
            };
            let (kind, reason) = match decided.state {
                ResidencyState::Confirmed => (Kind::ResidencyConfirmed, ""),
                ResidencyState::Refused => (
                    Kind::ResidencyRefused,
                    decided
                        .reason
                        .map_or("请看“我的”里的说明", |reason| reason.label()),
                ),
                // Moved on meanwhile: there is nothing to tell any more.
                _ => return Ok(None),
            };
            let notice = Notice::new(to, kind, format!("residency/{id}"))
                .fact("place", decided.node_name)
                .fact("reason", reason);
            Some(notice.leads_to("/me"))
        }
        News::Looked { by, reason } => {
            let who = by.map_or_else(|| "system".to_owned(), |by| by.to_string());
            let label = UnmaskReason::from_code(reason).map_or("其他", |known| match known {
                UnmaskReason::Other => "其他，写明在“谁看过”里",
                known => known.label(),
            });
            let notice = Notice::new(to, Kind::Looked, format!("looked/{who}/{reason}/{day}"))
                .fact("who", name(tx, *by).await?)
                .fact("reason", label);
            Some(notice.leads_to("/me/data"))
        }
        News::ActedFor { by } => {
            let notice = Notice::new(to, Kind::ActedFor, format!("acted-for/{by}/{day}"))
                .fact("who", name(tx, Some(*by)).await?);
            Some(notice.leads_to("/me/data"))
        }
        News::NewDevice { device } => {
            let Some(label) = session::device_label(tx, *device).await? else {
                return Ok(None);
            };
            let label = if label.is_empty() {
                "其他设备".into()
            } else {
                label
            };
            let notice = Notice::new(to, Kind::NewDevice, format!("device/{device}")).fact("device", label);
            Some(notice.leads_to("/me/devices"))
        }
        News::CameOfAge { child } => {
            let key = format!("came-of-age/{child}");
            Some(if to == *child {
                Notice::new(to, Kind::OfAge, key).leads_to("/me")
            } else {
                Notice::new(to, Kind::ChildOfAge, key)
                    .fact("who", name(tx, Some(*child)).await?)
                    .leads_to("/me/relatives")
            })
        }
        News::CorrectionHandled { correction } => {
            let notice = Notice::new(to, Kind::CorrectionHandled, format!("correction/{correction}"));
            Some(notice.leads_to("/me/household"))
        }
        News::EntryRefused { entry } => {
            let notice = Notice::new(to, Kind::EntryRefused, format!("entry/{entry}"));
            Some(notice.leads_to("/me/household"))
        }
        News::Erased => None,
    })
}

/// As others may read it: staff whole, anybody else as 张*.
async fn name(tx: &mut Tx, user: Option<UserId>) -> Result<String, AppError> {
    let Some(user) = user else {
        return Ok("维护人员".into());
    };
    let account = account::by_id(tx, user).await?;
    Ok(account.map_or_else(|| "已注销的账号".into(), |account| account.shown_name))
}
