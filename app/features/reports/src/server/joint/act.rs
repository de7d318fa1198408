//! Noting a meeting, what it is about and what was promised there; saying what came of a promise; publishing.

use db::{Audit, Cx, Event, Tx, access};
use orgs::{model::Code, server::service};
use shared::{AppError, FieldErrors, RecordId, personal::confirm};

use super::{
    is_own, kept, sight,
    store::{self, New, NewPromise, PromiseTold, Stored, Told},
    task,
};
use crate::{
    model::{
        JointForm, JointId, MatterId, Number, Promise, PromiseForm, PromiseId, PromiseState, STEP,
        public_text,
    },
    server::{sight as matters, store as stored},
};

/// Notes a meeting of a unit; the code of its page.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] by field.
pub async fn save(cx: &Cx, node: &str, form: &JointForm) -> Result<String, AppError> {
    let mut tx = cx.write().await?;
    let node: Code = node.trim().parse().map_err(|_| AppError::NotFound)?;
    let node = service::open(cx, &mut tx, &node).await?;
    let checked = form.read(tx.now().date())?;
    let mut about = Vec::new();
    for number in &checked.matters {
        about.push(matter(cx, &mut tx, number).await?);
    }
    let (id, code): (JointId, String) = (tx.id(), access::random_trace());
    let told = Told {
        place: checked.place,
        present: checked.present,
        words: checked.words,
    };
    let new = New {
        id,
        code: &code,
        node: node.id,
        title: &checked.title,
        on: checked.on,
        told: &told,
        by: cx.who().user,
    };
    store::insert(&mut tx, &new).await?;
    for matter in about {
        store::attach(&mut tx, id, matter).await?;
    }
    let joint = store::by_code(&mut tx, &code).await?.ok_or(AppError::NotFound)?;
    for (number, (at, promise)) in (1..).zip(&checked.promises) {
        let added = add(cx, &mut tx, &joint, number, promise).await;
        added.map_err(|error| in_list(error, *at))?;
    }
    changed(&mut tx, &joint, "reports.joint.save", "noted").await?;
    tx.commit().await?;
    Ok(code)
}

/// An error of a promise, beside its place in the form.
fn in_list(error: AppError, at: usize) -> AppError {
    match error {
        AppError::Invalid(errors) => {
            let mut placed = FieldErrors::default();
            for error in errors {
                placed.add(&format!("{}[{at}]", error.field), error.message);
            }
            placed.finish().err().unwrap_or(AppError::NotFound)
        }
        other => other,
    }
}

/// A matter that the viewer handles and that may be spoken of before others.
async fn matter(cx: &Cx, tx: &mut Tx, number: &Number) -> Result<MatterId, AppError> {
    let wrong = || {
        AppError::invalid(
            "matters",
            format!("没有找到 {number}，或者这一件不能放进联席会。"),
        )
    };
    let found = stored::by_number(tx, number).await?.ok_or_else(wrong)?;
    let sight = matters::of(cx, tx, &found).await?;
    if sight.staff() && !found.narrow() {
        Ok(found.id)
    } else {
        Err(wrong())
    }
}

async fn add(cx: &Cx, tx: &mut Tx, joint: &Stored, number: i64, promise: &Promise) -> Result<(), AppError> {
    let post = task::post(cx, tx, promise).await?;
    let id: PromiseId = tx.id();
    let task = task::open(cx, tx, joint, id, promise, post.as_ref()).await?;
    let told = PromiseTold {
        who: promise.who.clone(),
        what: promise.what.clone(),
        result: String::new(),
    };
    let new = NewPromise {
        id,
        joint: joint.id,
        number,
        party: promise.party,
        told: &told,
        post: post.map(|(unit, role)| (unit.id, role)),
        due: promise.due,
        task,
    };
    store::add_promise(tx, &new).await
}

/// Adds a promise to a meeting.
///
/// # Errors
/// [`AppError::NotFound`] for who does not keep it, [`AppError::Invalid`] by field.
pub async fn promise(cx: &Cx, code: &str, form: &PromiseForm<'_>) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let joint = kept(cx, &mut tx, code).await?;
    let promise = form.read(joint.held_on)?;
    store::hold(&mut tx, joint.id).await?;
    let last = store::promises(&mut tx, joint.id).await?;
    let number = last.last().map_or(1, |promise| promise.number + 1);
    add(cx, &mut tx, &joint, number, &promise).await?;
    changed(&mut tx, &joint, "reports.joint.promise", "added").await?;
    tx.commit().await?;
    Ok(())
}

