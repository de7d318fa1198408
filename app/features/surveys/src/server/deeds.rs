//! What is noted in the audit log here, in the words of who reads it: without a line of its own here an action has none, and a test of the
//! server fails.

use db::audit::Deed;

/// By action.
pub const DEEDS: &[Deed] = &[
    ("surveys.answer.give", "答问卷"),
    ("surveys.proposal.add", "提意见"),
    ("surveys.proposal.decide", "答复意见"),
    ("surveys.proposal.join", "合并意见"),
    ("surveys.proposal.publish", "公开意见"),
    ("surveys.proposal.support", "支持意见"),
    ("surveys.survey.finish", "公布征集结果"),
    ("surveys.survey.open", "发起征集"),
    ("surveys.survey.stop", "取消征集"),
];
