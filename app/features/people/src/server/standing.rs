//! Who stands for others, and party members with their branch: noted by those who keep the roll.

use std::collections::HashMap;

use db::{Audit, Cx, DbError, EngineSql, Json, Tx, execute, on, rows};
use orgs::model::{BodyId, BodyKind, NodeKind, TermId};
use serde::Serialize;
use shared::{AppError, NodeId, Permission, RecordId};

use super::{
    consent, household, places, unmask,
    write::{self, NewDeputy, NewMember},
};
use crate::model::{Consent, Membership, PersonId, Standing};

const MEMBERS: EngineSql = rows!(
    "select t.person_id, g.name as branch, t.standing, exists (select 1 from person_consent c \
     where c.person_id = t.person_id and c.kind = 'party_shown' and c.withdrawn_at is null) as shown from ",
    (id: uuid),
    " join party_member t on t.person_id = r.id and t.valid_to is null join body g on g.id = t.body_id"
);

/// The party memberships of `persons` that the viewer may see: all for those who hold a post above `path`, of others those who
/// agreed to it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn shown_members(
    cx: &Cx,
    tx: &mut Tx,
    path: &str,
    persons: impl Iterator<Item = PersonId>,
) -> Result<HashMap<PersonId, Membership>, DbError> {
    #[derive(Serialize)]
    struct Row {
        id: PersonId,
    }
    let list: Vec<Row> = persons.map(|id| Row { id }).collect();
    if list.is_empty() {
        return Ok(HashMap::new());
    }
    let all = sees_all(cx, path);
    let sql = tx.sql(MEMBERS);
    let rows: Vec<(PersonId, String, Standing, bool)> =
        on!(tx, |c| sqlx::query_as(sql).bind(Json(&list)).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .filter(|(.., shown)| all || *shown)
        .map(|(id, branch, standing, _)| (id, Membership { branch, standing }))
        .collect())
}

/// Whether the viewer holds a post by which all memberships at `path` are seen. The system does not look.
pub(super) fn sees_all(cx: &Cx, path: &str) -> bool {
    cx.actor
        .as_ref()
        .is_some_and(|actor| actor.scope_of(Permission::PartyView).covers(path))
}

/// Notes that somebody is a party member of a branch, or, without one, no longer.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] on `branch` if there is none such in the community.
pub async fn set_party(
    cx: &Cx,
    id: PersonId,
    branch: Option<BodyId>,
    standing: Standing,
    shown: bool,
) -> Result<(), AppError> {
    const END: &str = "update party_member set valid_to = $2 where person_id = $1 and valid_to is null";
    const SAME: &str = "select count(*) from party_member where person_id = $1 and body_id = $2 and standing = $3 and valid_to is null";
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let today = tx.now().date();
    if let Some(branch) = branch {
        let found = branches(&mut tx, person.node_id, today).await?;
        if !found.iter().any(|(id, _)| id.0 == branch.0) {
            return Err(AppError::invalid(
                "branch",
                "这个社区没有这个党支部，请从列表里选。",
            ));
        }
        let same: i64 = on!(tx, |c| sqlx::query_scalar(SAME)
            .bind(id)
            .bind(branch)
            .bind(standing)
            .fetch_one(c)
            .await)?;
        if same == 0 {
            execute!(tx, END, id, today)?;
            let member = NewMember {
                id: tx.id(),
                person_id: id,
                body_id: RecordId(branch.0),
                standing,
                valid_from: today,
            };
            write::members(&mut tx, &[member]).await?;
        }
    } else {
        execute!(tx, END, id, today)?;
    }
    if shown && branch.is_some() {
        let given = consent::given(&mut tx, id).await?;
        if !given.contains(&Consent::PartyShown) {
            consent::give(cx, &mut tx, id, Consent::PartyShown, None).await?;
        }
    } else {
        consent::withdraw(&mut tx, id, Consent::PartyShown).await?;
    }
    told(&mut tx, id, "people.party.set", &person.path).await?;
    tx.commit().await?;
    Ok(())
}

