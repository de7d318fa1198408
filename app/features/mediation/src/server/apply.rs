//! Taking an application in: checked, numbered, laid where it is taken, with both sides named.

use std::time::Duration;

use accounts::server::{account, residency};
use db::{Cx, Tx, access, counter, idempotency, throttle};
use orgs::{
    model::{Node, NodeKind},
    server::store as units,
};
use reports::server::mediated;
use shared::{AppError, NodeId, Permission, UserId};

use super::{
    deadline, desk, people,
    record::{self, NewStep},
    store::{self, Told},
    tell,
};
use crate::model::{
    Action, By, CaseId, FormPage, NewCase, NewCaseForm, Part, Person, Seen, Sent, State, Unit,
};

/// Applications that one person sends in a day at most.
const MOST: i64 = 20;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// What is sent under one key is one application.
const ENDPOINT: &str = "mediation/apply";

/// What an application begins with.
///
/// # Errors
/// What the database answers.
pub async fn form(cx: &Cx) -> Result<FormPage, AppError> {
    let (user, subject) = (cx.user()?, cx.subject()?);
    let mut tx = cx.read().await?;
    let mut near: Vec<NodeId> = Vec::new();
    if let Some(lives) = residency::of_user(&mut tx, cx, subject).await? {
        near.push(lives.node);
    }
    // Where one works is no home of the resident for whom one acts.
    if let Some(actor) = cx.actor.as_ref().filter(|_| user == subject) {
        near.extend(actor.home().map(|grant| grant.node));
        near.extend(actor.grants.iter().map(|grant| grant.node));
    }
    let mut places: Vec<Unit> = Vec::new();
    for id in near {
        let Some(node) = units::by_id(&mut tx, id).await? else {
            continue;
        };
        let found = match community(&mut tx, &node).await? {
            Some(community) => vec![community],
            // A street offers its communities; what is above it has too many.
            None if node.kind == NodeKind::Street => units::parts(&mut tx, node.id).await?,
            None => Vec::new(),
        };
        for node in found {
            let code = node.code.to_string();
            if node.kind == NodeKind::Community && places.iter().all(|known| known.code != code) {
                places.push(Unit {
                    code,
                    name: node.name,
                });
            }
        }
    }
    let name = account::must(&mut tx, subject).await?.name(cx.keys())?;
    Ok(FormPage {
        places,
        may_enter: user == subject && may_enter(cx),
        name,
        key: cx.id::<uuid::Uuid>().to_string(),
    })
}

/// Whether the viewer may write an application down for somebody else.
fn may_enter(cx: &Cx) -> bool {
    let actor = cx.actor.as_ref();
    actor.is_some_and(|actor| actor.may(Permission::MediationEnter))
}

/// Whether they may do so at a community: it is theirs, or they work in a part of it.
fn may_enter_at(cx: &Cx, path: &str) -> bool {
    cx.actor.as_ref().is_some_and(|actor| {
        let scope = actor.scope_of(Permission::MediationEnter);
        scope.covers(path) || scope.paths().iter().any(|part| part.starts_with(path))
    })
}

/// The community that a unit is, or is part of.
async fn community(tx: &mut Tx, node: &Node) -> Result<Option<Node>, AppError> {
    let mut at = Some(node.clone());
    while let Some(node) = at {
        if node.kind == NodeKind::Community {
            return Ok(Some(node));
        }
        at = match node.parent_id {
            Some(above) => units::by_id(tx, above).await?,
            None => None,
        };
    }
    Ok(None)
}

/// Applies, for oneself, for the resident that one acts for, or, by those who may, for somebody by name. The same key twice is one
/// application.
///
/// # Errors
/// [`AppError::Invalid`] by field; [`AppError::TooManyRequests`]; [`AppError::Conflict`] where nobody is there to take it.
pub async fn apply(cx: &Cx, key: &str, form: &NewCaseForm) -> Result<Sent, AppError> {
    let user = cx.user()?;
    let checked = form.read()?;
    throttle::take(cx, &format!("mediation.apply/{user}"), MOST, DAY).await?;
    let mut tx = cx.write().await?;
    if let Some(sent) = idempotency::begin::<Sent>(&mut tx, user, key, ENDPOINT).await? {
        return Ok(sent);
    }
    let sent = enter(cx, &mut tx, &checked).await?;
    idempotency::finish(&mut tx, user, key, &sent).await?;
    tx.commit().await?;
    Ok(sent)
}

