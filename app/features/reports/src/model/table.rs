//! How a matter goes from its report to its end: the one table. What is not in it cannot be done.

use shared::coded;

use super::Seen;

coded! {
    /// How a matter stands.
    State {
        Reported = "reported", "上报";
        Refused = "refused", "不予受理";
        Accepted = "accepted", "受理";
        Dispatched = "dispatched", "派单";
        Handling = "handling", "处置";
        Answered = "answered", "反馈";
        Checked = "checked", "回访";
        Rated = "rated", "评价";
        Closed = "closed", "办结";
        /// Its clock stands: somebody waits for the reporter.
        Paused = "paused", "挂起";
        Withdrawn = "withdrawn", "撤回";
        Merged = "merged", "合并";
    }

    /// What is done with a matter.
    Action {
        Report = "report", "上报";
        Accept = "accept", "受理";
        Refuse = "refuse", "不予受理";
        Dispatch = "dispatch", "派单";
        Begin = "begin", "开始处置";
        Return = "return", "退单";
        Reassign = "reassign", "改派";
        /// It is another thing than it was reported as.
        Reclass = "reclass", "改类别";
        /// Another unit has a part of it, beside the one that leads.
        Involve = "involve", "请协办";
        PartDone = "part_done", "协办办完";
        PartReturn = "part_return", "退回协办";
        /// Whoever asked to give it back goes on with it.
        PartKeep = "part_keep", "不同意退回协办";
        PartRelease = "part_release", "免除协办";
        /// Somebody has nothing to do with it any more, for they are related to somebody in it.
        Recuse = "recuse", "回避";
        AskTime = "ask_time", "申请延期";
        GiveTime = "give_time", "同意延期";
        DenyTime = "deny_time", "不同意延期";
        Pause = "pause", "挂起";
        Resume = "resume", "恢复";
        Urge = "urge", "督办";
        Escalate = "escalate", "升级";
        Answer = "answer", "反馈";
        Check = "check", "回访";
        /// Nobody answered the telephone.
        Call = "call", "电话未接通";
        Rate = "rate", "评价";
        Close = "close", "办结";
        CloseUnrated = "close_unrated", "办结（未评价）";
        Reopen = "reopen", "重办";
        Withdraw = "withdraw", "撤回";
        Merge = "merge", "合并";
        Add = "add", "补充";
        Note = "note", "内部备注";
        Publish = "publish", "公开";
        Hide = "hide", "撤下公开";
    }

    /// As what somebody acts.
    By {
        Reporter = "reporter", "反映人";
        Holder = "holder", "承办人";
        /// Who has a part of it.
        Partner = "partner", "协办人";
        /// Who dispatches at the unit that has the matter.
        Dispatcher = "dispatcher", "派单人";
        /// Who oversees the unit that has it: town and above.
        Above = "above", "上级";
        /// The clock.
        System = "system", "到时自动";
    }

    /// What a step has to come with.
    Need {
        Words = "words", "说明";
        /// The unit it goes to, and who has it there.
        Unit = "unit", "单位";
        /// Working days.
        Days = "days", "天数";
        Door = "door", "该去哪里";
        Rating = "rating", "评价";
        /// The number of another matter.
        Matter = "matter", "并入哪一件";
        /// Which of the parts that other units have.
        Part = "part", "哪一部分";
        /// Who steps aside; whoever says it themselves, without it.
        Person = "person", "谁回避";
        /// What it is about, and what its reporter wants with it.
        Category = "category", "哪方面的事";
    }
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    State(State),
    Same,
    /// To where it stood before it was paused.
    Before,
}

/// Who may not do it although they otherwise might.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    Nobody,
    /// Who has it now: nobody stops their own clock.
    Holder,
    /// Who handled it: nobody verifies their own work, or rates it for its reporter.
    Handler,
}

/// What else has to be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    Always,
    /// Not later than one working day after it was passed on.
    Returnable,
    /// Time was asked for, and nobody has said.
    TimeAsked,
    /// Five working days since the answer, and two calls, where there is somebody to call.
    Waited,
    /// The last call is an hour ago: a button that is pressed twice is one call.
    CallDue,
    /// Rated as unhappy, or ended without a rating.
    Unhappy,
    /// The reporter agreed to it, and it is nobody's complaint about those who work there.
    Publishable,
    /// Not more parts than can be kept in view.
    Room,
    /// Each part is done, or was released with words.
    PartsDone,
    /// The part is their own, and still to be done.
    OwnPart,
    /// Whoever has the part wants to give it back.
    PartReturned,
    /// The part is not done yet.
    PartOpen,
    /// It is published; for its reporter it is enough that they agreed to it.
    Hideable,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub action: Action,
    pub from: &'static [State],
    pub to: To,
    pub by: &'static [By],
    pub needs: &'static [Need],
    /// Whether it may be done once in a matter's life.
    pub once: bool,
    pub apart: Apart,
    pub guard: Guard,
    /// Who sees the step.
    pub seen: Seen,
}

