//! What the people of the demonstration say. Written for it; nobody is meant.

use crate::model::Kind;

/// What is reported, by category.
pub fn told(category: &str) -> &'static [&'static str] {
    match category {
        "safety" => &[
            "单元门的门禁坏了，谁都能进来",
            "楼下有人飞线充电，拉了一根长长的线",
            "消防通道又被堵住了，救护车进不来",
            "这几天晚上有陌生人在楼道里转",
        ],
        "parking" => &[
            "有车停在消防车道上，一停就是一天",
            "地面车位被锁住了，别人停不了",
            "路口两边都停满了，公交转不过弯",
            "充电车位总被油车占着",
        ],
        "noise" => &[
            "楼上装修，周末早上七点就开始敲",
            "广场舞跳到晚上九点多，音响太响",
            "楼下饭店的排风机夜里一直响",
            "隔壁的狗半夜总叫",
        ],
        "space" => &[
            "楼道里堆了纸箱和旧家具",
            "一楼把绿地圈起来种菜了",
            "有人在屋顶搭了棚子",
            "非机动车库被杂物占了一半",
        ],
        "hygiene" => &[
            "垃圾桶满了两天没有清",
            "楼后面有一堆建筑垃圾",
            "下水道返臭，窗户不敢开",
            "绿化带里蚊子很多，想请人喷一喷药",
        ],
        "facility" => &[
            "门口的路灯三天不亮了",
            "电梯开门时一抖一抖的",
            "井盖松了，车压过去咣咣响",
            "健身器材的扶手断了",
            "路面坑洼，下雨就积水",
        ],
        "dispute" => &[
            "楼上漏水，天花板湿了一片，说了几次没有谈拢",
            "两家为了走道里的鞋柜吵起来了",
        ],
        "community" => &["上个月反映的事，到现在没有人回话", "去办证明，让我跑了三趟"],
        _ => &["不知道该找谁，先在这里说一声", "想请社区帮忙看一看"],
    }
}

/// Where a kind begins.
pub const fn opening(kind: Kind) -> &'static str {
    match kind {
        Kind::Question => "想问一问：",
        Kind::Idea => "提个建议：",
        Kind::Help => "请帮帮忙：",
        Kind::Praise => "谢谢你们，上次处理得很快。顺便说一句：",
        Kind::Complaint => "这已经不是第一次了：",
        Kind::Problem => "",
    }
}

pub const ANSWERS: [&str; 6] = [
    "已经到现场看过，当天处理好了，请您看看还有没有问题。",
    "跟物业一起处理的，东西清走了，也贴了提醒。",
    "联系了施工的人，以后早上八点以后再动工，大家会继续看着。",
    "配件换好了，试过没有问题。",
    "和两边都谈过，说好了怎么办，一个星期以后再来看。",
    "已经报给街道一起办，今天办完了，谢谢您提醒。",
];
pub const CHECKS: [&str; 3] = [
    "电话问过，说好了。",
    "上门看过，反映人认可。",
    "电话问过，还有一点小问题，已经补做。",
];
pub const UNHAPPY: &str = "过了两天又跟原来一样了，请再办一次。";
pub const PAUSES: &str = "请补充一下是哪一幢、什么时候最明显，最好有张照片。";
pub const REFUSALS: &str = "这件事已经在法院打官司，请按法院的程序走。";
/// Why more time is given.
pub const GIVEN: &str = "材料还没有到，多给三个工作日，到了就换。";
pub const MORE: &str = "已经约好人，材料要等几天，请再给一点时间。";
