//! What is noted in the audit log here, in the words of who reads it: without a line of its own here an action has none, and a test of the
//! server fails.

use db::audit::Deed;

/// By action.
pub const DEEDS: &[Deed] = &[
    ("reports.category.save", "设置诉求类别"),
    ("reports.matter.follow", "诉求随边界变动转移"),
    ("reports.matter.step", "办理诉求"),
    ("reports.matter.unmask", "查看反映人"),
    ("reports.routing.remove", "删除派单规则"),
    ("reports.routing.save", "保存派单规则"),
];
