//! Who looked at somebody's data, as what and why: read from the audit log, and shown to whom it is about.

use db::{Audit, Cx, DbError, Tx, on};
use shared::{AppError, Date, Permission, Role, Timestamp, UserId};

use crate::model::{Look, RefusalReason, UnmaskReason};

/// The security administrator opened the account.
const VIEW: &str = "accounts.account.view";
/// A worker saw the person's record in full: `people`, which stands after accounts, notes it on its own record, about the account.
const PERSON: &str = "people.person.unmask";
/// A worker saw who reported a matter, and where they are called: `reports` notes it on the matter, about the account.
const REPORTER: &str = "reports.matter.unmask";
/// Opening it again within this time is the same look, in microseconds.
const SAME_LOOK: i64 = Timestamp::HOUR;

/// How many entries are read, the newest; many may be one look.
const READ: i64 = 2_000;
/// How many looks are shown; the export holds as many.
const SHOWN: usize = 200;

// What is noted on the account is mostly also about it: the union has each entry once, and finds both by an index.
const LOOKED: &str = "select a.user_id, a.created_at, u.shown_name, a.system, a.action, a.reason, w.words from audit_entry a \
    left join user_account u on u.id = a.user_id left join audit_words w on w.audit_id = a.id \
    where a.id in (select id from audit_entry where record_id = $1 union select id from audit_entry where subject_id = $1) \
    and (a.user_id is null or a.user_id <> $1) and a.action in ('accounts.resident.unmask', 'accounts.act.start', \
    'accounts.residency.confirm', 'accounts.residency.refuse', 'accounts.account.view', 'people.person.unmask', 'reports.matter.unmask') \
    order by a.created_at desc, a.id desc limit $2";
const ROLES: &str = "select g.user_id, g.role, g.valid_from, g.valid_to from role_grant g where g.user_id in \
    (select user_id from audit_entry where record_id = $1 union select user_id from audit_entry where subject_id = $1) order by g.valid_from, g.id";
const VIEWED: &str = "select count(*) from audit_entry where record_id = $1 and user_id = $2 and action = $3 and created_at > $4";

#[derive(sqlx::FromRow)]
struct Entry {
    user_id: Option<UserId>,
    created_at: Timestamp,
    shown_name: Option<String>,
    system: Option<String>,
    action: String,
    reason: Option<String>,
    words: Option<String>,
}

impl Entry {
    /// What was done, and the permission that it took.
    fn what(&self) -> (&'static str, Permission) {
        match self.action.as_str() {
            "accounts.act.start" => ("替您办事", Permission::ActFor),
            "accounts.residency.confirm" => ("核实了您的登记", Permission::ResidentConfirm),
            "accounts.residency.refuse" => ("看了您的登记，没有通过", Permission::ResidentConfirm),
            VIEW => ("打开了您的账号", Permission::AccountManage),
            PERSON => ("看了您家登记里完整的姓名、手机号和身份证号", Permission::Unmask),
            REPORTER => ("看了您反映的一件事里完整的姓名和手机号", Permission::Unmask),
            _ => ("看了完整的姓名、手机号和门牌", Permission::Unmask),
        }
    }

    fn why(&self) -> String {
        let reason = self.reason.as_deref().and_then(|code| {
            UnmaskReason::from_code(code)
                .map(UnmaskReason::label)
                .or_else(|| RefusalReason::from_code(code).map(RefusalReason::label))
        });
        let told = [reason, self.words.as_deref()];
        told.into_iter().flatten().collect::<Vec<_>>().join("：")
    }

    /// The role that let them, as they held it on that day.
    fn role(&self, held: &[Held]) -> String {
        let (day, (_, permission)) = (self.created_at.date(), self.what());
        let on_the_day = held.iter().filter(|held| {
            Some(held.user_id) == self.user_id
                && held.valid_from <= day
                && held.valid_to.is_none_or(|to| to >= day)
        });
        let mut roles = on_the_day.filter_map(|held| held.role.parse::<Role>().ok());
        match roles.find(|role| role.allows(permission)) {
            Some(role) => role.label().to_owned(),
            None if self.action == "accounts.act.start" => "亲友".to_owned(),
            None => String::new(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct Held {
    user_id: UserId,
    role: String,
    valid_from: Date,
    valid_to: Option<Date>,
}

/// Who looked at `user`'s data, or acted in their name, and why; the newest first. What one person did for one reason on one day
/// is told once, so that many looks of one do not hide those of another.
///
/// # Errors
/// As the database fails.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Look>, AppError> {
    let entries: Vec<Entry> = on!(tx, |c| sqlx::query_as(LOOKED)
        .bind(user)
        .bind(READ)
        .fetch_all(c)
        .await)?;
    let held: Vec<Held> = on!(tx, |c| sqlx::query_as(ROLES).bind(user).fetch_all(c).await)?;
    let mut told: Vec<(&Entry, usize)> = Vec::new();
    for entry in &entries {
        let same = |(other, _): &&mut (&Entry, usize)| {
            other.user_id == entry.user_id
                && other.action == entry.action
                && (&other.reason, &other.words) == (&entry.reason, &entry.words)
                && other.created_at.date() == entry.created_at.date()
        };
        match told.iter_mut().find(same) {
            Some((_, times)) => *times += 1,
            None => told.push((entry, 1)),
        }
    }
    let look = |(entry, times): (&Entry, usize)| {
        let (what, _) = entry.what();
        let who = entry.shown_name.clone().or_else(|| entry.system.clone());
        Look {
            at: entry.created_at,
            who: who.unwrap_or_else(|| "已注销".into()),
            role: entry.role(&held),
            what: if times > 1 {
                format!("{what}，这一天 {times} 次")
            } else {
                what.to_owned()
            },
            why: entry.why(),
        }
    };
    Ok(told.into_iter().take(SHOWN).map(look).collect())
}

/// Notes that the caller opened the account of `user`, once an hour.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn note_view(cx: &Cx, user: UserId) -> Result<(), DbError> {
    let Some(viewer) = cx.who().user.filter(|viewer| *viewer != user) else {
        return Ok(());
    };
    let since = cx.now().plus(-SAME_LOOK);
    let mut tx = cx.write().await?;
    let seen: i64 = on!(tx, |c| sqlx::query_scalar(VIEWED)
        .bind(user)
        .bind(viewer)
        .bind(VIEW)
        .bind(since)
        .fetch_one(c)
        .await)?;
    if seen == 0 {
        tx.audit(Audit::new(VIEW, "account", user.0).about(user)).await?;
        tx.commit().await?;
    }
    Ok(())
}
