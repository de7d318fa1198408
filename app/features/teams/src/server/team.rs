//! The team of a grid or a community on a day, as far as the viewer may see it.

use accounts::server::account::open_phone;
use db::{Cx, Tx, crypt::Field};
use orgs::{
    model::{Code, Node, NodeKind},
    server::store as orgs_store,
};
use shared::{AppError, Date, NodeId, Permission};

use super::{
    ordered,
    overview::{self, place},
    sight::{self, Sight, has_team},
    store,
};
use crate::model::{Member, Post, Show, Source, TeamPage, TeamsPage};

/// People told of one team: more than any has.
const TOLD: i64 = 500;

/// What the page of a place shows. `on` is a day in the past, for those who work there.
///
/// # Errors
/// [`AppError::NotFound`] where the viewer sees nothing, [`AppError::Invalid`] for a day to come or a cursor that is none, or what
/// the database answers.
pub async fn page(
    cx: &Cx,
    code: &Code,
    on: Option<Date>,
    show: Show,
    after: &str,
) -> Result<TeamsPage, AppError> {
    let mut tx = cx.read().await?;
    let today = tx.now().date();
    if on.is_some_and(|on| on > today) {
        return Err(AppError::invalid("on", "还没有到那一天。"));
    }
    let (node, sight) = sight::open(cx, &mut tx, code).await?;
    let team = if has_team(node.kind) && (sight.staff || sight.own) {
        let on = if sight.staff { on.unwrap_or(today) } else { today };
        Some(team(cx, &mut tx, &node, &sight, on).await?)
    } else {
        None
    };
    let overview = if node.kind <= NodeKind::Community && !sight.grids.is_empty() && node.valid_to.is_none() {
        Some(overview::of(cx, &mut tx, &node, &sight.grids, show, after).await?)
    } else {
        None
    };
    if team.is_none() && overview.is_none() {
        return Err(AppError::NotFound);
    }
    Ok(TeamsPage {
        here: place(node),
        team,
        overview,
    })
}

async fn team(cx: &Cx, tx: &mut Tx, node: &Node, sight: &Sight, on: Date) -> Result<TeamPage, AppError> {
    let today = tx.now().date();
    let above = match node.parent_id {
        Some(parent) if node.kind == NodeKind::Grid => orgs_store::by_id(tx, parent).await?,
        _ => None,
    };
    let above = above.filter(|above| above.kind == NodeKind::Community);
    let mut members = members(cx, tx, node, above.as_ref(), sight, on).await?;
    if !sight.staff {
        members.retain(|member| member.shown);
    }
    let current = node.valid_to.is_none();
    let may = |permission| {
        let actor = cx.actor.as_ref();
        current && actor.is_some_and(|actor| actor.scope_of(permission).covers(&node.path))
    };
    let handovers = if sight.staff {
        ordered::of_node(tx, node.id).await?
    } else {
        Vec::new()
    };
    Ok(TeamPage {
        here: place(node.clone()),
        above: above.map(place),
        on,
        today,
        ended: node.valid_to,
        members,
        staff: sight.staff,
        may_keep: may(Permission::TeamKeep),
        may_hand_over: may(Permission::GridHandOver),
        handovers,
        topic: sight.staff.then(|| format!("path/{}", node.path)),
    })
}

/// All who are on it, in the order of the posts, the oldest first.
async fn members(
    cx: &Cx,
    tx: &mut Tx,
    node: &Node,
    above: Option<&Node>,
    sight: &Sight,
    on: Date,
) -> Result<Vec<Member>, AppError> {
    let mut nodes: Vec<NodeId> = vec![node.id];
    nodes.extend(above.map(|above| above.id));
    let mut members = Vec::new();
    let keys = cx.keys();
    for role in store::roles(tx, &[node.id], on, TOLD).await? {
        let Some(post) = role.role.parse().ok().and_then(Post::of_role) else {
            continue;
        };
        let told = sight.phones || sight.own;
        members.push(Member {
            post,
            name: role.shown_name,
            phone: if told {
                open_phone(keys, role.user_id, role.phone.as_deref())?
            } else {
                None
            },
            duty: String::new(),
            from: role.valid_from,
            to: role.valid_to,
            elsewhere: if sight.staff { role.elsewhere } else { 0 },
            of_community: None,
            shown: true,
            source: Source::Role {
                grant: role.id,
                delegated: role.delegated,
            },
        });
    }
    for entry in store::entries(tx, &nodes, on, TOLD, false).await? {
        let Ok(post) = entry.post.parse::<Post>() else {
            continue;
        };
        let shown = entry.shown && post.may_be_shown();
        let told = sight.phones || (sight.own && shown);
        let of_community = above.filter(|above| above.id == entry.node_id);
        members.push(Member {
            post,
            name: keys.open_for(Field::Name, entry.id.0, &entry.name)?,
            phone: if told {
                Some(keys.open_for(Field::Phone, entry.id.0, &entry.phone)?)
            } else {
                None
            },
            duty: entry.duty,
            from: entry.valid_from,
            to: entry.valid_to,
            elsewhere: if sight.staff { entry.elsewhere } else { 0 },
            of_community: of_community.map(|above| above.name.clone()),
            shown,
            source: Source::Entry {
                id: entry.id,
                version: entry.version,
            },
        });
    }
    members.sort_by_key(|member| (member.post, member.of_community.is_some(), member.from));
    Ok(members)
}