impl Rule {
    const fn new(action: Action, from: &'static [State], to: To, by: &'static [By], seen: Seen) -> Self {
        Self {
            action,
            from,
            to,
            by,
            needs: &[],
            once: false,
            apart: Apart::Nobody,
            guard: Guard::Always,
            seen,
        }
    }

    const fn needs(self, needs: &'static [Need]) -> Self {
        Self { needs, ..self }
    }

    const fn once(self) -> Self {
        Self { once: true, ..self }
    }

    const fn apart(self, apart: Apart) -> Self {
        Self { apart, ..self }
    }

    const fn guard(self, guard: Guard) -> Self {
        Self { guard, ..self }
    }

    pub fn wants(&self, need: Need) -> bool {
        self.needs.contains(&need)
    }
}

use Action as A;
use State as S;

/// Before anybody began with it.
const WAITING: &[State] = &[S::Accepted, S::Dispatched];
/// While somebody works at it.
const WORKED: &[State] = &[S::Dispatched, S::Handling];
/// While its clock may run.
const RUNNING: &[State] = &[S::Accepted, S::Dispatched, S::Handling];
const UNANSWERED: &[State] = &[S::Reported, S::Accepted, S::Dispatched, S::Handling, S::Paused];
const ESCALATED: &[State] = &[S::Reported, S::Accepted, S::Dispatched, S::Handling];
/// While somebody has something to do with it, and its clock does not stand.
const GOING: &[State] = &[
    S::Reported,
    S::Accepted,
    S::Dispatched,
    S::Handling,
    S::Answered,
    S::Checked,
];
const HEARING: &[State] = &[S::Answered, S::Checked];
const ENDING: &[State] = &[S::Rated, S::Closed];
/// While somebody has something to decide about it.
const DECIDED: &[State] = &[
    S::Reported,
    S::Accepted,
    S::Dispatched,
    S::Handling,
    S::Answered,
    S::Checked,
    S::Paused,
];
const LIVING: &[State] = &[
    S::Reported,
    S::Accepted,
    S::Dispatched,
    S::Handling,
    S::Answered,
    S::Checked,
    S::Rated,
    S::Paused,
];