async fn told(tx: &mut Tx, person: PersonId, action: &'static str, path: &str) -> Result<(), AppError> {
    let audit = Audit::new(action, "person", person.0);
    match household::residence(tx, person).await? {
        Some(current) => {
            household::tell(tx, "people.household.changed", current.household_id, path, audit).await?;
        }
        None => tx.audit(audit.at(path)).await?,
    }
    Ok(())
}

const BRANCHES: &str = "select b.id, b.name from body b where b.node_id = $1 and b.kind in ('party_branch', 'general_branch') \
    and b.valid_from <= $2 and (b.valid_to is null or b.valid_to > $2) order by b.kind desc, b.name, b.id";

/// The party branches of the community that `node` is, or is part of.
///
/// # Errors
/// What the database answers.
pub async fn branches(
    tx: &mut Tx,
    node: NodeId,
    on: shared::Date,
) -> Result<Vec<(RecordId, String)>, AppError> {
    let node = orgs::server::store::by_id(tx, node)
        .await?
        .ok_or(AppError::NotFound)?;
    let community = if node.kind > NodeKind::Community {
        places::community_of(tx, &node).await?
    } else {
        node
    };
    Ok(on!(tx, |c| sqlx::query_as(BRANCHES)
        .bind(community.id)
        .bind(on)
        .fetch_all(c)
        .await)?)
}

const TERM: &str = "select t.id, t.number, t.valid_from, t.valid_to from body b join term t on t.body_id = b.id \
    where b.node_id = $1 and b.kind = $2 and t.valid_from <= $3 and (t.valid_to is null or t.valid_to > $3) \
    order by t.number desc limit 1";

/// The term of a community's residents' committee on a day: the deputies' too.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn term(
    tx: &mut Tx,
    community: NodeId,
    on: shared::Date,
) -> Result<Option<(TermId, i64)>, DbError> {
    let row: Option<(TermId, i64, shared::Date, Option<shared::Date>)> = on!(tx, |c| sqlx::query_as(TERM)
        .bind(community)
        .bind(BodyKind::ResidentsCommittee)
        .bind(on)
        .fetch_optional(c)
        .await)?;
    Ok(row.map(|(id, number, ..)| (id, number)))
}

/// Notes that somebody was elected deputy (居民代表) for the present term, or is one no longer.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] for who is not of age or lives elsewhere.
pub async fn set_deputy(cx: &Cx, id: PersonId, deputy: bool) -> Result<(), AppError> {
    const OF_AGE: &str = "select coalesce(adult_from <= $2, false) from person where id = $1";
    const END: &str = "update deputy set valid_to = $2 where person_id = $1 and valid_to is null";
    const GROUP: &str = "select group_id from household_span where household_id = $1 and valid_to is null";
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let today = tx.now().date();
    if !deputy {
        execute!(tx, END, id, today)?;
        told(&mut tx, id, "people.deputy.end", &person.path).await?;
        tx.commit().await?;
        return Ok(());
    }
    let current = household::residence(&mut tx, id)
        .await?
        .ok_or(AppError::NotFound)?;
    let of_age: bool = on!(tx, |c| sqlx::query_scalar(OF_AGE)
        .bind(id)
        .bind(today)
        .fetch_one(c)
        .await)?;
    if !of_age || !current.kind.is_counted() {
        return Err(AppError::Conflict(
            "居民代表要年满 18 周岁，并且住在这里。请先核对登记。".into(),
        ));
    }
    let node = orgs::server::store::by_id(&mut tx, person.node_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let community = places::community_of(&mut tx, &node).await?;
    let term = term(&mut tx, community.id, today)
        .await?
        .map(|(id, _)| RecordId(id.0));
    let group: Option<RecordId> = on!(tx, |c| sqlx::query_scalar(GROUP)
        .bind(current.household_id)
        .fetch_one(c)
        .await)?;
    let new = NewDeputy {
        id: tx.id(),
        node_id: community.id,
        person_id: id,
        term_id: term,
        group_id: group,
        valid_from: today,
    };
    match write::deputies(&mut tx, &[new]).await {
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::Conflict("这个人已经是居民代表了。".into()));
        }
        other => other?,
    };
    told(&mut tx, id, "people.deputy.add", &person.path).await?;
    tx.commit().await?;
    Ok(())
}
