//! A step of a matter: asked of the table, noted, and all that follows from it, in one transaction.

use std::time::Duration;

use db::{Cx, Tx, access, throttle};
use orgs::{
    model::{Node, NodeKind},
    server::store as units,
};
use shared::{AppError, Permission, Role};

use super::{
    category,
    concerned::Concerned,
    deadline,
    hand::Hand,
    merging, part, personal, reclass, recusal, routing, share, shown,
    sight::{self, Sight},
    standard,
    store::{self, NewStep, Step, Stored},
    tell::{self, Happened},
    voice::{self, Handed, Received},
};
use crate::model::{Act, ActForm, Action, By, Circumstances, MatterId, Rating, Standing, Urgency, Walked};

/// Steps in a day: of one reporter, who may be anybody, and of one of those who handle matters. Each tells up to a hundred people.
const OWN: i64 = 30;
const OTHERS: i64 = 200;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Takes a step with a matter.
///
/// # Errors
/// [`AppError::NotFound`] for who may not see it, [`AppError::Forbidden`] and [`AppError::Conflict`] by the table, [`AppError::Invalid`] by
/// field, [`AppError::TooManyRequests`].
pub async fn act(cx: &Cx, code: &str, form: &ActForm, photos: Vec<Vec<u8>>) -> Result<(), AppError> {
    cx.user()?;
    act_by(cx, &Hand::default(), code, form, photos).await
}

/// As [`act`], also for a reporter without an account who has the matter in hand.
///
/// # Errors
/// As [`act`].
pub async fn act_by(
    cx: &Cx,
    hand: &Hand,
    code: &str,
    form: &ActForm,
    photos: Vec<Vec<u8>>,
) -> Result<(), AppError> {
    act_handed(cx, hand, code, form, photos.into()).await
}

/// As [`act_by`], perhaps in spoken words.
///
/// # Errors
/// As [`act`].
pub async fn act_handed(
    cx: &Cx,
    hand: &Hand,
    code: &str,
    form: &ActForm,
    handed: Handed,
) -> Result<(), AppError> {
    let form = &ActForm {
        spoken: handed.voice.is_some(),
        ..form.clone()
    };
    let (matter, by) = {
        // Who may not do it is told before it counts, and before photos are worked on.
        let mut tx = cx.read().await?;
        let matter = store::by_code(&mut tx, code).await?.ok_or(AppError::NotFound)?;
        let may = may(cx, &mut tx, hand, &matter, form).await?;
        if form.spoken {
            voice::check(&may.act, may.by)?;
        }
        (matter.id, may.by)
    };
    limit(cx, matter, by).await?;
    let uploads = Received::of(cx, handed).await?;
    taken(cx, hand, code, form, &uploads).await
}

/// As [`act`], for one of many whose count is kept by whoever calls this.
///
/// # Errors
/// As [`act`].
pub async fn one_of_many(cx: &Cx, code: &str, form: &ActForm) -> Result<(), AppError> {
    cx.user()?;
    taken(cx, &Hand::default(), code, form, &Received::default()).await
}

/// Counts a step: of a reporter for whom it is taken, of a matter that somebody has in hand without an account, or of whoever handles it.
async fn limit(cx: &Cx, matter: MatterId, by: By) -> Result<(), AppError> {
    let (key, most) = match (cx.who().user, by) {
        (None, _) => (format!("reports.act-open/{matter}"), OWN),
        (Some(_), By::Reporter) => (format!("reports.act-own/{}", cx.subject()?), OWN),
        (Some(user), _) => (format!("reports.act/{user}"), OTHERS),
    };
    throttle::take(cx, &key, most, DAY).await
}

