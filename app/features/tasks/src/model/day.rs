//! The open hours of one day.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Minutes in a day.
const DAY: u16 = 24 * 60;
/// Spans in a day: more is a slip of the hand.
const MOST: usize = 4;

/// A stretch of a day in minutes since midnight: from (inclusive) to (exclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub from: u16,
    pub to: u16,
}

/// The open hours of one day: disjoint, in order; none if it is closed. Written as `08:30-12:00, 13:30-17:30`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayHours(Vec<Span>);

/// Why a text tells no hours, in Chinese.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoHours(pub String);

impl DayHours {
    pub const CLOSED: Self = Self(Vec::new());

    /// # Errors
    /// [`NoHours`] if a span is empty, ends after midnight or meets another.
    pub fn new(mut spans: Vec<Span>) -> Result<Self, NoHours> {
        spans.sort_unstable();
        if spans.len() > MOST {
            return Err(NoHours(format!("一天最多写 {MOST} 段时间。")));
        }
        if let Some(span) = spans.iter().find(|span| span.from >= span.to || span.to > DAY) {
            let (from, to) = (clock(span.from), clock(span.to));
            return Err(NoHours(format!("{from}-{to} 的结束要晚于开始，而且在当天。")));
        }
        if let Some(pair) = spans.windows(2).find(|pair| pair[0].to > pair[1].from) {
            let (from, to) = (clock(pair[1].from), clock(pair[1].to));
            return Err(NoHours(format!("{from}-{to} 和前一段重叠了。")));
        }
        // Spans that touch are one, so that noon is the end of nothing where nobody goes to lunch.
        spans.dedup_by(|later, earlier| {
            let touch = earlier.to == later.from;
            if touch {
                earlier.to = later.to;
            }
            touch
        });
        Ok(Self(spans))
    }

    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    pub fn is_open(&self) -> bool {
        !self.0.is_empty()
    }

    /// The minute at which it opens first, if it does.
    pub fn opens(&self) -> Option<u16> {
        self.0.first().map(|span| span.from)
    }

    /// The minute at which it closes for the day, if it opens.
    pub fn closes(&self) -> Option<u16> {
        self.0.last().map(|span| span.to)
    }

    pub fn minutes(&self) -> i64 {
        self.0.iter().map(|span| i64::from(span.to - span.from)).sum()
    }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

impl fmt::Display for DayHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("休息");
        }
        for (at, span) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{}-{}", clock(span.from), clock(span.to))?;
        }
        Ok(())
    }
}

impl From<DayHours> for String {
    fn from(day: DayHours) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for DayHours {
    type Error = NoHours;

    fn try_from(text: String) -> Result<Self, NoHours> {
        text.parse()
    }
}

/// Reads hours as people write them: `8:30-12:00，13：30～17：30`, `休息`, or nothing for a day off.
impl FromStr for DayHours {
    type Err = NoHours;

    fn from_str(text: &str) -> Result<Self, NoHours> {
        let plain: String = text.chars().map(plain).collect();
        let plain = plain.trim();
        if plain.is_empty() || plain == "休息" || plain == "休" {
            return Ok(Self::CLOSED);
        }
        let unread = || NoHours("请写成 08:30-12:00, 13:30-17:30 这样；不上班就写“休息”。".into());
        let mut spans = Vec::new();
        for part in plain.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (from, to) = part.split_once('-').ok_or_else(unread)?;
            spans.push(Span {
                from: minute(from).ok_or_else(unread)?,
                to: minute(to).ok_or_else(unread)?,
            });
        }
        Self::new(spans)
    }
}

/// What input methods write instead of the plain character.
fn plain(c: char) -> char {
    match c {
        '：' | '﹕' => ':',
        '，' | '、' | '；' | ';' => ',',
        '～' | '~' | '—' | '–' | '－' | '至' | '到' => '-',
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |text: &str| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = (number(hour)?, number(minute).filter(|m| *m < 60)?);
    let at = hour * 60 + minute;
    (at <= DAY).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        text.parse()
            .map(|day: DayHours| day.to_string())
            .map_err(|error: NoHours| error.0)
    }

    #[test]
    fn reads_what_people_write() {
        for text in [
            "08:30-12:00, 13:30-17:30",
            "8:30-12:00，13：30～17：30",
            " 8:30 至 12:00、13:30—17:30 ",
            "13:30-17:30,8:30-12:00",
            "８：３０－１２：００；１３：３０到１７：３０",
        ] {
            assert_eq!(read(text).unwrap(), "08:30-12:00, 13:30-17:30", "{text}");
        }
        assert_eq!(read("9:00-24:00").unwrap(), "09:00-24:00");
        assert_eq!(read("09:00-12:00,12:00-17:00").unwrap(), "09:00-17:00");
        for text in ["", "  ", "休息", "休"] {
            assert_eq!(read(text).unwrap(), "休息");
        }
    }

    #[test]
    fn refuses_what_are_no_hours() {
        for text in [
            "17:30-08:30",
            "08:30-08:30",
            "08:30-12:00, 11:00-17:30",
            "22:00-25:00",
            "8点到12点",
            "8:60-12:00",
            "+8:30-12:00",
            "1-2,3-4,5-6,7-8,9-10",
            "1:00-2:00,3:00-4:00,5:00-6:00,7:00-8:00,9:00-10:00",
            "08:30",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read("08:30-12:00, 11:00-17:30").unwrap_err().contains("重叠"));
    }
}
