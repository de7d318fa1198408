//! The pillar's part of the demonstration: a few notices for its people, made up. Tasks bring theirs along.

use accounts::{model::Phone, server::service};
use db::Cx;
use shared::{AppError, Role, Timestamp};

use crate::{Notice, model::Kind, send};

struct Invented {
    to: Role,
    kind: Kind,
    /// How long ago, in hours.
    ago: i64,
    href: &'static str,
    facts: &'static [(&'static str, &'static str)],
}

const fn invented(
    to: Role,
    kind: Kind,
    ago: i64,
    href: &'static str,
    facts: &'static [(&'static str, &'static str)],
) -> Invented {
    Invented {
        to,
        kind,
        ago,
        href,
        facts,
    }
}

const WORKER: (&str, &str) = ("who", "演示·汤小禾");
const NOTICES: &[Invented] = &[
    invented(
        Role::Resident,
        Kind::ResidencyConfirmed,
        9 * 24,
        "/me",
        &[("place", "花园浜社区第一网格")],
    ),
    invented(
        Role::Resident,
        Kind::Looked,
        3 * 24,
        "/me/data",
        &[WORKER, ("reason", "上门走访")],
    ),
    invented(Role::Resident, Kind::ActedFor, 26, "/me/data", &[WORKER]),
    invented(
        Role::Resident,
        Kind::NewDevice,
        0,
        "/me/devices",
        &[("device", "微信 · 安卓")],
    ),
    invented(
        Role::GridWorker,
        Kind::NewDevice,
        50,
        "/me/devices",
        &[("device", "Chrome · Windows 电脑")],
    ),
    invented(
        Role::Secretary,
        Kind::NewDevice,
        75,
        "/me/devices",
        &[("device", "微信 · 苹果手机或平板")],
    ),
];

/// Sends what is not there yet.
///
/// # Errors
/// As the database fails.
pub async fn load(cx: &Cx) -> Result<(), AppError> {
    for (at, invented) in NOTICES.iter().enumerate() {
        let account = accounts::demo::accounts()
            .into_iter()
            .find(|account| account.role == invented.to);
        let Some(account) = account else { continue };
        let user = service::user_by_phone(cx, &Phone::parse("phone", &account.phone)?).await?;
        let Some(user) = user else { continue };
        let mut tx = cx.write().await?;
        let ago = invented.ago * Timestamp::HOUR;
        let mut notice = Notice::new(user, invented.kind, format!("demo/{at}"))
            .leads_to(invented.href)
            .happened(tx.now().plus(-ago));
        for (name, value) in invented.facts {
            notice = notice.fact(name, *value);
        }
        send(&mut tx, &notice).await?;
        tx.commit().await?;
    }
    Ok(())
}
