//! The one table of what people are told, with the words. Later pillars add their lines here, as with permissions.

use serde::{Deserialize, Serialize};

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As it is stored.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.code() == code)
            }
        }
    };
}

coded! {
    /// What a notice asks of its recipient.
    Importance {
        Info = "info", "知道就行";
        Action = "action", "要办";
        /// Cannot wait until somebody looks.
        Urgent = "urgent", "紧急";
    }
}

coded! {
    /// What people choose short messages by. The label is all that such a message says: it names nobody and nothing.
    Topic {
        Assigned = "assigned", "交给您办的事";
        Due = "due", "到期提醒";
        Late = "late", "超期升级";
        Changed = "changed", "任务变动";
        Posts = "posts", "岗位交接";
        Borders = "borders", "网格边界";
        Registration = "registration", "居住登记的结果";
        Relatives = "relatives", "亲友代办";
        Photos = "photos", "您提供的照片";
        Reports = "reports", "您反映的事";
        Mediation = "mediation", "您参加的调解";
        Access = "access", "谁看了您的信息";
        Safety = "safety", "新设备登录";
    }
}

/// Whether a short message comes beside the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texted {
    /// Where somebody asks for it.
    Asked,
    /// Unless somebody asks for none.
    Unasked,
    /// One with words of its own is sent by whoever tells; there is nothing to choose.
    Otherwise,
}

impl Topic {
    pub const fn texted(self) -> Texted {
        match self {
            Self::Assigned
            | Self::Due
            | Self::Changed
            | Self::Posts
            | Self::Borders
            | Self::Relatives
            | Self::Photos
            | Self::Reports
            | Self::Mediation
            | Self::Access
            | Self::Safety => Texted::Asked,
            Self::Late => Texted::Unasked,
            Self::Registration => Texted::Otherwise,
        }
    }

    /// Whether it concerns those only who hold a post.
    pub const fn of_posts(self) -> bool {
        matches!(
            self,
            Self::Assigned | Self::Due | Self::Late | Self::Changed | Self::Posts | Self::Borders
        )
    }

    /// What comes under it, for the page on which it is chosen.
    pub const fn explained(self) -> &'static str {
        match self {
            Self::Assigned => "有新任务交给您，或者转给您",
            Self::Due => "任务快到期、已经到期",
            Self::Late => "任务超期，升级到您这里；上级督办，您督办的到期没有答复",
            Self::Changed => "任务的期限改了、挂起、恢复、办结或不用办了",
            Self::Posts => "一个网格交给您，或者由别人接替",
            Self::Borders => "边界草稿等您审批，您起草的通过了、退回了或者生效了",
            Self::Registration => "登记核实了，或者没有通过；您写的更正核对过了，您填的家里人没有登记",
            Self::Relatives => "您监护的孩子满 14 周岁，监护登记和代办结束",
            Self::Photos => "您给点位提供的照片用上了，或者没有采用",
            Self::Reports => "您反映、关注的事有了进展，或者等您补充、评价；您提的意见有了答复",
            Self::Mediation => "有人想和您调解、请您当调解员，调解有了进展",
            Self::Access => "有人看了您完整的信息，或者开始替您办事",
            Self::Safety => "您的账号在没有用过的设备上登录",
        }
    }
}

macro_rules! kinds {
    ($($variant:ident = $code:literal, $topic:ident, $importance:ident, $words:literal;)+) => {
        /// A kind of notice: its code, what people choose it by, what it asks, and its words, in which `{name}` stands for a fact.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $($variant,)+ }

        impl Kind {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            pub const fn topic(self) -> Topic {
                match self { $(Self::$variant => Topic::$topic),+ }
            }

            /// Unless whoever sends one says otherwise.
            pub const fn importance(self) -> Importance {
                match self { $(Self::$variant => Importance::$importance),+ }
            }

            pub const fn words(self) -> &'static str {
                match self { $(Self::$variant => $words),+ }
            }
        }
    };
}

