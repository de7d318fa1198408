//! The cases of the demonstration: what they are about, and how each goes. Every step is one that the table has.

use crate::model::{Action, By, Kind};

/// After so many days a clause is to be kept.
pub const DUE: i64 = 20;

/// A case, but for where it is.
#[derive(Clone, Copy, Debug)]
pub struct Tale {
    pub kind: Kind,
    pub applicant: &'static str,
    pub other: &'static str,
    /// Whether it is the demonstration's own resident's.
    pub hers: bool,
    /// Days since it was applied for.
    pub ago: i64,
    pub words: &'static str,
    pub wish: &'static str,
    /// What was noted of a session.
    pub said: &'static str,
    /// What was agreed, and how it is kept.
    pub clauses: &'static [(&'static str, &'static str)],
    /// After the application.
    pub steps: &'static [Action],
}

const PLAIN: Tale = Tale {
    kind: Kind::Neighbours,
    applicant: "演示·顾大明",
    other: "演示·周小满",
    hers: false,
    ago: 0,
    words: "",
    wish: "",
    said: "双方说了各自的难处，调解员讲了邻里之间怎么相处。（演示）",
    clauses: &[],
    steps: &[],
};

use Action as A;

/// One for each way in which a case can stand.
pub const TALES: [Tale; 12] = [
    Tale {
        hers: true,
        ago: 120,
        words: "楼上卫生间漏水，我家天花板发霉，说过三次没有修。（演示）",
        wish: "把水管修好，天花板重新刷一遍。（演示）",
        said: "楼上愿意修，一时拿不出钱，商量分两步。（演示）",
        clauses: &[
            ("乙方请人修好卫生间的水管，费用由乙方出。（演示）", "请人上门修"),
            ("乙方付给甲方粉刷费 800 元。（演示）", "转账"),
        ],
        steps: &[
            A::Take,
            A::Accept,
            A::Ask,
            A::Consent,
            A::Name,
            A::Declare,
            A::Hold,
            A::Settle,
            A::Sign,
            A::Follow,
            A::Follow,
            A::Fulfil,
        ],
        ..PLAIN
    },
    Tale {
        kind: Kind::Noise,
        ago: 20,
        applicant: "演示·范春江",
        other: "演示·棋牌室",
        words: "楼下棋牌室夜里十二点还在打牌，老人睡不着。（演示）",
        wish: "晚上十点以后不要营业。（演示）",
        clauses: &[(
            "棋牌室每天 22:00 关门，门窗装隔音条。（演示）",
            "自己装，请甲方看过",
        )],
        steps: &[
            A::Take,
            A::Accept,
            A::Ask,
            A::Consent,
            A::Name,
            A::Declare,
            A::Hold,
            A::SettleOrally,
        ],
        ..PLAIN
    },
    Tale {
        kind: Kind::House,
        ago: 6,
        applicant: "演示·俞阿根",
        other: "演示·俞阿泉",
        words: "两家中间的院墙往我家这边挪了半米。（演示）",
        wish: "把墙挪回原来的位置。（演示）",
        clauses: &[("按老地基重砌院墙，费用各出一半。（演示）", "一起请泥水匠")],
        steps: &[
            A::Take,
            A::Accept,
            A::Ask,
            A::Consent,
            A::Name,
            A::Declare,
            A::Hold,
            A::Settle,
        ],
        ..PLAIN
    },
    Tale {
        kind: Kind::Parking,
        ago: 9,
        applicant: "演示·陆启明",
        other: "演示·苏文",
        words: "对方的车常停在我家车库门口，出不去。（演示）",
        wish: "不要再堵车库门。（演示）",
        steps: &[
            A::Take,
            A::Accept,
            A::Ask,
            A::Consent,
            A::Name,
            A::Declare,
            A::Hold,
        ],
        ..PLAIN
    },
    Tale {
        kind: Kind::Property,
        ago: 5,
        applicant: "演示·钱月",
        other: "演示·安居物业",
        words: "电梯停了一个星期，物业费照收。（演示）",
        wish: "减免这个月的物业费。（演示）",
        steps: &[A::Take, A::Accept, A::Ask, A::Consent, A::Name],
        ..PLAIN
    },
    Tale {
        kind: Kind::Damage,
        ago: 3,
        applicant: "演示·倪东",
        other: "演示·乔木",
        words: "对方的狗咬坏了我家孩子的衣服。（演示）",
        wish: "赔衣服，以后拴绳。（演示）",
        steps: &[A::Take, A::Accept, A::Ask],
        ..PLAIN
    },
    Tale {
        ago: 1,
        applicant: "演示·金桂",
        other: "演示·石磊",
        words: "楼道里堆满了纸箱，走不过去。（演示）",
        wish: "搬走，以后不再堆。（演示）",
        ..PLAIN
    },
    Tale {
        kind: Kind::Work,
        ago: 60,
        applicant: "演示·马腾",
        other: "演示·某服装厂",
        words: "厂里欠了两个月工资。（演示）",
        wish: "把工资付清。（演示）",
        steps: &[A::Take, A::Refuse],
        ..PLAIN
    },
    Tale {
        kind: Kind::Money,
        ago: 45,
        applicant: "演示·严冬",
        other: "演示·夏至",
        words: "借给对方五千元，说好三个月还，一年了。（演示）",
        wish: "分几次还清。（演示）",
        steps: &[A::Take, A::Accept, A::Ask, A::Decline],
        ..PLAIN
    },
    Tale {
        kind: Kind::Family,
        ago: 75,
        applicant: "演示·柳青",
        other: "演示·柳叶",
        words: "老人由谁照顾，兄妹说不拢。（演示）",
        wish: "轮流照顾，费用平摊。（演示）",
        steps: &[
            A::Take,
            A::Accept,
            A::Ask,
            A::Consent,
            A::Name,
            A::Declare,
            A::Hold,
            A::Fail,
        ],
        ..PLAIN
    },
    Tale {
        kind: Kind::Damage,
        ago: 95,
        applicant: "演示·董岚",
        other: "演示·白鹭",
        words: "装修队把我家的外墙砖敲坏了。（演示）",
        wish: "修好，或者照价赔。（演示）",
        clauses: &[("乙方赔偿甲方 1200 元。（演示）", "转账")],
        steps: &[
            A::Take,
            A::Accept,
            A::Ask,
            A::Consent,
            A::Name,
            A::Declare,
            A::Hold,
            A::Settle,
            A::Sign,
            A::GiveUp,
        ],
        ..PLAIN
    },
    Tale {
        kind: Kind::Other,
        ago: 30,
        applicant: "演示·彭湃",
        other: "演示·方正",
        words: "广场上跳舞的时间说不拢。（演示）",
        wish: "排一张时间表。（演示）",
        steps: &[A::Withdraw],
        ..PLAIN
    },
];

