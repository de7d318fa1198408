//! Stepping aside (回避): whoever is a relative or a friend of somebody in a matter has nothing to do with it any more. They find it no
//! longer, hear of it no longer, and it goes to somebody else by the same routing without them.

use db::{Cx, DbError, Json, Tx, execute, on, rows};
use orgs::server::store as units;
use serde::Serialize;
use shared::{AppError, Role, UserId};

use super::{
    deadline, part,
    routing::{self, Destination},
    share,
    store::Stored,
    tell,
};
use crate::model::{Incoming, MatterId, State, StepId, Target};

const IS: &str = "select count(*) from matter_recusal where matter_id = $1 and user_id = $2";
const ANY: &str = "select count(*) from matter m where m.id = $1 and (m.accused_id is not null \
    or exists (select 1 from matter_recusal x where x.matter_id = m.id))";
const ADD: &str = "insert into matter_recusal (matter_id, user_id, step_id, since_at) values ($1, $2, $3, $4) on conflict do nothing";
const OF: &str = "select x.step_id, a.shown_name from matter_recusal x join user_account a on a.id = x.user_id where x.matter_id = $1";
const NAME: &str = "select shown_name from user_account where id = $1 and state = 'active'";

#[derive(Serialize)]
struct PathRow<'a> {
    path: &'a str,
}

/// Whether somebody has stepped aside from a matter.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn is_aside(tx: &mut Tx, matter: MatterId, user: UserId) -> Result<bool, DbError> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(IS)
        .bind(matter)
        .bind(user)
        .fetch_one(c)
        .await)?;
    Ok(count > 0)
}

/// Whether anybody has, or may have nothing to do with it because they work where it is about.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn is_any(tx: &mut Tx, matter: MatterId) -> Result<bool, DbError> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(ANY).bind(matter).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Who has stepped aside, by the step with which they did.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of(tx: &mut Tx, matter: MatterId) -> Result<Vec<(StepId, String)>, DbError> {
    on!(tx, |c| sqlx::query_as(OF).bind(matter).fetch_all(c).await)
}

/// Who might have to step aside: those who have it, or a part of it, and those who handle matters at its place, at its unit and above.
///
/// # Errors
/// What the database answers.
pub async fn candidates(tx: &mut Tx, matter: &Stored) -> Result<Vec<Target>, AppError> {
    let mut found: Vec<(UserId, String)> = Vec::new();
    for user in tell::holders_but(tx, Some(matter.id), matter.unit_id, matter.role()).await? {
        let name = name(tx, user).await?;
        found.extend(name.map(|name| (user, format!("{name}（{}）", matter.role().label()))));
    }
    for part in part::of(tx, matter.id).await? {
        if !part.state.is_open() {
            continue;
        }
        for user in tell::holders_but(tx, Some(matter.id), part.unit_id, part.role()).await? {
            let name = name(tx, user).await?;
            found.extend(name.map(|name| (user, format!("{name}（协办，{}）", part.role().label()))));
        }
    }
    let paths: Vec<PathRow<'_>> = units::paths_above(&matter.path)
        .chain([matter.path.as_str()])
        .chain(units::paths_above(&matter.unit_path))
        .chain([matter.unit_path.as_str()])
        .map(|path| PathRow { path })
        .collect();
    let sql = tx.sql(rows!(
        "select distinct g.user_id, ua.shown_name, g.role, n.name from ",
        (path: text),
        " join node n on n.path = r.path and n.valid_to is null join role_grant g on g.node_id = n.id \
         join user_account ua on ua.id = g.user_id and ua.state = 'active' \
         where g.role in ('grid_worker', 'grid_lead', 'staff', 'secretary', 'town_admin', 'district_admin', 'city_admin') \
         and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2) \
         and not exists (select 1 from matter_recusal x where x.matter_id = $3 and x.user_id = g.user_id) order by 2, 4, 3 limit 60"
    ));
    let today = tx.now().date();
    let others: Vec<(UserId, String, String, String)> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&paths))
        .bind(today)
        .bind(matter.id)
        .fetch_all(c)
        .await)?;
    for (user, name, role, unit) in others {
        let role = role.parse::<Role>().map_or("", Role::label);
        found.push((user, format!("{name}（{unit}，{role}）")));
    }
    let mut targets: Vec<Target> = Vec::new();
    for (user, label) in found {
        let value = user.to_string();
        if targets.iter().all(|target| target.value != value) {
            targets.push(Target { value, label });
        }
    }
    Ok(targets)
}

async fn name(tx: &mut Tx, user: UserId) -> Result<Option<String>, DbError> {
    on!(tx, |c| sqlx::query_scalar(NAME)
        .bind(user)
        .fetch_optional(c)
        .await)
}

/// Who is to step aside: whoever says so, or, where a dispatcher sets it, somebody of those who might have to.
///
/// # Errors
/// [`AppError::Invalid`] on `person`.
pub async fn chosen(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    person: Option<UserId>,
    sets: bool,
) -> Result<UserId, AppError> {
    let own = cx.user()?;
    let Some(person) = person.filter(|person| *person != own) else {
        return Ok(own);
    };
    let value = person.to_string();
    let known = candidates(tx, matter).await?;
    if sets && known.iter().any(|target| target.value == value) {
        Ok(person)
    } else {
        Err(AppError::invalid("person", "请从名单里选，或者选您自己。"))
    }
}

/// Notes who steps aside with a step.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn note(tx: &mut Tx, matter: MatterId, user: UserId, step: StepId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, ADD, matter, user, step, now)?;
    Ok(())
}

/// Gives the matter, its tasks and its parts to those who are left.
///
/// # Errors
/// [`AppError::Conflict`] if nobody is.
pub async fn pass_on(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let answered = matches!(matter.state, State::Answered | State::Checked);
    let left = tell::holders_but(tx, Some(matter.id), matter.unit_id, matter.role()).await?;
    if left.is_empty() && !answered {
        let to = routed(cx, tx, matter).await?;
        share::pass(tx, matter.id, to.unit.id, to.role, to.person).await?;
        deadline::pass(cx, tx, matter, &to.unit, to.role).await?;
    } else {
        if !answered {
            share::without(tx, matter).await?;
        }
        deadline::without(cx, tx, matter, answered).await?;
    }
    part::without(cx, tx, matter.id).await
}

/// Where it would go if it were reported now, without those who have stepped aside.
async fn routed(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<Destination, AppError> {
    let place = units::by_id(tx, matter.node_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let accused = match &matter.accused_path {
        Some(path) => units::by_path(tx, path).await?,
        None => None,
    };
    let told = matter.open(cx)?;
    let incoming = Incoming {
        kind: matter.kind,
        category: &matter.category,
        path: &place.path,
        hour: matter.created_at.hour(),
        words: &told.words,
        spoken: told.only_spoken(),
    };
    routing::choose_but(tx, Some(matter.id), &place, accused.as_ref(), &incoming).await
}
