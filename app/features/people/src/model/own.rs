//! Where somebody works, as far as figures are told of it.

use orgs::model::{Code, NodeKind};
use shared::{Actor, Permission};

/// The place whose figures somebody who knows the people there sees first: the smallest; none above the town.
pub fn figures_of(actor: &Actor) -> Option<Code> {
    actor
        .grants
        .iter()
        .filter(|grant| grant.role.allows(Permission::PeopleView))
        .filter_map(|grant| grant.code.parse::<Code>().ok())
        .filter(|code| code.kind() >= NodeKind::Street)
        .max_by_key(|code| code.kind())
}

#[cfg(test)]
mod tests {
    use shared::{DeviceId, Grant, NodeId, Role, SessionId, UserId};

    use super::*;

    fn worker(roles: &[(Role, &str)]) -> Actor {
        let id = uuid::Uuid::nil();
        let grant = |(role, code): &(Role, &str)| Grant {
            role: *role,
            node: NodeId(id),
            code: (*code).into(),
            node_name: String::new(),
            path: String::new(),
            until: None,
            delegated: false,
        };
        Actor {
            user: UserId(id),
            name: "测试".into(),
            session: SessionId(id),
            device: DeviceId(id),
            second_factor: false,
            grants: roles.iter().map(grant).collect(),
            acting_for: None,
        }
    }

    #[test]
    fn the_smallest_place_where_one_works_comes_first() {
        let own = |roles: &[(Role, &str)]| figures_of(&worker(roles)).map(String::from);
        let grid = (Role::GridWorker, "320581001001001");
        assert_eq!(
            own(&[(Role::GridWorker, "320581001"), grid]).as_deref(),
            Some(grid.1)
        );
        assert_eq!(
            own(&[(Role::GridWorker, "320581")]),
            None,
            "of a district nothing is told"
        );
        assert_eq!(own(&[(Role::Resident, "320581001001001")]), None);
    }
}
