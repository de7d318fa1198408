//! What a step changes beside the case's state.

use accounts::server::account::{self, Account};
use db::{Cx, Tx};
use reports::server::mediated;
use shared::{AppError, Date, UserId};

use super::{
    act::May,
    deadline, desk,
    people::{self, Named},
    record,
    store::{self, Stored},
    tell,
};
use crate::model::{Act, Action, COURT_DAYS, Chosen, How, Kept, Left, Part, Person, Shape};

/// # Errors
/// [`AppError::Invalid`] by field, [`AppError::Conflict`], or what the database answers.
pub(super) async fn follow_up(cx: &Cx, tx: &mut Tx, case: &Stored, may: &May) -> Result<(), AppError> {
    let act = &may.act;
    match act.action {
        Action::Take => {
            let user = cx.user()?;
            let phone = account::must(tx, user).await?.phone(cx.keys())?;
            if is_side(cx, &may.named, user, phone.as_deref())? {
                return Err(AppError::Conflict("您是这件事的当事人，请让同事来接手。".into()));
            }
            store::set_clerk(tx, case.id, user).await?;
            deadline::taken(cx, tx, case, &may.clauses, user).await?;
        }
        Action::Accept => deadline::accepted(cx, tx, case).await?,
        Action::Ask if act.how == Some(How::Notice) => found(cx, tx, &may.named).await?,
        Action::Name => name(cx, tx, case, may).await?,
        Action::Declare => {
            if let Some(person) = may.sight.mediator {
                people::declare(tx, person).await?;
            }
        }
        Action::StepAside => {
            if let Some(person) = may.sight.mediator {
                people::leave(tx, person, Left::Aside).await?;
            }
        }
        Action::Object => {
            let mut mediators = may.named.iter().filter(|one| one.mediates());
            let person = mediators.find(|one| Some(one.id) == act.person);
            let person = person.ok_or_else(|| AppError::invalid("person", "这一位不是这件事的调解员。"))?;
            people::leave(tx, person.id, Left::Objected).await?;
        }
        Action::Hold => hold(cx, tx, case, act).await?,
        Action::Settle | Action::Revise => agree(tx, case, act, Shape::Written).await?,
        Action::SettleOrally => {
            agree(tx, case, act, Shape::Oral).await?;
            in_force(cx, tx, case, act).await?;
        }
        Action::Sign => in_force(cx, tx, case, act).await?,
        Action::AskCourt => {
            let on = passed(tx, case.effective_on, act.day)?;
            let last = case.effective_on.map(|on| on.plus_days(COURT_DAYS));
            if last.is_some_and(|last| on > last) {
                return Err(AppError::invalid("on", "要在协议生效以后 30 天以内申请。"));
            }
            deadline::court_asked(cx, tx, case).await?;
        }
        Action::CourtConfirmed => {
            passed(tx, case.effective_on, act.day)?;
        }
        Action::Follow => follow(cx, tx, may).await?,
        Action::Refuse
        | Action::Decline
        | Action::Fulfil
        | Action::GiveUp
        | Action::Fail
        | Action::Stop
        | Action::Withdraw => {
            deadline::drop_all(cx, tx, case, &may.clauses, "这件调解已经结束").await?;
        }
        Action::Warn => {
            let nobody =
                || AppError::Conflict("上面没有可以接报的单位，请直接打电话报告；紧急的先打 110。".into());
            let (unit, role) = desk::above(tx, &case.unit_path).await?.ok_or_else(nobody)?;
            deadline::warned(cx, tx, case, unit, role).await?;
            let above = orgs::server::store::by_id(tx, unit)
                .await?
                .ok_or(AppError::NotFound)?;
            tell::warned(tx, case, &above.path).await?;
        }
        Action::Apply | Action::Ask | Action::Consent | Action::Scan | Action::Note => {}
    }
    Ok(())
}

/// A day on which something was done: not in the future, and not before `first`.
fn passed(tx: &Tx, first: Option<Date>, day: Option<Date>) -> Result<Date, AppError> {
    let day = day.ok_or_else(|| AppError::invalid("on", "请填是哪一天。"))?;
    if day > tx.now().date() {
        return Err(AppError::invalid("on", "这一天还没有到，请填实际的日期。"));
    }
    if first.is_some_and(|first| day < first) {
        return Err(AppError::invalid("on", "这一天太早了，请核对。"));
    }
    Ok(day)
}

/// Finds the other side's account, by number and name both: a number that was typed wrong must not tell a stranger.
async fn found(cx: &Cx, tx: &mut Tx, named: &[Named]) -> Result<(), AppError> {
    let unknown = || {
        AppError::invalid(
            "how",
            "没有找到对方的账号，或者姓名和手机号对不上。请打电话或者当面问。",
        )
    };
    let other = named.iter().find(|one| one.part == Part::Respondent);
    let other = other.ok_or_else(unknown)?;
    if other.user_id.is_some() {
        return Ok(());
    }
    let person = other.open(cx)?;
    let phone = person.phone.as_deref().ok_or_else(unknown)?;
    let account = by_phone(cx, tx, phone).await?.ok_or_else(unknown)?;
    let applies = named
        .iter()
        .any(|one| one.part == Part::Applicant && one.user_id == Some(account.id));
    if applies || account.name(cx.keys())? != person.name {
        return Err(unknown());
    }
    people::link(tx, other.id, account.id).await?;
    Ok(())
}

