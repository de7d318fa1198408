//! Opening a survey, and ending it.

use db::{Audit, Cx, DbError, Event, Tx, access, execute};
use orgs::{model::NodeKind, server::store as units};
use shared::{
    AppError, FieldErrors, RecordId, Role,
    personal::{confirm, confirm_in},
};
use tasks::{
    model::{Holder, Kind as TaskKind, Limit, Step, When},
    server::{NewTask, task},
};

use super::store::{self, Stored};
use crate::model::{NewForm, Phase, State, SurveyId, WORDS, words};

/// Whoever opened it answers, and says what came of it.
pub const ANSWER: TaskKind = TaskKind::new("surveys.answer", "答复居民的意见，公布结果");

// Whoever opened it may have left: those who lead the place have it then too, and after them the level above.
const OF_COMMUNITY: &[Step] = &[
    Step::remind(When::DaysBefore(5)),
    Step::remind(When::Overdue),
    Step::escalate(When::DaysAfter(3), Role::Secretary),
    Step::escalate(When::DaysAfter(6), Role::TownAdmin),
];
const OF_STREET: &[Step] = &[
    Step::remind(When::DaysBefore(5)),
    Step::remind(When::Overdue),
    Step::escalate(When::DaysAfter(3), Role::TownAdmin),
    Step::escalate(When::DaysAfter(6), Role::DistrictAdmin),
];
const OF_DISTRICT: &[Step] = &[
    Step::remind(When::DaysBefore(5)),
    Step::remind(When::Overdue),
    Step::escalate(When::DaysAfter(3), Role::DistrictAdmin),
    Step::escalate(When::DaysAfter(6), Role::CityAdmin),
];
const OF_CITY: &[Step] = &[
    Step::remind(When::DaysBefore(5)),
    Step::remind(When::Overdue),
    Step::escalate(When::DaysAfter(3), Role::CityAdmin),
];

/// What happens by itself until a survey of such a unit is answered.
const fn steps(of: NodeKind) -> &'static [Step] {
    match of {
        NodeKind::Province | NodeKind::City => OF_CITY,
        NodeKind::District => OF_DISTRICT,
        NodeKind::Street => OF_STREET,
        NodeKind::Community | NodeKind::Grid | NodeKind::MicroGrid => OF_COMMUNITY,
    }
}

/// Whose names are looked for in what is published: nobody's. Whoever keeps a survey would find out by trying who proposed what.
pub const NAMELESS: &[String] = &[];

/// Days from the end to the answers.
pub const ANSWERS: i64 = 15;

const INSERT: &str = "insert into survey (id, code, kind, node_id, title, words, per, questions, state, from_on, to_on, opened_by, \
    answered, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, $10, $11, 0, $12, $12)";
const END: &str = "update survey set state = $2, outcome = $3, updated_at = $4, ended_at = $4 where id = $1 and state = 'running'";

/// Opens one. Returns its code.
///
/// # Errors
/// [`AppError::Invalid`] by field, and on `confirmed` with what may be somebody's own.
pub async fn open(cx: &Cx, form: &NewForm) -> Result<String, AppError> {
    let user = cx.user()?;
    let mut tx = cx.write().await?;
    let new = form.read(tx.now().date())?;
    let outside = || AppError::invalid("node", "请选您工作的地方。");
    let node = units::by_code(&mut tx, &new.node).await?.ok_or_else(outside)?;
    if !cx.scope.covers(&node.path) {
        return Err(outside());
    }
    confirm_in(&new.published(), NAMELESS, &form.confirmed)?;
    let id: SurveyId = tx.id();
    let code = access::random_trace();
    let questions = serde_json::to_string(&new.questions).map_err(|error| db::internal(&error))?;
    let now = tx.now();
    execute!(
        tx,
        INSERT,
        id,
        code.as_str(),
        new.kind,
        node.id,
        new.title.as_str(),
        new.words.as_str(),
        new.per,
        questions.as_str(),
        new.from,
        new.to,
        user,
        now
    )?;
    let survey = store::hold(&mut tx, id).await?;
    let href = survey.href();
    let duty = NewTask {
        kind: ANSWER.steps(steps(node.kind)),
        subject: RecordId(id.0),
        node: node.id,
        title: &new.title,
        href: Some(&href),
        holder: Holder::User(user),
        limit: Limit::Until(new.to.plus_days(ANSWERS)),
        since: None,
    };
    task::open(&house(cx), &mut tx, &duty).await?;
    tx.audit(Audit::new("surveys.survey.open", "survey", id.0).at(&survey.path))
        .await?;
    told(&mut tx, &survey).await?;
    tx.commit().await?;
    Ok(code)
}

/// The house as who acts.
fn house(cx: &Cx) -> Cx {
    access::system(cx.house(), "surveys.answer")
}

/// Has pages look again.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn told(tx: &mut Tx, survey: &Stored) -> Result<(), DbError> {
    tx.publish(Event {
        topic: "surveys".into(),
        kind: "surveys.survey.changed",
        subject: Some(RecordId(survey.id.0)),
        data: serde_json::json!({}),
    })
    .await
}

/// Ends one: `done` with what came of it, once each proposal has its answer; otherwise it is called off, with the reason.
///
/// # Errors
/// [`AppError::NotFound`] outside of the scope, [`AppError::Conflict`] and [`AppError::Invalid`] in words, also on `confirmed` with what may be
/// somebody's own.
pub async fn end(cx: &Cx, code: &str, done: bool, typed: &str, confirmed: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let survey = store::hold_code(&mut tx, code).await?;
    cx.must_cover(&survey.path)?;
    let mut errors = FieldErrors::default();
    let outcome = words(&mut errors, "words", typed, WORDS);
    errors.check(!outcome.is_empty(), "words", "请写给居民看的说明。");
    errors.finish()?;
    let phase = survey.phase(tx.now().date());
    let (state, action) = if done {
        if phase != Phase::Answering {
            return Err(AppError::Conflict("截止以后才能公布结果。".into()));
        }
        let left = store::undecided(&mut tx, survey.id).await?;
        if left > 0 {
            return Err(AppError::Conflict(format!(
                "还有 {left} 条意见没有答复。每一条都要答复采纳或者不采纳，并写明理由。"
            )));
        }
        (State::Done, "surveys.survey.finish")
    } else {
        if !matches!(phase, Phase::Coming | Phase::Open) {
            return Err(AppError::Conflict(
                "已经截止的不能取消，请答复意见、公布结果。".into(),
            ));
        }
        (State::Stopped, "surveys.survey.stop")
    };
    confirm(&outcome, NAMELESS, confirmed)?;
    let now = tx.now();
    execute!(tx, END, survey.id, state, outcome.as_str(), now)?;
    let subject = RecordId(survey.id.0);
    if done {
        task::finish_all(&house(cx), &mut tx, &ANSWER, subject).await?;
    } else {
        task::cancel_all(&house(cx), &mut tx, &ANSWER, subject, "取消了").await?;
    }
    tx.audit(Audit::new(action, "survey", survey.id.0).at(&survey.path))
        .await?;
    told(&mut tx, &survey).await?;
    tx.commit().await?;
    Ok(())
}
