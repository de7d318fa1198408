//! A server process, and a client that sends whatever bytes a test wants to be sent.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use accounts::server::{service, session};
use db::access;
use shared::Role;

use crate::place::Place;

/// `linli serve`; killed when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Server {
    /// Starts it on a port of its own and waits until it serves.
    pub fn start(place: &Place, settings: &[(&str, &str)]) -> Self {
        let site = place.folder.path().join("site");
        fs::create_dir_all(&site).unwrap();
        fs::write(site.join("release"), "test").unwrap();
        let mut child = place
            .command()
            .env("LINLI_SITE", site)
            .envs(settings.iter().copied())
            .args(["serve", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let (_, address) = line
            .trim()
            .split_once("http://")
            .unwrap_or_else(|| panic!("{line}"));
        let address = address.parse().unwrap();
        Self { child, address }
    }

    /// SIGKILL: nothing of it runs any more when this returns.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// `-TERM`, `-INT`
    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// The status that it ends with, by itself.
    pub fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    pub fn connect(&self) -> TcpStream {
        let socket = TcpStream::connect(self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        socket
    }

    /// Sends `bytes` as they are and reads what comes until the server closes.
    pub fn send(&self, bytes: &[u8]) -> Answer {
        let mut socket = self.connect();
        // Who is refused halfway may find the door shut while still talking.
        let _broken_pipe = socket.write_all(bytes);
        answer(&mut socket)
    }

    pub fn get(&self, path: &str, headers: &str) -> Answer {
        self.send(format!("GET {path} HTTP/1.0\r\nHost: linli\r\n{headers}\r\n").as_bytes())
    }

    pub fn post(&self, path: &str, headers: &str, body: &[u8]) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.0\r\nHost: linli\r\nSec-Fetch-Site: same-origin\r\nContent-Length: {}\r\n{headers}\r\n",
            body.len()
        );
        self.send(&[head.as_bytes(), body].concat())
    }

    /// A form, as a script sends it.
    pub fn form(&self, path: &str, token: &str, form: &str) -> Answer {
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\nCookie: linli={token}\r\n");
        self.post(path, &headers, form.as_bytes())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

pub fn answer(socket: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A server that closes on somebody who is still sending resets the connection; what came before counts.
    let _reset = socket.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or_default();
    Answer {
        status,
        body: body.to_owned(),
    }
}

/// The token of somebody signed in, with a second factor shown, who is `role` at `node`.
pub async fn sign_in(place: &Place, phone: &str, role: Role, node: &str) -> String {
    let house = place.house().await;
    let cx = access::system(&house, "test");
    let user = service::add_user(&cx, "某人", phone, None).await.unwrap();
    service::grant(&cx, phone, role, node, None, None).await.unwrap();
    let mut tx = cx.write().await.unwrap();
    let opened = session::open(&mut tx, user, &session::Browser::default())
        .await
        .unwrap();
    session::show_factor(&mut tx, opened.id).await.unwrap();
    tx.commit().await.unwrap();
    house.db.close().await;
    opened.token
}
