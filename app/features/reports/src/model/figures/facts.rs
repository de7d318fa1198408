//! What one matter counts for, from its steps and its deadlines. All figures are sums of this, so each of their definitions stands here, with
//! what stands outside of it. Pure: the server asks it when a matter has moved on, or a time is up.
//!
//! A matter belongs to the day on which it was reported, and to the place where it is. Withdrawn and merged ones (撤回, 合并) are counted as
//! reported, and stand outside of all rates and durations.

use shared::{Role, Timestamp};
use tasks::model::{Limit, Pause, WorkingClock};

use super::{
    grade::graded,
    party::Party,
    stage::{Clock, Stage},
};
use crate::model::{Action, Kind, Rating, State, Urgency};

/// A step, as far as figures go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub action: Action,
    pub at: Timestamp,
    /// Who has the matter from then on.
    pub role: Option<Role>,
    pub rating: Option<Rating>,
    /// Working days that were asked for.
    pub days: Option<i64>,
}

/// A matter, as far as figures go.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    pub kind: Kind,
    pub category: &'a str,
    pub urgency: Urgency,
    pub state: State,
    /// From the report to the answer.
    pub limit: Limit,
    /// Whether it complains about the community itself.
    pub about_unit: bool,
    /// Whether somebody reported the same there shortly before.
    pub again: bool,
    pub began: Party,
    /// The deadlines as their tasks have them; where there is no task they follow from the limits.
    pub first_due: Option<Timestamp>,
    pub due: Option<Timestamp>,
    /// In their order; the first is the report.
    pub steps: &'a [Mark],
}

/// What a matter counts for, and until when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Codes of what it counts for, each once. See [`super::Figures`] for what is made of them.
    pub counted: Vec<String>,
    /// When it counts for something else without a step: a deadline passes.
    pub next: Option<Timestamp>,
}

impl Facts {
    fn count(&mut self, what: &str) {
        self.counted.push(what.to_owned());
    }

    fn count_of(&mut self, what: &str, code: &str) {
        self.counted.push(format!("{what}:{code}"));
    }

    /// Notes that it is decided at `at` whether something was in time.
    fn wait(&mut self, at: Timestamp) {
        self.next = self.next.into_iter().chain([at]).min();
    }
}

