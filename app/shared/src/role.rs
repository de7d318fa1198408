//! Roles, and the one table of what each may do.

use serde::{Deserialize, Serialize};

/// Declares an enum whose variants have a stable code (stored, sent) and a Chinese label (shown).
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();
            fn from_str(code: &str) -> Result<Self, ()> {
                match code { $($code => Ok(Self::$variant),)+ _ => Err(()) }
            }
        }
    };
}

coded! {
    /// What somebody is at a node, from a date to a date. A confirmed resident holds [`Role::Resident`] at the grid.
    Role {
        Resident = "resident", "居民";
        GroupLead = "group_lead", "居民小组长";
        GridWorker = "grid_worker", "专职网格员";
        GridLead = "grid_lead", "网格长";
        Staff = "staff", "社区工作人员";
        Secretary = "secretary", "社区书记";
        TownAdmin = "town_admin", "镇街管理员";
        DistrictAdmin = "district_admin", "区县管理员";
        CityAdmin = "city_admin", "市级管理员";
        /// 居务监督委员会 (城市居民委员会组织法, art. 36): sees, does not decide.
        Supervisor = "supervisor", "居务监督委员会成员";
        OwnersCommittee = "owners_committee", "业委会成员";
        /// 综治中心: joint handling and mediation.
        Mediation = "mediation", "综治中心工作人员";
        Property = "property", "物业人员";
        SocialOrg = "social_org", "社会组织人员";
        SystemAdmin = "system_admin", "系统管理员";
        SecurityAdmin = "security_admin", "安全管理员";
        Auditor = "auditor", "审计员";
    }
}

coded! {
    /// One thing that an access token is asked for.
    Permission {
        /// Staff pages of a node: borders before a review number is entered, workers, what waits.
        StaffView = "staff_view", "查看工作信息";
        /// Phone numbers of grid workers beyond one's own grid.
        ContactView = "contact_view", "查看工作人员电话";
        OrgEdit = "org_edit", "维护组织信息";
        OrgImport = "org_import", "导入区划";
        MapImport = "map_import", "导入网格边界";
        MapSettings = "map_settings", "设置地图";
        /// Drawing borders of grids, and handing them in.
        MapPropose = "map_propose", "起草网格边界";
        /// Letting what others drew take effect.
        MapApprove = "map_approve", "审批网格边界";
        ResidentConfirm = "resident_confirm", "核实居民登记";
        /// Acting for a resident without a phone (代办).
        ActFor = "act_for", "代居民办理";
        Unmask = "unmask", "查看完整个人信息";
        /// Who lives where, masked.
        PeopleView = "people_view", "查看居民和房屋";
        PeopleEdit = "people_edit", "登记居民和房屋";
        PeopleImport = "people_import", "导入居民和房屋";
        /// Residents' groups, deputies, party members.
        RollKeep = "roll_keep", "维护名册";
        /// Party members who did not agree to be shown: for those who hold a post.
        PartyView = "party_view", "查看全部党员";
        /// Who is on the team of a grid beside those who hold a role there.
        TeamKeep = "team_keep", "维护网格队伍";
        /// Passing the post of a 网格长 or 专职网格员 on to a colleague, with all that is open.
        GridHandOver = "grid_hand_over", "交接网格";
        StaffImport = "staff_import", "导入工作人员";
        RoleDelegate = "role_delegate", "请假委托";
        /// Tasks of others at one's units: seeing them, stopping their clock, saying that they need not be done.
        TaskOversee = "task_oversee", "督办任务";
        /// When a unit works.
        HoursEdit = "hours_edit", "设置上班时间";
        /// The State Council's calendar, which holds for the whole deployment.
        CalendarManage = "calendar_manage", "维护工作日历";
        /// What the grids of a place handle: the list, and what a town narrows of it.
        CatalogueEdit = "catalogue_edit", "维护网格事项清单";
        /// Which inspections the grids walk, and how often.
        InspectionPlan = "inspection_plan", "安排巡查";
        Inspect = "inspect", "巡查";
        /// Points of interest and cameras.
        PoiEdit = "poi_edit", "维护点位";
        /// Matters that residents reported: the work list of one's units.
        ReportHandle = "report_handle", "办理诉求";
        /// Taking matters in, passing them on, asking afterwards, publishing.
        ReportDispatch = "report_dispatch", "派单和回访";
        /// Urging on and deciding about the matters of the units below.
        ReportOversee = "report_oversee", "督办诉求";
        /// To whom new matters go.
        ReportRules = "report_rules", "设置派单规则";
        /// What matters are about, for the whole deployment.
        ReportCategories = "report_categories", "编辑诉求类别";
        /// Keys of programs that report by Open311.
        ReportClients = "report_clients", "管理接口密钥";
        /// Writing down an application for mediation for somebody else. Who sees a case is named in it: no permission opens one.
        MediationEnter = "mediation_enter", "代为登记调解申请";
        /// How many mediations there are, and nothing of any.
        MediationCount = "mediation_count", "查看调解件数";
        /// Asking the residents of one's units, and answering what they propose.
        SurveyKeep = "survey_keep", "发起意见征集和问卷";
        RoleGrant = "role_grant", "授予角色";
        AccountManage = "account_manage", "管理账号";
        SystemStatus = "system_status", "查看运行状况";
        JobsManage = "jobs_manage", "处理失败任务";
        AuditRead = "audit_read", "查看审计日志";
        AuditExport = "audit_export", "导出审计日志";
    }
}

