//! What residents wrote about their household: listed for those who work there, handled, and told back.

use accounts::server::news::{self, News};
use db::{Audit, Cx, DbError, EngineSql, Json, Tx, crypt::Field, execute, on};
use orgs::model::Code;
use shared::{AppError, Cursor, Page, Permission, RecordId, Timestamp, UserId, mask, scope::PathRange};

use super::{tell, visible};
use crate::{
    model::{
        Correction, CorrectionId, CorrectionRow, CorrectionsPage, HouseholdId, PersonId, PlaceChoice,
        check_words,
    },
    server::{
        search,
        sight::{self, visible_to},
    },
};

/// Rows a page of the list.
pub const PAGE: usize = 30;

const OF_HOUSEHOLD: &str = "select id, person_id, words, answer, created_at, handled_at, \
    (select a.shown_name from user_account a where a.id = household_correction.written_by) as acted from household_correction \
    where household_id = $1 and handled_at is null order by created_at, id";

/// What a row holds of what was written.
#[derive(sqlx::FromRow)]
pub struct Written {
    id: CorrectionId,
    /// Nil for what an import asks: see `import::apply`.
    person_id: PersonId,
    words: String,
    answer: Option<String>,
    created_at: Timestamp,
    handled_at: Option<Timestamp>,
    /// Who wrote it in the resident's name.
    acted: Option<String>,
}

impl Written {
    /// # Errors
    /// [`AppError::Internal`] if the keys do not fit.
    pub fn open(self, cx: &Cx) -> Result<Correction, AppError> {
        let open = |sealed: &str| cx.keys().open_for(Field::Note, self.id.0, sealed);
        Ok(Correction {
            words: open(&self.words)?,
            answer: self.answer.as_deref().map(open).transpose()?,
            by_resident: !self.person_id.0.is_nil(),
            id: self.id,
            at: self.created_at,
            handled_at: self.handled_at,
            acted: self.acted,
        })
    }
}

/// What waits of a household.
pub async fn corrections(cx: &Cx, tx: &mut Tx, id: HouseholdId) -> Result<Vec<Correction>, AppError> {
    let rows: Vec<Written> = on!(tx, |c| sqlx::query_as(OF_HOUSEHOLD).bind(id).fetch_all(c).await)?;
    rows.into_iter().map(|row| row.open(cx)).collect()
}

/// How many corrections wait at and below `path`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn corrections_below(tx: &mut Tx, path: &str) -> Result<i64, DbError> {
    let sql = tx.sql(WAITING);
    on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json([PathRange::below(path)]))
        .fetch_one(c)
        .await)
}

const WAITING: EngineSql = visible_to!(
    "select count(*) from household_correction k join household h on h.id = k.household_id join node n on n.id = h.node_id \
     where k.handled_at is null",
    ""
);

/// How many corrections wait where the viewer works.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn waiting(cx: &Cx) -> Result<i64, AppError> {
    let mut tx = cx.read().await?;
    let sql = tx.sql(WAITING);
    Ok(on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json(cx.scope.ranges()))
        .fetch_one(c)
        .await)?)
}

macro_rules! listed {
    ($which:literal, $order:literal) => {
        visible_to!(
            concat!(
                "select k.id, k.person_id, k.words, k.answer, k.created_at, k.handled_at, u.shown_name as handler, p.name as writer, \
                 (select a.shown_name from user_account a where a.id = k.written_by) as acted, \
                 k.household_id, n.name as grid, e.name as estate, b.number, m.unit, m.door \
                 from household_correction k join household h on h.id = k.household_id join node n on n.id = h.node_id \
                 left join person p on p.id = k.person_id join room m on m.id = h.room_id \
                 join building b on b.id = m.building_id join estate e on e.id = b.estate_id \
                 left join user_account u on u.id = k.handled_by where ",
                $which
            ),
            $order
        )
    };
}

// What waits longest comes first; of what was handled, the newest.
const LIST_WAITING: EngineSql = listed!(
    "k.handled_at is null and (k.created_at, k.id) > ($2, $3)",
    "order by k.created_at, k.id limit $4"
);
const LIST_HANDLED: EngineSql = listed!(
    "k.handled_at is not null and (k.handled_at, k.id) < ($2, $3)",
    "order by k.handled_at desc, k.id desc limit $4"
);

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    written: Written,
    handler: Option<String>,
    /// None for what no resident wrote.
    writer: Option<String>,
    household_id: HouseholdId,
    grid: String,
    estate: String,
    number: String,
    unit: String,
    door: String,
}

