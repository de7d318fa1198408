//! Which of the published matters a client asks for.

use shared::Timestamp;

use super::{Arguments, Trouble, Troubles, argument, listed, moment};

/// Matters of one answer at most, and without a word how many.
pub const MOST: i64 = 1_000;
/// How far into a list somebody pages: beyond it, a shorter time is asked for.
pub const FARTHEST: i64 = 10_000;
/// The longest time that is asked for, and how far back it goes without a word.
const SPAN: i64 = 90 * Timestamp::DAY;
/// Names in one list.
const NAMES: usize = 200;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// These and nothing else, whatever else is said.
    pub ids: Vec<String>,
    /// Of these categories; of any without one.
    pub services: Vec<String>,
    /// Reported no earlier and no later.
    pub from: Timestamp,
    pub until: Timestamp,
    pub open: bool,
    pub closed: bool,
    /// From 1 on.
    pub page: i64,
    pub size: i64,
}

impl Asked {
    /// How many lie before the page.
    pub const fn offset(&self) -> i64 {
        (self.page - 1) * self.size
    }

    /// # Errors
    /// All that is wrong with it.
    pub fn read(arguments: &Arguments, now: Timestamp) -> Result<Self, Troubles> {
        let mut wrong = Troubles::new();
        let ids = listed(arguments, "service_request_id");
        let services = listed(arguments, "service_code");
        for (name, all) in [("service_request_id", &ids), ("service_code", &services)] {
            if all.len() > NAMES {
                wrong.push(Trouble::wrong(format!("{name}：一次最多 {NAMES} 个。")));
            }
        }
        if !ids.is_empty() && wrong.is_empty() {
            return Ok(Self {
                ids,
                services: Vec::new(),
                from: Timestamp(0),
                until: now,
                open: true,
                closed: true,
                page: 1,
                size: MOST,
            });
        }
        let (from, until) = span(arguments, now, &mut wrong);
        let (open, closed) = statuses(arguments, &mut wrong);
        let page = number(arguments, "page", 1, &mut wrong);
        let size = number(arguments, "page_size", MOST, &mut wrong).min(MOST);
        if page.saturating_mul(size) > FARTHEST && page > 1 {
            wrong.push(Trouble::wrong(format!(
                "page：最多翻到第 {FARTHEST} 件，请用 start_date 和 end_date 缩小时间范围。"
            )));
        }
        if wrong.is_empty() {
            Ok(Self {
                ids,
                services,
                from,
                until,
                open,
                closed,
                page,
                size,
            })
        } else {
            Err(wrong)
        }
    }
}

/// The time that is asked for: the last 90 days, or the 90 days on the side of the one end that is named.
fn span(arguments: &Arguments, now: Timestamp, wrong: &mut Troubles) -> (Timestamp, Timestamp) {
    let mut end = |name: &str| match argument(arguments, name) {
        "" => None,
        text => {
            let at = moment(text);
            if at.is_none() {
                wrong.push(Trouble::wrong(format!(
                    "{name}：应为带时区的时间，例如 2026-11-23T00:00:00Z。"
                )));
            }
            at
        }
    };
    let (start, end) = (end("start_date"), end("end_date"));
    let (from, until) = match (start, end) {
        (Some(start), Some(end)) => (start, end),
        (Some(start), None) => (start, start.plus(SPAN)),
        (None, Some(end)) => (end.plus(-SPAN), end),
        (None, None) => (now.plus(-SPAN), now),
    };
    if from > until {
        wrong.push(Trouble::wrong("start_date：不能晚于 end_date。"));
    } else if until.0.saturating_sub(from.0) > SPAN {
        wrong.push(Trouble::wrong("start_date, end_date：一次最多查 90 天。"));
    }
    (from, until)
}

fn statuses(arguments: &Arguments, wrong: &mut Troubles) -> (bool, bool) {
    let asked = listed(arguments, "status");
    if asked.iter().any(|one| !matches!(one.as_str(), "open" | "closed")) {
        wrong.push(Trouble::wrong("status：只有 open 和 closed。"));
    }
    let has = |status: &str| asked.is_empty() || asked.iter().any(|one| one == status);
    (has("open"), has("closed"))
}

fn number(arguments: &Arguments, name: &str, otherwise: i64, wrong: &mut Troubles) -> i64 {
    let typed = argument(arguments, name);
    if typed.is_empty() {
        return otherwise;
    }
    match typed.parse::<i64>() {
        Ok(number) if number >= 1 => number,
        _ => {
            wrong.push(Trouble::wrong(format!("{name}：应为不小于 1 的整数。")));
            otherwise
        }
    }
}
