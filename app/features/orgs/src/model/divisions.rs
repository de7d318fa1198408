//! What importing a divisions file would change, what it changed, and what is wrong with the file.

use serde::{Deserialize, Serialize};
use shared::{Date, FieldError, RecordId, Timestamp};

use super::{Code, NodeKind};

/// Something wrong with a line of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The header is line 1; 0 if it is about the file as a whole.
    pub line: u64,
    /// The column's name, or empty.
    pub field: String,
    pub reason: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.field.as_str()) {
            (0, _) => f.write_str(&self.reason),
            (line, "") => write!(f, "第 {line} 行：{}", self.reason),
            (line, field) => write!(f, "第 {line} 行 {field}：{}", self.reason),
        }
    }
}

impl From<Fault> for FieldError {
    fn from(fault: Fault) -> Self {
        Self {
            field: if fault.line == 0 {
                String::new()
            } else {
                format!("line-{}", fault.line)
            },
            message: fault.to_string(),
        }
    }
}

/// How many divisions an import changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub new: usize,
    pub renamed: usize,
    pub moved: usize,
    pub gone: usize,
    pub unchanged: usize,
}

impl Counts {
    pub const fn changes(self) -> usize {
        self.new + self.renamed + self.moved + self.gone
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "新增 {}，更名 {}，划转 {}，撤销 {}，不变 {}",
            self.new, self.renamed, self.moved, self.gone, self.unchanged
        )
    }
}

/// One difference between file and database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub code: Code,
    pub kind: NodeKind,
    /// As it is now; empty if it is new.
    pub before: String,
    /// As it will be; empty if it goes.
    pub after: String,
}

/// The differences by kind. Lists hold at most [`Differences::SHOWN`] each when they are shown; the counts are whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differences {
    pub new: Vec<Difference>,
    pub renamed: Vec<Difference>,
    pub moved: Vec<Difference>,
    pub gone: Vec<Difference>,
}

impl Differences {
    pub const SHOWN: usize = 200;

    /// The first of each list.
    #[must_use]
    pub fn shown(&self) -> Self {
        let first = |list: &[Difference]| list[..list.len().min(Self::SHOWN)].to_vec();
        Self {
            new: first(&self.new),
            renamed: first(&self.renamed),
            moved: first(&self.moved),
            gone: first(&self.gone),
        }
    }
}

/// What the import page shows of a file that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPreview {
    pub id: RecordId,
    pub file_name: String,
    pub sent_at: Timestamp,
    pub effective: Date,
    /// When it was applied, and what that changed.
    pub applied: Option<(Timestamp, Counts)>,
    /// Empty once it is applied.
    pub differences: Differences,
    pub counts: Counts,
    /// At most [`Differences::SHOWN`].
    pub faults: Vec<Fault>,
    /// How many there are in all.
    pub fault_count: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_its_line() {
        let fault = Fault {
            line: 5000,
            field: "parent_code".into(),
            reason: "上级 999 不存在".into(),
        };
        assert_eq!(fault.to_string(), "第 5000 行 parent_code：上级 999 不存在");
        assert_eq!(FieldError::from(fault).field, "line-5000");
    }
}
