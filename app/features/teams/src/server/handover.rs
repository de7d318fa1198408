//! The pages of a handover: what would go with it, and what went.

use accounts::server::{account, residency};
use db::{Cx, Tx};
use orgs::{model::Code, server::store as orgs_store};
use people::server::household;
use shared::{Actor, AppError, GrantId, Permission, Timestamp, UserId};
use tasks::{
    model::State,
    server::succession::{self, Open, Post},
};

use super::{
    beside::Beside,
    ordered::{self, Moved},
    overview::place,
    passing,
};
use crate::model::{
    Colleague, Fault, HandOverPage, HandoverId, HandoverPage, HandoverState, OpenTask, Waiting,
};

/// Tasks listed; all of them go, and are counted.
const LISTED: usize = 100;
/// What stands for a task that only those know who have it.
const HIDDEN: &str = "只有经办人能看的事";

/// What is shown before a post is handed over.
///
/// # Errors
/// As [`passing::post`].
pub async fn before(cx: &Cx, beside: &Beside, code: &Code, grant: GrantId) -> Result<HandOverPage, AppError> {
    let mut tx = cx.read().await?;
    let (node, held) = passing::post(cx, &mut tx, code, grant).await?;
    let post = Post {
        path: node.path.clone(),
        unit: node.id,
        role: held.role,
        user: held.user,
    };
    let open = succession::open(&mut tx, &post).await?;
    let drafts = beside.drafts(&mut tx, &post).await?;
    let waiting = waiting(&mut tx, beside, &node.path).await?;
    let mut colleagues: Vec<(UserId, Colleague)> = Vec::new();
    let mut approvers = Vec::new();
    for (user, name, role, place) in passing::colleagues(&mut tx, &node).await? {
        if user == held.user || Some(user) == cx.who().user {
            continue;
        }
        let role = role.parse::<shared::Role>().map_or("", shared::Role::label);
        match colleagues.iter_mut().find(|(known, _)| *known == user) {
            Some((_, known)) => known.label.push_str(&format!("、{place}{role}")),
            None => {
                colleagues.push((
                    user,
                    Colleague {
                        user: user.to_string(),
                        label: format!("{name}　{place}{role}"),
                    },
                ));
                if drafts.contains(&Some(user)) {
                    approvers.push(name);
                }
            }
        }
    }
    let me = cx.who().user;
    Ok(HandOverPage {
        here: place(node),
        grant,
        role: held.role,
        from: held.user_name,
        today: tx.now().date(),
        open: open.len(),
        tasks: open
            .into_iter()
            .take(LISTED)
            .map(|task| listed(task, Some(held.user) == me))
            .collect(),
        drafts: drafts.len(),
        approvers,
        waiting,
        colleagues: colleagues.into_iter().map(|(_, colleague)| colleague).collect(),
        planned: ordered::planned(&mut tx, grant).await?,
    })
}

fn listed(task: Open, own: bool) -> OpenTask {
    let stands = match (task.paused, task.due) {
        (true, _) => "挂起".to_owned(),
        (false, Some(due)) => format!("{} 到期", due.zh_short()),
        (false, None) => "没有期限".to_owned(),
    };
    let hidden = task.narrow && !own;
    OpenTask {
        href: None,
        title: if hidden { HIDDEN.to_owned() } else { task.title },
        label: task.label,
        stands,
    }
}

async fn waiting(tx: &mut Tx, beside: &Beside, path: &str) -> Result<Waiting, AppError> {
    Ok(Waiting {
        corrections: household::corrections_below(tx, path).await?,
        told: household::to_check_below(tx, path).await?,
        registrations: residency::waiting_below(tx, path).await?,
        photos: beside.photos(tx, path).await?,
    })
}

/// A handover, for those whom it concerns and those who work there.
///
/// # Errors
/// [`AppError::NotFound`] for everybody else.
pub async fn page(cx: &Cx, beside: &Beside, id: HandoverId) -> Result<HandoverPage, AppError> {
    let actor = cx.actor.as_deref().ok_or(AppError::Unauthenticated)?;
    let mut tx = cx.read().await?;
    let stored = ordered::one(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let node = orgs_store::by_id(&mut tx, stored.node_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let holds = |permission| actor.scope_of(permission).covers(&node.path);
    let concerned = [Some(stored.from_user), Some(stored.to_user), stored.ordered_by]
        .contains(&Some(actor.user))
        || holds(Permission::GridHandOver);
    if !concerned && !holds(Permission::StaffView) {
        return Err(AppError::NotFound);
    }
    let most = i64::try_from(LISTED).unwrap_or(i64::MAX);
    let (moved, count) = ordered::moved(&mut tx, id, most).await?;
    let mine = actor.user == stored.to_user;
    let now = tx.now();
    let oversees = holds(Permission::TaskOversee);
    let current = concerned && node.valid_to.is_none() && stored.state() == HandoverState::Done;
    let waiting = if current {
        Some(waiting(&mut tx, beside, &node.path).await?)
    } else {
        None
    };
    let mut row = stored.row();
    if concerned {
        // Who has left works here no more, and so is shown to others as 张*; those concerned know whom they took over from.
        for (name, user) in [(&mut row.from, stored.from_user), (&mut row.to, stored.to_user)] {
            if let Some(account) = account::by_id(&mut tx, user).await? {
                *name = account.name(cx.keys())?;
            }
        }
    }
    Ok(HandoverPage {
        row,
        ordered_by: stored
            .ordered_name
            .clone()
            .unwrap_or_else(|| "维护人员".to_owned()),
        ordered_at: stored.ordered_at,
        ended_at: stored.ended_at,
        words: if concerned { stored.words(cx.keys())? } else { None },
        fault: stored
            .fault
            .as_deref()
            .and_then(|code| code.parse::<Fault>().ok())
            .map(|fault| fault.label().to_owned()),
        moved: count,
        tasks: moved
            .into_iter()
            .map(|task| told(task, mine, oversees, now))
            .collect(),
        waiting,
        mine,
        may_withdraw: stored.state() == HandoverState::Planned && may_withdraw(actor, &node.path),
        here: place(node),
    })
}

fn may_withdraw(actor: &Actor, path: &str) -> bool {
    actor.scope_of(Permission::GridHandOver).covers(path)
}

fn told(task: Moved, mine: bool, oversees: bool, now: Timestamp) -> OpenTask {
    let state = State::from_code(&task.state).unwrap_or(State::Open);
    let stands = match (state, task.due_at) {
        (State::Open, Some(due)) if due < now => format!("{} 到期，已超期", due.zh_short()),
        (State::Open, Some(due)) => format!("{} 到期", due.zh_short()),
        (State::Open, None) => "没有期限".to_owned(),
        (state, _) => state.label().to_owned(),
    };
    let hidden = task.narrow && !mine;
    OpenTask {
        href: (mine || (oversees && !task.narrow)).then(|| format!("/tasks/{}", task.id)),
        title: if hidden { HIDDEN.to_owned() } else { task.title },
        label: task.label,
        stands,
    }
}