impl Row {
    /// Where the list goes on after this row.
    fn cursor(&self, handled: bool) -> Cursor {
        let at = if handled {
            self.written.handled_at
        } else {
            Some(self.written.created_at)
        };
        Cursor {
            key: at.unwrap_or_default().0.to_string(),
            id: self.written.id.0,
        }
    }

    fn open(self, cx: &Cx) -> Result<CorrectionRow, AppError> {
        Ok(CorrectionRow {
            correction: self.written.open(cx)?,
            writer: self.writer.as_deref().map(mask::name),
            handler: self.handler,
            household: self.household_id,
            address: search::address(
                Some(&self.estate),
                Some(&self.number),
                Some(&self.unit),
                Some(&self.door),
            ),
            grid: self.grid,
        })
    }
}

/// What residents wrote where the viewer works, or below `code`: what waits, or what was handled.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] on `after`, or what the database answers.
pub async fn list(
    cx: &Cx,
    code: Option<&Code>,
    handled: bool,
    after: Option<&Cursor>,
) -> Result<CorrectionsPage, AppError> {
    let mut tx = cx.read().await?;
    let (here, scope) = match code {
        Some(code) => {
            let (node, scope) = sight::place(cx, &mut tx, code).await?;
            let here = PlaceChoice {
                code: node.code,
                name: node.name,
            };
            (Some(here), scope)
        }
        None => (None, cx.scope.clone()),
    };
    let (at, id) = match after {
        Some(cursor) => {
            let at = cursor
                .key
                .parse()
                .map_err(|_| AppError::invalid("after", "这一页的地址不对，请从第一页看起。"))?;
            (Timestamp(at), CorrectionId(cursor.id))
        }
        None if handled => (Timestamp(i64::MAX), CorrectionId(uuid::Uuid::max())),
        None => (Timestamp(i64::MIN), CorrectionId(uuid::Uuid::nil())),
    };
    let sql = tx.sql(if handled { LIST_HANDLED } else { LIST_WAITING });
    let size = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(scope.ranges()))
        .bind(at)
        .bind(id)
        .bind(size)
        .fetch_all(c)
        .await)?;
    let page = Page::cut(rows, PAGE, |row| row.cursor(handled));
    let choices = sight::choices(&mut tx, &cx.scope, None).await?;
    Ok(CorrectionsPage {
        rows: Page {
            rows: page
                .rows
                .into_iter()
                .map(|row| row.open(cx))
                .collect::<Result<_, _>>()?,
            next: page.next,
        },
        handled,
        here,
        choices,
        may_edit: cx
            .actor
            .as_ref()
            .is_none_or(|actor| actor.may(Permission::PeopleEdit)),
    })
}

/// What a resident wrote was seen to; `answer`, if it is not empty, is for them. They are told: whether somebody was
/// is the second of the answer, since an import that asks is nobody, and not everybody has an account.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if somebody did so before, [`AppError::Invalid`] on `answer`.
pub async fn handle(cx: &Cx, id: CorrectionId, answer: &str) -> Result<(HouseholdId, bool), AppError> {
    const OF: &str = "select k.household_id, p.user_id from household_correction k left join person p on p.id = k.person_id where k.id = $1";
    const HANDLE: &str = "update household_correction set handled_at = $2, handled_by = $3, answer = $4 \
        where id = $1 and handled_at is null";
    let answer = if answer.trim().is_empty() {
        None
    } else {
        Some(check_words("answer", answer)?)
    };
    let mut tx = cx.write().await?;
    let of: Option<(HouseholdId, Option<UserId>)> =
        on!(tx, |c| sqlx::query_as(OF).bind(id).fetch_optional(c).await)?;
    let (household, writer) = of.ok_or(AppError::NotFound)?;
    let household = visible(cx, &mut tx, household).await?;
    let now = tx.now();
    let answer = answer.map(|words| cx.keys().seal_for(Field::Note, id.0, &words));
    if execute!(tx, HANDLE, id, now, cx.who().user, answer)? == 0 {
        return Err(AppError::Conflict("这一条已经处理过了。".into()));
    }
    let writer = writer.filter(|writer| cx.who().user != Some(*writer));
    if let Some(writer) = writer {
        let news = News::CorrectionHandled {
            correction: RecordId(id.0),
        };
        news::tell(&mut tx, writer, news).await?;
    }
    tell(
        &mut tx,
        "people.household.changed",
        household.id,
        &household.path,
        Audit::new("people.correction.handle", "household", household.id.0),
    )
    .await?;
    tx.commit().await?;
    Ok((household.id, writer.is_some()))
}
