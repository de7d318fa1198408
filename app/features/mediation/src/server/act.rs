//! A step of a case: asked of the table, noted, and all that follows from it, in one transaction.

use db::{Cx, Tx, upload};
use shared::{AppError, RecordId, photo};

use super::{
    effect,
    people::Named,
    record::{self, NewStep, StoredClause},
    scan,
    sight::{self, Sight},
    store::{self, Stored},
    tell::{self, Happened},
};
use crate::model::{Act, ActForm, Action, By, Circumstances, Need, Standing};

/// Takes a step with a case.
///
/// # Errors
/// [`AppError::NotFound`] for who is not named in it, [`AppError::Forbidden`] and [`AppError::Conflict`] by the table,
/// [`AppError::Invalid`] by field.
pub async fn act(cx: &Cx, code: &str, form: &ActForm, scans: Vec<Vec<u8>>) -> Result<(), AppError> {
    cx.user()?;
    let mut uploads = Vec::new();
    if !scans.is_empty() {
        // Who may not do it is told before pictures are worked on.
        let mut tx = cx.read().await?;
        let case = store::by_code(&mut tx, code).await?.ok_or(AppError::NotFound)?;
        may(cx, &mut tx, &case, form).await?;
    }
    for scan in scans {
        uploads.push(upload::receive_photo(cx, scan).await?.id);
    }
    let mut tx = cx.write().await?;
    let case = store::hold(&mut tx, code).await?.ok_or(AppError::NotFound)?;
    let may = may(cx, &mut tx, &case, form).await?;
    if may.act.action.rule().wants(Need::Files) && uploads.is_empty() {
        return Err(AppError::invalid(photo::FIELD, "请选签好字的扫描件或者照片。"));
    }
    take(cx, &mut tx, &case, &may, &uploads).await?;
    if may.act.action == Action::Follow {
        fulfilled(cx, &mut tx, &case).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A step that somebody may take.
pub(super) struct May {
    pub act: Act,
    pub by: By,
    pub sight: Sight,
    pub named: Vec<Named>,
    pub clauses: Vec<StoredClause>,
    standing: Standing,
}

async fn may(cx: &Cx, tx: &mut Tx, case: &Stored, form: &ActForm) -> Result<May, AppError> {
    let (sight, named) = sight::of(cx, tx, case).await?;
    if !sight.named() && !sight.desk {
        return Err(AppError::NotFound);
    }
    let act = form.read()?;
    let clauses = record::clauses(tx, case.id).await?;
    let standing = record::standing(&record::steps(tx, case.id).await?)?;
    let now = sight::circumstances(cx, case, sight, &clauses);
    let by = standing.may(act.action, &now)?;
    if act.action.rule().wants(Need::Record) && by == By::Clerk && act.words.is_none() {
        return Err(AppError::invalid(
            "words",
            "请记下对方是怎么说的、谁问的、什么时候问的。",
        ));
    }
    Ok(May {
        act,
        by,
        sight,
        named,
        clauses,
        standing,
    })
}

/// Ends the case by itself, once each clause is kept.
async fn fulfilled(cx: &Cx, tx: &mut Tx, case: &Stored) -> Result<(), AppError> {
    let clauses = record::clauses(tx, case.id).await?;
    if !sight::all_kept(&clauses) {
        return Ok(());
    }
    let standing = record::standing(&record::steps(tx, case.id).await?)?;
    let now = Circumstances {
        by: vec![By::System],
        all_kept: true,
        ..Circumstances::default()
    };
    let by = standing.may(Action::Fulfil, &now)?;
    let (_, named) = sight::of(cx, tx, case).await?;
    let may = May {
        act: Act::plain(Action::Fulfil),
        by,
        sight: Sight::default(),
        named,
        clauses,
        standing,
    };
    take(cx, tx, case, &may, &[]).await
}

async fn take(cx: &Cx, tx: &mut Tx, case: &Stored, may: &May, uploads: &[RecordId]) -> Result<(), AppError> {
    let act = &may.act;
    let rule = act.action.rule();
    let next = may.standing.after(act.action, tx.now());
    if !store::set(tx, case, &next).await? {
        return Err(AppError::Conflict("别人刚办过这件事，请刷新后再看一下。".into()));
    }
    let user = if may.by == By::System { None } else { cx.who().user };
    // What was said at a session lies with it.
    let words = act.words.as_deref().filter(|_| act.action != Action::Hold);
    let step = NewStep {
        number: next.steps,
        action: act.action,
        state: next.state,
        by: may.by,
        user,
        at: next.at,
        how: act.how,
        door: act.door,
        clause: act.clause,
        seen: rule.seen,
        words,
    };
    let id = record::add_step(tx, case.id, &step).await?;
    scan::claim(tx, case, uploads).await?;
    effect::follow_up(cx, tx, case, may).await?;
    let after = store::again(tx, case.id).await?;
    // Whoever was just named, or was found, hears of it too.
    let named = super::people::of_case(tx, case.id).await?;
    tell::changed(tx, &after, &named, act.action).await?;
    let happened = Happened {
        step: id,
        action: act.action,
        seen: rule.seen,
        user,
    };
    tell::noticed(tx, &after, &named, happened).await
}
