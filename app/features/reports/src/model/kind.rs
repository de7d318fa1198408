//! What a matter is, how it stands, and what is said about both.

use shared::coded;
use tasks::model::Limit;

coded! {
    /// What somebody wants with a matter.
    Kind {
        Problem = "problem", "反映问题";
        Question = "question", "咨询";
        Idea = "idea", "建议";
        Complaint = "complaint", "投诉";
        Help = "help", "求助";
        Praise = "praise", "表扬";
    }

    /// How long there is for it.
    Urgency {
        Sudden = "sudden", "突发";
        Urgent = "urgent", "急";
        Ordinary = "ordinary", "一般";
        Complex = "complex", "复杂";
    }

    /// The reporter's own word at the end.
    Rating {
        Satisfied = "satisfied", "满意";
        Fair = "fair", "基本满意";
        Unhappy = "unhappy", "不满意";
    }

    /// Where something belongs that is not taken here, or not first.
    Door {
        Police = "police", "110（报警）";
        Fire = "fire", "119（火警、抢险）";
        Ambulance = "ambulance", "120（急救）";
        Court = "court", "人民法院（诉讼）";
        Arbitration = "arbitration", "仲裁机构（仲裁）";
        Review = "review", "行政复议机关（行政复议）";
        Disclosure = "disclosure", "政府信息公开申请";
        Discipline = "discipline", "12388（纪检监察举报）";
        Petition = "petition", "信访部门（信访）";
        Hotline = "hotline", "12345（政务服务便民热线）";
        Owners = "owners", "业主大会或者业主委员会";
        Elsewhere = "elsewhere", "别的单位（写在说明里）";
    }

    /// Who sees a step, beside those who handle the matter.
    Seen {
        /// Whoever sees the matter, also where it is published.
        All = "all", "公开";
        /// The reporter.
        Parties = "parties", "反映人可见";
        /// Nobody else: internal notes.
        Staff = "staff", "内部";
    }
}

impl Kind {
    /// Whether it complains, where it is about those who work there: all but praise and a question do, whatever they are called.
    pub const fn accuses(self) -> bool {
        !matches!(self, Self::Praise | Self::Question)
    }
}

impl Urgency {
    /// From the report to the answer. Hours run day and night, days are the unit's working days.
    pub const fn limit(self) -> Limit {
        match self {
            Self::Sudden => Limit::Hours(2),
            Self::Urgent => Limit::Hours(24),
            Self::Ordinary => Limit::WorkingDays(7),
            Self::Complex => Limit::WorkingDays(15),
        }
    }

    /// From the report until somebody says whether it is taken. What runs in hours is answered no later than it is handled.
    pub const fn first_answer(self) -> Limit {
        match self {
            Self::Sudden => Limit::Hours(2),
            Self::Urgent => Limit::Hours(24),
            Self::Ordinary | Self::Complex => Limit::WorkingDays(2),
        }
    }

    /// As [`Self::first_answer`], but no later than the answer itself, for which there is `limit`.
    pub const fn first_within(self, limit: Limit) -> Limit {
        match (self.first_answer(), limit) {
            (Limit::WorkingDays(first), Limit::WorkingDays(all)) if all < first => Limit::WorkingDays(all),
            (Limit::Hours(first), Limit::Hours(all)) if all < first => Limit::Hours(all),
            (first, _) => first,
        }
    }

    /// Whether less of it is left from the beginning.
    pub const fn runs_in_hours(self) -> bool {
        matches!(self, Self::Sudden | Self::Urgent)
    }
}

impl Rating {
    /// Whether the reporter may have it handled once more.
    pub const fn reopens(self) -> bool {
        matches!(self, Self::Unhappy)
    }
}

impl Door {
    /// Shown first where a life is in danger.
    pub const DANGER: [Self; 3] = [Self::Police, Self::Fire, Self::Ambulance];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_design() {
        assert_eq!(Urgency::Sudden.limit(), Limit::Hours(2));
        assert_eq!(Urgency::Urgent.limit(), Limit::Hours(24));
        assert_eq!(Urgency::Ordinary.limit(), Limit::WorkingDays(7));
        assert_eq!(Urgency::Complex.limit(), Limit::WorkingDays(15));
        assert_eq!(Urgency::Ordinary.first_answer(), Limit::WorkingDays(2));
    }

    #[test]
    fn it_is_said_whether_it_is_taken_before_it_has_to_be_answered() {
        for urgency in Urgency::ALL {
            assert_eq!(urgency.first_within(urgency.limit()), urgency.first_answer());
        }
        let one_day = Limit::WorkingDays(1);
        assert_eq!(Urgency::Ordinary.first_within(one_day), one_day);
        assert_eq!(
            Urgency::Complex.first_within(Limit::WorkingDays(5)),
            Limit::WorkingDays(2)
        );
        assert_eq!(Urgency::Urgent.first_within(Limit::Hours(6)), Limit::Hours(6));
        assert_eq!(Urgency::Sudden.first_within(Limit::Hours(6)), Limit::Hours(2));
    }
}