/// Who applies: their account, if it is theirs to apply with, and how they are named.
async fn applicant(
    cx: &Cx,
    tx: &mut Tx,
    checked: &NewCase,
    path: &str,
) -> Result<(Option<UserId>, Person), AppError> {
    if let Some(person) = &checked.applicant {
        if cx.who().acting_for.is_some() {
            return Err(AppError::invalid(
                "behalf",
                "您正在替别人办事，直接填就是替那一位申请。",
            ));
        }
        if !may_enter_at(cx, path) {
            return Err(AppError::invalid(
                "node",
                "不在您负责的地方，不能在这里代为申请。",
            ));
        }
        return Ok((None, person.clone()));
    }
    let subject = cx.subject()?;
    let account = account::must(tx, subject).await?;
    let person = Person {
        name: account.name(cx.keys())?,
        phone: account.phone(cx.keys())?,
        address: checked.address.clone(),
    };
    Ok((Some(subject), person))
}

async fn enter(cx: &Cx, tx: &mut Tx, checked: &NewCase) -> Result<Sent, AppError> {
    let wrong = || AppError::invalid("node", "请选在哪个社区。");
    let node = units::by_code(tx, &checked.node).await?.ok_or_else(wrong)?;
    let node = community(tx, &node).await?.ok_or_else(wrong)?;
    let (account, person) = applicant(cx, tx, checked, &node.path).await?;
    if person.phone.is_some() && person.phone == checked.other.phone {
        return Err(AppError::invalid(
            "other_phone",
            "对方的手机号和申请人的一样，请核对。",
        ));
    }
    let matter = match &checked.matter {
        None => None,
        Some(code) => Some(matter(cx, tx, checked, code).await?),
    };
    let (unit, role) = desk::nearest(tx, &node.path)
        .await?
        .ok_or_else(|| AppError::Conflict("这里还没有人受理调解，请到社区当面说。".into()))?;
    let id: CaseId = tx.id();
    let year = tx.now().date().year();
    let number = counter::next(tx, "mediation", node.id, year).await?;
    let code = access::random_trace();
    let title = format!("{}（{}）", checked.kind.label(), node.name);
    let (user, subject) = (cx.user()?, cx.subject()?);
    let other_hand = account.is_none() || user != subject;
    let told = Told {
        words: checked.words.clone(),
        wish: checked.wish.clone(),
    };
    let new = store::New {
        id,
        code: &code,
        node: node.id,
        year,
        number,
        kind: checked.kind,
        title: &title,
        unit,
        role,
        matter,
        entered_by: other_hand.then_some(user),
        told: &told,
    };
    store::insert(tx, &new).await?;
    people::add(tx, id, Part::Applicant, account, &person).await?;
    people::add(tx, id, Part::Respondent, None, &checked.other).await?;
    let step = NewStep {
        number: 1,
        action: Action::Apply,
        state: State::Applied,
        by: By::Applicant,
        user: Some(user),
        at: tx.now(),
        how: None,
        door: None,
        clause: None,
        seen: Seen::Parties,
        words: None,
    };
    record::add_step(tx, id, &step).await?;
    if let Some(matter) = matter {
        mediated::mark(tx, matter).await?;
    }
    let case = store::again(tx, id).await?;
    deadline::begin(cx, tx, &case).await?;
    tell::changed(tx, &case, &[], Action::Apply).await?;
    Ok(Sent {
        number: case.shown_number(),
        code: account.is_some().then_some(code),
    })
}

/// The reported matter that it comes of: its reporter's, or one that those who handle it bring here for somebody.
async fn matter(
    cx: &Cx,
    tx: &mut Tx,
    checked: &NewCase,
    code: &str,
) -> Result<reports::model::MatterId, AppError> {
    let source = match mediated::source(cx, tx, code).await {
        Err(AppError::NotFound) => return Err(AppError::invalid("matter", "没有这件反映的事。")),
        other => other?,
    };
    if !source.own && checked.applicant.is_none() {
        return Err(AppError::invalid(
            "behalf",
            "这件事不是您反映的，请写明是替谁申请。",
        ));
    }
    Ok(source.id)
}
