//! What is noted in the audit log here, in the words of who reads it: without a line of its own here an action has none, and a test of the
//! server fails.

use db::audit::Deed;

/// By action.
pub const DEEDS: &[Deed] = &[
    ("orgs.body.remove", "去掉组织"),
    ("orgs.body.save", "登记或修改组织"),
    ("orgs.divisions.import", "导入行政区划"),
    ("orgs.divisions.send", "上传行政区划文件"),
    ("orgs.node.abolish", "撤销单位"),
    ("orgs.node.found", "设立单位"),
    ("orgs.node.merge", "合并单位"),
    ("orgs.node.move", "调整单位的上级"),
    ("orgs.node.rename", "单位改名"),
    ("orgs.node.split", "拆分单位"),
    ("orgs.post.remove", "去掉任职"),
    ("orgs.post.save", "登记或修改任职"),
    ("orgs.term.remove", "去掉任期"),
    ("orgs.term.save", "登记或修改任期"),
];
