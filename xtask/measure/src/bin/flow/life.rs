//! The life of a matter: reported, taken, passed on, begun, answered, asked about, rated, which ends it.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use http::{StatusCode, header};
use hyper::body::Bytes;
use serde_json::Value;

use super::{
    client::{Body, Client},
    photo,
};

/// What is done after the report; with the last the matter is closed by itself.
pub const ACTIONS: [&str; 8] = [
    "report", "accept", "dispatch", "begin", "answer", "check", "rate", "close",
];
/// Of one resident: sixty may be reported in a day, and what is sent again counts again.
const OF_ONE: usize = 30;
const BOUNDARY: &str = "----linli-flow-3f9c1a77";
/// How long a server that is started again may take.
const PATIENCE: u32 = 600;
const PAUSE: Duration = Duration::from_millis(50);

/// Those who report and handle, by the tokens of their sessions.
pub struct People {
    residents: Vec<String>,
    worker: String,
    staff: String,
    property: String,
    grid: String,
    /// Whom it is passed on to, as the form has it.
    to: String,
    /// When they were there, in microseconds: what came later is theirs.
    pub since: i64,
    photo: Vec<u8>,
}

impl People {
    pub fn read(file: &Path, photo: &str) -> Result<Self> {
        let told: Value = serde_json::from_str(&fs::read_to_string(file).context("the people")?)?;
        let text = |name: &str| -> Result<String> {
            let text = told[name].as_str();
            Ok(text.with_context(|| format!("no {name}"))?.to_owned())
        };
        let residents = told["residents"].as_array().context("no residents")?;
        Ok(Self {
            residents: residents
                .iter()
                .filter_map(|token| token.as_str().map(str::to_owned))
                .collect(),
            worker: text("worker")?,
            staff: text("staff")?,
            property: text("property")?,
            grid: text("grid")?,
            to: text("to")?,
            since: told["since"].as_i64().context("no since")?,
            photo: photo::jpeg(photo)?,
        })
    }

    fn resident(&self, number: usize) -> Result<&str> {
        let resident = self.residents.get(number / OF_ONE).map(String::as_str);
        resident.context("more lives than the residents may report in a day")
    }

    /// The report of this number, always the same.
    fn report(&self, number: usize) -> Body {
        let fields = [
            ("key", format!("flow-{number:012}")),
            ("kind", "problem".to_owned()),
            ("category", "facility".to_owned()),
            ("words", format!("门口的路灯三天不亮了，第 {number} 盏。")),
            ("node", self.grid.clone()),
            ("address", "北门口".to_owned()),
            ("open", "true".to_owned()),
        ];
        let mut bytes = Vec::with_capacity(self.photo.len() + 2_048);
        for (name, value) in fields {
            bytes.extend_from_slice(
                format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .as_bytes(),
            );
        }
        bytes.extend_from_slice(
            format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"1.jpg\"\r\ncontent-type: image/jpeg\r\n\r\n"
            )
            .as_bytes(),
        );
        bytes.extend_from_slice(&self.photo);
        bytes.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        Body {
            kind: format!("multipart/form-data; boundary={BOUNDARY}"),
            bytes: Bytes::from(bytes),
        }
    }

    /// Who takes a step, and what they fill in.
    fn step(&self, action: &str, number: usize) -> Result<(&str, Vec<(&'static str, String)>)> {
        let words = |words: &str| ("words", words.to_owned());
        Ok(match action {
            "accept" => (self.worker.as_str(), Vec::new()),
            "dispatch" => (self.staff.as_str(), vec![("to", self.to.clone())]),
            "begin" => (self.property.as_str(), Vec::new()),
            "answer" => (self.property.as_str(), vec![words("灯泡换好了，线路也查过。")]),
            "check" => (self.staff.as_str(), vec![words("打过电话，说灯亮了。")]),
            "rate" => (self.resident(number)?, vec![("rating", "satisfied".to_owned())]),
            _ => bail!("nobody does {action}"),
        })
    }
}

