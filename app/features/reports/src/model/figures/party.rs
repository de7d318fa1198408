//! Who began a matter and who carried it. The study found 84 % of all cases led by government, 16 % by residents and social organisations.

use shared::{Role, coded};

use crate::model::Action;

coded! {
    /// On whose side somebody stands.
    Party {
        Government = "government", "政府和社区";
        Residents = "residents", "居民";
        Organisations = "organisations", "社会组织";
        Property = "property", "物业";
    }
}

impl Party {
    /// Who acts in a role. 业委会, residents' groups and the committee that watches over the community's affairs are residents' own.
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Resident | Role::GroupLead | Role::OwnersCommittee | Role::Supervisor => Self::Residents,
            Role::SocialOrg => Self::Organisations,
            Role::Property => Self::Property,
            Role::GridWorker
            | Role::GridLead
            | Role::Staff
            | Role::Secretary
            | Role::TownAdmin
            | Role::DistrictAdmin
            | Role::CityAdmin
            | Role::Mediation
            | Role::SystemAdmin
            | Role::SecurityAdmin
            | Role::Auditor => Self::Government,
        }
    }

    /// Who began a matter (由谁发起): whoever works at the place or above it by one of `roles`, held there on the day of the report, began it
    /// as that; anybody else as a resident. What was written down or sent on for a resident was begun by the resident.
    pub fn began(roles: &[Role], on_behalf: bool) -> Self {
        if on_behalf {
            return Self::Residents;
        }
        let has = |party| roles.iter().any(|role| Self::of(*role) == party);
        [Self::Government, Self::Property, Self::Organisations]
            .into_iter()
            .find(|party| has(*party))
            .unwrap_or(Self::Residents)
    }

    /// Who carried a matter (由谁承办): whoever had it when it was answered last; nobody while it is not answered. Of several units the one
    /// that leads carries it.
    pub fn carried(steps: impl IntoIterator<Item = (Action, Option<Role>)>) -> Option<Self> {
        let (mut holder, mut carried) = (None, None);
        for (action, role) in steps {
            match action {
                Action::Report
                | Action::Dispatch
                | Action::Reassign
                | Action::Return
                | Action::Escalate
                | Action::Recuse
                | Action::Reopen => holder = role.or(holder),
                Action::Answer => carried = holder.map(Self::of),
                _ => {}
            }
        }
        carried
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_works_there_begins_as_that_and_nobody_else_does() {
        assert_eq!(Party::began(&[], false), Party::Residents);
        assert_eq!(Party::began(&[Role::OwnersCommittee], false), Party::Residents);
        assert_eq!(Party::began(&[Role::Property], false), Party::Property);
        assert_eq!(Party::began(&[Role::SocialOrg], false), Party::Organisations);
        assert_eq!(
            Party::began(&[Role::Property, Role::GridWorker], false),
            Party::Government
        );
        assert_eq!(
            Party::began(&[Role::GridWorker], true),
            Party::Residents,
            "written down for a resident"
        );
    }

    #[test]
    fn who_had_it_at_the_last_answer_carried_it() {
        let steps = [
            (Action::Report, Some(Role::GridWorker)),
            (Action::Accept, None),
            (Action::Dispatch, Some(Role::Property)),
            (Action::Begin, None),
        ];
        assert_eq!(Party::carried(steps), None);
        let answered = steps.into_iter().chain([(Action::Answer, None)]);
        assert_eq!(Party::carried(answered.clone()), Some(Party::Property));
        let again = answered.chain([
            (Action::Reopen, Some(Role::Staff)),
            (Action::Begin, None),
            (Action::Answer, None),
        ]);
        assert_eq!(Party::carried(again), Some(Party::Government));
    }
}
