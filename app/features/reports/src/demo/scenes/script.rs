//! The scenes themselves, a step a line.

use shared::Role;

use super::{Move, Post, Scene, Where, Who, m, scene};
use crate::{
    demo::words,
    model::{
        Action::*,
        By::{self, Above as A, Dispatcher as D, Holder as H, Partner as P, Reporter as R},
        Kind, Rating, Urgency,
    },
};

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;
/// Long enough ago that it has ended, within the year.
const PAST: (i64, i64) = (25 * DAY, 340 * DAY);
/// Begun so lately that nobody has to be reminded yet.
const NOW: (i64, i64) = (HOUR, 20 * HOUR);
const PRESSED: &str = words::URGED[0];
const AGAIN: &str = words::URGED[1];
const MORE: &str = words::MORE[0];
const NO: &str = words::DENIED[1];
const WHERE: &str = words::PAUSES[0];
const PROPERTY: Post = Post::Community(Role::Property);
const STAFF: Post = Post::Community(Role::Staff);
const SOCIETY: Post = Post::Community(Role::SocialOrg);
const OWNERS: Post = Post::Community(Role::OwnersCommittee);
const SECRETARY: Post = Post::Community(Role::Secretary);
const STREET: Post = Post::Street(Role::TownAdmin);
const ACCEPTED: Move = m(90, Accept, D);
const BEGUN: Move = m(3 * HOUR, Begin, H);
const ANSWERED: Move = m(26 * HOUR, Answer, H);
const HEARD: Move = m(5 * HOUR, Check, D).says("电话问过，说好了。");
const CONTENT: Move = m(4 * HOUR, Rate, R).rates(Rating::Satisfied);
const FAIR: Move = m(20 * HOUR, Rate, R).rates(Rating::Fair);
const CLOSED: Move = m(0, Close, By::System);

