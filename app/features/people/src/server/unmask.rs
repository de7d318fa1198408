//! Seeing a person in full: with a reason, which is logged, and which the person sees.

use accounts::{
    model::UnmaskReason,
    server::news::{self, News},
};
use db::{Audit, Cx, Tx, crypt::Field, on};
use shared::{AppError, NodeId, Timestamp, UserId};

use crate::model::{PersonDetails, PersonId, PersonLook};

/// The action in the log.
pub const ACTION: &str = "people.person.unmask";

const ONE: &str = "select p.id, p.name, p.phone, p.phone_blind, p.identity, p.care, p.sex, p.birth_year, p.user_id, p.node_id, p.version, \
    p.confirmed_at, (select a.shown_name from user_account a where a.id = p.confirmed_by) as confirmed_by, n.path from person p join node n on n.id = p.node_id where p.id = $1";
const LOOKS: &str = "select a.created_at, u.shown_name, a.system, a.reason, w.words from audit_entry a \
    left join user_account u on u.id = a.user_id left join audit_words w on w.audit_id = a.id \
    where a.record_id = $1 and a.action = $2 order by a.created_at desc, a.id desc limit 100";
const LOOKS_BEFORE: &str = "select a.created_at, u.shown_name, a.system, a.reason, w.words from audit_entry a \
    left join user_account u on u.id = a.user_id left join audit_words w on w.audit_id = a.id \
    where a.record_id = $1 and a.action = $2 and (a.subject_id is null or a.subject_id <> $3) order by a.created_at desc, a.id desc limit 2000";

/// A person as stored, with the path of the grid that answers for them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub phone: Option<String>,
    pub phone_blind: Option<String>,
    pub identity: Option<String>,
    pub care: Option<String>,
    pub sex: Option<crate::model::Sex>,
    pub birth_year: Option<i64>,
    pub user_id: Option<UserId>,
    pub node_id: NodeId,
    pub version: i64,
    pub confirmed_at: Option<Timestamp>,
    /// Who confirmed it in the person's name.
    pub confirmed_by: Option<String>,
    pub path: String,
}

impl Person {
    /// # Errors
    /// [`AppError::Internal`] if the keys do not fit.
    pub fn open_phone(&self, cx: &Cx) -> Result<Option<String>, AppError> {
        let sealed = self.phone.as_deref();
        Ok(sealed
            .map(|sealed| cx.keys().open_for(Field::Phone, self.id.0, sealed))
            .transpose()?)
    }

    /// # Errors
    /// [`AppError::Internal`] if the keys do not fit.
    pub fn open_identity(&self, cx: &Cx) -> Result<Option<String>, AppError> {
        let sealed = self.identity.as_deref();
        Ok(sealed
            .map(|sealed| cx.keys().open_for(Field::IdentityNumber, self.id.0, sealed))
            .transpose()?)
    }

    /// # Errors
    /// [`AppError::Internal`] if the keys do not fit.
    pub fn open_care(&self, cx: &Cx) -> Result<Vec<crate::model::Care>, AppError> {
        open_care(cx, self.id, self.care.as_deref())
    }
}

/// # Errors
/// [`AppError::Internal`] if the keys do not fit.
pub fn open_care(cx: &Cx, id: PersonId, sealed: Option<&str>) -> Result<Vec<crate::model::Care>, AppError> {
    let Some(sealed) = sealed else {
        return Ok(Vec::new());
    };
    let codes = cx.keys().open_for(Field::Care, id.0, sealed)?;
    Ok(codes.split(',').filter_map(|code| code.parse().ok()).collect())
}

/// A person, whoever asks.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn any(tx: &mut Tx, id: PersonId) -> Result<Person, AppError> {
    on!(tx, |c| sqlx::query_as::<_, Person>(ONE)
        .bind(id)
        .fetch_optional(c)
        .await)?
    .ok_or(AppError::NotFound)
}

/// A person that the viewer may see.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn person(cx: &Cx, tx: &mut Tx, id: PersonId) -> Result<Person, AppError> {
    let person = any(tx, id).await?;
    cx.must_cover(&person.path)?;
    Ok(person)
}

/// A person in full. The reason is logged, and the person sees it.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] on `words` where the reason needs them.
pub async fn unmask(
    cx: &Cx,
    id: PersonId,
    reason: UnmaskReason,
    words: &str,
) -> Result<PersonDetails, AppError> {
    let words = words.trim();
    if reason == UnmaskReason::Other && words.is_empty() {
        return Err(AppError::invalid("words", "请写明为什么要看，本人会看到。"));
    }
    let words: String = words.chars().take(200).collect();
    let mut tx = cx.write().await?;
    let person = person(cx, &mut tx, id).await?;
    let details = PersonDetails {
        phone: person.open_phone(cx)?,
        identity: person.open_identity(cx)?,
        care: person.open_care(cx)?,
        name: person.name.clone(),
    };
    let words = (!words.is_empty()).then_some(words.as_str());
    let mut entry = Audit::new(ACTION, "person", id.0)
        .at(&person.path)
        .because(reason.code(), words);
    if let Some(user) = person.user_id {
        entry = entry.about(user);
        let looked = News::Looked {
            by: cx.who().user,
            reason: reason.code().to_owned(),
        };
        // Whoever looks at their own record knows.
        if cx.who().user != Some(user) {
            news::tell(&mut tx, user, looked).await?;
        }
    }
    tx.audit(entry).await?;
    tx.commit().await?;
    Ok(details)
}

/// When, who, as what the system acted, the reason's code and its words.
type LookRow = (
    Timestamp,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

fn look((at, name, system, reason, words): LookRow) -> PersonLook {
    let reason = reason
        .as_deref()
        .and_then(UnmaskReason::from_code)
        .map(UnmaskReason::label);
    let why: Vec<String> = [reason.map(ToOwned::to_owned), words]
        .into_iter()
        .flatten()
        .collect();
    PersonLook {
        at,
        who: name.or(system).unwrap_or_else(|| "已注销".into()),
        why: why.join("："),
    }
}

/// Who looked at a person in full, and why; the newest first.
///
/// # Errors
/// What the database answers.
pub async fn looks(tx: &mut Tx, id: PersonId) -> Result<Vec<PersonLook>, AppError> {
    let rows: Vec<LookRow> = on!(tx, |c| sqlx::query_as(LOOKS)
        .bind(id)
        .bind(ACTION)
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().map(look).collect())
}

/// Of those, the looks before the person had the account `user`: the others are told with what is known of the account.
///
/// # Errors
/// What the database answers.
pub async fn looks_before(tx: &mut Tx, id: PersonId, user: UserId) -> Result<Vec<PersonLook>, AppError> {
    let rows: Vec<LookRow> = on!(tx, |c| sqlx::query_as(LOOKS_BEFORE)
        .bind(id)
        .bind(ACTION)
        .bind(user)
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().map(look).collect())
}
