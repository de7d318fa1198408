//! Who stands for others, and party members with their branch: noted by those who keep the roll.

use std::collections::HashMap;

use db::{Audit, Cx, DbError, EngineSql, Json, Tx, execute, on, rows};
use orgs::model::{BodyId, BodyKind, NodeKind, TermId};
use serde::Serialize;
use shared::{AppError, Date, NodeId, Permission, RecordId};

use super::{
    consent,
    household::{self, end_from},
    places, unmask,
    write::{self, NewDeputy, NewMember},
};
use crate::model::{Consent, Membership, PersonId, Standing, since};

/// SQL that goes on after deputies `d` with those who are in office on the day that `$day` binds: elected by then, not ended, and of the
/// term that runs. A term ends on its day, or when the committee's next one begins.
macro_rules! in_office {
    ($day:literal) => {
        concat!(
            "d.valid_from <= ",
            $day,
            " and (d.valid_to is null or d.valid_to > ",
            $day,
            ") and not exists (select 1 from term k where k.id = d.term_id and k.valid_to <= ",
            $day,
            ") and not exists (select 1 from body c join term k on k.body_id = c.id where c.node_id = d.node_id \
             and c.kind = 'residents_committee' and k.valid_from > d.valid_from and k.valid_from <= ",
            $day,
            " and (d.term_id is null or k.id <> d.term_id))"
        )
    };
}
pub(super) use in_office;

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

/// Notes that somebody is a party member of a branch from a day on, or, without one, no longer.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] on `branch` if there was none such in the community on that day, and
/// on `on`.
pub async fn set_party(
    cx: &Cx,
    id: PersonId,
    branch: Option<BodyId>,
    standing: Standing,
    shown: bool,
    on: Option<Date>,
) -> Result<(), AppError> {
    const END: &str = end_from!("party_member", "person_id = $1");
    const FOUNDED: &str = "select valid_from from body where id = $1";
    const BEGUN: &str = "select max(valid_from) from party_member where person_id = $1 and valid_to is null";
    const SAME: &str = "select count(*) from party_member where person_id = $1 and body_id = $2 and standing = $3 and valid_to is null";
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let today = tx.now().date();
    if let Some(branch) = branch {
        let founded: Option<Date> = on!(tx, |c| sqlx::query_scalar(FOUNDED)
            .bind(branch)
            .fetch_optional(c)
            .await)?;
        let on = since(on, founded.unwrap_or(today), today, "这个支部")?;
        let found = branches(&mut tx, person.node_id, on).await?;
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
            execute!(tx, END, id, on)?;
            let member = NewMember {
                id: tx.id(),
                person_id: id,
                body_id: RecordId(branch.0),
                standing,
                valid_from: on,
            };
            write::members(&mut tx, &[member]).await?;
        }
    } else {
        let begun: Option<Date> = on!(tx, |c| sqlx::query_scalar(BEGUN).bind(id).fetch_one(c).await)?;
        if let Some(begun) = begun {
            let on = since(on, begun, today, "党员的登记")?;
            execute!(tx, END, id, on)?;
        }
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
pub async fn branches(tx: &mut Tx, node: NodeId, on: Date) -> Result<Vec<(RecordId, String)>, AppError> {
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

const TERM: &str = "select t.id, t.number, t.valid_from from body b join term t on t.body_id = b.id \
    where b.node_id = $1 and b.kind = $2 and t.valid_from <= $3 and (t.valid_to is null or t.valid_to > $3) \
    order by t.number desc limit 1";

/// A term of a residents' committee.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Term {
    pub id: TermId,
    pub number: i64,
    pub valid_from: Date,
}

/// The term of a community's residents' committee on a day: the deputies' too.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn term(tx: &mut Tx, community: NodeId, on: Date) -> Result<Option<Term>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, Term>(TERM)
        .bind(community)
        .bind(BodyKind::ResidentsCommittee)
        .bind(on)
        .fetch_optional(c)
        .await)
}

/// Notes that somebody was elected deputy (居民代表) of the present term from a day on, or is one no longer.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] for who is not of age, lives elsewhere, or is one already,
/// [`AppError::Invalid`] on `on` if it lies ahead, or before the term or the residence.
pub async fn set_deputy(cx: &Cx, id: PersonId, deputy: bool, on: Option<Date>) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let action = if deputy {
        elect(&mut tx, &person, on).await?;
        "people.deputy.add"
    } else {
        dismiss(&mut tx, id, on).await?;
        "people.deputy.end"
    };
    told(&mut tx, id, action, &person.path).await?;
    tx.commit().await?;
    Ok(())
}

async fn dismiss(tx: &mut Tx, id: PersonId, on: Option<Date>) -> Result<(), AppError> {
    const BEGUN: &str = "select max(valid_from) from deputy where person_id = $1 and valid_to is null";
    const END: &str = end_from!("deputy", "person_id = $1 and valid_to is null");
    let begun: Option<Date> = on!(tx, |c| sqlx::query_scalar(BEGUN).bind(id).fetch_one(c).await)?;
    if let Some(begun) = begun {
        let on = since(on, begun, tx.now().date(), "居民代表的登记")?;
        execute!(tx, END, id, on)?;
    }
    Ok(())
}

async fn elect(tx: &mut Tx, person: &unmask::Person, on: Option<Date>) -> Result<(), AppError> {
    const STANDS: &str = concat!(
        "select count(*) from deputy d where d.person_id = $1 and d.node_id = $3 and ",
        in_office!("$2")
    );
    // Of a term that is over, perhaps.
    const FORMER: &str = end_from!("deputy", "person_id = $1 and node_id = $3");
    const GROUP: &str = "select group_id from household_span where household_id = $1 and valid_from <= $2 \
        and (valid_to is null or valid_to > $2)";
    let today = tx.now().date();
    let current = household::residence(tx, person.id)
        .await?
        .ok_or(AppError::NotFound)?;
    let node = orgs::server::store::by_id(tx, person.node_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let community = places::community_of(tx, &node).await?;
    let term = term(tx, community.id, today).await?;
    let (earliest, what) = match term {
        Some(term) if term.valid_from > current.valid_from => (term.valid_from, "这一届"),
        _ => (current.valid_from, "这个人在这一户的登记"),
    };
    let on = since(on, earliest, today, what)?;
    if !household::of_age(tx, person.id, on).await? || !current.kind.is_counted() {
        return Err(AppError::Conflict(
            "居民代表要年满 18 周岁，并且住在这里。请先核对登记。".into(),
        ));
    }
    let stands: i64 = on!(tx, |c| sqlx::query_scalar(STANDS)
        .bind(person.id)
        .bind(on)
        .bind(community.id)
        .fetch_one(c)
        .await)?;
    if stands > 0 {
        return Err(AppError::Conflict("这个人已经是居民代表了。".into()));
    }
    execute!(tx, FORMER, person.id, on, community.id)?;
    let group: Option<Option<RecordId>> = on!(tx, |c| sqlx::query_scalar(GROUP)
        .bind(current.household_id)
        .bind(on)
        .fetch_optional(c)
        .await)?;
    let new = NewDeputy {
        id: tx.id(),
        node_id: community.id,
        person_id: person.id,
        term_id: term.map(|term| RecordId(term.id.0)),
        group_id: group.flatten(),
        valid_from: on,
    };
    Ok(write::deputies(tx, &[new]).await?)
}
