//! What is published, as a table (RFC 4180) in which no cell is a formula.

use axum::{http::request::Parts, response::Response};
use db::audit::export::cell;

use super::{FILE, Found, answered, degrees, store::Published};

const NAME: &str = "reports.csv";

/// The byte order mark tells spreadsheets that it is UTF-8.
const HEAD: &str = "\u{feff}编号,类别,性质,状态,是否办结,单位代码,所在单位,承办单位,反映时间,公开时间,办结时间,关注人数,经度,纬度,网址,内容\r\n";

/// `/open/reports.csv`
pub async fn data(parts: Parts) -> Response {
    answered(&parts, NAME, "text/csv; charset=utf-8", FILE, made).await
}

fn made(found: &Found, origin: &str, _next: Option<&str>) -> String {
    let mut text = HEAD.to_owned();
    for row in &found.rows {
        text.push_str(&line(row, found.category(&row.category), origin));
    }
    text
}

fn line(row: &Published, category: &str, origin: &str) -> String {
    let (lon, lat) = degrees(row.lon, row.lat).map_or((String::new(), String::new()), |(lon, lat)| {
        (lon.to_string(), lat.to_string())
    });
    let ended = row.ended_at.map(|at| at.rfc3339()).unwrap_or_default();
    let cells = [
        row.shown_number(),
        category.to_owned(),
        row.kind.label().to_owned(),
        row.stands().to_owned(),
        if row.ended_at.is_some() { "是" } else { "否" }.to_owned(),
        row.node_code.to_string(),
        row.node_name.clone(),
        row.unit_name.clone(),
        row.created_at.rfc3339(),
        row.published_at.rfc3339(),
        ended,
        row.followers.to_string(),
        lon,
        lat,
        format!("{origin}/reports/{}", row.code),
        row.public_text.clone(),
    ];
    let mut line = cells.map(|text| cell(&text)).join(",");
    line.push_str("\r\n");
    line
}