impl Case<'_> {
    /// What it counts for now, by the working clock of the unit that has it.
    pub fn facts(&self, clock: &WorkingClock, now: Timestamp) -> Facts {
        let mut facts = Facts::default();
        let Some(first) = self.steps.first() else {
            return facts;
        };
        facts.count("all");
        facts.count_of("kind", self.kind.code());
        facts.count_of("category", self.category);
        facts.count_of("began", self.began.code());
        if self.about_unit {
            facts.count("about");
        }
        if self.again {
            facts.count("again");
        }
        let pauses = self.pauses();
        match self.state {
            State::Withdrawn => facts.count("withdrawn"),
            State::Merged => facts.count("merged"),
            State::Refused => {
                facts.count("refused");
                self.first(&mut facts, clock, &pauses, now, first.at);
            }
            _ => {
                self.first(&mut facts, clock, &pauses, now, first.at);
                self.due(&mut facts, clock, &pauses, now);
                self.end(&mut facts);
                self.durations(&mut facts, clock, &pauses);
            }
        }
        facts
    }

    /// 响应率: of the matters of which it was said whether they are taken (受理, 不予受理), or should have been by now, those of which it was
    /// said in time (two working days; what runs in hours, in those; never later than the answer is due).
    ///
    /// `count(said <= first_due) / count(said or first_due < now)`
    ///
    /// Outside: what still has time, 撤回 and 合并.
    fn first(
        &self,
        facts: &mut Facts,
        clock: &WorkingClock,
        pauses: &[Pause],
        now: Timestamp,
        reported: Timestamp,
    ) {
        let said = self.at(0, &[Action::Accept, Action::Refuse]);
        let limit = self.urgency.first_within(self.limit);
        let due = self.first_due.or_else(|| end(limit, clock, reported, pauses));
        decide(facts, ["first.of", "first.in"], said, due, now);
    }

    /// 按期办结率: of the matters that were answered (反馈), or should have been by now, those that were answered in time. The limit is that to
    /// the answer, with the time that was given beside it; after 重办 the last time counts.
    ///
    /// `count(answered <= due) / count(answered or due < now)`
    ///
    /// Outside: 不予受理, 撤回, 合并, what still has time, and what waits for its reporter (挂起).
    fn due(&self, facts: &mut Facts, clock: &WorkingClock, pauses: &[Pause], now: Timestamp) {
        let round = self.round();
        let answered = self.last(round, Action::Answer);
        let due = self.due.or_else(|| self.reckoned(clock, pauses, round));
        decide(facts, ["due.of", "due.in"], answered, due, now);
    }

    /// 解决率: of the matters that have ended (办结) or were rated as 不满意, those whose reporter did not say last that they are unhappy. A
    /// matter that ended unrated counts as solved: it was answered, and nobody objected after two calls.
    ///
    /// `count(ended and last word is not 不满意) / count(ended or rated 不满意)`
    ///
    /// 满意率: of the matters with a reporter's own word, those whose last word was 满意 or 基本满意, also where it was handled again since.
    ///
    /// `count(last word in (满意, 基本满意)) / count(any word)`
    ///
    /// Outside of 满意率: 办结（未评价）, which is counted by itself, and all that was not rated.
    fn end(&self, facts: &mut Facts) {
        let mut words = self.steps.iter().rev().filter(|step| step.action == Action::Rate);
        let rating = words.find_map(|step| step.rating);
        let closed = self.state == State::Closed;
        if closed || (self.state == State::Rated && rating == Some(Rating::Unhappy)) {
            facts.count("ended.of");
            if rating != Some(Rating::Unhappy) {
                facts.count("ended.solved");
            }
        }
        match rating {
            Some(rating) => facts.count_of("rated", rating.code()),
            None if closed => facts.count("unrated"),
            None => {}
        }
        if let Some(party) = Party::carried(self.steps.iter().map(|step| (step.action, step.role))) {
            facts.count_of("carried", party.code());
        }
    }

    /// How long each step took, when the matter was handled for the first time: each [`Stage`] from its first step to its second, where it
    /// has both, without the time in which the clock stood (挂起).
    fn durations(&self, facts: &mut Facts, clock: &WorkingClock, pauses: &[Pause]) {
        for stage in Stage::ALL {
            if stage.runs_in_hours() != self.urgency.runs_in_hours() {
                continue;
            }
            let Some((from, to)) = stage.span(self.steps) else {
                continue;
            };
            let passed = |from: Timestamp, to: Timestamp| match stage.clock() {
                Clock::Working => clock.between(from, to).micros,
                Clock::Wall => (to.0 - from.0).max(0),
            };
            let stood: i64 = pauses
                .iter()
                .filter(|_| !stage.is_pause())
                .map(|pause| passed(pause.from.max(from), pause.until.unwrap_or(to).min(to)))
                .sum();
            let minutes = (passed(from, to) - stood).max(0) / Timestamp::MINUTE;
            facts.count_of(stage.key(), &graded(minutes).to_string());
        }
    }

    /// When its clock stood.
    fn pauses(&self) -> Vec<Pause> {
        let mut pauses: Vec<Pause> = Vec::new();
        for step in self.steps {
            match step.action {
                Action::Pause => pauses.push(Pause {
                    from: step.at,
                    until: None,
                }),
                Action::Resume => {
                    if let Some(pause) = pauses.last_mut() {
                        pause.until.get_or_insert(step.at);
                    }
                }
                _ => {}
            }
        }
        pauses
    }

    /// Where the last time of handling it begins: at its report, or where it was opened again.
    fn round(&self) -> usize {
        let opened = self.steps.iter().rposition(|step| step.action == Action::Reopen);
        opened.unwrap_or(0)
    }

    /// The first of these since a step.
    fn at(&self, since: usize, wanted: &[Action]) -> Option<Timestamp> {
        let mut steps = self.steps.iter().skip(since);
        steps
            .find(|step| wanted.contains(&step.action))
            .map(|step| step.at)
    }

    fn last(&self, since: usize, wanted: Action) -> Option<Timestamp> {
        let steps = self.steps.get(since..)?;
        steps
            .iter()
            .rev()
            .find(|step| step.action == wanted)
            .map(|step| step.at)
    }

    /// The deadline by its limit, for a matter without a task: with the working days that were given beside it.
    fn reckoned(&self, clock: &WorkingClock, pauses: &[Pause], round: usize) -> Option<Timestamp> {
        let (mut asked, mut given) = (0, 0);
        for step in self.steps.get(round..)? {
            match step.action {
                Action::AskTime => asked = step.days.unwrap_or(0),
                Action::GiveTime => given += asked,
                _ => {}
            }
        }
        let more = u16::try_from(given).unwrap_or(0);
        let limit = match self.limit {
            Limit::WorkingDays(days) => Limit::WorkingDays(days.saturating_add(more)),
            Limit::Hours(hours) => Limit::Hours(hours.saturating_add(more.saturating_mul(24))),
            other => other,
        };
        end(limit, clock, self.steps.get(round)?.at, pauses)
    }
}

fn end(limit: Limit, clock: &WorkingClock, from: Timestamp, pauses: &[Pause]) -> Option<Timestamp> {
    let since: Vec<Pause> = pauses
        .iter()
        .copied()
        .filter(|pause| pause.from >= from)
        .collect();
    limit.end(clock, from, &since).map(|moment| moment.at)
}

/// Counts whether something was done, and in time; or notes when that is decided. On the stroke is in time.
fn decide(
    facts: &mut Facts,
    [of, within]: [&str; 2],
    done: Option<Timestamp>,
    due: Option<Timestamp>,
    now: Timestamp,
) {
    match (done, due) {
        (Some(done), due) => {
            facts.count(of);
            if due.is_none_or(|due| done <= due) {
                facts.count(within);
            }
        }
        (None, Some(due)) if due < now => facts.count(of),
        (None, Some(due)) => facts.wait(due),
        (None, None) => {}
    }
}

#[cfg(test)]
#[path = "facts_tests.rs"]
mod tests;
