use axum::{Router, body::to_bytes, extract::DefaultBodyLimit, http::Request, routing::post};
use tower::ServiceExt;
use ui::sending::LINES;

use super::*;

const PAGE: &str = "/places/point?id=7";
const ACTION: &str = "/places/photos/add";

/// Takes two photos at most, and says what it was sent.
async fn receive(headers: HeaderMap, form: Multipart) -> Response {
    let mut sent = Sent::read(form, 2).await;
    let outcome = match sent.take_photos() {
        Ok(photos) => Ok(format!(
            "/taken?n={}&alt={}",
            photos.len(),
            sent.field("alt").len()
        )),
        Err(error) => Err(error),
    };
    answer(&headers, PAGE, ACTION, sent, outcome)
}

/// A form with a description and files of so many bytes, each with a name.
fn form(files: &[(&str, usize)]) -> Body {
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"__form\"\r\n\r\nphoto\r\n".to_vec();
    for (name, bytes) in files {
        let head =
            format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.resize(body.len() + bytes, b'a');
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(
        "--x\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\n 坡道 \r\n--x--\r\n".as_bytes(),
    );
    Body::from(body)
}

async fn send(files: &[(&str, usize)], lines: bool) -> Response {
    let mut request = Request::post("/").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    if lines {
        request = request.header(header::ACCEPT, LINES);
    }
    let router = Router::new().route("/", post(receive).layer(DefaultBodyLimit::disable()));
    router.oneshot(request.body(form(files)).unwrap()).await.unwrap()
}

fn location(response: &Response) -> &str {
    response.headers()[header::LOCATION].to_str().unwrap()
}

#[tokio::test]
async fn as_many_photos_are_taken_as_may_be_and_none_is_none() {
    for (files, n) in [
        (&[][..], 0),
        (&[("", 0)], 0),
        (&[("a.jpg", 9), ("", 0)], 1),
        (&[("a.jpg", photo::LARGEST), ("b.jpg", 0)], 2),
    ] {
        let taken = send(files, false).await;
        assert_eq!(location(&taken), format!("/taken?n={n}&alt=6"), "{files:?}");
    }
}

#[tokio::test]
async fn fields_with_nothing_in_them_are_not_taken_without_end() {
    let field = "--x\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n\r\n";
    let request = Request::post("/")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(Body::from(field.repeat(2_000) + "--x--\r\n"))
        .unwrap();
    let router = Router::new().route("/", post(receive).layer(DefaultBodyLimit::disable()));
    let back = router.oneshot(request).await.unwrap();
    let kept = back.extensions().get::<Kept>().unwrap();
    assert!(kept.fields.len() < 1_100, "{}", kept.fields.len());
}

#[tokio::test]
async fn what_is_refused_is_said_beside_its_field_and_what_was_typed_is_kept() {
    for (files, words) in [
        (&[("a.jpg", photo::LARGEST + 1)][..], "最多 12 MB"),
        (&[("a.jpg", 1), ("b.jpg", 1), ("c.jpg", 1)], "最多 2 张"),
    ] {
        let back = send(files, false).await;
        assert_eq!(back.status(), StatusCode::SEE_OTHER);
        let to = location(&back);
        assert!(
            to.starts_with("/places/point?id=7&__path=%2Fplaces%2Fphotos%2Fadd&__err="),
            "{to}"
        );
        assert!(to.ends_with("&__form=photo#form-photo"), "{to}");
        let kept = back.extensions().get::<Kept>().unwrap();
        assert_eq!((kept.to, kept.form.as_str()), (ACTION, "photo"));
        assert!(
            kept.fields.contains(&("alt".to_owned(), " 坡道 ".to_owned())),
            "{kept:?}"
        );

        let told = send(files, true).await;
        assert_eq!(told.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let said = to_bytes(told.into_body(), 1 << 20).await.unwrap();
        let Line::Failed(error) = serde_json::from_slice(&said).unwrap() else {
            panic!("taken")
        };
        assert!(
            error.for_field(photo::FIELD).any(|said| said.contains(words)),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_form_far_too_large_is_not_read_to_its_end() {
    let many: Vec<(&str, usize)> = vec![("a.jpg", photo::LARGEST); 18];
    let back = send(&many, true).await;
    assert_eq!(back.status(), StatusCode::UNPROCESSABLE_ENTITY);
}
