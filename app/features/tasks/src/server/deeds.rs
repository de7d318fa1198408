//! What is noted in the audit log here, in the words of who reads it: without a line of its own here an action has none, and a test of the
//! server fails.

use db::audit::Deed;

/// By action.
pub const DEEDS: &[Deed] = &[
    ("tasks.calendar.import", "导入节假日安排"),
    ("tasks.calendar.send", "上传节假日文件"),
    ("tasks.hours.drop_day", "取消特别的一天"),
    ("tasks.hours.set", "设置工作时间"),
    ("tasks.hours.set_day", "设置特别的一天"),
    ("tasks.task.cancel", "取消任务"),
    ("tasks.task.finish", "办完任务"),
    ("tasks.task.pause", "挂起任务"),
    ("tasks.task.reassign", "任务改派"),
    ("tasks.task.resume", "恢复任务"),
];