impl Role {
    /// The one table. A role that is not named here may do what any signed-in person may.
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::Resident => &[],
            Self::GroupLead | Self::OwnersCommittee | Self::Property | Self::SocialOrg => &[P::ContactView],
            Self::Supervisor => &[P::StaffView, P::ContactView],
            Self::Mediation => &[P::StaffView, P::ContactView, P::MediationEnter, P::MediationCount],
            Self::GridWorker => &[
                P::StaffView,
                P::ContactView,
                P::ResidentConfirm,
                P::ActFor,
                P::Unmask,
                P::PeopleView,
                P::PeopleEdit,
                P::RoleDelegate,
                P::MapPropose,
                P::Inspect,
                P::PoiEdit,
                P::TeamKeep,
                P::ReportHandle,
                P::MediationEnter,
            ],
            Self::GridLead => &[
                P::StaffView,
                P::ContactView,
                P::ResidentConfirm,
                P::ActFor,
                P::Unmask,
                P::PeopleView,
                P::PeopleEdit,
                P::RoleDelegate,
                P::TaskOversee,
                P::MapPropose,
                P::Inspect,
                P::PoiEdit,
                P::TeamKeep,
                P::ReportHandle,
                P::ReportDispatch,
                P::SurveyKeep,
                P::MediationEnter,
            ],
            Self::Staff => &[
                P::StaffView,
                P::ContactView,
                P::ResidentConfirm,
                P::ActFor,
                P::Unmask,
                P::PeopleView,
                P::PeopleEdit,
                P::RollKeep,
                P::OrgEdit,
                P::RoleDelegate,
                P::MapPropose,
                P::Inspect,
                P::PoiEdit,
                P::TeamKeep,
                P::ReportHandle,
                P::ReportDispatch,
                P::SurveyKeep,
                P::MediationEnter,
            ],
            Self::Secretary => &[
                P::StaffView,
                P::ContactView,
                P::ResidentConfirm,
                P::ActFor,
                P::Unmask,
                P::PeopleView,
                P::PeopleEdit,
                P::PeopleImport,
                P::RollKeep,
                P::PartyView,
                P::OrgEdit,
                P::StaffImport,
                P::RoleDelegate,
                P::TaskOversee,
                P::HoursEdit,
                P::MapPropose,
                P::MapApprove,
                P::InspectionPlan,
                P::Inspect,
                P::PoiEdit,
                P::TeamKeep,
                P::GridHandOver,
                P::ReportHandle,
                P::ReportDispatch,
                P::SurveyKeep,
                P::MediationEnter,
                P::MediationCount,
            ],
            Self::TownAdmin => &[
                P::StaffView,
                P::ContactView,
                P::OrgEdit,
                P::OrgImport,
                P::PeopleImport,
                P::MapImport,
                P::MapSettings,
                P::StaffImport,
                P::RoleDelegate,
                P::TaskOversee,
                P::HoursEdit,
                P::MapPropose,
                P::MapApprove,
                P::CatalogueEdit,
                P::InspectionPlan,
                P::PoiEdit,
                P::TeamKeep,
                P::GridHandOver,
                P::ReportHandle,
                P::ReportDispatch,
                P::SurveyKeep,
                P::ReportOversee,
                P::ReportRules,
                P::MediationCount,
            ],
            // A deployment belongs to a county or above: what holds for all of it is set there.
            Self::DistrictAdmin | Self::CityAdmin => &[
                P::StaffView,
                P::ContactView,
                P::OrgEdit,
                P::OrgImport,
                P::MapImport,
                P::MapSettings,
                P::StaffImport,
                P::RoleDelegate,
                P::TaskOversee,
                P::HoursEdit,
                P::CalendarManage,
                P::MapPropose,
                P::MapApprove,
                P::CatalogueEdit,
                P::InspectionPlan,
                P::PoiEdit,
                P::ReportHandle,
                P::ReportDispatch,
                P::SurveyKeep,
                P::ReportOversee,
                P::ReportRules,
                P::ReportCategories,
                P::ReportClients,
                P::MediationCount,
            ],
            Self::SystemAdmin => &[
                P::SystemStatus,
                P::JobsManage,
                P::OrgImport,
                P::MapImport,
                P::MapSettings,
                P::CalendarManage,
            ],
            Self::SecurityAdmin => &[P::RoleGrant, P::AccountManage],
            Self::Auditor => &[P::AuditRead, P::AuditExport],
        }
    }

    pub fn allows(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// Whether this role needs a second factor in the session before it may do anything.
    pub const fn needs_second_factor(self) -> bool {
        matches!(
            self,
            Self::TownAdmin
                | Self::DistrictAdmin
                | Self::CityAdmin
                | Self::SystemAdmin
                | Self::SecurityAdmin
                | Self::Auditor
        )
    }

    /// Whether the holder works for the community (as against living there or partnering with it).
    pub const fn is_staff(self) -> bool {
        !matches!(
            self,
            Self::Resident | Self::GroupLead | Self::OwnersCommittee | Self::Property | Self::SocialOrg
        )
    }

    /// System administration, security administration and audit are three roles that no one person may hold two of.
    pub const fn conflicts_with(self, other: Self) -> bool {
        const fn separated(role: Role) -> bool {
            matches!(role, Role::SystemAdmin | Role::SecurityAdmin | Role::Auditor)
        }
        separated(self) && separated(other) && self as u8 != other as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_administrators_are_kept_apart() {
        let three = [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor];
        for a in three {
            for b in three {
                assert_eq!(a.conflicts_with(b), a != b);
            }
            assert!(!a.conflicts_with(Role::Resident));
        }
    }

    #[test]
    fn only_the_security_administrator_grants_and_only_the_auditor_reads_the_log() {
        for role in Role::ALL {
            assert_eq!(
                role.allows(Permission::RoleGrant),
                *role == Role::SecurityAdmin,
                "{role:?}"
            );
            assert_eq!(
                role.allows(Permission::AuditRead),
                *role == Role::Auditor,
                "{role:?}"
            );
        }
    }

    #[test]
    fn codes_find_their_role_again() {
        for role in Role::ALL {
            assert_eq!(role.code().parse(), Ok(*role));
        }
        assert!("root".parse::<Role>().is_err());
    }
}
