//! On what legal basis each kind of a resident's data is held, for what purpose, in which version of the wording.
//!
//! Source: 个人信息保护法 art. 13 (bases), 28 and 29 (sensitive data, separate consent), 31 (children under 14).

use accounts::model::Basis;
use shared::coded;

/// The version of all wordings below; a change of any of them gets a new one. A consent stands in the version that it was given in,
/// which the export of one's data tells, until it is withdrawn; it is not asked for anew.
const VERSION: &str = "2026-11";
/// Below this age a guardian consents.
pub const CHILD: i64 = 14;

coded! {
    /// A kind of personal data that this pillar holds.
    DataKind {
        Residence = "residence", "姓名、住址、居住情况";
        Birth = "birth", "出生年份、性别";
        Phone = "phone", "手机号";
        Room = "room", "名下房屋和面积";
        /// Of others, until they are noted themselves.
        Others = "others", "您填写的家里其他人";
        Identity = "identity", "身份证号";
        Care = "care", "需要的关照";
        Party = "party", "党员身份和所在支部";
        /// Showing a membership to those who hold no post.
        PartyShown = "party_shown", "对工作人员公开党员身份";
    }

    /// What rests on a consent of its own.
    Consent {
        Identity = "identity", "身份证号";
        Care = "care", "需要的关照";
        PartyShown = "party_shown", "对工作人员公开党员身份";
    }
}

impl DataKind {
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Residence => "知道谁住在这里，确定谁能参加居民会议、找哪个网格员",
            Self::Birth => "确定年满 18 周岁的居民人数，知道老人和孩子有多少",
            Self::Phone => "办事和紧急情况时联系您",
            Self::Room => "业主共同决定事项时计算人数和面积",
            Self::Others => "给网格员核对、登记到您家；没有登记上的，90 天后删除",
            Self::Identity => "与户籍登记核对，避免认错人",
            Self::Care => "按您的要求提供关照",
            Self::Party => "党支部的组织生活",
            Self::PartyShown => "让社区工作人员知道您是党员，参加党员服务",
        }
    }

    pub const fn basis(self) -> Basis {
        match self {
            Self::Residence | Self::Birth | Self::Room | Self::Others | Self::Party => Basis::Duty,
            Self::Phone => Basis::Service,
            Self::Identity | Self::Care | Self::PartyShown => Basis::Consent,
        }
    }

    /// The consent that it rests on, if it does.
    pub const fn consent(self) -> Option<Consent> {
        match self {
            Self::Identity => Some(Consent::Identity),
            Self::Care => Some(Consent::Care),
            Self::PartyShown => Some(Consent::PartyShown),
            _ => None,
        }
    }

    pub const fn version(self) -> &'static str {
        VERSION
    }
}

impl Consent {
    pub const fn version(self) -> &'static str {
        VERSION
    }

    /// On what it rests for somebody of `age`: below 14 the guardian's.
    pub fn basis(self, age: Option<i64>) -> Basis {
        if age.is_some_and(|age| age < CHILD) {
            Basis::Guardian
        } else {
            Basis::Consent
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sensitive_rests_on_consent() {
        for kind in DataKind::ALL {
            assert_eq!(kind.consent().is_some(), kind.basis() == Basis::Consent, "{kind}");
            if let Some(consent) = kind.consent() {
                assert_eq!(consent.code(), kind.code());
            }
        }
        assert_eq!(Consent::Care.basis(Some(13)), Basis::Guardian);
        assert_eq!(Consent::Care.basis(Some(14)), Basis::Consent);
        assert_eq!(Consent::Care.basis(None), Basis::Consent);
    }
}
