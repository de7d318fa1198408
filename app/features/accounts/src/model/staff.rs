//! The staff file: one line a role.

use serde::{Deserialize, Serialize};
use shared::{Date, Role};

use super::Phone;

/// A line that is right by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRow {
    /// Its number in the file; the header is line 1.
    pub line: u64,
    pub name: String,
    pub phone: Phone,
    pub role: Role,
    /// The node's official code.
    pub node_code: String,
    pub from: Date,
    pub to: Option<Date>,
}

impl StaffRow {
    /// The header, in order.
    pub const COLUMNS: [&'static str; 6] = ["姓名", "手机号", "角色", "机构代码", "开始日期", "结束日期"];

    /// Whether a file may grant `role`. Administrators, and whoever needs a second factor, are granted one by one by the
    /// security administrator; a resident registers and is confirmed.
    pub const fn may_be_imported(role: Role) -> bool {
        !role.needs_second_factor() && !matches!(role, Role::Resident)
    }
}

/// What is wrong with one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineFault {
    pub line: u64,
    /// The column's name; empty if it is about the whole line.
    pub field: String,
    pub reason: String,
}

/// What an import would do, or did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Lines read, without the header.
    pub lines: u64,
    pub new_accounts: u64,
    pub new_roles: u64,
    /// Roles that were held already.
    pub unchanged: u64,
    /// At most [`ImportReport::MAX_FAULTS`] are listed.
    pub faults: Vec<LineFault>,
    /// How many there are besides.
    pub more_faults: usize,
    /// Whether it was applied.
    pub applied: bool,
}

impl ImportReport {
    pub const MAX_FAULTS: usize = 200;
    /// As many go into a page that is made without script.
    pub const MAX_PLAIN: usize = 40;

    /// Whether it says that the file may be applied.
    pub fn is_ready(&self) -> bool {
        self.faults.is_empty() && !self.applied
    }

    /// The same with at most `most` faults listed.
    #[must_use]
    pub fn cut(mut self, most: usize) -> Self {
        self.more_faults += self.faults.len().saturating_sub(most);
        self.faults.truncate(most);
        self
    }
}