/// The one table. What is not in it cannot be done.
pub const TABLE: &[Rule] = &[
    // Nothing is reported twice: it begins a matter, and leads from nowhere.
    Rule::new(A::Report, &[], To::State(S::Reported), &[By::Reporter], Seen::All),
    Rule::new(
        A::Accept,
        &[S::Reported],
        To::State(S::Accepted),
        &[By::Holder, By::Dispatcher],
        Seen::All,
    ),
    Rule::new(
        A::Refuse,
        &[S::Reported],
        To::State(S::Refused),
        &[By::Dispatcher],
        Seen::Parties,
    )
    .needs(&[Need::Words, Need::Door]),
    Rule::new(
        A::Dispatch,
        &[S::Accepted],
        To::State(S::Dispatched),
        &[By::Dispatcher],
        Seen::All,
    )
    .needs(&[Need::Unit]),
    Rule::new(
        A::Begin,
        WAITING,
        To::State(S::Handling),
        &[By::Holder],
        Seen::All,
    ),
    Rule::new(
        A::Return,
        &[S::Dispatched],
        To::State(S::Accepted),
        &[By::Holder],
        Seen::Staff,
    )
    .needs(&[Need::Words])
    .once()
    .guard(Guard::Returnable),
    Rule::new(
        A::Reassign,
        WORKED,
        To::State(S::Dispatched),
        &[By::Dispatcher, By::Above],
        Seen::All,
    )
    .needs(&[Need::Unit, Need::Words]),
    Rule::new(
        A::Reclass,
        GOING,
        To::Same,
        &[By::Dispatcher, By::Above],
        Seen::Parties,
    )
    .needs(&[Need::Category]),
    Rule::new(
        A::Involve,
        RUNNING,
        To::Same,
        &[By::Dispatcher, By::Above],
        Seen::All,
    )
    .needs(&[Need::Unit, Need::Words, Need::Days])
    .guard(Guard::Room),
    Rule::new(A::PartDone, RUNNING, To::Same, &[By::Partner], Seen::Parties)
        .needs(&[Need::Part, Need::Words])
        .guard(Guard::OwnPart),
    Rule::new(A::PartReturn, RUNNING, To::Same, &[By::Partner], Seen::Staff)
        .needs(&[Need::Part, Need::Words])
        .guard(Guard::OwnPart),
    Rule::new(
        A::PartKeep,
        RUNNING,
        To::Same,
        &[By::Dispatcher, By::Above],
        Seen::Staff,
    )
    .needs(&[Need::Part, Need::Words])
    .guard(Guard::PartReturned),
    Rule::new(
        A::PartRelease,
        RUNNING,
        To::Same,
        &[By::Dispatcher, By::Above],
        Seen::Parties,
    )
    .needs(&[Need::Part, Need::Words])
    .guard(Guard::PartOpen),
    Rule::new(
        A::Recuse,
        DECIDED,
        To::Same,
        &[By::Dispatcher, By::Above, By::Holder, By::Partner],
        Seen::Staff,
    )
    .needs(&[Need::Words, Need::Person]),
    Rule::new(A::AskTime, WORKED, To::Same, &[By::Holder], Seen::Staff)
        .needs(&[Need::Words, Need::Days])
        .once(),
    Rule::new(
        A::GiveTime,
        RUNNING,
        To::Same,
        &[By::Dispatcher, By::Above],
        Seen::Parties,
    )
    .needs(&[Need::Words])
    .once()
    .apart(Apart::Holder)
    .guard(Guard::TimeAsked),
    Rule::new(
        A::DenyTime,
        RUNNING,
        To::Same,
        &[By::Dispatcher, By::Above],
        Seen::Staff,
    )
    .needs(&[Need::Words])
    .apart(Apart::Holder)
    .guard(Guard::TimeAsked),
    Rule::new(
        A::Pause,
        RUNNING,
        To::State(S::Paused),
        &[By::Dispatcher, By::Above],
        Seen::Parties,
    )
    .needs(&[Need::Words])
    .apart(Apart::Holder),
    Rule::new(
        A::Resume,
        &[S::Paused],
        To::Before,
        &[By::Reporter, By::Holder, By::Dispatcher, By::Above],
        Seen::Parties,
    ),
    Rule::new(A::Urge, ESCALATED, To::Same, &[By::Above], Seen::Parties).needs(&[Need::Words, Need::Days]),
    Rule::new(
        A::Escalate,
        ESCALATED,
        To::Same,
        &[By::Holder, By::Dispatcher, By::System],
        Seen::All,
    ),
    Rule::new(
        A::Answer,
        &[S::Handling],
        To::State(S::Answered),
        &[By::Holder],
        Seen::Parties,
    )
    .needs(&[Need::Words])
    .guard(Guard::PartsDone),
    Rule::new(
        A::Check,
        &[S::Answered],
        To::State(S::Checked),
        &[By::Dispatcher, By::Above],
        Seen::Parties,
    )
    .needs(&[Need::Words])
    .apart(Apart::Handler),
    Rule::new(
        A::Call,
        HEARING,
        To::Same,
        &[By::Dispatcher, By::Above],
        Seen::Parties,
    )
    .guard(Guard::CallDue),
    Rule::new(
        A::Rate,
        HEARING,
        To::State(S::Rated),
        &[By::Reporter],
        Seen::Parties,
    )
    .needs(&[Need::Rating])
    .apart(Apart::Handler),
    Rule::new(
        A::Close,
        &[S::Rated],
        To::State(S::Closed),
        &[By::Dispatcher, By::Above, By::System],
        Seen::All,
    ),
    Rule::new(
        A::CloseUnrated,
        HEARING,
        To::State(S::Closed),
        &[By::Dispatcher, By::Above, By::System],
        Seen::All,
    )
    .guard(Guard::Waited),
    Rule::new(
        A::Reopen,
        ENDING,
        To::State(S::Accepted),
        &[By::Reporter],
        Seen::All,
    )
    .needs(&[Need::Words])
    .once()
    .guard(Guard::Unhappy),
    Rule::new(
        A::Withdraw,
        UNANSWERED,
        To::State(S::Withdrawn),
        &[By::Reporter],
        Seen::Parties,
    ),
    Rule::new(
        A::Merge,
        UNANSWERED,
        To::State(S::Merged),
        &[By::Dispatcher],
        Seen::Parties,
    )
    .needs(&[Need::Matter]),
    Rule::new(A::Add, LIVING, To::Same, &[By::Reporter], Seen::Parties).needs(&[Need::Words]),
    Rule::new(
        A::Note,
        State::ALL,
        To::Same,
        &[By::Holder, By::Dispatcher, By::Above],
        Seen::Staff,
    )
    .needs(&[Need::Words]),
    Rule::new(
        A::Publish,
        State::ALL,
        To::Same,
        &[By::Dispatcher, By::Above],
        Seen::Staff,
    )
    .needs(&[Need::Words])
    .guard(Guard::Publishable),
    Rule::new(
        A::Hide,
        State::ALL,
        To::Same,
        &[By::Reporter, By::Dispatcher, By::Above],
        Seen::Staff,
    )
    .guard(Guard::Hideable),
];

impl Action {
    /// Its line of the table.
    pub fn rule(self) -> &'static Rule {
        TABLE
            .iter()
            .find(|rule| rule.action == self)
            .expect("each action has a line: a test counts them")
    }
}

impl State {
    /// Whether nothing more is to be done; an unhappy reporter may open what is closed once more.
    pub const fn has_ended(self) -> bool {
        matches!(
            self,
            Self::Refused | Self::Closed | Self::Withdrawn | Self::Merged
        )
    }

    /// Whether the time to the answer runs.
    pub const fn counts(self) -> bool {
        matches!(
            self,
            Self::Reported | Self::Accepted | Self::Dispatched | Self::Handling
        )
    }
}
