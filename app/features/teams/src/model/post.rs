//! The posts of a team, in the order in which they are shown.

use shared::Role;

shared::coded! {
    /// What somebody is on the team of a grid.
    Post {
        GridLead = "grid_lead", "网格长";
        GridWorker = "grid_worker", "专职网格员";
        Police = "police", "民警";
        PartyCadre = "party_cadre", "党员干部";
        Volunteer = "volunteer", "志愿者";
        BuildingLead = "building_lead", "楼栋长";
        Property = "property", "物业";
    }
}

impl Post {
    /// Whether residents may be told who it is: those whose work is to be called by them. The others have lent a hand, not their number.
    pub const fn may_be_shown(self) -> bool {
        matches!(
            self,
            Self::GridLead | Self::GridWorker | Self::Police | Self::Property
        )
    }

    /// Whether it belongs to one grid; the others may also serve all grids of a community.
    pub const fn of_one_grid(self) -> bool {
        matches!(self, Self::GridLead | Self::GridWorker)
    }

    /// The role that those with an account hold instead.
    pub const fn role(self) -> Option<Role> {
        match self {
            Self::GridLead => Some(Role::GridLead),
            Self::GridWorker => Some(Role::GridWorker),
            _ => None,
        }
    }

    pub fn of_role(role: Role) -> Option<Self> {
        Self::ALL.iter().copied().find(|post| post.role() == Some(role))
    }

    /// What to do where nobody holds it.
    pub const fn missing(self) -> &'static str {
        match self {
            Self::GridLead => "网格长一般由社区“两委”成员担任。请社区定人，登记在这里，或授予角色。",
            Self::GridWorker => "每个网格至少要有一名专职网格员。请社区报镇街配人，先由别的网格代管。",
            Self::Police => "请向派出所问这一片的社区民警，登记在社区一级，全部网格都能看到。",
            Self::PartyCadre => "请问问挂钩联系这个网格的党员干部是谁。",
            Self::Volunteer => "可以请热心的居民报名。",
            Self::BuildingLead => "请各楼推选楼栋长，写明管哪几幢。",
            Self::Property => "请登记物业项目经理或服务中心的电话；没有物业的，可以不登记。",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_a_post_and_back() {
        for post in Post::ALL {
            assert_eq!(post.role().and_then(Post::of_role), post.role().map(|_| *post));
            assert!(!post.missing().contains('！'), "no exclamation marks");
            // Who is called by residents is known to them, so what belongs to one grid is.
            assert!(post.may_be_shown() || !post.of_one_grid());
        }
        assert_eq!(Post::of_role(Role::Property), None);
    }
}