async fn taken(cx: &Cx, hand: &Hand, code: &str, form: &ActForm, uploads: &Received) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let matter = merging::hold(&mut tx, code, form).await?;
    let may = may(cx, &mut tx, hand, &matter, form).await?;
    if may.act.action == Action::Publish {
        let text = may.act.words.as_deref().unwrap_or_default();
        personal::check(cx, &mut tx, &matter, text, &form.confirmed).await?;
    }
    let after = take(cx, &mut tx, &matter, &may, uploads).await?;
    if may.act.action == Action::Rate && may.act.rating.is_some_and(|rating| rating != Rating::Unhappy) {
        // Nobody has to say that it is done once the reporter has.
        let house = access::system(cx.house(), "reports.rated");
        by_itself(&house, &mut tx, &after, Action::Close, false).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Where a step leads whoever took it: to the matter, unless it is nothing of theirs any more.
///
/// # Errors
/// What the database answers.
pub async fn leads_to(cx: &Cx, code: &str, form: &ActForm) -> Result<String, AppError> {
    let own = cx.who().user.map(|user| user.to_string());
    let person = form.person.trim();
    let aside = form.action == Action::Recuse.code() && (person.is_empty() || own.as_deref() == Some(person));
    if aside || (form.action == Action::Reclass.code() && !is_seen(cx, code).await?) {
        Ok(format!("/reports?done={}", form.action))
    } else {
        Ok(format!("/reports/{code}?done={}", form.action))
    }
}

/// Whether the viewer still sees a matter: one that complains about where they work they do not.
async fn is_seen(cx: &Cx, code: &str) -> Result<bool, AppError> {
    let mut tx = cx.read().await?;
    match store::by_code(&mut tx, code).await? {
        Some(matter) => Ok(sight::of(cx, &mut tx, &matter).await?.any()),
        None => Ok(false),
    }
}

/// A step that somebody may take.
struct May {
    act: Act,
    by: By,
    steps: Vec<Step>,
    standing: Standing,
}

async fn may(cx: &Cx, tx: &mut Tx, hand: &Hand, matter: &Stored, form: &ActForm) -> Result<May, AppError> {
    let sight: Sight = sight::with(cx, tx, hand, matter).await?;
    if !sight.any() {
        return Err(AppError::NotFound);
    }
    let act = standard::filled(tx, matter, form).await?.read()?;
    let steps = store::steps(tx, matter.id).await?;
    let standing = store::standing(&steps)?;
    let now = sight::circumstances(cx, tx, matter, sight).await?;
    let by = standing.may_with(act.action, act.part, &now)?;
    voice::written(cx, matter, &act)?;
    Ok(May {
        act,
        by,
        steps,
        standing,
    })
}

/// Takes a step that nobody does: by the clock, or because another step ends the matter.
///
/// # Errors
/// What the table says, or the database answers.
pub async fn by_itself(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    action: Action,
    waited: bool,
) -> Result<(), AppError> {
    let steps = store::steps(tx, matter.id).await?;
    let standing = store::standing(&steps)?;
    let now = Circumstances {
        by: vec![By::System],
        at: tx.now(),
        waited,
        unreachable: matter.unreachable(),
        ..Circumstances::default()
    };
    let by = standing.may(action, &now)?;
    let may = May {
        act: Act::plain(action),
        by,
        steps,
        standing,
    };
    take(cx, tx, matter, &may, &Received::default()).await?;
    Ok(())
}

/// Adds what a platform says anew of its order, as its reporter's word.
///
/// # Errors
/// What the table says, or the database answers.
pub(super) async fn told_anew(cx: &Cx, tx: &mut Tx, matter: &Stored, words: &str) -> Result<(), AppError> {
    let steps = store::steps(tx, matter.id).await?;
    let standing = store::standing(&steps)?;
    let now = Circumstances {
        by: vec![By::Reporter],
        at: tx.now(),
        ..Circumstances::default()
    };
    let by = standing.may(Action::Add, &now)?;
    let act = Act {
        words: Some(words.to_owned()),
        ..Act::plain(Action::Add)
    };
    let may = May {
        act,
        by,
        steps,
        standing,
    };
    // Nobody of this house said it.
    let house = access::system(cx.house(), "reports.order");
    take(&house, tx, matter, &may, &Received::default()).await?;
    Ok(())
}

/// Takes it; the matter as it is afterwards.
async fn take(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    may: &May,
    uploads: &Received,
) -> Result<Stored, AppError> {
    let act = &may.act;
    let rule = act.action.rule();
    let change = reclass::planned(tx, matter, act, &may.standing).await?;
    let goes = match change.as_ref().and_then(|change| change.post.clone()) {
        Some(post) => Some(post),
        None => goes(cx, tx, matter, act).await?,
    };
    let part = Concerned::of(cx, tx, matter, act, may.standing.next_part()).await?;
    let aside = match act.action {
        Action::Recuse => {
            let sets = matches!(may.by, By::Dispatcher | By::Above);
            Some(recusal::chosen(cx, tx, matter, act.person, sets).await?)
        }
        _ => None,
    };
    let urgency = urgency(matter, may)?;
    let next = may.standing.after_with(Walked {
        action: act.action,
        rating: act.rating,
        part: part.as_ref().map(|part| part.number),
        at: tx.now(),
    });
    if !store::set(tx, matter, &next).await? {
        return Err(AppError::Conflict("别人刚办过这件事，请刷新后再看一下。".into()));
    }
    let user = if may.by == By::System { None } else { cx.who().user };
    // What is to be read by everybody is no word of a step.
    let words = act.words.as_deref().filter(|_| act.action != Action::Publish);
    let step = NewStep {
        number: next.steps,
        action: act.action,
        state: next.state,
        by: may.by,
        user,
        at: next.at,
        unit: goes
            .as_ref()
            .map(|(unit, _)| unit.id)
            .or(part.as_ref().map(Concerned::unit)),
        role: goes
            .as_ref()
            .map(|(_, role)| *role)
            .or(part.as_ref().map(Concerned::role)),
        days: match act.action {
            Action::GiveTime => Some(given(&may.steps)),
            _ => act.days,
        },
        door: act.door,
        rating: act.rating,
        urgency,
        part: part.as_ref().map(|part| part.number),
        class: change
            .as_ref()
            .map(|change| (change.kind, change.category.code.as_str())),
        seen: rule.seen,
        words,
    };
    let id = store::add_step(tx, matter.id, &step).await?;
    match act.action {
        Action::Publish => uploads.claim_shown(tx, matter.id).await?,
        Action::Hide => shown::clear(tx, matter.id).await?,
        _ => uploads.claim_for_step(tx, id).await?,
    }
    if let Some(user) = aside {
        recusal::note(tx, matter.id, user, id).await?;
    }
    follow_up(cx, tx, matter, may, goes.as_ref()).await?;
    if let Some(change) = &change {
        reclass::follow_up(cx, tx, matter, change, &may.steps).await?;
    }
    if let Some(part) = &part {
        part.follow_up(cx, tx, matter, act).await?;
    }
    if next.state.has_ended() {
        part::end(cx, tx, matter.id).await?;
    }
    let after = tell::again(tx, matter.id).await?;
    // Who has it once somebody stepped aside is known only then.
    let elsewhere = after.unit_id != matter.unit_id || after.holder_role != matter.holder_role;
    if act.action == Action::Recuse && elsewhere {
        store::set_went(tx, id, after.unit_id, after.role()).await?;
    }
    let moved = (after.unit_id != matter.unit_id).then_some(matter.unit_path.as_str());
    tell::changed(tx, &after, moved, act.action).await?;
    let happened = Happened {
        step: id,
        action: act.action,
        by: may.by,
        seen: rule.seen,
        user,
        part: part.as_ref().map(|part| part.number),
    };
    tell::noticed(tx, &after, happened).await?;
    Ok(after)
}

/// What a step changes beside the matter's state.
async fn follow_up(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    may: &May,
    goes: Option<&(Node, Role)>,
) -> Result<(), AppError> {
    let act = &may.act;
    if let Some((unit, role)) = goes {
        share::pass(tx, matter.id, unit.id, *role, None).await?;
        // What is opened again has no tasks that run; what is another thing now begins them anew.
        match act.action {
            Action::Reopen | Action::Reclass => {}
            Action::Escalate if may.by == By::System => {
                deadline::raise(cx, tx, matter, unit, *role).await?;
            }
            _ => deadline::pass(cx, tx, matter, unit, *role).await?,
        }
    }
    match act.action {
        Action::Accept => {
            deadline::said(cx, tx, matter).await?;
            if let Some(urgency) = urgency(matter, may)? {
                store::set_urgency(tx, matter.id, urgency).await?;
                let again = tell::again(tx, matter.id).await?;
                deadline::anew(cx, tx, &again, matter.urgency).await?;
            }
        }
        Action::Begin => {
            store::set_handled(tx, matter.id, cx.who().user).await?;
            share::taken_up(cx, tx, matter).await?;
        }
        Action::Answer => {
            store::set_handled(tx, matter.id, cx.who().user).await?;
            store::set_answered(tx, matter.id).await?;
            deadline::answered(cx, tx, matter).await?;
            let asks = routing::dispatcher_but(tx, Some(matter.id), &matter.unit_path).await?;
            if let Some((unit, role)) = asks {
                deadline::check(cx, tx, matter, role, unit.id).await?;
            }
        }
        Action::Urge => {
            store::set_urged(tx, matter.id).await?;
            deadline::urge(cx, tx, matter, act.days).await?;
        }
        Action::GiveTime => deadline::extend(cx, tx, matter, given(&may.steps)).await?,
        Action::Pause => {
            deadline::pause(cx, tx, matter).await?;
            part::pause(cx, tx, matter.id).await?;
        }
        Action::Resume => {
            deadline::resume(cx, tx, matter).await?;
            part::resume(cx, tx, matter.id).await?;
            // An order that went into it while the clock stood has a limit, which holds from now on.
            if merging::took_in(tx, matter.id).await? {
                deadline::bound(cx, tx, matter).await?;
            }
        }
        Action::Recuse => recusal::pass_on(cx, tx, matter).await?,
        Action::Check | Action::Rate | Action::CloseUnrated => deadline::checked(cx, tx, matter).await?,
        Action::Reopen => {
            let again = tell::again(tx, matter.id).await?;
            let limit = category::limit(tx, &again).await?;
            deadline::handle(cx, tx, &again, limit).await?;
        }
        Action::Refuse => deadline::drop_all(cx, tx, matter, "不予受理").await?,
        Action::Withdraw => deadline::drop_all(cx, tx, matter, "反映人撤回了").await?,
        Action::Merge => {
            deadline::drop_all(cx, tx, matter, "并入另一件").await?;
            merging::merge(cx, tx, matter, act).await?;
        }
        Action::Escalate => store::set_escalated(tx, matter.id).await?,
        Action::Publish => store::set_public(tx, matter.id, act.words.as_deref()).await?,
        Action::Hide => {
            // Their word lasts: whoever dispatches cannot publish it again.
            if may.by == By::Reporter {
                store::set_disagreed(tx, matter.id).await?;
            }
            store::set_public(tx, matter.id, None).await?;
        }
        _ => {}
    }
    Ok(())
}

/// What the matter's urgency becomes, if somebody says so when it is taken. Whoever has it may have less time, not more.
fn urgency(matter: &Stored, may: &May) -> Result<Option<Urgency>, AppError> {
    let Some(urgency) = may.act.urgency.filter(|urgency| *urgency != matter.urgency) else {
        return Ok(None);
    };
    if may.by == By::Holder && urgency > matter.urgency {
        return Err(AppError::invalid(
            "urgency",
            "这件事在您手里，只能改得更急。要放宽，请派单人来定。",
        ));
    }
    Ok(Some(urgency))
}

/// Working days that were asked for last.
pub(super) fn asked(steps: &[Step]) -> Option<i64> {
    let last = steps.iter().rev().find(|step| step.action == Action::AskTime);
    last.and_then(|step| step.days)
}

/// Working days that are given: those that were asked for.
pub(super) fn given(steps: &[Step]) -> u16 {
    let asked = asked(steps).and_then(|days| u16::try_from(days).ok());
    asked.unwrap_or(1)
}

/// Where a step takes the matter, if anywhere.
async fn goes(cx: &Cx, tx: &mut Tx, matter: &Stored, act: &Act) -> Result<Option<(Node, Role)>, AppError> {
    match act.action {
        Action::Dispatch | Action::Reassign => chosen(cx, tx, matter, act).await.map(Some),
        Action::Return => {
            let unit = units::by_id(tx, matter.unit_id)
                .await?
                .ok_or(AppError::NotFound)?;
            up(tx, matter, &unit, NodeKind::Street).await.map(Some)
        }
        Action::Escalate => {
            let unit = units::by_id(tx, matter.unit_id)
                .await?
                .ok_or(AppError::NotFound)?;
            up(tx, matter, &unit, unit.kind.above().unwrap_or(NodeKind::City))
                .await
                .map(Some)
        }
        Action::Reopen => routing::dispatcher_but(tx, Some(matter.id), &matter.unit_path).await,
        _ => Ok(None),
    }
}

/// The nearest unit above `unit`, no lower than `least`, with somebody who dispatches there.
///
/// # Errors
/// [`AppError::Conflict`] if there is none.
pub(super) async fn up(
    tx: &mut Tx,
    matter: &Stored,
    unit: &Node,
    least: NodeKind,
) -> Result<(Node, Role), AppError> {
    let mut above = unit.parent_id;
    while let Some(id) = above {
        let Some(node) = units::by_id(tx, id).await? else {
            break;
        };
        if node.kind <= least && node.kind >= NodeKind::District {
            let found = routing::dispatcher_but(tx, Some(matter.id), &node.path).await?;
            if let Some(found) = found.filter(|(unit, _)| unit.kind >= NodeKind::District) {
                return Ok(found);
            }
        }
        above = node.parent_id;
    }
    Err(AppError::Conflict(
        "上面没有可以接手的单位了，请由本级来办。".into(),
    ))
}

/// The unit and post that a dispatcher chose.
pub(super) async fn chosen(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    act: &Act,
) -> Result<(Node, Role), AppError> {
    let (code, role) = act
        .to
        .as_ref()
        .ok_or_else(|| AppError::invalid("to", "请选交给哪个单位、由谁办。"))?;
    let unit = units::by_code(tx, code).await?;
    let unit = unit.filter(|unit| may_go(cx, matter, &unit.path));
    let unit = unit.ok_or_else(|| AppError::invalid("to", "不能交给这个单位，请重新选。"))?;
    if !routing::is_held(tx, unit.id, *role, Some(matter.id)).await? {
        return Err(AppError::invalid("to", "那里现在没有人担任，请换一个。"));
    }
    Ok((unit, *role))
}

/// Whether the viewer may give it to a unit: one that they dispatch for, and not those complained about.
pub(super) fn may_go(cx: &Cx, matter: &Stored, path: &str) -> bool {
    let actor = cx.actor.as_ref();
    let below = actor.is_some_and(|actor| {
        actor.scope_of(Permission::ReportDispatch).covers(path)
            || actor.scope_of(Permission::ReportOversee).covers(path)
    });
    let accused = matter.accused_path.as_deref();
    below && accused.is_none_or(|accused| !path.starts_with(accused))
}