/// How long after the step before it.
pub const fn hours(action: Action) -> i64 {
    match action {
        A::Take => 3,
        A::Accept => 1,
        A::Ask | A::Declare => 20,
        A::Name | A::Settle | A::SettleOrally => 2,
        A::Hold => 48,
        A::Follow => 24 * DUE,
        A::Fulfil => 0,
        A::GiveUp => 24 * 40,
        _ => 24,
    }
}

/// As what somebody does it here.
pub const fn by(action: Action) -> By {
    match action {
        A::Withdraw => By::Applicant,
        A::Take => By::Desk,
        A::Declare => By::Invited,
        A::Hold | A::Settle | A::SettleOrally | A::Sign => By::Mediator,
        A::Fulfil => By::System,
        _ => By::Clerk,
    }
}

/// What was said with it.
pub const fn words(action: Action) -> Option<&'static str> {
    match action {
        A::Ask => Some("电话问了，说考虑一下。（演示）"),
        A::Consent => Some("电话答复：愿意坐下来谈。（演示）"),
        A::Decline => Some("电话答复：不愿意谈。（演示）"),
        A::Refuse => Some("拖欠工资先由劳动监察和仲裁处理，那里更快。（演示）"),
        A::Follow => Some("上门看过，都办好了。（演示）"),
        A::GiveUp => Some("打了三次电话，一直没有付。（演示）"),
        A::Fail => Some("谈了一次，双方都不让步。（演示）"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use shared::Timestamp;

    use super::*;
    use crate::model::{Circumstances, Standing, State};

    #[test]
    fn every_tale_is_one_that_the_table_allows_and_there_is_one_for_each_state() {
        let mut states = BTreeSet::new();
        for tale in &TALES {
            let mut standing = Standing::applied(Timestamp(0));
            for action in tale.steps {
                let now = Circumstances {
                    by: vec![by(*action)],
                    vacant: true,
                    within_month: true,
                    all_kept: true,
                };
                assert_eq!(
                    standing.may(*action, &now),
                    Ok(by(*action)),
                    "{}: {action:?}",
                    tale.words
                );
                standing = standing.after(*action, Timestamp(0));
            }
            let took: i64 = tale.steps.iter().map(|action| hours(*action)).sum();
            assert!(took <= tale.ago * 24, "{}: it has not had the time", tale.words);
            states.insert(standing.state);
            assert!(tale.words.contains("演示") && tale.wish.contains("演示"));
        }
        assert_eq!(states.len(), State::ALL.len(), "{states:?}");
    }
}
