//! Photos through the whole router: what is none is refused in a sentence beside its field, with what was typed; what waits is shown to
//! few, and what is shown goes out as a picture and as nothing else.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
    response::Response,
};
use db::{
    Json, execute, on,
    test::{TestDb, TestResult, on_both, photo, photo_that_claims},
};
use shared::{Permission, RecordId};
use tower::ServiceExt;

use super::visitor::{House, house, sign_in};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const ADD: &str = "/places/photos/add";
const ALT: &str = "正门，左边有坡道";
const POINT: &str = "insert into poi (id, node_id, kind, name, pinyin, lon, lat, cell, address, hours, phone, access, remark, version, \
    valid_from, updated_at) select $1, id, 'venue', '百姓戏台', 'baixingxitai', 1207500000, 316500000, 0, '', '', '', $2, '', 1, \
    '2026-01-01', 0 from node where code = '320582'";

/// A point in the district where those work who hold a role.
async fn point(t: &TestDb) -> Outcome<RecordId> {
    let id: RecordId = t.cx.id();
    let mut tx = t.cx.write().await?;
    execute!(tx, POINT, id, Json(Vec::<String>::new()))?;
    tx.commit().await?;
    Ok(id)
}

/// The photos of all points, the oldest first.
async fn photos(t: &TestDb) -> Outcome<Vec<RecordId>> {
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(
        "select id from poi_photo order by created_at, id"
    )
    .fetch_all(c)
    .await)?)
}

fn form(point: RecordId, name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"__form\"\r\n\r\nphoto\r\n\
         --x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n{point}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/jpeg\r\n\r\n"
    );
    let tail = format!("\r\n--x\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\n{ALT}\r\n--x--\r\n");
    [head.as_bytes(), content, tail.as_bytes()].concat()
}

async fn post(house: &House, token: &str, form: Vec<u8>) -> Outcome<Response> {
    let request = Request::post(ADD)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::COOKIE, format!("linli={token}"))
        .body(Body::from(form))?;
    Ok(house.router.clone().oneshot(request).await?)
}

async fn get(house: &House, address: &str, headers: &[(header::HeaderName, String)]) -> Outcome<Response> {
    let mut request = Request::get(address);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Body::empty())?;
    Ok(house.router.clone().oneshot(request).await?)
}

/// What was typed, as the browser sends it back.
fn typed(response: &Response) -> Option<&str> {
    let all = response.headers().get_all(header::SET_COOKIE).iter();
    all.filter_map(|value| value.to_str().ok())
        .filter_map(|set| set.split(';').next())
        .find(|pair| pair.starts_with("linli-returned="))
}

fn told<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_photo_is_refused_beside_its_field_and_nothing_typed_is_lost() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let id = point(&t).await?;
        let token = sign_in(&t, house.elsewhere[&Permission::PoiEdit]).await?;
        let html = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
        for (name, content, words) in [
            ("a.jpg", html, "只收照片：JPEG、PNG 或 WebP。"),
            ("bomb.png", photo_that_claims(20_000, 10_000), "照片的尺寸太大"),
            ("empty.jpg", Vec::new(), "只收照片：JPEG、PNG 或 WebP。"),
            ("", Vec::new(), "请选一张照片。"),
            ("film.jpg", vec![0; shared::photo::LARGEST + 1], "一张最多 12 MB"),
        ] {
            let refused = post(&house, &token, form(id, name, &content)).await?;
            assert_eq!(refused.status(), StatusCode::SEE_OTHER, "{name}");
            let to = told(refused.headers(), &header::LOCATION).to_owned();
            assert!(to.starts_with(&format!("/places/point?id={id}&__path=")), "{to}");
            assert!(to.ends_with("#form-photo") && !to.contains("%E6%AD%A3"), "{to}");
            let typed = typed(&refused).ok_or("nothing is kept")?;
            let cookies = vec![(header::COOKIE, format!("linli={token}; {typed}"))];
            let page = to.split('#').next().unwrap_or_default();
            let shown = get(&house, page, &cookies).await?;
            let shown = to_bytes(shown.into_body(), 4 << 20).await?;
            let shown = String::from_utf8_lossy(&shown).into_owned();
            for wanted in [words, "id=\"f-photo-file-error\"", &format!("value=\"{ALT}\"")] {
                assert!(shown.contains(wanted), "{name}: {wanted}");
            }
        }
        assert!(photos(&t).await?.is_empty());
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn six_photos_are_enough_and_the_seventh_is_told_so() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let id = point(&t).await?;
        let token = sign_in(&t, house.elsewhere[&Permission::PoiEdit]).await?;
        for n in 1..=7 {
            let answer = post(&house, &token, form(id, "a.png", &photo())).await?;
            let to = told(answer.headers(), &header::LOCATION);
            assert_eq!(to.ends_with("&done=photo"), n < 7, "{n}: {to}");
        }
        assert_eq!(photos(&t).await?.len(), 6);
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_a_picture_to_everybody_once_it_is_approved() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let id = point(&t).await?;
        let own = sign_in(&t, house.nobody).await?;
        let offered = post(&house, &own, form(id, "a.png", &photo())).await?;
        let to = told(offered.headers(), &header::LOCATION);
        assert_eq!(to, format!("/places/point?id={id}&done=offered"));
        let address = format!("/places/photo/{}", photos(&t).await?[0]);
        let stranger = get(&house, &address, &[]).await?;
        assert_eq!(stranger.status(), StatusCode::NOT_FOUND);
        let cookie = vec![(header::COOKIE, format!("linli={own}"))];
        let mine = get(&house, &address, &cookie).await?;
        assert_eq!(mine.status(), StatusCode::OK);
        assert_eq!(told(mine.headers(), &header::CACHE_CONTROL), "private, no-cache");

        let mut tx = t.cx.write().await?;
        execute!(tx, "update poi_photo set state = 'shown'")?;
        tx.commit().await?;
        let shown = get(&house, &address, &[]).await?;
        let headers = shown.headers().clone();
        assert_eq!(shown.status(), StatusCode::OK);
        for (name, value) in [
            (header::CONTENT_TYPE, "image/jpeg"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (
                header::CONTENT_DISPOSITION,
                "inline; filename*=UTF-8''%E7%85%A7%E7%89%87.jpg",
            ),
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
            (header::CACHE_CONTROL, "public, max-age=600"),
        ] {
            assert_eq!(told(&headers, &name), value);
        }
        let bytes = to_bytes(shown.into_body(), 1 << 20).await?;
        assert!(bytes.starts_with(b"\xff\xd8\xff"), "a JPEG of our own making");
        let known = vec![(header::IF_NONE_MATCH, told(&headers, &header::ETAG).to_owned())];
        let again = get(&house, &address, &known).await?;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        for nothing in ["x", "0192aaaa-0000-7000-8000-000000000000"] {
            let missing = get(&house, &format!("/places/photo/{nothing}"), &[]).await?;
            assert_eq!(missing.status(), StatusCode::NOT_FOUND);
        }
        TestResult::Ok(())
    })
    .await;
}
