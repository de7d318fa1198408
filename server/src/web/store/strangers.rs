//! Reporting without an account, through the whole router: what a stranger has in hand opens their matter, and nothing on the way keeps it.

use accounts::server::service;
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use db::test::{TestDb, TestResult, on_both};
use reports::model::Tracking;
use shared::Role;
use tower::ServiceExt;

use super::visitor::{HERE, House, house};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const SAID: &str = "门口的路灯三天不亮了";
const STAFF: &str = "13900000097";
const TYPED: [(&str, &str); 7] = [
    ("__form", "report"),
    ("as", "anonymous"),
    ("key", "8d3f0e0e-7a33-4a3c-9d6e-0d1f2a3b4c5d"),
    ("kind", "problem"),
    ("category", "facility"),
    ("words", SAID),
    ("node", HERE),
];

/// An answer, and what the browser has in hand after it.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
    hand: Option<String>,
}

impl Answer {
    fn header(&self, name: &header::HeaderName) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}

async fn ask(house: &House, request: Request<Body>) -> Outcome<Answer> {
    let response = house.router.clone().oneshot(request).await?;
    let (parts, body) = response.into_parts();
    let text = String::from_utf8_lossy(&to_bytes(body, 4 << 20).await?).into_owned();
    let set = parts.headers.get_all(header::SET_COOKIE).iter();
    let hand = set
        .filter_map(|value| value.to_str().ok())
        .filter_map(|set| set.split(';').next())
        .find(|pair| pair.starts_with("linli-hand="))
        .map(ToOwned::to_owned);
    Ok(Answer {
        status: parts.status,
        headers: parts.headers,
        text,
        hand,
    })
}

async fn get(house: &House, address: &str, hand: &str) -> Outcome<Answer> {
    let request = Request::get(address)
        .header(header::COOKIE, hand)
        .body(Body::empty())?;
    ask(house, request).await
}

/// Sends a form with files, as a browser does without script.
async fn send(house: &House, path: &str, fields: &[(&str, &str)], hand: &str) -> Outcome<Answer> {
    let mut form = String::new();
    for (name, value) in fields {
        form += &format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    form += "--x--\r\n";
    let request = Request::post(path)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::COOKIE, hand)
        .body(Body::from(form))?;
    ask(house, request).await
}

/// Sends a form to a server function, as a browser does without script.
async fn call(house: &House, path: &str, body: &str, hand: &str) -> Outcome<Answer> {
    let request = Request::post(path)
        .header("sec-fetch-site", "same-origin")
        .header(header::ACCEPT, "text/html,application/xhtml+xml")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::CONTENT_LENGTH, body.len())
        .header(header::REFERER, "http://a.cn/reports/track")
        .header(header::COOKIE, hand)
        .body(Body::from(body.to_owned()))?;
    ask(house, request).await
}

/// The tracking code on a page.
fn code(html: &str) -> Option<Tracking> {
    let mut values = html.split("value=\"").skip(1);
    values.find_map(|rest| rest.split('"').next()?.parse().ok())
}

async fn somebody_takes_it(t: &TestDb) -> Outcome<()> {
    service::add_user(&t.cx, "某人", STAFF, None).await?;
    service::grant(&t.cx, STAFF, Role::Staff, HERE, None, None).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_given_a_code_and_what_it_opens_is_kept_nowhere() {
    on_both(|t| async move {
        let house = house(&t).await?;
        somebody_takes_it(&t).await?;
        let sent = send(&house, reports::SEND_OPEN, &TYPED, "").await?;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        assert_eq!(sent.header(&header::LOCATION), "/reports/track?done=sent");
        let hand = sent.hand.ok_or("nothing in hand")?;
        let shown = get(&house, "/reports/track?done=sent", &hand).await?;
        assert_eq!(shown.header(&header::CACHE_CONTROL), "no-store");
        let given = code(&shown.text).ok_or("no code is shown")?;
        for nothing in ["", "linli-hand=made-up"] {
            let shown = get(&house, "/reports/track?done=sent", nothing).await?;
            assert!(shown.status.is_success() && code(&shown.text).is_none());
        }
        let again = send(&house, reports::SEND_OPEN, &TYPED, "").await?;
        let again = get(&house, "/reports/track", &again.hand.ok_or("nothing in hand")?).await?;
        assert_eq!(code(&again.text), Some(given.clone()), "sent twice");

        let noted = call(&house, "/api/v1/reports/track/noted", "", &hand).await?;
        assert_eq!(noted.status, StatusCode::FOUND);
        let page = noted.header(&header::LOCATION).to_owned();
        let hand = noted.hand.clone().ok_or("nothing in hand")?;
        assert!(
            code(&get(&house, "/reports/track", &hand).await?.text).is_none(),
            "shown once"
        );
        let own = get(&house, &page, &hand).await?;
        assert!(own.status.is_success() && own.text.contains(SAID));
        assert_eq!(own.header(&header::CACHE_CONTROL), "no-store");
        assert_eq!(
            get(&house, &page, "").await?.status,
            StatusCode::NOT_FOUND,
            "not by its address"
        );

        let wrong = call(&house, "/api/v1/reports/track/open", "code=K7MP-2QXW-9HTR", "").await?;
        assert!(wrong.hand.is_none() && wrong.header(&header::LOCATION).contains("__err"));
        let opened = call(&house, "/api/v1/reports/track/open", &format!("code={given}"), "").await?;
        assert_eq!(opened.header(&header::LOCATION), page);
        let matter = page.trim_start_matches("/reports/").to_owned();
        let step = [("code", matter.as_str()), ("action", "withdraw")];
        assert_eq!(
            send(&house, reports::ACT, &step, "").await?.status,
            StatusCode::UNAUTHORIZED
        );
        let hand = opened.hand.ok_or("nothing in hand")?;
        let taken = send(&house, reports::ACT, &step, &hand).await?;
        assert_eq!(taken.header(&header::LOCATION), format!("{page}?done=withdraw"));
        let left = call(&house, "/api/v1/reports/track/leave", "", &hand).await?;
        assert_eq!(left.hand.as_deref(), Some("linli-hand="));
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_form_comes_back_as_it_was_typed() {
    on_both(|t| async move {
        let house = house(&t).await?;
        somebody_takes_it(&t).await?;
        let mut typed = TYPED;
        typed[4] = ("category", "");
        let refused = send(&house, reports::SEND_OPEN, &typed, "").await?;
        assert_eq!(refused.status, StatusCode::SEE_OTHER);
        let to = refused.header(&header::LOCATION).to_owned();
        assert!(to.starts_with("/reports/new/anonymous?__path="), "{to}");
        let set = refused.headers.get_all(header::SET_COOKIE).iter();
        let kept = set
            .filter_map(|value| value.to_str().ok())
            .filter_map(|set| set.split(';').next())
            .find(|pair| pair.starts_with("linli-returned="))
            .ok_or("nothing is kept")?;
        let page = to.split('#').next().unwrap_or_default();
        let shown = get(&house, page, kept).await?;
        assert!(shown.text.contains(SAID) && shown.text.contains("请选是哪方面的事"));
        // Nobody proved a number: the form of those who did is not shown.
        let number = get(&house, "/reports/new/phone", "").await?;
        assert!(number.status.is_success() && !number.text.contains("name=\"words\""));
        TestResult::Ok(())
    })
    .await;
}
