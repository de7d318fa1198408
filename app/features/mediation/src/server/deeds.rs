//! What is noted in the audit log here, in the words of who reads it: without a line of its own here an action has none, and a test of the
//! server fails.

use db::audit::Deed;

/// By action.
pub const DEEDS: &[Deed] = &[
    ("mediation.case.print", "打印调解文书"),
    ("mediation.case.read", "查看调解案件"),
    ("mediation.case.scan", "传回签好的调解文书"),
    ("mediation.case.step", "办理调解"),
];
