//! What is no photo, where people report and where they go on with it: a page that is named like a photo, a picture that would unfold to
//! more than there is memory, words without end. Each is refused beside its field, keeps what was typed, and leaves nothing behind.

use accounts::server::service;
use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use db::{
    on,
    test::{TestDb, TestResult, on_both, photo, photo_that_claims},
};
use shared::Role;
use tower::ServiceExt;

use super::visitor::{HERE, House, house, sign_in};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const STAFF: &str = "13900000097";
const SAID: &str = "门口的路灯三天不亮了";
const ADDED: &str = "今天又有人绊了一跤";

/// An answer: how, whither, what was typed as the browser has it then, and the page.
struct Answer {
    status: StatusCode,
    to: String,
    typed: String,
    text: String,
}

async fn ask(house: &House, request: Request<Body>) -> Outcome<Answer> {
    let response = house.router.clone().oneshot(request).await?;
    let (parts, body) = response.into_parts();
    let set = parts.headers.get_all(header::SET_COOKIE).iter();
    let typed = set
        .filter_map(|value| value.to_str().ok())
        .filter_map(|set| set.split(';').next())
        .find(|pair| pair.starts_with("linli-returned="));
    let to = parts.headers.get(header::LOCATION);
    Ok(Answer {
        status: parts.status,
        to: to.and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned(),
        typed: typed.unwrap_or_default().to_owned(),
        text: String::from_utf8_lossy(&to_bytes(body, 8 << 20).await?).into_owned(),
    })
}

/// Sends a form with a file, as a browser does without script.
async fn send(
    house: &House,
    path: &str,
    cookie: &str,
    fields: &[(&str, &str)],
    file: Option<(&str, &[u8])>,
) -> Outcome<Answer> {
    let mut form = Vec::new();
    for (name, value) in fields {
        let field = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        form.extend_from_slice(field.as_bytes());
    }
    if let Some((name, content)) = file {
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/jpeg\r\n\r\n"
        );
        form.extend_from_slice(head.as_bytes());
        form.extend_from_slice(content);
        form.extend_from_slice(b"\r\n");
    }
    form.extend_from_slice(b"--x--\r\n");
    let request = Request::post(path)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::COOKIE, cookie)
        .body(Body::from(form))?;
    ask(house, request).await
}

/// The page to which a refused form leads.
async fn shown(house: &House, cookie: &str, refused: &Answer) -> Outcome<String> {
    assert_eq!(refused.status, StatusCode::SEE_OTHER, "{}", refused.text);
    let page = refused.to.split('#').next().unwrap_or_default();
    let cookies = [cookie, refused.typed.as_str()]
        .into_iter()
        .filter(|one| !one.is_empty());
    let request = Request::get(page)
        .header(header::COOKIE, cookies.collect::<Vec<_>>().join("; "))
        .body(Body::empty())?;
    Ok(ask(house, request).await?.text)
}

async fn count(t: &TestDb, sql: &'static str) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(sql).fetch_one(c).await)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_photo_is_refused_wherever_matters_are_told_of() {
    on_both(|t| async move {
        let house = house(&t).await?;
        service::add_user(&t.cx, "某人", STAFF, None).await?;
        service::grant(&t.cx, STAFF, Role::Staff, HERE, None, None).await?;
        let own = format!("linli={}", sign_in(&t, house.nobody).await?);
        let report = |key: &'static str| {
            [
                ("__form", "report"),
                ("as", "anonymous"),
                ("key", key),
                ("kind", "problem"),
                ("category", "facility"),
                ("words", SAID),
                ("node", HERE),
            ]
        };
        let well = report("8d3f0e0e-7a33-4a3c-9d6e-0d1f2a3b4c5d");
        let sent = send(
            &house,
            reports::SEND,
            &own,
            &well,
            Some(("a.png", photo().as_slice())),
        )
        .await?;
        assert!(sent.to.ends_with("?done=sent"), "{} {}", sent.to, sent.text);
        let page = sent.to.split('?').next().unwrap_or_default().to_owned();
        let code = page.trim_start_matches("/reports/");
        let add = [
            ("__form", "act-add"),
            ("code", code),
            ("action", "add"),
            ("words", ADDED),
        ];
        let again = report("8d3f0e0e-7a33-4a3c-9d6e-0d1f2a3b4c5e");
        let html = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
        for (name, content, words) in [
            ("a.jpg", html, "只收照片：JPEG、PNG 或 WebP。"),
            ("bomb.png", photo_that_claims(20_000, 10_000), "照片的尺寸太大"),
        ] {
            for (path, cookie, fields, back, error) in [
                (
                    reports::SEND,
                    own.as_str(),
                    &again[..],
                    "/reports/new?",
                    "f-report-file-error",
                ),
                (
                    reports::SEND_OPEN,
                    "",
                    &again[..],
                    "/reports/new/anonymous?",
                    "f-report-file-error",
                ),
                (
                    reports::ACT,
                    own.as_str(),
                    &add[..],
                    page.as_str(),
                    "f-act-add-file-error",
                ),
            ] {
                let refused = send(&house, path, cookie, fields, Some((name, content.as_slice()))).await?;
                assert!(refused.to.starts_with(back), "{path} {name}: {}", refused.to);
                let html = shown(&house, cookie, &refused).await?;
                let typed = if path == reports::ACT { ADDED } else { SAID };
                for wanted in [words, typed, &format!("id=\"{error}\"")] {
                    assert!(html.contains(wanted), "{path} {name}: {wanted}");
                }
            }
        }
        let endless = "😀".repeat(10_000);
        let mut long = add;
        long[3] = ("words", endless.as_str());
        let refused = send(&house, reports::ACT, &own, &long, None).await?;
        let html = shown(&house, &own, &refused).await?;
        assert!(html.contains("太长了，请写在 1000 个字以内。") && html.contains(&endless));

        assert_eq!(count(&t, "select count(*) from matter").await?, 1);
        assert_eq!(count(&t, "select count(*) from matter_step").await?, 1);
        let photos = "select count(*) from upload where record_kind is not null";
        assert_eq!(count(&t, photos).await?, 1, "the one that is a photo");
        TestResult::Ok(())
    })
    .await;
}