// A step a line, as it is told.
#[rustfmt::skip]
pub const SCENES: &[Scene] = &[
    // 协办: one part was to be given back and was not, both are done before the lead answers.
    scene("space", Kind::Problem, Where::Anywhere, PAST, &[
        ACCEPTED,
        m(HOUR, Dispatch, D).to(STAFF),
        m(30, Involve, D).part(1).to(PROPERTY).days(3).says("请物业把东西搬走，打扫干净。"),
        m(2, Involve, D).part(2).to(SOCIETY).days(5).says("请志愿者上门跟住户说明。"),
        BEGUN,
        m(5 * HOUR, PartReturn, P).part(2).says("这几天志愿者在办别的活动。"),
        m(HOUR, PartKeep, D).part(2).says("可以晚两天，还是请你们来说。"),
        m(DAY, PartDone, P).part(1).says("东西搬走了，楼道扫过。"),
        m(2 * DAY, PartDone, P).part(2).says("六户都上门说过。"),
        ANSWERED, HEARD, CONTENT, CLOSED,
    ]).times(6),
    // One that was not needed after all.
    scene("parking", Kind::Problem, Where::Anywhere, PAST, &[
        ACCEPTED,
        m(HOUR, Dispatch, D).to(PROPERTY),
        m(20, Involve, D).part(1).to(OWNERS).days(3).says("请业委会确认这几个车位归谁。"),
        BEGUN,
        m(6 * HOUR, PartReturn, P).part(1).says("图纸上写明是公共车位，不用再开会。"),
        m(2 * HOUR, PartRelease, D).part(1).says("图纸已经看到，不用再办。"),
        ANSWERED, FAIR, CLOSED,
    ]).times(5),
    // 退单: settled by the street.
    scene("facility", Kind::Problem, Where::Anywhere, PAST, &[
        ACCEPTED,
        m(HOUR, Dispatch, D).to(PROPERTY),
        m(2 * HOUR, Return, H).to(STREET).says("这一段不在物业的合同里，请改派。"),
        m(3 * HOUR, Dispatch, D).to(STAFF),
        BEGUN, ANSWERED, HEARD, CONTENT, CLOSED,
    ]).times(6),
    // 改派.
    scene("hygiene", Kind::Problem, Where::Anywhere, PAST, &[
        ACCEPTED,
        m(HOUR, Dispatch, D).to(PROPERTY),
        m(8 * HOUR, Reassign, D).to(STAFF).says("物业这两天换人，先由社区来办。"),
        BEGUN, ANSWERED, CONTENT, CLOSED,
    ]).times(6),
    // 督办, with what came of it published.
    scene("noise", Kind::Problem, Where::Anywhere, PAST, &[
        ACCEPTED, BEGUN,
        m(DAY, Urge, A).days(3).says(PRESSED),
        ANSWERED, HEARD, CONTENT, CLOSED,
        m(HOUR, Publish, D),
    ]).times(5).public().photos([None, Some(5), None]),
    // 升级 by hand.
    scene("safety", Kind::Problem, Where::Anywhere, PAST, &[
        ACCEPTED, BEGUN,
        m(2 * HOUR, Escalate, H).to(STAFF),
        ANSWERED, HEARD, CONTENT, CLOSED,
    ]).times(5),
    // 回避.
    scene("dispute", Kind::Problem, Where::Anywhere, PAST, &[
        ACCEPTED,
        m(40, Recuse, H).to(Post::Grid(Role::GridLead)).says("当事人是我的亲戚。"),
        BEGUN, ANSWERED, HEARD, FAIR, CLOSED,
    ]).within(Urgency::Complex).times(5),
    // 改类别: what nobody could name.
    scene("facility", Kind::Problem, Where::Anywhere, PAST, &[
        m(HOUR, Reclass, D),
        ACCEPTED, BEGUN, ANSWERED, CONTENT, CLOSED,
    ]).times(4),
    // 不同意延期.
    scene("facility", Kind::Problem, Where::Anywhere, PAST, &[
        ACCEPTED, BEGUN,
        m(DAY, AskTime, H).days(3).says(MORE),
        m(2 * HOUR, DenyTime, A).says(NO),
        ANSWERED, FAIR, CLOSED,
    ]).times(4),
    // 撤下公开: the reporter's word counts.
    scene("parking", Kind::Idea, Where::Anywhere, PAST, &[
        ACCEPTED, BEGUN, ANSWERED, CONTENT, CLOSED,
        m(HOUR, Publish, D),
        m(2 * DAY, Hide, R),
    ]).times(4),

    // What lies open with the people of the first community.
    scene("facility", Kind::Problem, Where::First(0), (35, 45), &[]).by(Who::Her),
    scene("parking", Kind::Problem, Where::First(0), NOW, &[
        m(20, Accept, H),
        m(5, Publish, D),
    ]).public(),
    scene("hygiene", Kind::Problem, Where::First(0), NOW, &[
        m(15, Accept, H), m(20, Begin, H),
    ]).photos([Some(0), None, None]),
    scene("noise", Kind::Problem, Where::First(0), (40 * HOUR, 44 * HOUR), &[
        m(60, Accept, D), m(90, Begin, H),
        m(HOUR, Pause, D).says(WHERE),
    ]).by(Who::Her),
    scene("facility", Kind::Problem, Where::First(0), (44 * HOUR, 47 * HOUR), &[
        m(30, Accept, D),
        m(30, Dispatch, D).to(PROPERTY),
        m(HOUR, Begin, H),
        m(20 * HOUR, Answer, H),
    ]).about("路灯不亮").by(Who::Her).photos([Some(1), Some(2), None]),
    scene("dispute", Kind::Problem, Where::First(0), NOW, &[
        m(20, Accept, D),
        m(10, Recuse, H).to(Post::Grid(Role::GridLead)).says("楼上住的是我表姐。"),
    ]).within(Urgency::Complex),
    scene("community", Kind::Question, Where::First(1), NOW, &[
        m(20, Accept, D),
        m(5, Dispatch, D).to(STAFF),
    ]),
    scene("space", Kind::Problem, Where::First(1), NOW, &[
        m(10, Accept, D),
        m(10, Dispatch, D).to(STAFF),
        m(5, Involve, D).part(1).to(PROPERTY).days(3).says("请物业把旧家具搬到集中点。"),
        m(2, Involve, D).part(2).to(SOCIETY).days(3).says("请志愿者和几户老人说明。"),
        m(10, Begin, H),
        m(8, PartReturn, P).part(2).says("那几户说已经自己搬了，不用我们去。"),
        m(2, Publish, D),
    ]).public().photos([Some(3), None, Some(4)]),
    scene("parking", Kind::Complaint, Where::First(2), NOW, &[
        m(15, Accept, D),
        m(10, Dispatch, D).to(PROPERTY),
    ]),
    scene("facility", Kind::Help, Where::First(1), (4 * HOUR, 5 * HOUR), &[
        m(10, Accept, D),
        m(5, Dispatch, D).to(PROPERTY),
        m(10, Begin, H),
        m(30, Urge, A).days(1).says("家里有老人，请今天办好。"),
    ]).within(Urgency::Urgent),
    scene("safety", Kind::Problem, Where::First(2), NOW, &[
        m(10, Accept, H), m(10, Begin, H),
        m(15, Escalate, H).to(SECRETARY),
    ]),
    scene("parking", Kind::Idea, Where::First(2), NOW, &[
        m(10, Accept, D),
        m(15, Dispatch, D).to(OWNERS),
    ]),
    scene("hygiene", Kind::Problem, Where::First(1), (60 * HOUR, 70 * HOUR), &[
        m(30, Accept, D), m(HOUR, Begin, H), m(20 * HOUR, Answer, H), m(10 * HOUR, Check, D).says("上门看过，反映人认可。"),
    ]),
    scene("noise", Kind::Problem, Where::First(2), (60 * HOUR, 70 * HOUR), &[
        m(30, Accept, D), m(HOUR, Begin, H), m(20 * HOUR, Answer, H),
        m(10 * HOUR, Rate, R).rates(Rating::Unhappy),
    ]),
    scene("community", Kind::Complaint, Where::First(1), (2 * HOUR, 4 * HOUR), &[]),
    scene("other", Kind::Problem, Where::First(2), (50, 70), &[]).by(Who::Nobody),
    scene("hygiene", Kind::Praise, Where::First(1), NOW, &[
        m(20, Accept, H), m(10, Begin, H),
    ]),

    // And elsewhere: what cannot wait, and each of the rarer ways while it lasts.
    scene("facility", Kind::Problem, Where::Elsewhere, (8, 20), &[]).about("水管漏水").within(Urgency::Sudden).times(2),
    scene("facility", Kind::Help, Where::Elsewhere, (40, 60), &[
        m(5, Accept, D), m(10, Begin, H),
    ]).within(Urgency::Sudden).times(2),
    scene("safety", Kind::Problem, Where::Elsewhere, (2 * HOUR, 9 * HOUR), &[
        m(30, Accept, D), m(30, Begin, H),
    ]).about("消防通道被堵住").within(Urgency::Urgent).times(5),
    scene("space", Kind::Problem, Where::Elsewhere, (20 * HOUR, 70 * HOUR), &[
        ACCEPTED,
        m(HOUR, Dispatch, D).to(STAFF),
        m(30, Involve, D).part(1).to(PROPERTY).days(5).says("请物业清走。"),
        m(2, Involve, D).part(2).to(OWNERS).days(5).says("请业委会发告示。"),
        BEGUN,
        m(2 * HOUR, PartDone, P).part(2).says("告示贴了。"),
        m(5, Publish, D),
    ]).times(4).public(),
    scene("noise", Kind::Complaint, Where::Elsewhere, (50 * HOUR, 90 * HOUR), &[
        ACCEPTED, BEGUN,
        m(DAY, Urge, A).days(5).says(AGAIN),
    ]).times(3),
    scene("facility", Kind::Problem, Where::Elsewhere, (20 * HOUR, 40 * HOUR), &[
        ACCEPTED,
        m(HOUR, Dispatch, D).to(PROPERTY),
        m(2 * HOUR, Return, H).to(STREET).says("这一段不在物业的合同里，请改派。"),
    ]).times(2),
    scene("parking", Kind::Problem, Where::Elsewhere, (30 * HOUR, 60 * HOUR), &[
        ACCEPTED,
        m(HOUR, Dispatch, D).to(PROPERTY),
        m(8 * HOUR, Reassign, D).to(STAFF).says("要和路对面的单位商量，由社区来办。"),
    ]).times(2),
    scene("safety", Kind::Problem, Where::Elsewhere, (30 * HOUR, 60 * HOUR), &[
        ACCEPTED, BEGUN,
        m(2 * HOUR, Escalate, H).to(STAFF),
    ]).times(2),
    scene("noise", Kind::Problem, Where::Elsewhere, (80 * HOUR, 110 * HOUR), &[
        ACCEPTED, BEGUN, m(DAY, Answer, H),
        m(20 * HOUR, Rate, R).rates(Rating::Unhappy),
    ]).times(3),
];
