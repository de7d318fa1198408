//! Whatever is sent, no answer is a fault of ours: every server function and every page gets input that is broken in each
//! way, from somebody who may ask it.

use axum::{
    body::Body,
    http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header},
};
use db::test::{TestResult, on_both};
use http_body_util::BodyExt;
use shared::{Permission, UserId};
use tower::ServiceExt;

use super::{
    coverage::{FUNCTIONS, ROUTES, Rule},
    visitor::{HERE, House, UPLOADS, arguments, house, sign_in},
};

const FORM: &str = "application/x-www-form-urlencoded";

/// Every argument with `what` behind its value.
fn spoilt(user: UserId, what: &str) -> String {
    arguments(user)
        .split('&')
        .map(|pair| format!("{pair}{what}"))
        .collect::<Vec<_>>()
        .join("&")
}

impl House {
    fn who_may(&self, rule: Rule) -> UserId {
        match rule {
            Rule::Public | Rule::SignedIn => self.nobody,
            Rule::Needs(permission, _) => self.elsewhere[&permission],
        }
    }

    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.expect("an answer")
    }
}

async fn body(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_argument_of_a_server_function_is_a_fault_of_ours() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let id = house.somebody;
        let long = "x".repeat(9000);
        // Body, media type, and whether it must be refused with a sentence.
        let sent: Vec<(Vec<u8>, &str, bool)> = vec![
            (spoilt(id, "%00").into(), FORM, true),
            (spoilt(id, "%FF").into(), FORM, true),
            ([b"q=\xff&code=\xff".as_slice()].concat(), FORM, true),
            (spoilt(id, "../../../etc/passwd").into(), FORM, false),
            (spoilt(id, "%F0%9F%98%80%E2%80%AE%0A").into(), FORM, false),
            (spoilt(id, "99999999999999999999").into(), FORM, false),
            (spoilt(id, &long).into(), FORM, false),
            (Vec::new(), FORM, false),
            (b"%%%&&==&=".to_vec(), FORM, false),
            (arguments(id).into(), "text/plain", false),
            (arguments(id).into(), "application/json", false),
            (b"{\"code\":\"\\u0000\"}".to_vec(), "application/json", false),
            (
                b"--x\r\nbroken".to_vec(),
                "multipart/form-data; boundary=x",
                false,
            ),
            (b"--x".to_vec(), "multipart/form-data", false),
            (b"\0\xff".to_vec(), "", false),
        ];
        let mut faults = Vec::new();
        for (path, method) in server_fn::axum::server_fn_paths() {
            let name = path.trim_start_matches("/api/v1/");
            let rule = FUNCTIONS.iter().find(|f| f.0 == name).expect("covered").1;
            let token = sign_in(&t, house.who_may(rule)).await?;
            for (n, (bytes, kind, refused)) in sent.iter().enumerate() {
                let request = Request::builder()
                    .method(method.clone())
                    .header("sec-fetch-site", "same-origin")
                    .header(header::COOKIE, format!("linli={token}"));
                let request = if method == Method::GET {
                    let Ok(query) = std::str::from_utf8(bytes) else {
                        continue;
                    };
                    match format!("{path}?{query}").parse::<Uri>() {
                        Ok(uri) => request.uri(uri).body(Body::empty())?,
                        Err(_) => continue,
                    }
                } else {
                    let request = request.uri(path);
                    let request = if kind.is_empty() {
                        request
                    } else {
                        request.header(header::CONTENT_TYPE, *kind)
                    };
                    request.body(Body::from(bytes.clone()))?
                };
                let response = house.answer(request).await;
                let status = response.status();
                let sentence = body(response).await;
                // A function that takes nothing has nothing to refuse, but the text is looked at all the same.
                if status.is_server_error() || (*refused && status != StatusCode::UNPROCESSABLE_ENTITY) {
                    faults.push(format!("{path} with input {n}: {status} {sentence}"));
                } else if *refused && !sentence.contains("，请") {
                    faults.push(format!("{path} with input {n}: says only {sentence}"));
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_and_no_cookie_is_a_fault_of_ours() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let token = sign_in(&t, house.elsewhere[&Permission::OrgEdit]).await?;
        let own = format!("linli={token}");
        let cookies: [&[u8]; 8] = [
            own.as_bytes(),
            b"linli=",
            b"linli=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            b"linli=../../../etc/passwd; appearance=../../x.y.z",
            b"linli=\"'; drop table session; --",
            b"linli=\xff\xfe\xe9\xa9\xac; appearance=\xff",
            b"linli=\xe9\x82\xbb\xe9\x87\x8c\xe9\x82\xbb\xe9\x87\x8c\xe9\x82\xbb\xe9\x87\x8c\xe9\x82\xbb\xe9\x87\x8c\xe9\x82\xbb\xe9\x87\x8c\xe9\x82\xbb\xe9\x87\x8c\xe9\x82\xbb\xe9\x87\x8cA",
            b";;;=;=;linli;linli==;",
        ];
        let long = format!("linli={}", "A".repeat(60_000));
        let in_place = ["..%2F..%2Fetc%2Fpasswd", "%2e%2e", "..%5c..%5clinli.db", "%00", "%FF", "32%0A", "%E5%B8%B8", "9999999999999999999999"];
        let mut addresses: Vec<String> = Vec::new();
        for (path, _) in ROUTES.iter().filter(|r| !UPLOADS.contains(&r.0) && r.0 != "/events") {
            addresses.push(format!("{}?q=%00&code=%FF&as_of=x&id=y&after=%E5", path.replace("{code}", HERE).replace("{file}", HERE).replace("{id}", HERE)));
            addresses.push(format!("{}?q=%27&as_of=0000-00-00&sort=x&id=..%2f&after=zzz&next=//evil&fault=x&done=x&figure=x", path.replace("{code}", HERE).replace("{file}", HERE).replace("{id}", HERE)));
            addresses.push(format!("{path}/../../etc/passwd").replace("{code}", HERE).replace("{file}", HERE).replace("{id}", HERE));
            if path.contains('{') {
                addresses.extend(in_place.iter().map(|bad| path.replace("{code}", bad).replace("{file}", bad).replace("{id}", bad)));
                addresses.extend(in_place.iter().map(|bad| path.replace("{code}", bad).replace("{file}", &format!("{bad}.geojson")).replace("{id}", bad)));
            }
        }
        let mut faults = Vec::new();
        for address in &addresses {
            let request = Request::builder()
                .uri(address.as_str())
                .header(header::ACCEPT, "text/html")
                .header(header::COOKIE, HeaderValue::from_bytes(cookies[0])?);
            let response = house.answer(request.body(Body::empty())?).await;
            let status = response.status();
            let said = body(response).await;
            if status.is_server_error() || said.contains("root:") {
                faults.push(format!("{address}: {status}"));
            }
        }
        for cookie in cookies.into_iter().skip(1).chain([long.as_bytes()]) {
            for (address, expected) in [("/", 200), ("/orgs", 200), ("/me", 401), ("/api/v1/accounts/me", 401)] {
                let request = Request::builder()
                    .uri(address)
                    .header(header::COOKIE, HeaderValue::from_bytes(cookie)?);
                let status = house.answer(request.body(Body::empty())?).await.status();
                if status != expected {
                    faults.push(format!("{address} with cookie {}: {status}", String::from_utf8_lossy(cookie)));
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        TestResult::Ok(())
    })
    .await;
}

/// A file's name, and what a form says beside it, are text too.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_files_may_say_anything() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let token = sign_in(&t, house.elsewhere[&Permission::OrgImport]).await?;
        let staff = sign_in(&t, house.elsewhere[&Permission::StaffImport]).await?;
        let mut faults = Vec::new();
        for path in UPLOADS.into_iter().chain(["/api/v1/accounts/admin/staff"]) {
            for name in [
                &b"a\0.csv"[..],
                b"\xff\xfe.csv",
                b"../../../etc/passwd",
                b"",
                &[b'x'; 5000],
            ] {
                for content in [
                    &b"a,b\n\0,\xff\n"[..],
                    b"\xff\xfea\0",
                    b"PK\x03\x04",
                    b"=1+1,@SUM(A1)\n",
                    b"",
                ] {
                    let form = [
                        b"--x\r\nContent-Disposition: form-data; name=\"effective\"\r\n\r\n2026\0\xff\r\n\
                          --x\r\nContent-Disposition: form-data; name=\"datum\"\r\n\r\nwgs84\r\n\
                          --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"",
                        name,
                        b"\"\r\n\r\n",
                        content,
                        b"\r\n--x--\r\n",
                    ]
                    .concat();
                    let who = if path.ends_with("staff") { &staff } else { &token };
                    let request = Request::builder()
                        .method(Method::POST)
                        .uri(path)
                        .header("sec-fetch-site", "same-origin")
                        .header(header::COOKIE, format!("linli={who}"))
                        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
                    let response = house.answer(request.body(Body::from(form))?).await;
                    let status = response.status();
                    if status.is_server_error() {
                        faults.push(format!(
                            "{path} {} {}: {status} {}",
                            String::from_utf8_lossy(name).escape_debug(),
                            String::from_utf8_lossy(content).escape_debug(),
                            body(response).await
                        ));
                    }
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        TestResult::Ok(())
    })
    .await;
}
