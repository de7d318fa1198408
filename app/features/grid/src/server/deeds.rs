//! What is noted in the audit log here, in the words of who reads it: without a line of its own here an action has none, and a test of the
//! server fails.

use db::audit::Deed;

/// By action.
pub const DEEDS: &[Deed] = &[
    ("grid.area.import", "导入边界"),
    ("grid.area.send", "上传边界文件"),
    ("grid.border.change", "边界调整生效"),
    ("grid.draft.approved", "批准边界草稿"),
    ("grid.draft.in_effect", "边界草稿生效"),
    ("grid.draft.passed_on", "边界草稿随岗位交接"),
    ("grid.draft.proposed", "提交边界草稿"),
    ("grid.draft.refused", "退回边界草稿"),
    ("grid.draft.reopened", "重新打开边界草稿"),
    ("grid.draft.withdrawn", "撤回边界草稿"),
    ("grid.problem.accept", "确认边界问题可以接受"),
];