async fn by_phone(cx: &Cx, tx: &mut Tx, phone: &str) -> Result<Option<Account>, AppError> {
    let phone = accounts::model::Phone::parse("phone", phone)?;
    let account = account::by_phone(tx, cx.keys(), &phone).await?;
    Ok(account.filter(Account::is_active))
}

/// Names a mediator: nobody who is a side, handled the reported matter, was objected to, or is named already.
async fn name(cx: &Cx, tx: &mut Tx, case: &Stored, may: &May) -> Result<(), AppError> {
    let field = match &may.act.account {
        Some(Chosen::Phone(_)) => "phone",
        _ => "account",
    };
    let refuse = |why: &str| AppError::invalid(field, why);
    let account = match &may.act.account {
        Some(Chosen::User(user)) => account::by_id(tx, *user).await?,
        Some(Chosen::Phone(phone)) => account::by_phone(tx, cx.keys(), phone).await?,
        None => None,
    };
    let account = account.filter(Account::is_active);
    let account = account.ok_or_else(|| refuse("没有这个账号，请先请这一位登记。"))?;
    let phone = account.phone(cx.keys())?;
    if is_side(cx, &may.named, account.id, phone.as_deref())? {
        return Err(refuse("这一位是当事人，不能当调解员。"));
    }
    let mut mediators = may.named.iter().filter(|one| one.part == Part::Mediator);
    if let Some(before) = mediators.find(|one| one.user_id == Some(account.id)) {
        return Err(refuse(if before.left_at.is_none() {
            "已经请过这一位了。"
        } else {
            "这一位已经回避，或者当事人不同意，请换一位。"
        }));
    }
    if let Some(matter) = case.matter_id
        && mediated::handlers(tx, matter).await?.contains(&account.id)
    {
        return Err(refuse("这一位办过这件反映的事，不能当调解员，请换一位。"));
    }
    let person = Person {
        name: account.name(cx.keys())?,
        phone,
        address: String::new(),
    };
    people::add(tx, case.id, Part::Mediator, Some(account.id), &person).await?;
    Ok(())
}

/// Whether somebody is a side, by account or by number.
fn is_side(cx: &Cx, named: &[Named], user: UserId, phone: Option<&str>) -> Result<bool, AppError> {
    for one in named.iter().filter(|one| one.part != Part::Mediator) {
        let known = one.open(cx)?.phone;
        if one.user_id == Some(user) || (phone.is_some() && known.as_deref() == phone) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn hold(cx: &Cx, tx: &mut Tx, case: &Stored, act: &Act) -> Result<(), AppError> {
    let sitting = act
        .sitting
        .as_ref()
        .ok_or_else(|| AppError::invalid("on", "请填是哪一天。"))?;
    if sitting.at > tx.now() {
        return Err(AppError::invalid("on", "这个时间还没有到，调解过以后再记。"));
    }
    let words = act.words.as_deref().unwrap_or_default();
    record::add_session(tx, case.id, sitting, words, cx.who().user).await
}

async fn agree(tx: &mut Tx, case: &Stored, act: &Act, shape: Shape) -> Result<(), AppError> {
    let agreement = act
        .agreement
        .as_ref()
        .ok_or_else(|| AppError::invalid("facts", "请写明纠纷的主要事实和争议的事项。"))?;
    store::set_agreement(tx, case.id, agreement, shape).await
}

/// From the day on which it was signed, or agreed on by word of mouth.
async fn in_force(cx: &Cx, tx: &mut Tx, case: &Stored, act: &Act) -> Result<(), AppError> {
    let on = passed(tx, Some(case.created_at.date()), act.day)?;
    store::set_effective(tx, case.id, on).await?;
    let again = store::again(tx, case.id).await?;
    let clauses = record::clauses(tx, case.id).await?;
    deadline::in_force(cx, tx, &again, &clauses).await
}

async fn follow(cx: &Cx, tx: &mut Tx, may: &May) -> Result<(), AppError> {
    let wrong = || AppError::invalid("clause", "请选是哪一条。");
    let (number, kept) = may.act.clause.ok_or_else(wrong)?;
    let clause = may.clauses.iter().find(|clause| clause.number == number);
    let clause = clause.ok_or_else(wrong)?;
    record::keep(tx, clause.id, kept).await?;
    if kept == Kept::Kept {
        deadline::kept(cx, tx, clause.id).await?;
    }
    Ok(())
}