fn form(code: &str, action: &str, fields: &[(&str, String)]) -> Body {
    let encoded = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let mut text = format!("code={code}&action={action}");
    for (name, value) in fields {
        text.push_str(&format!("&{name}={}", encoded(value)));
    }
    Body {
        kind: "application/x-www-form-urlencoded".to_owned(),
        bytes: Bytes::from(text),
    }
}

/// What a report's answer leads to: the matter's page.
fn code_of(answer: &http::Response<Bytes>) -> Result<String> {
    let to = answer
        .headers()
        .get(header::LOCATION)
        .and_then(|to| to.to_str().ok());
    let code = to.and_then(|to| to.strip_prefix("/reports/")?.strip_suffix("?done=sent"));
    code.map(str::to_owned)
        .with_context(|| format!("a report was refused: {} {to:?}", answer.status()))
}

/// Lives one from its report to its end.
pub async fn live(client: &mut Client, people: &People, number: usize) -> Result<()> {
    let answer = client
        .ask(
            "/reports/send",
            people.resident(number)?,
            Some(&people.report(number)),
        )
        .await?;
    let code = code_of(&answer)?;
    for action in &ACTIONS[1..ACTIONS.len() - 1] {
        let (who, fields) = people.step(action, number)?;
        let answer = client
            .ask("/api/v1/reports/act", who, Some(&form(&code, action, &fields)))
            .await?;
        if answer.status() != StatusCode::OK {
            bail!(
                "{action}: {} {}",
                answer.status(),
                String::from_utf8_lossy(answer.body())
            );
        }
    }
    Ok(())
}

/// As [`live`], whatever becomes of the server: each request is sent until it is answered. What is refused may have been done before the
/// answer was lost, so the matter's page is asked whether it was. Gives the matter's code.
pub async fn live_through(client: &mut Client, people: &People, number: usize) -> Result<String> {
    let (resident, report) = (people.resident(number)?, people.report(number));
    let answer = patiently(client, "/reports/send", resident, Some(&report)).await?;
    let code = code_of(&answer)?;
    for action in &ACTIONS[1..ACTIONS.len() - 1] {
        let (who, fields) = people.step(action, number)?;
        let body = form(&code, action, &fields);
        let answer = patiently(client, "/api/v1/reports/act", who, Some(&body)).await?;
        if answer.status() != StatusCode::OK && !is_done(client, &code, action, who).await? {
            bail!(
                "{action}: {} {}",
                answer.status(),
                String::from_utf8_lossy(answer.body())
            );
        }
    }
    Ok(code)
}

async fn is_done(client: &mut Client, code: &str, action: &str, who: &str) -> Result<bool> {
    let page = patiently(client, &format!("/api/v1/reports/matter?code={code}"), who, None).await?;
    let page: Value = serde_json::from_slice(page.body())?;
    let steps = page["steps"].as_array().context("a matter without steps")?;
    Ok(steps.iter().any(|step| step["action"] == action))
}

/// Asks until there is an answer that is not of a server that is going or coming.
async fn patiently(
    client: &mut Client,
    path: &str,
    token: &str,
    body: Option<&Body>,
) -> Result<http::Response<Bytes>> {
    let mut last = None;
    for _ in 0..PATIENCE {
        match client.ask(path, token, body).await {
            Ok(answer) if !answer.status().is_server_error() => return Ok(answer),
            Ok(answer) => last = Some(anyhow::anyhow!("{}", answer.status())),
            Err(error) => last = Some(error),
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(last.unwrap_or_else(|| anyhow::anyhow!("no answer")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_hides_nothing_in_its_fields() {
        let body = form("abc", "answer", &[("words", "a&b=好".to_owned())]);
        assert_eq!(
            body.bytes,
            "code=abc&action=answer&words=%61%26%62%3D%E5%A5%BD".as_bytes()
        );
    }
}
