//! How a case goes from its application to its end: the one table. What is not in it cannot be done.

use shared::coded;

use super::Seen;

coded! {
    /// How a case stands.
    State {
        Applied = "applied", "申请";
        Refused = "refused", "不受理";
        /// Taken; the other side is asked.
        Accepted = "accepted", "征求意见";
        Declined = "declined", "对方不同意";
        Consented = "consented", "双方同意";
        Mediating = "mediating", "调解中";
        /// Agreed on, and written down; not signed yet.
        Reached = "reached", "待签字";
        InForce = "in_force", "协议生效";
        Fulfilled = "fulfilled", "履行完毕";
        Unfulfilled = "unfulfilled", "没有履行";
        Failed = "failed", "调解不成";
        Withdrawn = "withdrawn", "撤回";
    }

    /// What is done with a case.
    Action {
        Apply = "apply", "申请";
        Take = "take", "接手";
        Accept = "accept", "受理";
        Refuse = "refuse", "不受理";
        /// Asks the other side whether they want it.
        Ask = "ask", "征求对方意见";
        Consent = "consent", "同意调解";
        Decline = "decline", "不同意调解";
        Name = "name", "确定调解员";
        /// A mediator says that nothing ties them to a side.
        Declare = "declare", "声明没有利害关系";
        StepAside = "step_aside", "回避";
        /// A side wants another mediator.
        Object = "object", "要求换调解员";
        Hold = "hold", "记下一次调解";
        Settle = "settle", "达成协议（书面）";
        SettleOrally = "settle_orally", "达成协议（口头）";
        Revise = "revise", "修改协议";
        Sign = "sign", "签字生效";
        Scan = "scan", "交回签字扫描件";
        AskCourt = "ask_court", "已申请司法确认";
        CourtConfirmed = "court_confirmed", "法院已确认";
        Follow = "follow", "回访履行";
        Fulfil = "fulfil", "履行完毕";
        GiveUp = "give_up", "没有履行，结束";
        Fail = "fail", "调解不成";
        Stop = "stop", "要求终止";
        Withdraw = "withdraw", "撤回申请";
        /// It may come to blows: the level above is told.
        Warn = "warn", "可能激化，上报";
        Note = "note", "内部备注";
    }

    /// As what somebody acts.
    By {
        Applicant = "applicant", "申请人";
        Respondent = "respondent", "对方当事人";
        /// Who holds the post that takes it, while nobody has.
        Desk = "desk", "受理窗口";
        /// Who took it.
        Clerk = "clerk", "经办人";
        /// Who was asked to mediate, and has not said that nothing ties them to a side.
        Invited = "invited", "受邀的调解员";
        /// Who has.
        Mediator = "mediator", "调解员";
        /// What follows from another step.
        System = "system", "自动";
    }

    /// What a step has to come with.
    Need {
        Words = "words", "说明";
        /// Words, where somebody notes what a side said; not from that side itself.
        Record = "record", "怎么说的";
        How = "how", "怎么问的";
        Door = "door", "该去哪里";
        /// One of those named.
        Person = "person", "哪一位";
        /// Somebody who has an account.
        Account = "account", "谁";
        Tick = "tick", "声明";
        /// When and where a session was, and who was there.
        Sitting = "sitting", "时间、地点、到场的人";
        Agreement = "agreement", "协议内容";
        Day = "day", "日期";
        Clause = "clause", "哪一条";
        Files = "files", "扫描件";
    }
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    State(State),
    Same,
}

/// What else has to be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    Always,
    /// Nobody has taken it, or whoever did holds the post no more.
    Vacant,
    /// The other side was asked.
    Asked,
    /// Not later than thirty days after the agreement came into force.
    WithinMonth,
    /// The court was asked.
    CourtAsked,
    /// Each clause is kept.
    AllKept,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub action: Action,
    pub from: &'static [State],
    pub to: To,
    pub by: &'static [By],
    pub needs: &'static [Need],
    /// Whether it may be done once in a case's life.
    pub once: bool,
    pub guard: Guard,
    /// Who sees the step.
    pub seen: Seen,
}

impl Rule {
    const fn new(action: Action, from: &'static [State], to: To, by: &'static [By]) -> Self {
        Self {
            action,
            from,
            to,
            by,
            needs: &[],
            once: false,
            guard: Guard::Always,
            seen: Seen::Parties,
        }
    }

    const fn needs(self, needs: &'static [Need]) -> Self {
        Self { needs, ..self }
    }

    const fn once(self) -> Self {
        Self { once: true, ..self }
    }

    const fn guard(self, guard: Guard) -> Self {
        Self { guard, ..self }
    }

    /// Only mediators and whoever took it see the step.
    const fn within(self) -> Self {
        Self {
            seen: Seen::Staff,
            ..self
        }
    }

    pub fn wants(&self, need: Need) -> bool {
        self.needs.contains(&need)
    }
}

use Action as A;
use State as S;

