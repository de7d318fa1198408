//! What is published, as points on a map (RFC 7946).

use axum::{http::request::Parts, response::Response};
use serde_json::{Value, json};

use super::{FILE, Found, LICENCE, LICENCE_NAME, answered, degrees, store::Published};

const NAME: &str = "reports.geojson";

/// `/open/reports.geojson`
pub async fn data(parts: Parts) -> Response {
    answered(&parts, NAME, "application/geo+json", FILE, made).await
}

fn made(found: &Found, origin: &str, next: Option<&str>) -> String {
    let features: Vec<Value> = found.rows.iter().map(|row| feature(row, found, origin)).collect();
    json!({
        "type": "FeatureCollection",
        "name": found.title(),
        "license": { "name": LICENCE_NAME, "url": LICENCE, "note": format!("{origin}/open/licence.txt") },
        "source": origin,
        "next": next,
        "features": features,
    })
    .to_string()
}

fn feature(row: &Published, found: &Found, origin: &str) -> Value {
    let geometry = degrees(row.lon, row.lat).map_or(
        Value::Null,
        |(lon, lat)| json!({ "type": "Point", "coordinates": [lon, lat] }),
    );
    json!({
        "type": "Feature",
        "id": row.code,
        "geometry": geometry,
        "properties": {
            "number": row.shown_number(),
            "url": format!("{origin}/reports/{}", row.code),
            "category": row.category,
            "category_name": found.category(&row.category),
            "kind": row.kind.label(),
            "status": row.status(),
            "state": row.stands(),
            "unit_code": row.node_code.as_str(),
            "unit_name": row.node_name,
            "handled_by": row.unit_name,
            "reported_at": row.created_at.rfc3339(),
            "published_at": row.published_at.rfc3339(),
            "ended_at": row.ended_at.map(|at| at.rfc3339()),
            "followers": row.followers,
            "text": row.public_text,
        },
    })
}
