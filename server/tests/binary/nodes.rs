//! Two servers on one PostgreSQL, one of which is killed: what the other goes on with.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use db::{Clock, SystemClock};
use shared::Role;

use crate::{
    place::{Place, divisions},
    served::{Server, sign_in},
};

/// As the design promises, from the writer's answer to the listener.
const WITHIN: Duration = Duration::from_secs(1);

/// Who listens as a browser does: comes again when the connection ends, from where it was, at whichever server is there.
#[derive(Clone)]
struct Listener {
    /// Number, code, and when it came.
    heard: Arc<Mutex<Vec<(i64, String, Instant)>>>,
    streams: Arc<AtomicUsize>,
}

impl Listener {
    fn start(servers: &Arc<Mutex<Vec<SocketAddr>>>) -> Self {
        let listener = Self {
            heard: Arc::default(),
            streams: Arc::default(),
        };
        let (this, servers) = (listener.clone(), Arc::clone(servers));
        thread::spawn(move || {
            let mut last = None;
            loop {
                let there = servers.lock().unwrap().first().copied();
                let Some(address) = there else { return };
                this.listen(address, &mut last);
                thread::sleep(Duration::from_millis(20));
            }
        });
        listener
    }

    fn listen(&self, address: SocketAddr, last: &mut Option<i64>) {
        let Ok(mut socket) = TcpStream::connect(address) else {
            return;
        };
        let resumed = last
            .map(|id| format!("Last-Event-ID: {id}\r\n"))
            .unwrap_or_default();
        let asked = format!("GET /events?topics=orgs HTTP/1.0\r\nHost: linli\r\n{resumed}\r\n");
        if socket.write_all(asked.as_bytes()).is_err() {
            return;
        }
        let mut data = None;
        for line in BufReader::new(socket).lines() {
            let Ok(line) = line else { return };
            if line.starts_with("HTTP/1.0 200") {
                self.streams.fetch_add(1, Ordering::SeqCst);
            } else if line.starts_with("event: reset") {
                panic!("nothing was swept");
            } else if let Some(text) = line.strip_prefix("data: ") {
                data = Some(text.to_owned());
            } else if let Some(id) = line.strip_prefix("id: ") {
                *last = Some(id.parse().unwrap());
            } else if let (true, Some(id), Some(text)) = (line.is_empty(), *last, data.take()) {
                let event: serde_json::Value = serde_json::from_str(&text).unwrap();
                if event["kind"] == "orgs.node.rename" {
                    let code = event["data"]["code"].as_str().unwrap_or_default().to_owned();
                    self.heard.lock().unwrap().push((id, code, Instant::now()));
                }
            }
        }
    }

    fn numbers(&self) -> Vec<i64> {
        self.heard.lock().unwrap().iter().map(|h| h.0).collect()
    }
}

