//! What is noted in the audit log here, in the words of who reads it: without a line of its own here an action has none, and a test of the
//! server fails.

use db::audit::Deed;

/// By action.
pub const DEEDS: &[Deed] = &[
    ("catalogue.draft.begin", "开始修改事项清单"),
    ("catalogue.draft.discard", "放弃修改事项清单"),
    ("catalogue.inspection.follow", "巡查随网格调整转走"),
    ("catalogue.inspection.walk", "记录巡查"),
    ("catalogue.item.narrow", "镇街缩减事项"),
    ("catalogue.item.remove", "去掉事项"),
    ("catalogue.item.save", "新增或修改事项"),
    ("catalogue.plan.begin", "安排巡查"),
    ("catalogue.plan.end", "停止巡查"),
    ("catalogue.plan.follow", "巡查安排随网格调整转走"),
    ("catalogue.plan.keep", "保留巡查"),
    ("catalogue.version.publish", "发布事项清单"),
];