/// Until both sides have agreed to it.
const BEFORE: &[State] = &[S::Applied, S::Accepted];
/// While mediators are at it.
const MEDIATED: &[State] = &[S::Consented, S::Mediating];
/// Before what was agreed is in force.
const OPEN: &[State] = &[S::Consented, S::Mediating, S::Reached];
const LIVING: &[State] = &[
    S::Applied,
    S::Accepted,
    S::Consented,
    S::Mediating,
    S::Reached,
    S::InForce,
];
const SIDES: &[By] = &[By::Applicant, By::Respondent];
const STAFF: &[By] = &[By::Mediator, By::Clerk];

/// The one table. What is not in it cannot be done.
pub const TABLE: &[Rule] = &[
    // Nothing is applied for twice: it begins a case, and leads from nowhere.
    Rule::new(A::Apply, &[], To::State(S::Applied), &[By::Applicant]),
    Rule::new(A::Take, LIVING, To::Same, &[By::Desk]).guard(Guard::Vacant),
    Rule::new(A::Accept, &[S::Applied], To::State(S::Accepted), &[By::Clerk]),
    Rule::new(A::Refuse, &[S::Applied], To::State(S::Refused), &[By::Clerk])
        .needs(&[Need::Words, Need::Door]),
    Rule::new(A::Ask, &[S::Accepted], To::Same, &[By::Clerk]).needs(&[Need::How]),
    Rule::new(
        A::Consent,
        &[S::Accepted],
        To::State(S::Consented),
        &[By::Respondent, By::Clerk],
    )
    .needs(&[Need::Record])
    .guard(Guard::Asked),
    Rule::new(
        A::Decline,
        &[S::Accepted],
        To::State(S::Declined),
        &[By::Respondent, By::Clerk],
    )
    .needs(&[Need::Record])
    .guard(Guard::Asked),
    Rule::new(A::Name, MEDIATED, To::Same, &[By::Clerk]).needs(&[Need::Account]),
    Rule::new(A::Declare, MEDIATED, To::Same, &[By::Invited]).needs(&[Need::Tick]),
    Rule::new(A::StepAside, OPEN, To::Same, &[By::Mediator, By::Invited]),
    Rule::new(
        A::Object,
        MEDIATED,
        To::Same,
        &[By::Applicant, By::Respondent, By::Clerk],
    )
    .needs(&[Need::Person]),
    Rule::new(A::Hold, MEDIATED, To::State(S::Mediating), &[By::Mediator])
        .needs(&[Need::Sitting, Need::Words]),
    Rule::new(A::Settle, &[S::Mediating], To::State(S::Reached), &[By::Mediator]).needs(&[Need::Agreement]),
    Rule::new(
        A::SettleOrally,
        &[S::Mediating],
        To::State(S::InForce),
        &[By::Mediator],
    )
    .needs(&[Need::Agreement, Need::Day]),
    Rule::new(A::Revise, &[S::Reached], To::Same, &[By::Mediator]).needs(&[Need::Agreement]),
    Rule::new(A::Sign, &[S::Reached], To::State(S::InForce), STAFF).needs(&[Need::Day, Need::Tick]),
    Rule::new(A::Scan, &[S::Reached, S::InForce], To::Same, STAFF).needs(&[Need::Files]),
    Rule::new(A::AskCourt, &[S::InForce], To::Same, STAFF)
        .needs(&[Need::Day])
        .once()
        .guard(Guard::WithinMonth),
    Rule::new(A::CourtConfirmed, &[S::InForce], To::Same, STAFF)
        .needs(&[Need::Day])
        .once()
        .guard(Guard::CourtAsked),
    Rule::new(A::Follow, &[S::InForce], To::Same, STAFF).needs(&[Need::Clause, Need::Words]),
    Rule::new(A::Fulfil, &[S::InForce], To::State(S::Fulfilled), &[By::System]).guard(Guard::AllKept),
    Rule::new(A::GiveUp, &[S::InForce], To::State(S::Unfulfilled), STAFF).needs(&[Need::Words, Need::Door]),
    Rule::new(A::Fail, OPEN, To::State(S::Failed), STAFF).needs(&[Need::Words, Need::Door]),
    Rule::new(A::Stop, OPEN, To::State(S::Failed), SIDES),
    Rule::new(A::Withdraw, BEFORE, To::State(S::Withdrawn), &[By::Applicant]),
    Rule::new(A::Warn, LIVING, To::Same, STAFF)
        .needs(&[Need::Words])
        .within(),
    Rule::new(A::Note, LIVING, To::Same, STAFF)
        .needs(&[Need::Words])
        .within(),
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
    /// Whether nothing more is to be done.
    pub const fn has_ended(self) -> bool {
        matches!(
            self,
            Self::Refused
                | Self::Declined
                | Self::Fulfilled
                | Self::Unfulfilled
                | Self::Failed
                | Self::Withdrawn
        )
    }

    /// Whether the month in which it is usually done runs.
    pub const fn counts(self) -> bool {
        matches!(
            self,
            Self::Accepted | Self::Consented | Self::Mediating | Self::Reached
        )
    }
}