/// Says what came of a promise: whoever has it by post, or keeps the meeting.
///
/// # Errors
/// [`AppError::NotFound`] for anybody else, [`AppError::Conflict`] if it was said already, [`AppError::Invalid`] on `words` and `outcome`.
pub async fn end_promise(
    cx: &Cx,
    code: &str,
    number: i64,
    outcome: &str,
    words: &str,
) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let joint = store::by_code(&mut tx, code.trim())
        .await?
        .ok_or(AppError::NotFound)?;
    let promises = store::promises(&mut tx, joint.id).await?;
    let sight = sight(cx, &joint, &promises);
    let promise = promises.into_iter().find(|promise| promise.number == number);
    let promise = promise
        .filter(|promise| sight.keeps || is_own(cx, promise))
        .ok_or(AppError::NotFound)?;
    let state = match outcome {
        "kept" => PromiseState::Kept,
        "dropped" => PromiseState::Dropped,
        _ => return Err(AppError::invalid("outcome", "请选兑现了没有。")),
    };
    let words = words.trim();
    if words.is_empty() && state == PromiseState::Dropped {
        return Err(AppError::invalid("words", "请写明为什么没有兑现。"));
    }
    if words.chars().count() > STEP {
        return Err(AppError::invalid(
            "words",
            format!("太长了，请写在 {STEP} 个字以内。"),
        ));
    }
    let told = PromiseTold {
        result: words.to_owned(),
        ..promise.open(cx)?
    };
    if !store::end_promise(&mut tx, &promise, state, &told).await? {
        return Err(AppError::Conflict(
            "这一条已经有人说过结果了，请刷新后再看一下。".into(),
        ));
    }
    task::end(cx, &mut tx, promise.record(), state == PromiseState::Kept).await?;
    changed(&mut tx, &joint, "reports.joint.promise", state.code()).await?;
    tx.commit().await?;
    Ok(())
}

/// Adds a matter to a meeting, or takes it out.
///
/// # Errors
/// [`AppError::NotFound`] for who does not keep it, [`AppError::Invalid`] on `matters`.
pub async fn attach(cx: &Cx, code: &str, number: &str, out: bool) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let joint = kept(cx, &mut tx, code).await?;
    let number: Number = number
        .parse()
        .map_err(|()| AppError::invalid("matters", "请填编号，编号像 320581001001-2026-0012。"))?;
    if out {
        if let Some(found) = stored::by_number(&mut tx, &number).await? {
            store::detach(&mut tx, joint.id, found.id).await?;
        }
    } else {
        let matter = matter(cx, &mut tx, &number).await?;
        store::attach(&mut tx, joint.id, matter).await?;
    }
    changed(
        &mut tx,
        &joint,
        "reports.joint.matter",
        if out { "out" } else { "in" },
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Publishes a text about it; an empty one takes it back.
///
/// # Errors
/// [`AppError::NotFound`] for who does not keep it, [`AppError::Invalid`] on `text`, and on `confirmed` with what may be somebody's own.
pub async fn publish(cx: &Cx, code: &str, text: &str, confirmed: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let joint = kept(cx, &mut tx, code).await?;
    let public = public_text(text)?;
    confirm(public.as_deref().unwrap_or_default(), &[], confirmed)?;
    store::set_public(&mut tx, joint.id, public.as_deref()).await?;
    let how = if public.is_some() { "published" } else { "hidden" };
    changed(&mut tx, &joint, "reports.joint.publish", how).await?;
    tx.publish(Event {
        topic: "reports".into(),
        kind: "reports.joint.published",
        subject: Some(RecordId(joint.id.0)),
        data: serde_json::json!({}),
    })
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Audits it and has pages look again.
async fn changed(tx: &mut Tx, joint: &Stored, action: &'static str, how: &str) -> Result<(), AppError> {
    tx.audit(
        Audit::new(action, "report_joint", joint.id.0)
            .because(how, None)
            .at(&joint.path),
    )
    .await?;
    tx.publish(Event {
        topic: format!("path/{}", joint.path),
        kind: "reports.joint.changed",
        subject: Some(RecordId(joint.id.0)),
        data: serde_json::json!({}),
    })
    .await?;
    Ok(())
}
