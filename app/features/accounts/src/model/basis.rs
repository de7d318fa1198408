//! On what legal basis each kind of personal data is held, for what purpose, and in which version of the wording.
//!
//! Source: 个人信息保护法 art. 13 (bases), 28 (sensitive data), 31 (children under 14).

use serde::{Deserialize, Serialize};

/// The version of all wordings below; a change of any of them gets a new one. A consent to an older one no longer counts as given,
/// and is asked for anew on the page of one's data; what rests on it goes on until it is withdrawn. A guardian is asked when a child is
/// entered only.
const VERSION: &str = "2026-11";

/// Why data may be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// What the person asked for cannot be done without it.
    Service,
    /// A duty that the law gives the committee or the operator.
    Duty,
    Consent,
    /// The guardian's consent, for those under 14.
    Guardian,
}

impl Basis {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Duty => "duty",
            Self::Consent => "consent",
            Self::Guardian => "guardian",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Service => "办理您要办的事所必需",
            Self::Duty => "履行法定职责或义务所必需",
            Self::Consent => "您的同意",
            Self::Guardian => "监护人的同意",
        }
    }
}

/// A kind of personal data that this pillar holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataKind {
    Phone,
    Name,
    Door,
    SignIn,
    /// A relative acts in one's name.
    Relative,
    /// All of the above for a child under 14.
    Child,
}

impl DataKind {
    pub const ALL: &[Self] = &[
        Self::Phone,
        Self::Name,
        Self::Door,
        Self::SignIn,
        Self::Relative,
        Self::Child,
    ];
    /// What registering rests on; shown on the form.
    pub const REGISTRATION: &[Self] = &[Self::Phone, Self::Name, Self::Door, Self::SignIn];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Door => "door",
            Self::SignIn => "sign_in",
            Self::Relative => "relative",
            Self::Child => "child",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Phone => "手机号",
            Self::Name => "姓名",
            Self::Door => "住址（网格和门牌）",
            Self::SignIn => "登录的设备和时间",
            Self::Relative => "亲友代办",
            Self::Child => "未满 14 周岁人员的信息",
        }
    }

    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Phone => "登录，办事有进展时告诉您",
            Self::Name => "核实您是本网格居民，办事时知道找谁",
            Self::Door => "把您的事交给负责您家的网格员",
            Self::SignIn => "发现冒用，按规定留存网络日志不少于 6 个月",
            Self::Relative => "让您信任的亲友替您办事",
            Self::Child => "为孩子登记和办事",
        }
    }

    pub const fn basis(self) -> Basis {
        match self {
            Self::Phone => Basis::Service,
            Self::Name | Self::Door | Self::SignIn => Basis::Duty,
            Self::Relative => Basis::Consent,
            Self::Child => Basis::Guardian,
        }
    }

    pub const fn version(self) -> &'static str {
        VERSION
    }

    /// Whether it is given and withdrawn by the person, as easily the one as the other.
    pub const fn is_voluntary(self) -> bool {
        matches!(self.basis(), Basis::Consent | Basis::Guardian)
    }
}

/// What a later pillar holds about somebody, as it says so itself: what for, on what basis, in which version of the wording. None of it
/// rests on a consent, which the pillar would ask for and keep by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    pub label: String,
    pub purpose: String,
    pub basis: Basis,
    pub version: String,
}

impl Ground {
    pub fn new(label: &str, purpose: &str, basis: Basis, version: &str) -> Self {
        Self {
            label: label.to_owned(),
            purpose: purpose.to_owned(),
            basis,
            version: version.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_find_their_kind_again_and_registration_rests_on_no_consent() {
        for kind in DataKind::ALL {
            assert_eq!(DataKind::from_code(kind.code()), Some(*kind));
        }
        assert!(DataKind::REGISTRATION.iter().all(|kind| !kind.is_voluntary()));
        // Was asked for once, and nothing ever used it: migration 0020 ended what was given, and rows of it are passed over.
        assert_eq!(DataKind::from_code("news"), None);
    }
}
