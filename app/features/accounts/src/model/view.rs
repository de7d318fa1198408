//! What pages are given to show.

use serde::{Deserialize, Serialize};
use shared::{Date, DeviceId, GrantId, NodeId, RecordId, Role, SessionId, Timestamp, UserId};

use super::{DataKind, Ground, MyResidency};

/// What the second step of signing in shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeStep {
    /// `138****1234`
    pub phone: String,
    /// In demo mode only.
    pub demo_code: Option<String>,
}

/// One account of the demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoAccount {
    pub role: Role,
    pub name: String,
    pub phone: String,
    pub place: String,
}

/// What the sign-in page needs to know about the deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInPage {
    pub demo: Vec<DemoAccount>,
}

/// The page of the second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorPage {
    /// Whether one is enrolled; otherwise it has to be first.
    pub enrolled: bool,
    pub shown: bool,
    /// In demo mode only: the code of this half minute.
    pub demo_code: Option<String>,
}

/// One device that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRow {
    pub session: SessionId,
    pub device: DeviceId,
    pub label: String,
    pub since: Timestamp,
    pub last_seen: Timestamp,
    /// The one that asks.
    pub here: bool,
}

/// A role somebody holds, held or will hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRow {
    pub id: GrantId,
    pub user: UserId,
    pub user_name: String,
    pub role: Role,
    pub node: NodeId,
    pub node_code: String,
    pub node_name: String,
    pub from: Date,
    pub to: Option<Date>,
    pub delegated: bool,
    pub in_force: bool,
}

/// A delegation during leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegationRow {
    pub id: RecordId,
    /// The colleague, or who delegated to the reader.
    pub name: String,
    pub mine: bool,
    pub roles: Vec<(Role, String)>,
    pub from: Date,
    pub to: Date,
    pub ended: bool,
}

/// One's own page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub name: String,
    pub phone: Option<String>,
    pub roles: Vec<RoleRow>,
    pub residency: Option<MyResidency>,
    pub has_password: bool,
    pub has_factor: bool,
    pub needs_factor: bool,
    pub acting_for: Option<String>,
    /// When the account is going to be erased, if that was asked for.
    pub erasure_due: Option<Timestamp>,
}

/// One's security settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    pub password_set_at: Option<Timestamp>,
    pub has_factor: bool,
    pub needs_factor: bool,
    /// Recovery codes not used yet.
    pub recovery_left: i64,
    /// While one is being enrolled.
    pub enrolling: Option<Enrolment>,
}

/// A second factor that waits for its first code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// `otpauth://…`, for the QR code.
    pub url: String,
    /// For typing in.
    pub secret: String,
}

/// One kind of data held about somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldData {
    pub kind: DataKind,
    pub value: String,
    pub version: Option<String>,
    pub given_at: Option<Timestamp>,
    /// Whether it is in force: given in the present wording and not withdrawn.
    pub active: bool,
    /// Whether it was given in an older wording and not withdrawn: a consent is asked for anew.
    pub outdated: bool,
}

/// Somebody looked at one's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    pub at: Timestamp,
    pub who: String,
    /// As what they looked: the role that let them; empty for a relative, or for the system.
    pub role: String,
    pub what: String,
    pub why: String,
}

/// A child whose guardian one is, or one's own guardian.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardianRow {
    pub id: RecordId,
    pub name: String,
    pub i_am_guardian: bool,
    pub until: Date,
}

/// Everything on the page of one's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyData {
    pub held: Vec<HeldData>,
    /// What later pillars hold, if there is something.
    #[serde(default)]
    pub elsewhere: Vec<Ground>,
    pub looks: Vec<Look>,
    pub guardians: Vec<GuardianRow>,
    pub erasure_due: Option<Timestamp>,
    /// Why the account cannot be erased now.
    pub erasure_blocked: Option<String>,
}

/// A resident that somebody may act for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActCandidate {
    pub user: UserId,
    pub name: String,
    pub phone: String,
    pub place: String,
    /// The binding's relation; for staff the reason is their role.
    pub relation: Option<String>,
}

/// An account as the security administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    pub user: UserId,
    pub name: String,
    pub phone: String,
    pub suspended: bool,
    pub has_factor: bool,
    pub sessions: i64,
    pub since: Timestamp,
    pub roles: Vec<RoleRow>,
}

/// A grid to choose where one lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct GridChoice {
    pub id: NodeId,
    pub code: String,
    pub name: String,
    pub community: String,
}

/// What the registration form shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterPage {
    /// The number that was proved, masked.
    pub phone: String,
}

/// One entry of the audit log with its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    pub id: RecordId,
    pub at: Timestamp,
    /// Who, and as whom.
    pub who: String,
    pub action: String,
    /// What the action is called; none for one that no pillar knows any more.
    #[serde(default)]
    pub called: Option<String>,
    pub kind: String,
    pub record: Option<RecordId>,
    pub reason: String,
    /// What was written beside the reason's code, until it is erased.
    pub words: Option<String>,
    pub device: Option<DeviceId>,
    pub trace: String,
}

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadJobRow {
    pub id: RecordId,
    pub kind: String,
    pub attempts: i64,
    pub error: String,
    pub at: Timestamp,
}
