//! Forms without script, through the whole router.

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
    response::Response,
};
use db::test::{TestResult, on_both};
use tower::ServiceExt;

use super::visitor::{House, house, sign_in};

impl House {
    /// Sends `body` as the form of `page`, as a browser does without script.
    async fn send(&self, path: &str, page: &str, body: &str, cookies: &str) -> Response {
        let request = Request::post(path)
            .header("sec-fetch-site", "same-origin")
            .header(header::ACCEPT, "text/html,application/xhtml+xml")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::CONTENT_LENGTH, body.len())
            .header(header::REFERER, format!("http://a.cn{page}"))
            .header(header::COOKIE, cookies)
            .body(Body::from(body.to_owned()));
        self.router
            .clone()
            .oneshot(request.expect("a request"))
            .await
            .expect("an answer")
    }

    async fn open(&self, page: &str, cookies: &str) -> (Response, String) {
        let request = Request::get(page)
            .header(header::COOKIE, cookies)
            .body(Body::empty());
        let response = self
            .router
            .clone()
            .oneshot(request.expect("a request"))
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        let html = to_bytes(body, 4 << 20).await.expect("a page");
        (
            Response::from_parts(parts, Body::empty()),
            String::from_utf8_lossy(&html).into_owned(),
        )
    }
}

/// The cookie of what was typed, as it is set: its attributes, and what the browser sends back.
fn cookie(response: &Response) -> Option<(String, String)> {
    let all = response.headers().get_all(header::SET_COOKIE).iter();
    let set = all
        .filter_map(|value| value.to_str().ok())
        .find(|set| set.starts_with("linli-returned="))?;
    let (pair, attributes) = set.split_once("; ")?;
    Some((attributes.to_owned(), pair.to_owned()))
}

/// Where the browser is sent, as an address of this site.
fn location(response: &Response) -> &str {
    let location = response
        .headers()
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok());
    location.unwrap_or_default().trim_start_matches("http://a.cn")
}

/// The same without the fragment, which browsers keep to themselves.
fn asked_for(response: &Response) -> &str {
    location(response).split('#').next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_comes_back_as_it_was_typed_and_once() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let body = "phone=138+1234&next=/orgs&__form=code";
        let refused = house
            .send(
                "/api/v1/accounts/sign-in/request",
                "/sign-in?next=/orgs",
                body,
                "",
            )
            .await;
        assert_eq!(refused.status(), StatusCode::FOUND);
        let to = location(&refused);
        assert!(
            !to.contains("1234") && to.ends_with("&__form=code#form-code"),
            "{to}"
        );
        let (attributes, typed) = cookie(&refused).ok_or("no cookie")?;
        assert_eq!(attributes, "Path=/sign-in; HttpOnly; SameSite=Lax; Max-Age=120");
        assert!(!typed.contains("1234"), "sealed");

        let (shown, html) = house.open(asked_for(&refused), &typed).await;
        assert!(html.contains("value=\"138 1234\""), "{html}");
        assert!(html.contains("id=\"f-code-phone-error\""), "{html}");
        assert_eq!(shown.headers()[header::CACHE_CONTROL], "no-store");
        let (attributes, gone) = cookie(&shown).ok_or("it stays")?;
        assert!(
            gone.ends_with('=') && attributes.contains("Path=/sign-in;") && attributes.contains("Max-Age=0")
        );

        // Another page, another person, a made-up cookie: nothing comes back, and nothing breaks.
        let (_, html) = house.open("/sign-in/factor", &typed).await;
        assert!(!html.contains("138 1234"));
        let token = sign_in(&t, house.somebody).await?;
        for cookies in [format!("{typed}; linli={token}"), "linli-returned=garbage".into()] {
            let (shown, html) = house.open("/sign-in", &cookies).await;
            assert!(
                shown.status().is_success() && !html.contains("138 1234"),
                "{cookies}"
            );
        }
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_and_what_a_script_sends_are_not_kept() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let secret = "phone=13800000000&password=no-such-password&__form=password";
        let refused = house
            .send(
                "/api/v1/accounts/sign-in/password",
                "/sign-in?by=password",
                secret,
                "",
            )
            .await;
        let (_, typed) = cookie(&refused).ok_or("no cookie")?;
        let (_, html) = house.open(asked_for(&refused), &typed).await;
        assert!(
            html.contains("13800000000") && !html.contains("no-such-password"),
            "{html}"
        );
        let script = Request::post("/api/v1/accounts/sign-in/request")
            .header("sec-fetch-site", "same-origin")
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("phone=1"))?;
        let answer = house.router.clone().oneshot(script).await?;
        assert_eq!(
            (answer.status(), cookie(&answer)),
            (StatusCode::UNPROCESSABLE_ENTITY, None)
        );
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_left_for_the_map_waits_for_its_page() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let token = format!("linli={}", sign_in(&t, house.nobody).await?);
        let left = house
            .send(
                "/api/v1/accounts/grids/map",
                "/me/home?q=x",
                "back=home&door=3-501&__form=home",
                &token,
            )
            .await;
        assert_eq!((left.status(), location(&left)), (StatusCode::FOUND, "/map"));
        assert!(
            !left.headers().contains_key(ui::returned::DRAFT),
            "an inner matter"
        );
        let (attributes, kept) = cookie(&left).ok_or("no cookie")?;
        assert!(attributes.starts_with("Path=/me/home;"), "{attributes}");
        // The page has no form until a grid is found: it waits on.
        let (shown, html) = house.open("/me/home", &format!("{kept}; {token}")).await;
        assert!(html.contains("登记住址"), "{html}");
        assert_eq!(cookie(&shown), None);
        // A button that stands alone takes nothing away.
        let again = house
            .send("/api/v1/accounts/grids/map", "/me/home", "back=home", &token)
            .await;
        assert_eq!(cookie(&again), None);
        let nowhere = house
            .send(
                "/api/v1/accounts/grids/map",
                "/me/home",
                "back=https://b.cn",
                &token,
            )
            .await;
        assert!(
            location(&nowhere).starts_with("/me/home?"),
            "{}",
            location(&nowhere)
        );
        TestResult::Ok(())
    })
    .await;
}