#[track_caller]
fn until(what: &str, holds: impl Fn() -> bool) {
    let patience = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < patience, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Renames one community after the other until told to stop or the server is gone; what was answered, and when.
fn write(
    address: SocketAddr,
    token: &str,
    next: &AtomicU64,
    answered: &Mutex<BTreeMap<String, Instant>>,
    stop_at: u64,
) {
    loop {
        let n = next.fetch_add(1, Ordering::SeqCst);
        if n >= stop_at {
            return;
        }
        let code = format!("320581{:03}{:03}", n / 600 + 1, n % 600 + 1);
        let today = SystemClock.now().date();
        let form =
            format!("code={code}&version=1&name=%E6%96%B0%E5%90%8D%E7%A4%BE%E5%8C%BA{n}&on={today}&basis=");
        let Ok(mut socket) = TcpStream::connect(address) else {
            return;
        };
        let request = format!(
            "POST /api/v1/orgs/node/rename HTTP/1.0\r\nHost: linli\r\nSec-Fetch-Site: same-origin\r\nCookie: linli={token}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let mut text = String::new();
        let whole = socket
            .write_all(request.as_bytes())
            .and_then(|()| socket.read_to_string(&mut text));
        if whole.is_err() || text.is_empty() {
            return;
        }
        assert!(text.starts_with("HTTP/1.0 200"), "{text}");
        answered.lock().unwrap().insert(code, Instant::now());
    }
}

/// One pair of servers, of which one dies while both are written to.
fn round(place: &Place, token: &str, next: &AtomicU64) -> (usize, Duration, Duration) {
    const BEFORE: u64 = 15;
    const AFTER: u64 = 25;
    let mut doomed = Server::start(place, &[]);
    let survivor = Server::start(place, &[]);
    // One listens at the server that dies and then at the other, one at the other all the time.
    let moves = Arc::new(Mutex::new(vec![doomed.address]));
    let stays = Arc::new(Mutex::new(vec![survivor.address]));
    let listeners = [Listener::start(&moves), Listener::start(&stays)];
    let opened = |n: usize| listeners[n].streams.load(Ordering::SeqCst);
    until("both streams are open", || opened(0) == 1 && opened(1) == 1);

    let answered = Mutex::new(BTreeMap::new());
    let middle = next.load(Ordering::SeqCst) + BEFORE;
    let end = middle + AFTER;
    let killed = thread::scope(|scope| {
        for address in [doomed.address, doomed.address, survivor.address] {
            let answered = &answered;
            scope.spawn(move || write(address, token, next, answered, end));
        }
        until("the first half is written", || {
            next.load(Ordering::SeqCst) >= middle
        });
        doomed.kill();
        moves.lock().unwrap()[0] = survivor.address;
        Instant::now()
    });
    next.store(end, Ordering::SeqCst);
    let answered = answered.into_inner().unwrap();
    until("both hear of all that was answered", || {
        listeners.iter().all(|listener| {
            let heard = listener.heard.lock().unwrap();
            answered.keys().all(|code| heard.iter().any(|h| h.1 == *code))
        })
    });
    until("both have heard the same", || {
        listeners[0].numbers() == listeners[1].numbers()
    });
    assert_eq!((opened(0), opened(1)), (2, 1));
    let numbers = listeners[1].numbers();
    assert!(
        numbers.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "a gap or a repetition: {numbers:?}"
    );
    let late = |n: usize, from: Instant| {
        let heard = listeners[n].heard.lock().unwrap();
        let told = heard.iter().filter(|h| h.2 >= from);
        told.filter_map(|(_, code, at)| Some(at.saturating_duration_since(*answered.get(code)?)))
            .max()
            .unwrap_or_default()
    };
    let (worst, resumed) = (late(1, killed), late(0, killed));
    assert!(answered.values().filter(|at| **at > killed).count() >= 10);
    moves.lock().unwrap().clear();
    stays.lock().unwrap().clear();
    (numbers.len(), worst, resumed)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_a_server_is_killed_is_heard_within_a_second_and_once() {
    let place = Place::postgres().await;
    let file = place.file("divisions.csv", divisions().join("\n"));
    place.linli(&["import", "divisions", file.to_str().unwrap()]).ok();
    let token = sign_in(&place, "13812341234", Role::DistrictAdmin, "320581").await;
    let next = AtomicU64::new(0);
    let mut heard = 0;
    for _ in 0..3 {
        let (count, worst, resumed) = round(&place, &token, &next);
        println!(
            "{count} events; after the kill at most {worst:?}, and {resumed:?} where the stream had to be resumed"
        );
        assert!(worst < WITHIN && resumed < WITHIN, "{worst:?}, {resumed:?}");
        heard += count;
    }
    let happened = "select count(*) from event where kind = 'orgs.node.rename'";
    assert_eq!(place.count(happened).await, i64::try_from(heard).unwrap());
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_of_a_killed_server_is_done_by_the_other_once() {
    let place = Place::postgres().await;
    place.linli(&["migrate"]).ok();
    let gateway = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/send", gateway.local_addr().unwrap());
    let settings = [
        ("LINLI_MESSAGE__SENDER", "http"),
        ("LINLI_MESSAGE__URL", url.as_str()),
        ("LINLI_MESSAGE__SECRET", "0123456789abcdef"),
    ];
    let mut doomed = Server::start(&place, &settings);
    let asked = doomed.form("/api/v1/accounts/sign-in/request", "", "phone=13812341234");
    assert_eq!(asked.status, 200, "{asked:?}");
    // The gateway has the message and does not answer: the server dies in the middle of its job.
    let (first, _) = gateway.accept().unwrap();
    doomed.kill();
    drop(first);
    let _survivor = Server::start(&place, &settings);
    let state =
        "select count(*) from job where kind = 'accounts.message' and state = 'running' and attempts = 1";
    assert_eq!(
        place.count(state).await,
        1,
        "nobody takes it before its lease has run out"
    );
    place
        .change("update job set lease_until = 0 where kind = 'accounts.message' and state = 'running'")
        .await;
    let (mut second, _) = gateway.accept().unwrap();
    let mut request = [0; 4096];
    let length = second.read(&mut request).unwrap();
    assert!(request[..length].starts_with(b"POST /send"));
    second
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .unwrap();
    drop(second);
    let done = "select count(*) from job where kind = 'accounts.message' and state = 'done' and attempts = 2";
    let patience = Instant::now() + Duration::from_secs(10);
    while place.count(done).await != 1 {
        assert!(Instant::now() < patience, "the job was not finished");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(
        place
            .count("select count(*) from message where state = 'sent' and params is null")
            .await,
        1
    );
    gateway.set_nonblocking(true).unwrap();
    assert!(gateway.accept().is_err(), "it was sent once more than once");
    place.end().await;
}

/// The tag of an answer.
fn tag(server: &Server, path: &str) -> String {
    let mut socket = server.connect();
    socket
        .write_all(format!("GET {path} HTTP/1.0\r\nHost: linli\r\n\r\n").as_bytes())
        .unwrap();
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.starts_with("HTTP/1.0 200"), "{text}");
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    head.lines()
        .find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("etag: ")
                .map(ToOwned::to_owned)
        })
        .unwrap_or_else(|| panic!("{head}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_one_server_keeps_follows_what_the_other_changes() {
    const TILE: &str = "/map/areas/12-3421-1668.mvt";
    const RENAME: &str = "/api/v1/orgs/node/rename";
    let place = Place::postgres().await;
    let file = place.file("divisions.csv", divisions().join("\n"));
    place.linli(&["import", "divisions", file.to_str().unwrap()]).ok();
    let border = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"320581001001"},
        "geometry":{"type":"Polygon","coordinates":[[[120.75,31.6],[120.77,31.6],[120.77,31.61],[120.75,31.61],[120.75,31.6]]]}}]}"#;
    let file = place.file("border.json", border);
    let import = [
        "import",
        "grids",
        file.to_str().unwrap(),
        "--datum",
        "cgcs2000",
        "--synthetic",
    ];
    place.linli(&import).ok();
    let token = sign_in(&place, "13812341234", Role::DistrictAdmin, "320581").await;
    let (a, b) = (Server::start(&place, &[]), Server::start(&place, &[]));
    let first = tag(&b, TILE);
    assert_eq!(tag(&a, TILE), first, "the same at both");
    let today = SystemClock.now().date();
    let form =
        format!("code=320581001001&version=1&name=%E6%96%B0%E5%90%8D%E7%A4%BE%E5%8C%BA&on={today}&basis=");
    let renamed = a.form(RENAME, &token, &form);
    assert_eq!(renamed.status, 200, "{renamed:?}");
    let answered = Instant::now();
    until("the tile has the new name", || tag(&b, TILE) != first);
    let took = answered.elapsed();
    println!("the other server's tile has changed after {took:?}");
    assert!(took < WITHIN, "{took:?}");
    until("both have it", || tag(&a, TILE) == tag(&b, TILE));
    drop((a, b));
    place.end().await;
}
