//! Who is asking, as whom, and with which roles.

use serde::{Deserialize, Serialize};

use crate::{Date, DeviceId, NodeId, Permission, Role, Scope, SessionId, UserId};

/// A role held at a node, as of today (grants not yet or no longer in force are never loaded).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub role: Role,
    pub node: NodeId,
    /// The node's official code.
    pub code: String,
    pub node_name: String,
    /// The node's path; see [`Scope`].
    pub path: String,
    pub until: Option<Date>,
    /// Whether it was delegated during somebody's leave.
    pub delegated: bool,
}

/// For whom somebody acts: a grid worker for a resident without a phone (代办), or a bound relative (亲友代办).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    pub user: UserId,
    pub name: String,
}

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub user: UserId,
    pub name: String,
    pub session: SessionId,
    pub device: DeviceId,
    /// Whether this session has shown a second factor.
    pub second_factor: bool,
    pub grants: Vec<Grant>,
    pub acting_for: Option<Acting>,
}

impl Actor {
    /// The subtrees in which `permission` is held. Empty if it is not held at all.
    pub fn scope_of(&self, permission: Permission) -> Scope {
        let held = self
            .grants
            .iter()
            .filter(|g| g.role.allows(permission) && self.has_factor_for(g.role));
        Scope::new(held.map(|g| g.path.clone()).collect())
    }

    /// Whether `permission` is held by a role that only lacks the second factor.
    pub fn lacks_factor_for(&self, permission: Permission) -> bool {
        self.scope_of(permission).is_empty() && self.grants.iter().any(|g| g.role.allows(permission))
    }

    fn has_factor_for(&self, role: Role) -> bool {
        self.second_factor || !role.needs_second_factor()
    }

    pub fn may(&self, permission: Permission) -> bool {
        !self.scope_of(permission).is_empty()
    }

    pub fn holds(&self, role: Role) -> bool {
        self.grants.iter().any(|g| g.role == role)
    }

    pub fn is_staff(&self) -> bool {
        self.grants.iter().any(|g| g.role.is_staff())
    }

    /// The place that is this person's own: the deepest node among the grants.
    pub fn home(&self) -> Option<&Grant> {
        self.grants
            .iter()
            .max_by_key(|g| (g.path.len(), g.role == Role::Resident))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(second_factor: bool, roles: &[(Role, &str)]) -> Actor {
        let id = uuid::Uuid::nil();
        Actor {
            user: UserId(id),
            name: "测试".into(),
            session: SessionId(id),
            device: DeviceId(id),
            second_factor,
            grants: roles
                .iter()
                .map(|(role, path)| Grant {
                    role: *role,
                    node: NodeId(id),
                    code: String::new(),
                    node_name: String::new(),
                    path: (*path).into(),
                    until: None,
                    delegated: false,
                })
                .collect(),
            acting_for: None,
        }
    }

    #[test]
    fn a_permission_reaches_the_subtrees_of_the_roles_that_carry_it() {
        let a = actor(false, &[(Role::GridWorker, "32/1/"), (Role::Resident, "32/2/")]);
        assert!(a.scope_of(Permission::ResidentConfirm).covers("32/1/7/"));
        assert!(!a.scope_of(Permission::ResidentConfirm).covers("32/2/"));
        assert!(!a.may(Permission::AuditRead));
    }

    #[test]
    fn administrators_need_the_second_factor() {
        let roles = [(Role::SecurityAdmin, "32/")];
        let without = actor(false, &roles);
        assert!(!without.may(Permission::RoleGrant));
        assert!(without.lacks_factor_for(Permission::RoleGrant));
        assert!(actor(true, &roles).may(Permission::RoleGrant));
    }
}