kinds! {
    TaskOpened = "tasks.opened", Assigned, Action, "有件事交给您办：{title}{due}";
    TaskReassigned = "tasks.reassigned", Assigned, Action, "有件事转给您办：{title}{due}";
    TaskReminded = "tasks.reminded", Due, Action, "{title}：{when}{due}";
    TaskEscalated = "tasks.escalated", Late, Urgent, "{title}：{when}，{to}";
    TaskMoved = "tasks.moved", Changed, Info, "{title}：到期时间从 {from} 改为 {to}";
    TaskPaused = "tasks.paused", Changed, Info, "{title}：挂起了，计时停住";
    TaskResumed = "tasks.resumed", Changed, Action, "{title}：恢复计时{due}";
    TaskGivenAway = "tasks.given_away", Changed, Info, "{title}：转给别人了，您不用再办";
    TaskDone = "tasks.done", Changed, Info, "{title}：{who}办结了";
    TaskCancelled = "tasks.cancelled", Changed, Info, "{title}：不用办了";
    PostTaken = "teams.taken", Posts, Info, "{grid}的{role}由您接替{who}，一起交来 {count} 件在办的事{drafts}";
    PostGiven = "teams.given", Posts, Info, "{grid}的{role}由{who}接替您，{count} 件在办的事{drafts}一起交了过去";
    HandoverPlanned = "teams.planned", Posts, Info, "{grid}的{role}从 {day} 起由{to}接替{from}";
    HandoverWithdrawn = "teams.withdrawn", Posts, Info, "{grid}的{role}原定 {day} 的交接取消了";
    HandoverFailed = "teams.failed", Posts, Action, "{grid}的{role}今天没有交接成：{why}";
    BorderProposed = "grid.proposed", Borders, Action, "{who}起草了{unit}的边界，等您审批";
    BorderApproved = "grid.approved", Borders, Info, "您起草的{unit}的边界通过了，{day} 生效";
    BorderRefused = "grid.refused", Borders, Action, "您起草的{unit}的边界没有通过：{why}";
    BorderInEffect = "grid.in_effect", Borders, Info, "您起草的{unit}的边界从 {day} 起生效了";
    BorderFailed = "grid.failed", Borders, Action, "您起草的{unit}的边界到了日子没有生效：{why}";
    ResidencyConfirmed = "accounts.residency_confirmed", Registration, Info, "您在{place}的居住登记已核实";
    ResidencyRefused = "accounts.residency_refused", Registration, Info, "您在{place}的居住登记没有通过：{reason}";
    ChildOfAge = "accounts.child_of_age", Relatives, Info, "{who}满 14 周岁了，您的监护登记和代办到此结束。以后请本人用自己的手机号登记";
    OfAge = "accounts.of_age", Relatives, Info, "您满 14 周岁了，监护人的登记和代办到此结束。以后由您自己同意，请用自己的手机号登记";
    PhotoShown = "poi.photo_shown", Photos, Info, "您给“{point}”提供的照片用上了，谢谢您";
    PhotoRefused = "poi.photo_refused", Photos, Info, "您给“{point}”提供的照片没有采用：{why}";
    ReportMoved = "reports.moved", Reports, Info, "您反映的“{title}”：{what}";
    ReportAsked = "reports.asked", Reports, Action, "您反映的“{title}”等您补充，补充以后接着办";
    ReportAnswered = "reports.answered", Reports, Action, "您反映的“{title}”有了答复，请您看一看、评一评";
    ReportFollowed = "reports.followed", Reports, Info, "您关注的“{title}”：{what}";
    ReportAdded = "reports.added", Changed, Info, "{title}：反映人{what}";
    ReportStands = "reports.stands", Changed, Action, "{title}：等反映人补充，计时停了 {days} 天，请看要不要接着办";
    ReportCalls = "reports.calls", Changed, Action, "{title}：答复满 5 个工作日还没有评价，请打两次电话问问，再办结";
    ReportUrged = "reports.urged", Late, Action, "{title}：上级督办";
    ReportUrgedLate = "reports.urged_late", Late, Action, "{title}：督办到期了，还没有答复";
    ReportTimeAsked = "reports.time_asked", Changed, Action, "{title}：承办人申请延期，请您定";
    ReportTimeSaid = "reports.time_said", Changed, Info, "{title}：{what}";
    ReportPart = "reports.part", Changed, Info, "{title}：一个协办的单位办完了";
    ReportPartBack = "reports.part_back", Changed, Info, "{title}：一个协办的单位要求退回，请您定";
    ReportPartKept = "reports.part_kept", Changed, Info, "{title}：协办没有退成，请接着办，原因写在里面";
    MediationAsked = "mediation.asked", Mediation, Action, "有人想和您调解一件纠纷（{number}），请您答复愿不愿意";
    MediationNamed = "mediation.named", Mediation, Action, "请您当调解员（{number}），请先看有没有利害关系";
    MediationMoved = "mediation.moved", Mediation, Info, "调解 {number}：{what}";
    ProposalDecided = "surveys.decided", Reports, Info, "您在“{title}”里提的意见{what}";
    CorrectionHandled = "people.correction_handled", Registration, Info, "您写的登记更正，网格员核对过了";
    EntryRefused = "people.entry_refused", Registration, Info, "您填的一位家里人没有登记，网格员写了原因";
    Looked = "accounts.looked", Access, Info, "{who}看了您的完整信息，原因是{reason}";
    ActedFor = "accounts.acted_for", Access, Info, "{who}开始替您办事";
    NewDevice = "accounts.new_device", Safety, Info, "您的账号在没有用过的设备上登录：{device}";
}

