//! What is noted in the audit log here, in the words of who reads it: without a line of its own here an action has none, and a test of the
//! server fails.

use db::audit::Deed;

/// By action.
pub const DEEDS: &[Deed] = &[
    ("reports.answer.remove", "删除常用答复"),
    ("reports.answer.save", "保存常用答复"),
    ("reports.category.save", "设置诉求类别"),
    ("reports.client.give", "发放接口密钥"),
    ("reports.client.revoke", "停用接口密钥"),
    ("reports.figures.export", "导出诉求统计"),
    ("reports.joint.matter", "联席会讨论的诉求"),
    ("reports.joint.promise", "联席会的承诺"),
    ("reports.joint.publish", "公开联席会"),
    ("reports.joint.save", "记下联席会"),
    ("reports.ledger.export", "导出诉求台账"),
    ("reports.limit.add", "设置办理时限"),
    ("reports.limit.remove", "去掉办理时限"),
    ("reports.matter.follow", "诉求随边界变动转移"),
    ("reports.matter.share", "诉求换人承办"),
    ("reports.matter.step", "办理诉求"),
    ("reports.matter.unmask", "查看反映人"),
    ("reports.order.given", "工单办理结果交还平台"),
    ("reports.order.export", "导出工单办理结果"),
    ("reports.order.import", "导入工单"),
    ("reports.platform.give", "发放工单平台密钥"),
    ("reports.platform.revoke", "停用工单平台密钥"),
    ("reports.routing.remove", "删除派单规则"),
    ("reports.routing.save", "保存派单规则"),
];
