//! What is noted in the audit log here, in the words of who reads it: without a line of its own here an action has none, and a test of the
//! server fails.

/// An action, and what it is called.
pub type Deed = (&'static str, &'static str);

/// What this room itself notes.
pub const DEEDS: &[Deed] = &[
    ("core.audit.export", "导出审计日志"),
    ("core.backup.make", "备份数据库"),
    ("core.backup.restore", "恢复备份"),
    ("core.job.discard", "放弃后台任务"),
    ("core.job.retry", "重试后台任务"),
    ("core.setting.clear", "恢复默认设置"),
    ("core.setting.set", "修改设置"),
];
