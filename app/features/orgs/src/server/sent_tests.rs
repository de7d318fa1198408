use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{Router, body::to_bytes, extract::DefaultBodyLimit, http::Request, routing::post};
use futures::StreamExt;
use tower::ServiceExt;

use super::*;

const PAGE: &str = "/admin/import";

async fn receive(headers: HeaderMap, form: Multipart) -> Response {
    match Sent::read(form).await {
        Ok(sent) => (sent.file_name.clone() + " " + sent.field("datum")).into_response(),
        Err(error) => refuse(&headers, PAGE, &error),
    }
}

/// How a form with a file of so many bytes is answered: status, and where it leads or what it says.
async fn send(bytes: usize, lines: bool) -> (StatusCode, String) {
    let head = "--x\r\nContent-Disposition: form-data; name=\"datum\"\r\n\r\n wgs84 \r\n--x\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"../../etc/pass\twd.geojson\"\r\n\r\n";
    let chunk = Bytes::from(vec![b'a'; 1 << 20]);
    let whole = stream::iter(std::iter::repeat_n(chunk, bytes >> 20));
    let rest = Bytes::from(vec![b'a'; bytes & ((1 << 20) - 1)]);
    let body = stream::iter([Bytes::from(head)])
        .chain(whole)
        .chain(stream::iter([rest, Bytes::from("\r\n--x--\r\n")]))
        .map(Ok::<_, std::convert::Infallible>);
    let mut request = Request::post("/").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    if lines {
        request = request.header(header::ACCEPT, LINES);
    }
    let router = Router::new().route("/", post(receive).layer(DefaultBodyLimit::disable()));
    let request = request.body(Body::from_stream(body)).unwrap();
    answered(router.oneshot(request).await.unwrap()).await
}

async fn answered(response: Response) -> (StatusCode, String) {
    let (status, to) = (
        response.status(),
        response.headers().get(header::LOCATION).cloned(),
    );
    let said = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let to = to.map(|to| to.to_str().unwrap().to_owned());
    (
        status,
        to.unwrap_or_else(|| String::from_utf8(said.to_vec()).unwrap()),
    )
}

#[tokio::test]
async fn a_file_is_taken_up_to_the_limit_and_refused_in_a_sentence_beyond() {
    let taken = (StatusCode::OK, "../../etc/passwd.geojson wgs84".to_owned());
    assert_eq!(send(3, false).await, taken);
    assert_eq!(send(LARGEST, false).await, taken);
    // Whether a little too large or far too large to be read to its end.
    for bytes in [LARGEST + 1, DRAINED + (2 << 20)] {
        assert_eq!(
            send(bytes, false).await,
            (StatusCode::SEE_OTHER, format!("{PAGE}?fault=large"))
        );
        let (status, said) = send(bytes, true).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let line: Line = serde_json::from_str(&said).unwrap();
        assert_eq!(line, Line::Failed(Refusal::Large.error()));
    }
    assert_eq!(send(0, false).await.1, format!("{PAGE}?fault=empty"));
}

/// A form whose file comes in pieces, with a pause before each, and after `until` of them no more.
fn trickle(pause: Duration, until: usize) -> Body {
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";
    let mut pieces = vec![Bytes::from(head)];
    pieces.resize(13, Bytes::from(vec![b'a'; 100]));
    pieces.push(Bytes::from("\r\n--x--\r\n"));
    let dead = until < pieces.len();
    pieces.truncate(until);
    let pieces = stream::iter(pieces).then(move |piece| async move {
        tokio::time::sleep(pause).await;
        Ok::<_, std::convert::Infallible>(piece)
    });
    if dead {
        Body::from_stream(pieces.chain(stream::pending()))
    } else {
        Body::from_stream(pieces)
    }
}

/// How a form is answered of which nothing may come for `idle`: status, and where it leads or what it says.
async fn send_slowly(body: Body, idle: Duration, lines: bool) -> (StatusCode, String) {
    let receive = move |headers: HeaderMap, form: Multipart| async move {
        match Sent::read_patiently(form, idle).await {
            Ok(sent) => sent.content.len().to_string().into_response(),
            Err(error) => refuse(&headers, PAGE, &error),
        }
    };
    let mut request = Request::post("/").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    if lines {
        request = request.header(header::ACCEPT, LINES);
    }
    let router = Router::new().route("/", post(receive));
    answered(router.oneshot(request.body(body).unwrap()).await.unwrap()).await
}

#[tokio::test]
async fn a_slow_line_is_waited_for_and_a_dead_one_is_not() {
    // Longer in all than a pause may be.
    let slow = trickle(Duration::from_millis(60), usize::MAX);
    assert_eq!(
        send_slowly(slow, Duration::from_millis(600), false).await,
        (StatusCode::OK, "1200".to_owned())
    );
    let short = Duration::from_millis(30);
    // Before the form has begun, and in the middle of its file.
    for until in [0, 1, 5] {
        let dead = || trickle(Duration::ZERO, until);
        assert_eq!(
            send_slowly(dead(), short, false).await,
            (StatusCode::SEE_OTHER, format!("{PAGE}?fault=slow"))
        );
        let (status, said) = send_slowly(dead(), short, true).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let line: Line = serde_json::from_str(&said).unwrap();
        assert_eq!(line, Line::Failed(Refusal::Slow.error()));
    }
}

fn asking_for_lines() -> HeaderMap {
    HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(LINES))])
}

#[tokio::test]
async fn phases_come_before_the_outcome() {
    let work = |steps: Steps| async move {
        assert!(steps.watched());
        steps.at(Phase::Read);
        tokio::task::yield_now().await;
        steps.at(Phase::Write);
        tokio::task::yield_now().await;
        Ok(Done::to("/there"))
    };
    let answered = answer(&asking_for_lines(), "t".into(), PAGE, work).await;
    let body = to_bytes(answered.into_body(), 1 << 20).await.unwrap();
    let lines: Vec<Line> = body
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    assert_eq!(
        lines,
        [
            Line::At(Phase::Read),
            Line::At(Phase::Write),
            Line::Done(Done::to("/there"))
        ]
    );
    let failing = |_| async { Err(AppError::Conflict("变了".into())) };
    let answered = answer(&HeaderMap::new(), "t".into(), "/page?id=1", failing).await;
    assert_eq!(answered.headers()[header::LOCATION], "/page?id=1&fault=changed");
}

/// Says when it is dropped.
struct Dropped(Arc<AtomicBool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn whoever_goes_away_takes_the_work_along() {
    let dropped = Arc::new(AtomicBool::new(false));
    let held = Dropped(Arc::clone(&dropped));
    let work = move |steps: Steps| async move {
        let _held = held;
        steps.at(Phase::Write);
        std::future::pending().await
    };
    let answered = answer(&asking_for_lines(), "t".into(), PAGE, work).await;
    let mut body = answered.into_body().into_data_stream();
    assert!(body.next().await.is_some());
    assert!(!dropped.load(Ordering::SeqCst));
    drop(body);
    assert!(dropped.load(Ordering::SeqCst));
}
