//! How much waits for those who handle matters: for the card of their home page. Of each no more are counted than [`Waiting::MOST`], all
//! in one statement; it reads unit by unit where somebody has few of them, else what waits anywhere.

use db::{Cx, DbError, EngineSql, Json, Tx, on, rows};
use serde::Serialize;
use shared::{AppError, NodeId, scope::PathRange};

use super::{
    reading::{PLACES, Way, are_few, by_index},
    sight::unaccused,
};
use crate::model::{MatterId, Waiting};

// What begins with `$from`, but for what is about where the viewer `$2` works today, `$3`, and for that from which they stepped aside.
macro_rules! counted {
    ($from:expr) => {
        counted!($from, "")
    };
    ($from:expr, $order:literal) => {
        concat!(
            "(select count(*) from (select 1 from ",
            $from,
            unaccused!("$2", "m.accused_id", "$3"),
            " and not exists (select 1 from matter_recusal x where x.matter_id = m.id and x.user_id = $2)",
            $order,
            " limit 100) as found)"
        )
    };
}
// As above, in the units where the viewer handles matters: the place of `sight::visible_sql`.
macro_rules! there {
    ($from:literal, $asked:expr) => {
        there!($from, $asked, "")
    };
    ($from:literal, $asked:expr, $order:literal) => {
        counted!(
            concat!(
                $from,
                " cross join node n cross join node u where ",
                $asked,
                " and n.id = m.node_id and u.id = m.unit_id and exists (select 1 from asked r \
                 where (n.path >= r.lo and n.path < r.hi) or (u.path >= r.lo and u.path < r.hi))"
            ),
            $order
        )
    };
}
// Not answered.
macro_rules! in_hand {
    ($state:literal) => {
        concat!($state, " in ('reported', 'accepted', 'dispatched', 'handling')")
    };
}
// `$1`: the viewer's posts and the ranges of their units. Then what lies with a post and is not answered, and the parts that do.
macro_rules! waiting {
    ($near:expr, $reported:expr, $late:expr, $answered:expr) => {
        rows!(
            "with asked as materialized (select r.node, r.role, r.lo, r.hi from ",
            (node: uuid, role: text, lo: text, hi: text),
            concat!(
                "), post as materialized (select distinct r.node, r.role from asked r where r.role is not null)",
                $near,
                " select ",
                counted!(concat!(
                    "post r cross join matter m where m.unit_id = r.node and m.holder_role = r.role and m.ended_at is null and ",
                    in_hand!("m.state")
                )),
                ", ",
                counted!(
                    "post r cross join matter_part p cross join matter m where p.unit_id = r.node and p.role = r.role \
                     and p.ended_at is null and m.id = p.matter_id and m.ended_at is null"
                ),
                ", ",
                $reported,
                ", ",
                $late,
                ", ",
                $answered
            )
        )
    };
}

// `$5` is above every id: with it both engines read what has not ended from the indexes of it.
const IN_PLACES: EngineSql = waiting!(
    ", place as materialized (select k.id from asked r cross join node k where k.path >= r.lo and k.path < r.hi), \
     near as materialized (select m.id, m.state from matter m where m.node_id in (select place.id from place) \
     and m.ended_at is null and m.id < $5 union select m.id, m.state from matter m where m.unit_id in (select place.id from place) \
     and m.ended_at is null and m.id < $5)",
    there!(
        "near cross join matter m",
        "near.state = 'reported' and m.id = near.id"
    ),
    there!(
        "near cross join matter m cross join task t",
        concat!(
            in_hand!("near.state"),
            " and m.id = near.id and t.id = m.task_id and t.ended_at is null and t.due_at < $4"
        )
    ),
    there!(
        "near cross join matter m",
        "near.state = 'answered' and m.id = near.id"
    )
);
// What is late is read from the tasks on, by which it is ordered.
const ANYWHERE: EngineSql = waiting!(
    "",
    there!("matter m", "m.state = 'reported'"),
    there!(
        "task t cross join matter m",
        concat!(
            "t.ended_at is null and t.due_at < $4 and m.id = t.subject_id and m.task_id = t.id and m.ended_at is null and ",
            in_hand!("m.state")
        ),
        " order by t.due_at"
    ),
    there!("matter m", "m.state = 'answered'")
);

/// A post, or a range of units.
#[derive(Serialize)]
struct AskedRow<'a> {
    node: Option<NodeId>,
    role: Option<&'static str>,
    lo: Option<&'a str>,
    hi: Option<&'a str>,
}

impl<'a> AskedRow<'a> {
    const fn post(node: NodeId, role: &'static str) -> Self {
        Self {
            node: Some(node),
            role: Some(role),
            lo: None,
            hi: None,
        }
    }

    fn within(range: &'a PathRange) -> Self {
        Self {
            node: None,
            role: None,
            lo: Some(&range.lo),
            hi: Some(&range.hi),
        }
    }
}

/// # Errors
/// What the database answers.
pub async fn count(cx: &Cx) -> Result<Waiting, AppError> {
    let mut tx = cx.read().await?;
    let few = are_few(&mut tx, &cx.scope.ranges(), PLACES).await?;
    by_index(&mut tx, if few { Way::Places } else { Way::Walk }).await?;
    Ok(count_by(cx, &mut tx, few).await?)
}

/// As [`count`], read unit by unit or not.
///
/// # Errors
/// [`DbError::Sql`].
pub(super) async fn count_by(cx: &Cx, tx: &mut Tx, few: bool) -> Result<Waiting, DbError> {
    let scope = cx.scope.ranges();
    let posts = cx.actor.iter().flat_map(|actor| {
        let shown = actor.second_factor;
        let grants = actor.grants.iter();
        grants.filter(move |grant| shown || !grant.role.needs_second_factor())
    });
    let asked: Vec<AskedRow<'_>> = posts
        .map(|grant| AskedRow::post(grant.node, grant.role.code()))
        .chain(scope.iter().map(AskedRow::within))
        .collect();
    let (user, now) = (cx.who().user, tx.now());
    let sql = tx.sql(if few { IN_PLACES } else { ANYWHERE });
    macro_rules! bound {
        () => {
            sqlx::query_as(sql)
                .bind(Json(&asked))
                .bind(user)
                .bind(now.date())
                .bind(now)
        };
    }
    let (held, parts, reported, late, answered): (i64, i64, i64, i64, i64) = if few {
        let above = MatterId(uuid::Uuid::max());
        on!(tx, |c| bound!().bind(above).fetch_one(c).await)?
    } else {
        on!(tx, |c| bound!().fetch_one(c).await)?
    };
    Ok(Waiting {
        held,
        parts,
        reported,
        late,
        answered,
    })
}