impl Kind {
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Whether somebody who acts for the recipient may see it: a resident's own matters, not a post's, and nothing that
    /// guards the account against those who act.
    pub const fn by_proxy(self) -> bool {
        // Who has just turned 14 has no phone of their own here yet: they hear of it from whoever acts for them.
        matches!(
            self,
            Self::ResidencyConfirmed
                | Self::ResidencyRefused
                | Self::CorrectionHandled
                | Self::EntryRefused
                | Self::OfAge
                | Self::ReportMoved
                | Self::ReportAsked
                | Self::ReportAnswered
                | Self::ReportFollowed
                | Self::ProposalDecided
        )
    }

    /// Whether one that is urgent also rings in quiet hours: what somebody has to go out for at night. Their limits run day and night,
    /// so what is only overdue by working days does not come up then. Which tasks are urgent, `tasks` says by their limit.
    pub const fn breaks_quiet(self) -> bool {
        matches!(
            self,
            Self::TaskOpened | Self::TaskReassigned | Self::TaskEscalated
        )
    }

    /// For how many days it is kept.
    pub const fn days(self) -> i64 {
        match self.topic() {
            Topic::Access | Topic::Safety => 366,
            _ => 183,
        }
    }

    /// The words with `facts` in their places; a fact that is missing leaves its place empty.
    pub fn say<'a>(self, fact: impl Fn(&str) -> Option<&'a str>) -> String {
        let mut said = String::new();
        let mut rest = self.words();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            said.push_str(before);
            said.push_str(fact(name).unwrap_or_default());
            rest = after;
        }
        said.push_str(rest);
        said
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_find_their_kind() {
        let codes: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
            assert!(kind.code().contains('.'), "{kind:?} names its pillar");
        }
        assert_eq!(Kind::from_code("tasks"), None);
    }

    #[test]
    fn words_take_their_facts_and_nothing_else() {
        let facts = |name: &str| match name {
            "title" => Some("看望{due}老人"),
            "due" => Some("，明天到期"),
            _ => None,
        };
        // What somebody typed is not read as a place for another fact.
        assert_eq!(
            Kind::TaskOpened.say(facts),
            "有件事交给您办：看望{due}老人，明天到期"
        );
        assert_eq!(Kind::TaskReminded.say(facts), "看望{due}老人：，明天到期");
        assert_eq!(Kind::ActedFor.say(|_| None), "开始替您办事");
        for kind in Kind::ALL {
            let said = kind.say(|_| Some("某"));
            assert!(!said.contains(['{', '}']), "{kind:?}: {said}");
            assert!(!said.contains('！'), "{kind:?}: no exclamation marks");
        }
    }

    #[test]
    fn nothing_that_only_informs_breaks_quiet_hours() {
        for kind in Kind::ALL.iter().filter(|kind| kind.breaks_quiet()) {
            assert!(
                kind.importance() != Importance::Info && kind.topic().of_posts(),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn every_topic_has_kinds_and_who_acts_for_somebody_sees_no_posts_matters() {
        for topic in Topic::ALL {
            assert!(Kind::ALL.iter().any(|kind| kind.topic() == *topic), "{topic:?}");
            assert_eq!(Topic::from_code(topic.code()), Some(*topic));
        }
        for kind in Kind::ALL.iter().filter(|kind| kind.by_proxy()) {
            assert!(!kind.topic().of_posts() && !matches!(kind.topic(), Topic::Access | Topic::Safety));
        }
    }
}
