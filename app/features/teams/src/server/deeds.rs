//! What is noted in the audit log here, in the words of who reads it: without a line of its own here an action has none, and a test of the
//! server fails.

use db::audit::Deed;

/// By action.
pub const DEEDS: &[Deed] = &[
    ("teams.grid.fail", "岗位没有交接成"),
    ("teams.grid.hand_over", "岗位交接"),
    ("teams.grid.plan", "预定岗位交接"),
    ("teams.grid.withdraw", "取消岗位交接"),
    ("teams.post.add", "队伍加人"),
    ("teams.post.correct", "更正队伍里的人"),
    ("teams.post.end", "离开队伍"),
    ("teams.post.follow", "队伍随网格调整转走"),
    ("teams.post.forget", "注销账号，删除队伍里的登记"),
    ("teams.post.remove", "去掉误加的队员"),
];
