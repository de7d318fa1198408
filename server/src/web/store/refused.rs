//! What is refused has a way out: words come as a page, and what was typed stands in its field beside what is wrong with it.

use accounts::server::service;
use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
    response::Response,
};
use db::test::{TestResult, on_both};
use shared::{Permission, Role, UserId};
use tower::ServiceExt;

use super::visitor::{HERE, House, house, sign_in};

const PEOPLE: &str = "text/html,application/xhtml+xml";

impl House {
    async fn told(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.expect("an answer")
    }

    /// The page at `address`, as `user` sees it, whose browser has `cookies` too.
    async fn seen(&self, address: &str, user: UserId, cookies: &str) -> (StatusCode, String) {
        let token = sign_in(&self.test, user).await.expect("a session");
        let request = Request::get(address)
            .header(header::ACCEPT, PEOPLE)
            .header(header::COOKIE, format!("linli={token}; {cookies}"))
            .body(Body::empty());
        let response = self.told(request.expect("a request")).await;
        (response.status(), text(response).await)
    }
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 4 << 20).await.expect("a body");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn header_of(response: &Response, name: header::HeaderName) -> String {
    let value = response.headers().get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_come_as_a_page_to_people_and_as_words_to_scripts() {
    on_both(|t| async move {
        let house = house(&t).await?;
        for (address, status) in [
            ("/me/data/export", 401),
            ("/admin/audit/export", 401),
            ("/map/data/999999.geojson", 404),
            // Nothing but a form is sent there.
            ("/admin/calendar/upload", 405),
        ] {
            let asked = |accept: &'static str| {
                Request::get(address)
                    .header(header::ACCEPT, accept)
                    .body(Body::empty())
            };
            let page = house.told(asked(PEOPLE)?).await;
            assert_eq!(page.status(), status, "{address}");
            assert!(
                header_of(&page, header::CONTENT_TYPE).starts_with("text/html"),
                "{address}"
            );
            let html = text(page).await;
            assert!(html.contains("<a href=\"/\">"), "{address}: {html}");
            assert_eq!(
                html.contains("href=\"/sign-in\""),
                status == 401,
                "{address}: {html}"
            );
            let words = house.told(asked("*/*")?).await;
            assert_eq!(words.status(), status, "{address}");
            assert!(!text(words).await.contains("<html"), "{address}");
        }
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_that_is_not_taken_leaves_what_was_typed() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let user = house.elsewhere[&Permission::CalendarManage];
        let token = sign_in(&t, user).await?;
        let large = "a".repeat((1 << 20) + 1);
        for (file, says) in [("", "没有收到文件"), (large.as_str(), "最多 1 MB")] {
            let body = format!(
                "--x\r\nContent-Disposition: form-data; name=\"__form\"\r\n\r\ncalendar\r\n\
                 --x\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\n关于放假的通知\r\n\
                 --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{file}\r\n--x--\r\n"
            );
            let request = Request::post("/admin/calendar/upload")
                .header("sec-fetch-site", "same-origin")
                .header(header::ACCEPT, PEOPLE)
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
                .header(header::COOKIE, format!("linli={token}"))
                .body(Body::from(body))?;
            let refused = house.told(request).await;
            assert_eq!(refused.status(), StatusCode::SEE_OTHER, "{says}");
            let to = header_of(&refused, header::LOCATION);
            let to = to.split('#').next().unwrap_or_default();
            let cookies = refused.headers().get_all(header::SET_COOKIE).iter();
            let cookie = cookies
                .filter_map(|set| set.to_str().ok()?.split(';').next())
                .find(|pair| pair.starts_with("linli-returned="));
            let cookie = cookie.ok_or("no cookie")?;
            let (_, html) = house.seen(to, user, cookie).await;
            assert!(html.contains("value=\"关于放假的通知\""), "{says}: {html}");
            assert!(
                html.contains("id=\"f-calendar-file-error\"") && html.contains(says),
                "{says}: {html}"
            );
        }
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_cannot_be_used_stands_there_with_what_is_wrong() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let auditor = house.elsewhere[&Permission::AuditRead];
        for (field, query) in [
            ("record", "record=xyz"),
            ("phone", "phone=13711112222"),
            ("from", "from=yesterday"),
        ] {
            let address = format!("/admin/audit?action=accounts.role&{query}");
            let (status, html) = house.seen(&address, auditor, "").await;
            assert_eq!(status, StatusCode::OK, "{query}");
            let value = query.split('=').nth(1).unwrap_or_default();
            assert!(
                html.contains(&format!("id=\"f-{field}-error\"")),
                "{query}: {html}"
            );
            assert!(
                html.contains("value=\"accounts.role\"") && html.contains(&format!("value=\"{value}\"")),
                "{query}: {html}"
            );
        }

        service::grant(&t.cx, "13900000098", Role::Secretary, HERE, None, None).await?;
        let address = format!("/teams/{HERE}?on=2099-01-01");
        let (status, html) = house.seen(&address, house.nobody, "").await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            html.contains("id=\"team-on-error\"") && html.contains("value=\"2099-01-01\""),
            "{html}"
        );
        TestResult::Ok(())
    })
    .await;
}
