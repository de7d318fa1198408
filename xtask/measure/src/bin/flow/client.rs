//! One connection, made anew whenever it is gone.

use anyhow::{Context, Result};
use http::{Request, Response, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Bytes,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

pub struct Client {
    authority: String,
    sender: Option<SendRequest<Full<Bytes>>>,
}

/// What is sent: its kind and its bytes.
pub struct Body {
    pub kind: String,
    pub bytes: Bytes,
}

impl Client {
    pub fn new(server: &Uri) -> Result<Self> {
        let authority = server.authority().context("the address names no host")?;
        Ok(Self {
            authority: authority.to_string(),
            sender: None,
        })
    }

    async fn sender(&mut self) -> Result<&mut SendRequest<Full<Bytes>>> {
        let ready = match &mut self.sender {
            Some(sender) => sender.ready().await.is_ok(),
            None => false,
        };
        if !ready {
            let socket = TcpStream::connect(&self.authority)
                .await
                .with_context(|| format!("cannot connect to {}", self.authority))?;
            socket.set_nodelay(true)?;
            let (sender, connection) = http1::handshake(TokioIo::new(socket)).await?;
            tokio::spawn(connection);
            self.sender = Some(sender);
        }
        self.sender.as_mut().context("there is no connection")
    }

    /// Asks as whoever has the session `token`, as a form of the site's own pages does; without a body it gets.
    ///
    /// # Errors
    /// The connection broke before all of the answer was there.
    pub async fn ask(&mut self, path: &str, token: &str, body: Option<&Body>) -> Result<Response<Bytes>> {
        let method = if body.is_some() { "POST" } else { "GET" };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.authority)
            .header(header::ORIGIN, format!("http://{}", self.authority))
            .header(header::COOKIE, format!("linli={token}"));
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, &body.kind);
        }
        let bytes = body.map(|body| body.bytes.clone()).unwrap_or_default();
        let request = request.body(Full::new(bytes))?;
        let asked = async {
            let answer = self.sender().await?.send_request(request).await?;
            let (parts, body) = answer.into_parts();
            let body = body.collect().await?.to_bytes();
            anyhow::Ok(Response::from_parts(parts, body))
        };
        let answer = asked.await;
        if answer.is_err() {
            self.sender = None;
        }
        answer
    }
}
