//! Who may see what of a team: those who work there all of it, those who live there what is public, nobody else anything.

use db::{Cx, Tx};
use orgs::{
    model::{Code, Node, NodeKind},
    server::store,
};
use shared::{Actor, AppError, Permission, Scope};

/// What the viewer may see of a node's team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// All of the team, with its gaps.
    pub staff: bool,
    /// The numbers of all of it.
    pub phones: bool,
    /// Those who live there, or have something of their own to do there, are told the public posts.
    pub own: bool,
    /// The part of it that they work in, for the overview.
    pub grids: Scope,
}

impl Sight {
    /// What `actor` may see of the team of the node at `path`.
    pub fn of(actor: &Actor, path: &str) -> Self {
        let staff = actor.scope_of(Permission::StaffView);
        Self {
            staff: staff.covers(path),
            phones: actor.scope_of(Permission::ContactView).covers(path),
            own: actor.grants.iter().any(|grant| grant.path.starts_with(path))
                || actor.scope_of(Permission::ContactView).covers(path),
            grids: people::server::sight::within(&staff, path),
        }
    }

    const fn any(&self) -> bool {
        self.staff || self.own
    }
}

/// The node with `code`, also one that has ended, if the viewer may see something of its team.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn open(cx: &Cx, tx: &mut Tx, code: &Code) -> Result<(Node, Sight), AppError> {
    let actor = cx.actor.as_deref().ok_or(AppError::Unauthenticated)?;
    let node = store::latest_by_code(tx, code).await?.ok_or(AppError::NotFound)?;
    let sight = Sight::of(actor, &node.path);
    if !sight.any() && sight.grids.is_empty() {
        return Err(AppError::NotFound);
    }
    Ok((node, sight))
}

/// The node in force with `code`, if it has a team and lies in the token's scope.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope; [`AppError::Conflict`] if it has ended or has no team.
pub async fn own(cx: &Cx, tx: &mut Tx, code: &Code) -> Result<Node, AppError> {
    let node = store::latest_by_code(tx, code).await?.ok_or(AppError::NotFound)?;
    cx.must_cover(&node.path)?;
    if let Some(ended) = node.valid_to {
        return Err(AppError::Conflict(format!(
            "{}从 {} 起已经撤销了，队伍不能再改。",
            node.name,
            ended.zh()
        )));
    }
    if has_team(node.kind) {
        Ok(node)
    } else {
        Err(AppError::Conflict(
            "这一级没有网格队伍，请到社区或网格里登记。".into(),
        ))
    }
}

/// Whether nodes of this kind have a team.
pub fn has_team(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Community | NodeKind::Grid)
}

#[cfg(test)]
mod tests {
    use shared::{DeviceId, Grant, NodeId, Role, SessionId, UserId};

    use super::*;

    fn holder(role: Role, path: &str) -> Actor {
        let id = uuid::Uuid::nil();
        Actor {
            user: UserId(id),
            name: String::new(),
            session: SessionId(id),
            device: DeviceId(id),
            second_factor: true,
            grants: vec![Grant {
                role,
                node: NodeId(id),
                code: String::new(),
                node_name: String::new(),
                path: path.to_owned(),
                until: None,
                delegated: false,
            }],
            acting_for: None,
        }
    }

    #[test]
    fn staff_see_all_residents_what_is_public_others_nothing() {
        let (community, grid, next) = ("32/1/7/", "32/1/7/70/", "32/1/7/71/");
        let resident = holder(Role::Resident, grid);
        let seen = Sight::of(&resident, grid);
        assert!(seen.own && !seen.staff && !seen.phones && seen.grids.is_empty());
        assert!(Sight::of(&resident, community).own);
        assert!(!Sight::of(&resident, next).any());
        let worker = holder(Role::GridWorker, grid);
        assert!(Sight::of(&worker, grid).staff && Sight::of(&worker, grid).phones);
        // Of the community they see what anybody of it does, and their own grid in its overview.
        let above = Sight::of(&worker, community);
        assert!(!above.staff && above.own && above.grids.paths() == [grid]);
        assert!(!Sight::of(&worker, next).any());
        let property = holder(Role::Property, community);
        assert!(Sight::of(&property, grid).own && !Sight::of(&property, grid).staff);
        assert!(!Sight::of(&holder(Role::Auditor, "32/"), grid).staff);
    }
}
