//! What surveys are, and how they stand.

use shared::{Date, coded};

coded! {
    /// What residents are asked for.
    Kind {
        Proposals = "proposals", "意见征集";
        Questions = "questions", "问卷";
    }

    /// From whom one is taken.
    Per {
        Person = "person", "每人一份";
        Household = "household", "每户一份";
    }

    /// How one stands, as it is stored; the days say the rest.
    State {
        Running = "running", "进行中";
        Done = "done", "办完了";
        Stopped = "stopped", "取消了";
    }

    /// How one stands on a day.
    Phase {
        Coming = "coming", "还没开始";
        Open = "open", "正在征集";
        Answering = "answering", "已截止，等答复";
        Done = "done", "有结果了";
        Stopped = "stopped", "取消了";
    }

    /// What a question asks for.
    Ask {
        One = "one", "选一个";
        Several = "several", "可以选几个";
        Yes = "yes", "是或者不是";
        Number = "number", "填一个数";
        Words = "words", "写几句话";
    }

    /// What becomes of a proposal.
    Verdict {
        Adopted = "adopted", "采纳";
        Declined = "declined", "不采纳";
    }

    /// What is done with a proposal.
    Act {
        Publish = "publish", "公开";
        Join = "join", "并入相似的一条";
        Decide = "decide", "答复";
    }
}

impl Phase {
    /// As the days have it: the last one counts whole.
    pub fn on(state: State, from: Date, to: Date, today: Date) -> Self {
        match state {
            State::Done => Self::Done,
            State::Stopped => Self::Stopped,
            State::Running if today < from => Self::Coming,
            State::Running if today <= to => Self::Open,
            State::Running => Self::Answering,
        }
    }

    /// Whether counts may be told: not while it runs.
    pub const fn tells(self) -> bool {
        matches!(self, Self::Answering | Self::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_closes_when_its_last_day_is_over() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let on = |state, today| Phase::on(state, day("2026-11-10"), day("2026-11-20"), day(today));
        for (today, phase) in [
            ("2026-11-09", Phase::Coming),
            ("2026-11-10", Phase::Open),
            ("2026-11-20", Phase::Open),
            ("2026-11-21", Phase::Answering),
        ] {
            assert_eq!(on(State::Running, today), phase, "{today}");
        }
        assert_eq!(on(State::Stopped, "2026-11-12"), Phase::Stopped);
        assert_eq!(on(State::Done, "2026-11-12"), Phase::Done);
        assert!(!Phase::Open.tells() && !Phase::Stopped.tells());
    }
}
