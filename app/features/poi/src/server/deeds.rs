//! What is noted in the audit log here, in the words of who reads it: without a line of its own here an action has none, and a test of the
//! server fails.

use db::audit::Deed;

/// By action.
pub const DEEDS: &[Deed] = &[
    ("poi.photo.add", "给点位加照片"),
    ("poi.photo.approve", "照片审核通过"),
    ("poi.photo.offer", "提供点位照片"),
    ("poi.photo.refuse", "照片没有通过"),
    ("poi.photo.remove", "去掉点位照片"),
    ("poi.point.end", "撤掉点位"),
    ("poi.point.follow", "点位随网格调整转走"),
    ("poi.point.save", "新增或修改点位"),
];
