//! Open data and pages to embed, through the whole router, on both engines.

use axum::http::{StatusCode, header};
use db::test::on_both;

use super::{
    visitor::HERE,
    world::{DOOR, PHONE, WORDS, texts, world, xml},
};

const FORMULA: &str = "=HYPERLINK(\"http://evil.example\",\"点我\")";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_data_without_persons_and_without_formulas() {
    on_both(|t| async move {
        let w = world(&t, 3).await?;
        let (shown, inner) = (
            w.report(1, "noise", "120.7512345,31.6541999").await?,
            w.report(2, "noise", "").await?,
        );
        let bare = w.report(3, "parking", "").await?;
        w.publish(&shown, FORMULA).await?;
        w.publish(&bare, "车挡住了消防通道").await?;
        for address in [
            "/open/reports.geojson",
            "/open/reports.csv",
            "/open/reports.rss",
            "/widget/reports",
        ] {
            let answer = w.house.read(address).await;
            assert_eq!(answer.status, StatusCode::OK, "{address}");
            for secret in [DOOR, PHONE, WORDS, &inner, "120.7512345", "31.6541999"] {
                assert!(!answer.text.contains(secret), "{address}: {secret}");
            }
            assert_eq!(
                answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN),
                "*",
                "{address}"
            );
        }

        let data = w.house.read("/open/reports.geojson").await;
        assert_eq!(data.header(header::CONTENT_TYPE), "application/geo+json");
        assert!(
            data.header(header::LINK)
                .contains("/open/licence.txt>; rel=\"license\"")
        );
        let data = data.json();
        assert_eq!(data["license"]["name"], "CC BY 4.0");
        assert!(data["next"].is_null());
        let features = data["features"].as_array().ok_or("no features")?;
        assert_eq!(features.len(), 2);
        let of = |code: &str| features.iter().find(|one| one["id"] == code).ok_or("not there");
        assert_eq!(
            of(&shown)?["geometry"]["coordinates"],
            serde_json::json!([120.7, 31.6])
        );
        assert_eq!(of(&bare)?["properties"]["unit_code"], HERE);
        assert_eq!(of(&bare)?["properties"]["status"], "open");

        let table = w.house.read("/open/reports.csv?category=noise").await;
        assert_eq!(table.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
        let lines: Vec<&str> = table.text.trim_end().split("\r\n").collect();
        assert!(lines[0].starts_with("\u{feff}编号,"));
        assert_eq!(lines.len(), 2);
        assert!(
            lines[1].ends_with(",\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"点我\"\")\""),
            "{}",
            lines[1]
        );

        let feed = w
            .house
            .read(&format!("/open/reports.rss?node={HERE}&category=parking"))
            .await;
        let document = xml(&feed.text);
        assert_eq!(texts(&document, "rss/channel/item/title"), ["车挡住了消防通道"]);
        let link = format!("http://linli.example/reports/{bare}");
        assert_eq!(texts(&document, "rss/channel/item/link"), [link.as_str()]);
        assert_eq!(
            texts(&document, "rss/channel/item/pubDate"),
            ["Mon, 23 Nov 2026 14:05:00 +0800"]
        );

        assert!(w.house.read("/open/licence.txt").await.text.contains("CC BY 4.0"));
        let elsewhere = w.house.read("/open/reports.geojson?node=320582").await.json();
        assert_eq!(elsewhere["features"], serde_json::json!([]));
        for (address, status) in [
            ("/open/reports.csv?node=99", 404),
            ("/open/reports.csv?node=x", 404),
            ("/open/reports.geojson?after=x", 404),
            ("/open/reports.geojson?status=lost", 422),
            ("/widget/reports?node=x", 404),
        ] {
            assert_eq!(w.house.read(address).await.status.as_u16(), status, "{address}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_it_already_is_told_so_until_something_is_published() {
    on_both(|t| async move {
        let w = world(&t, 3).await?;
        let code = w.report(1, "noise", "").await?;
        for address in [
            "/open/reports.geojson",
            "/open311/v2/requests.json",
            "/widget/reports",
        ] {
            let first = w.house.read(address).await;
            assert_eq!(
                first.header(header::CACHE_CONTROL),
                "public, max-age=60",
                "{address}"
            );
            let tag = first.header(header::ETAG).to_owned();
            assert!(tag.starts_with("W/\""), "{address}: {tag}");
            let again = w.house.read_with(address, header::IF_NONE_MATCH, &tag).await;
            assert_eq!(
                (again.status, again.text.as_str()),
                (StatusCode::NOT_MODIFIED, ""),
                "{address}"
            );
            w.publish(&code, &format!("广场晚上太吵，{}", address.len()))
                .await?;
            let after = w.house.read_with(address, header::IF_NONE_MATCH, &tag).await;
            assert_eq!(after.status, StatusCode::OK, "{address}");
            assert!(after.text.contains("广场晚上太吵"), "{address}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_to_embed_shows_what_is_published_and_no_internal_matter() {
    on_both(|t| async move {
        let w = world(&t, 3).await?;
        let (shown, inner) = (w.report(1, "noise", "").await?, w.report(2, "noise", "").await?);
        w.publish(&shown, "广场<script>alert(1)</script>太吵").await?;
        let one = w.house.read(&format!("/widget/reports/{shown}")).await;
        assert_eq!(one.status, StatusCode::OK);
        assert!(one.text.contains("&lt;script&gt;") && !one.text.contains("<script"));
        assert!(!one.text.contains(WORDS) && !one.text.contains(DOOR));
        for address in ["/widget/reports".to_owned(), format!("/widget/reports/{shown}")] {
            let page = w.house.read(&address).await;
            let policy = page.header(header::CONTENT_SECURITY_POLICY);
            assert!(
                policy.contains("frame-ancestors *") && policy.starts_with("default-src 'none'"),
                "{policy}"
            );
            assert!(!page.headers.contains_key(header::X_FRAME_OPTIONS), "{address}");
            assert!(!page.headers.contains_key(header::SET_COOKIE), "{address}");
        }
        for missing in [inner.as_str(), "nothing", "..%2f..%2fetc"] {
            let answer = w.house.read(&format!("/widget/reports/{missing}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{missing}");
            assert!(!answer.text.contains(WORDS));
        }
        // Nothing else is embedded anywhere.
        for address in [
            "/reports",
            "/open/reports.csv",
            "/widget/reports.css",
            "/widget/nothing",
        ] {
            let answer = w.house.read(address).await;
            assert_eq!(answer.header(header::X_FRAME_OPTIONS), "DENY", "{address}");
            let policy = answer.header(header::CONTENT_SECURITY_POLICY);
            assert!(policy.contains("frame-ancestors 'none'"), "{address}: {policy}");
        }
        Ok(())
    })
    .await;
}
