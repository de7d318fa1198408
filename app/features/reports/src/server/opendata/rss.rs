//! What is published, as a feed (RSS 2.0): the newest, with the filters of the public list.

use axum::{http::request::Parts, response::Response};
use shared::Timestamp;

use super::{FEED, Found, answered, store::Published};
use crate::server::markup::escaped;

const NAME: &str = "reports.rss";
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// Characters of a headline.
const HEADLINE: usize = 60;

/// `/open/reports.rss`
pub async fn feed(parts: Parts) -> Response {
    answered(&parts, NAME, "application/rss+xml; charset=utf-8", FEED, made).await
}

fn made(found: &Found, origin: &str, _next: Option<&str>) -> String {
    let items: String = found.rows.iter().map(|row| item(row, found, origin)).collect();
    let link = match &found.here {
        Some(node) => format!("{origin}/reports?show=public&node={}", node.code),
        None => format!("{origin}/reports?show=public"),
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>{}</title><link>{}</link>\
         <description>反映人同意、工作人员看过以后公开的诉求</description><language>zh-CN</language>\
         <copyright>CC BY 4.0，{}/open/licence.txt</copyright><ttl>5</ttl>{items}</channel></rss>\n",
        escaped(&found.title()),
        escaped(&link),
        escaped(origin),
    )
}

fn item(row: &Published, found: &Found, origin: &str) -> String {
    let link = escaped(&format!("{origin}/reports/{}", row.code));
    let mut words = row.public_text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > HEADLINE {
        words = words.chars().take(HEADLINE).chain(['…']).collect();
    }
    format!(
        "<item><title>{}</title><link>{link}</link><guid isPermaLink=\"true\">{link}</guid><pubDate>{}</pubDate>\
         <category>{}</category><description>{}</description></item>",
        escaped(&words),
        moment(row.published_at),
        escaped(found.category(&row.category)),
        escaped(&format!(
            "{}（{}，现在是“{}”）",
            row.public_text,
            row.node_name,
            row.stands()
        )),
    )
}

/// As RFC 822 has it, in the time of Shanghai: `Mon, 23 Nov 2026 14:05:00 +0800`.
fn moment(at: Timestamp) -> String {
    let date = at.date().0;
    let day = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
    let month = usize::try_from(date.month() - 1).unwrap_or_default();
    let seconds = at.0.div_euclid(Timestamp::SECOND).rem_euclid(60);
    format!(
        "{}, {:02} {} {:04} {}:{seconds:02} +0800",
        DAYS.get(day).unwrap_or(&"Mon"),
        date.day(),
        MONTHS.get(month).unwrap_or(&"Jan"),
        date.year(),
        at.zh_time()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_told_as_feeds_have_them() {
        let at = Timestamp(1_795_413_900 * Timestamp::SECOND);
        assert_eq!(moment(at), "Mon, 23 Nov 2026 14:05:00 +0800");
        assert_eq!(
            moment(Timestamp(7 * Timestamp::SECOND)),
            "Thu, 01 Jan 1970 08:00:07 +0800"
        );
    }
}
