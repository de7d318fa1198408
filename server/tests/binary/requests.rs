//! Requests as no browser sends them: too large, too slow, for what lies outside the site.

use std::{
    fs,
    io::Write,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use shared::Role;

use crate::{
    place::{Place, divisions},
    served::{Server, answer, sign_in},
};

const REQUEST: &str = "/api/v1/accounts/sign-in/request";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

#[test]
fn dots_lead_nowhere() {
    let place = Place::sqlite();
    let server = Server::start(&place, &[]);
    let site = place.folder.path().join("site");
    fs::create_dir_all(site.join("pkg/test")).unwrap();
    fs::write(site.join("pkg/test/linli.js"), "inside").unwrap();
    // Files are read once, at the start.
    drop(server);
    let server = Server::start(&place, &[]);
    assert_eq!(server.get("/pkg/test/linli.js", "").body, "inside");
    let up = [
        "../",
        "..%2f",
        "%2e%2e/",
        "%2e%2e%2f",
        "..\\",
        "..%5c",
        "....//",
        "%252e%252e%252f",
        "..;/",
        "/../",
    ];
    let targets = ["linli.db", "site/release", "linli.db.keys", "etc/passwd"];
    for from in [
        "",
        "pkg/",
        "pkg/test/",
        "pkg/test/linli.js/",
        "js/",
        "orgs/",
        "map/",
        "map/data/",
        "api/v1/",
        "admin/",
        "me/data/",
        "uploads/",
        "fonts/",
    ] {
        for up in up {
            for target in targets {
                for depth in [1, 2, 8] {
                    let path = format!("/{from}{}{target}", up.repeat(depth));
                    let said = server.get(&path, "");
                    assert!(
                        matches!(said.status, 400..=499),
                        "{path}: {} {}",
                        said.status,
                        said.body
                    );
                    assert!(
                        !said.body.contains("SQLite format") && !said.body.contains("root:"),
                        "{path}"
                    );
                }
            }
        }
    }
    for line in [
        "GET ../../etc/passwd HTTP/1.0\r\n\r\n",
        "GET file:///etc/passwd HTTP/1.0\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
    ] {
        let said = server.send(line.as_bytes());
        assert!(
            !said.body.contains("root:") && said.status != 200,
            "{line}: {said:?}"
        );
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused_with_a_sentence() {
    let place = Place::sqlite();
    place.linli(&["migrate"]).ok();
    let server = Server::start(&place, &[]);
    let huge = format!("X-Huge: {}\r\n", "x".repeat(1 << 20));
    assert_eq!(server.get("/", &huge).status, 431);
    let many: String = (0..300).map(|n| format!("X-Many-{n}: 1\r\n")).collect();
    assert_eq!(server.get("/", &many).status, 431);
    let long = format!("/{}", "x".repeat(100_000));
    assert!(matches!(server.get(&long, "").status, 400..=499));

    let body = format!("phone={}", "1".repeat(2 << 20));
    let refused = server.post(REQUEST, FORM, body.as_bytes());
    assert!(
        refused.status == 413 && refused.body.contains("TooLarge"),
        "{refused:?}"
    );
    // Without saying beforehand how long it will be.
    let mut chunked = format!("POST {REQUEST} HTTP/1.1\r\nHost: linli\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\nAccept: text/html\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
    for _ in 0..32 {
        chunked.extend_from_slice(b"10000\r\n");
        chunked.extend_from_slice(&[b'1'; 0x10000]);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let refused = server.send(&chunked);
    assert!(
        refused.status == 413 && refused.body.contains("内容太大"),
        "{refused:?}"
    );
    let lies = server.send(
        format!("POST {REQUEST} HTTP/1.1\r\nHost: linli\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n")
            .as_bytes(),
    );
    assert!(matches!(lies.status, 0 | 400..=499), "{lies:?}");
    assert_eq!(server.get("/healthz", "").status, 200, "it is still there");
}

#[test]
fn who_dawdles_is_cut_off_and_nobody_waits_for_them() {
    let place = Place::sqlite();
    let server = Server::start(
        &place,
        &[("LINLI_LIMITS__REQUEST_S", "1"), ("LINLI_LIMITS__IDLE_S", "2")],
    );
    let mut dawdlers: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for (n, socket) in dawdlers.iter_mut().enumerate() {
        let begun = if n % 2 == 0 {
            "GET / HTTP/1.1\r\nHost: lin".to_owned()
        } else {
            format!(
                "POST {REQUEST} HTTP/1.1\r\nHost: linli\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n{FORM}Content-Length: 17\r\n\r\nphone=1"
            )
        };
        socket.write_all(begun.as_bytes()).unwrap();
    }
    let began = Instant::now();
    assert_eq!(server.get("/healthz", "").status, 200);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    for (n, mut socket) in dawdlers.into_iter().enumerate() {
        let said = answer(&mut socket);
        if n % 2 == 0 {
            assert_eq!(said.status, 0, "closed without a word: {said:?}");
        } else {
            assert!(said.status == 422 && said.body.contains("没有传完"), "{said:?}");
        }
    }
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}

#[test]
fn who_says_nothing_is_not_waited_for() {
    /// The whole preface of HTTP/2 and settings that ask for nothing.
    const SETTLED: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let place = Place::sqlite();
    let server = Server::start(&place, &[("LINLI_LIMITS__IDLE_S", "2")]);
    let began = Instant::now();
    let said: [&[u8]; 4] = [b"", b"P", b"PRI * HT", SETTLED];
    let silent = said.map(|said| {
        let mut socket = server.connect();
        socket.write_all(said).unwrap();
        socket
    });
    for (n, mut socket) in silent.into_iter().enumerate() {
        let _whatever = answer(&mut socket);
        assert!(
            began.elapsed() < Duration::from_secs(8),
            "{n}: {:?}",
            began.elapsed()
        );
    }
    assert!(began.elapsed() > Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(server.get("/healthz", "").status, 200);
}

#[test]
fn figures_are_for_this_machine_and_not_for_whom_a_proxy_on_it_asks() {
    let place = Place::sqlite();
    let direct = Server::start(&place, &[]);
    assert_eq!(direct.get("/metrics", "").status, 200);
    for passed_on in ["X-Forwarded-For: 192.0.2.7\r\n", "Forwarded: for=192.0.2.7\r\n"] {
        assert_eq!(direct.get("/metrics", passed_on).status, 404, "{passed_on}");
    }
    drop(direct);
    let behind = Server::start(&place, &[("LINLI_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8")]);
    assert_eq!(behind.get("/metrics", "").status, 200);
    for (of, status) in [("192.0.2.7", 404), ("127.0.0.1", 404), ("10.1.2.3", 200)] {
        let said = behind.get("/metrics", &format!("X-Forwarded-For: {of}\r\n"));
        assert_eq!(said.status, status, "{of}");
    }
}

#[tokio::test]
async fn a_slow_line_may_take_its_time_over_a_file() {
    let place = Place::sqlite();
    let file = place.file("divisions.csv", divisions()[..4].join("\n"));
    place.linli(&["import", "divisions", file.to_str().unwrap()]).ok();
    let token = sign_in(&place, "13812341234", Role::DistrictAdmin, "320581").await;
    let server = Server::start(&place, &[("LINLI_LIMITS__REQUEST_S", "1")]);
    let form = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"staff.csv\"\r\n\r\nname\r\n--x--\r\n";
    let mut sockets = Vec::new();
    for path in ["/api/v1/accounts/admin/staff", "/admin/calendar/upload"] {
        let mut socket = server.connect();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: linli\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\nCookie: linli={token}\r\n\
             Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\n\r\n",
            form.len()
        );
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(&form.as_bytes()[..40]).unwrap();
        sockets.push(socket);
    }
    thread::sleep(Duration::from_millis(1500));
    let said = sockets.iter_mut().map(|socket| {
        socket.write_all(&form.as_bytes()[40..]).unwrap();
        answer(socket)
    });
    let said: Vec<_> = said.collect();
    // Each was read to its end: the one is no list of staff, the other waits for its preview.
    assert!(
        said[0].status == 422 && said[0].body.contains("第 1 行应为"),
        "{said:?}"
    );
    assert_eq!(said[1].status, 303, "{said:?}");
    drop(server);
    place.end().await;
}

#[tokio::test]
async fn a_stopping_server_lets_requests_end_and_takes_no_more() {
    for signal in ["-TERM", "-INT"] {
        let place = Place::sqlite();
        place.linli(&["migrate"]).ok();
        let mut server = Server::start(&place, &[]);
        let mut stream = server.connect();
        stream
            .write_all(b"GET /events?topics=orgs HTTP/1.0\r\nHost: linli\r\n\r\n")
            .unwrap();
        let mut asked = server.connect();
        let form = "phone=13812341234";
        let head = format!(
            "POST {REQUEST} HTTP/1.1\r\nHost: linli\r\nSec-Fetch-Site: same-origin\r\n{FORM}Content-Length: {}\r\n\r\n",
            form.len()
        );
        asked.write_all(head.as_bytes()).unwrap();
        // An answer to a later question: the one before has been begun with.
        assert_eq!(server.get("/healthz", "").status, 200);
        server.signal(signal);
        assert_eq!(answer(&mut stream).status, 200, "the stream ends");
        until_refused(&server);
        asked.write_all(form.as_bytes()).unwrap();
        let said = answer(&mut asked);
        assert_eq!(said.status, 200, "{said:?}");
        assert_eq!(server.ended(), Some(0));
        place.end().await;
    }
}

fn until_refused(server: &Server) {
    let patience = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(server.address).is_ok() {
        assert!(Instant::now() < patience, "it still takes connections");
        thread::sleep(Duration::from_millis(10));
    }
}
