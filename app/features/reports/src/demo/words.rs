//! How the people of the demonstration put it. Written for it; nobody is meant.

use super::{random::Random, topics::Topic};
use crate::model::{Door, Kind, Rating};

/// What somebody reports: where first, so that the beginning of it says that too.
pub fn report(random: &mut Random, topic: &Topic, way: usize) -> String {
    let told = topic.told[way % 2];
    let (building, stairs) = (random.between(1, 28), random.between(1, 4));
    let place = match random.below(4) {
        0 => format!("{building} 幢东面"),
        1 => format!("{building} 幢 {stairs} 单元门口"),
        2 => format!("{building} 幢和 {} 幢之间", building + 1),
        _ => format!("{building} 幢南面"),
    };
    let home = format!("我住 {building} 幢");
    match topic.kind {
        Kind::Problem => format!("{place}，{told}。（演示）"),
        Kind::Question => format!("{home}，想问一问：{told}？（演示）"),
        Kind::Idea => format!("{home}。{told}。（演示）"),
        Kind::Complaint => format!("{place}：{told}，这已经不是第一次了。（演示）"),
        Kind::Help => format!("{building} 幢 {stairs} 单元，{told}，请帮帮忙。（演示）"),
        Kind::Praise => format!("{home}。{told}，谢谢你们。（演示）"),
    }
}

/// What the answer says, with what came of it.
pub fn answer(random: &mut Random, topic: &Topic, way: usize) -> String {
    let (before, after): (&[&str], &[&str]) = match topic.kind {
        Kind::Problem => (
            &["", "到现场看过了。", "和物业一起去看过。", "当天就派人去了。"],
            &[
                "请您看看还有没有问题。",
                "有变化请再告诉我们。",
                "谢谢您告诉我们。",
                "一个星期以后我们再去看一次。",
            ],
        ),
        Kind::Question => (
            &["", "您问的这件事查过了。"],
            &["还有不清楚的，可以到社区服务窗口来问。", "说明也贴在公告栏里。"],
        ),
        Kind::Idea => (
            &["谢谢您的建议。", "议事会上讨论过。"],
            &["欢迎您一起来出主意。", "做好以后再告诉您。"],
        ),
        Kind::Complaint => (
            &["没有办好，向您道歉。", "您投诉的情况查过了。"],
            &["以后再有，请直接告诉我们。", "下个月我们再来问您一次。"],
        ),
        Kind::Help => (
            &["", "已经和您家联系上。"],
            &["有急事请直接打社区电话。", "以后有需要再说一声。"],
        ),
        Kind::Praise => (&[""], &["谢谢您说这一声。", "您的话是对大家的鼓励。"]),
    };
    format!(
        "{}{}{}",
        random.pick(before),
        topic.done[way % 2],
        random.pick(after)
    )
}

/// What everybody reads: how it ended, or, without a way, that somebody is at it.
pub fn public(topic: &Topic, way: Option<usize>) -> String {
    let about = topic.about;
    match (topic.kind, way) {
        (_, None) => format!("居民反映：{about}。正在办理，有结果就写在这里。（演示）"),
        (Kind::Question, Some(way)) => format!("有居民问：{about}。答复：{}（演示）", topic.done[way % 2]),
        (Kind::Idea, Some(way)) => format!("有居民建议：{about}。答复：{}（演示）", topic.done[way % 2]),
        (Kind::Praise, Some(_)) => format!("居民表扬：{about}。（演示）"),
        (Kind::Problem | Kind::Complaint | Kind::Help, Some(way)) => {
            format!("居民反映：{about}。已经处理好了：{}（演示）", topic.done[way % 2])
        }
    }
}

/// Why something is not taken here, and where it belongs.
pub fn refusal(category: &str) -> (Door, &'static str) {
    match category {
        "safety" => (Door::Police, "正在发生的打架、偷盗，请马上打 110，民警会来。"),
        "parking" => (
            Door::Owners,
            "车位怎样分、收多少钱，由业主大会决定，请向业委会提出。",
        ),
        "noise" => (
            Door::Hotline,
            "工地夜间施工的许可由别的部门管，请打 12345，会转给他们。",
        ),
        "space" => (Door::Review, "对行政处罚不服的，请在六十天里申请行政复议。"),
        "hygiene" => (Door::Elsewhere, "这条河由水务站管，已经把他们的电话写给您。"),
        "facility" => (Door::Elsewhere, "这一段是供电公司的线路，请打他们的报修电话。"),
        "dispute" => (Door::Court, "这件事已经在法院打官司，请按法院的程序走。"),
        "community" => (
            Door::Discipline,
            "反映工作人员收受礼物的，请打 12388，由纪检监察机关来查。",
        ),
        _ => (Door::Petition, "已转信访。"),
    }
}

/// What whoever asked afterwards heard.
pub fn check(random: &mut Random, rating: Option<Rating>) -> &'static str {
    let heard: &[&str] = match rating {
        Some(Rating::Unhappy) => &[
            "电话问过，反映人说没有办到底。",
            "上门看过，还留着一点尾巴，已经告诉承办人。",
        ],
        Some(Rating::Fair) => &[
            "电话问过，还有一点小问题，已经补做。",
            "电话问过，说慢了一点，结果可以。",
        ],
        _ => &[
            "电话问过，说好了。",
            "上门看过，反映人认可。",
            "在楼下碰到，说办得不错。",
        ],
    };
    random.pick::<&'static str>(heard)
}

pub const UNHAPPY: [&str; 3] = [
    "过了两天又跟原来一样了，请再办一次。",
    "只来看了看，没有真的办。",
    "说好的事只做了一半，请接着做完。",
];
pub const PAUSES: [&str; 3] = [
    "请补充一下是哪一幢、什么时候最明显，最好有张照片。",
    "请告诉我们什么时候方便上门。",
    "请问是哪一天发生的，有没有记下车牌的颜色和车型。",
];
pub const RESUMED: [&str; 3] = [
    "是东面第二个门，晚上最明显。",
    "星期六上午都在家。",
    "就是昨天傍晚，一辆白色的面包车。",
];
pub const ADDED: [&str; 3] = [
    "今天又有一次。",
    "刚才又去看了，旁边也一样。",
    "邻居说他家也碰到了。",
];
pub const NOTES: [&str; 4] = [
    "和物业经理通过电话，明天一起去。",
    "去年同一个地方办过一次，材料在柜子里。",
    "反映人上夜班，下午再联系。",
    "等配件，先围起来。",
];
pub const URGED: [&str; 3] = [
    "这件事影响的人多，请三天里办出结果。",
    "已经第二次有人反映，请书记过问。",
    "请每天说一次进展。",
];
/// Why more time is given, and why not.
pub const GIVEN: [&str; 2] = [
    "材料还没有到，多给三个工作日，到了就换。",
    "要等几家一起动工，同意。",
];
pub const DENIED: [&str; 2] = [
    "人手可以从别的网格借，按原来的时间办。",
    "影响出行，不能再等，请今天先做临时的办法。",
];
pub const MORE: [&str; 2] = [
    "已经约好人，材料要等几天，请再给一点时间。",
    "要先和几家说通，请再给三天。",
];
