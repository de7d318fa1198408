//! Ten thousand tries to sign in, most of them on SQLite, which is quicker at it: the limits hold, nothing fails, and what is stored of it stays
//! small and goes away again.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, header},
};
use db::{
    Engine, on,
    test::{TestDb, TestResult, on_both},
    throttle,
};
use shared::Timestamp;
use tower::ServiceExt;

use super::visitor::{House, house};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// Passwords for one number, each time from elsewhere.
    Password,
    /// Codes for one number, each time from elsewhere.
    CodeAgain,
    /// Codes for ever other numbers, from the many addresses that one connection has in IPv6.
    CodeFromOne,
    /// Codes that were never sent, from one address.
    Guess,
}

impl Way {
    fn of(n: u32) -> Self {
        [Self::Password, Self::CodeAgain, Self::CodeFromOne, Self::Guess][n as usize % 4]
    }

    fn request(self, n: u32) -> (&'static str, String, SocketAddr) {
        let elsewhere = SocketAddr::from(([10, 7, (n >> 8) as u8, n as u8], 1));
        match self {
            Self::Password => ("password", "phone=13900000099&password=guess".into(), elsewhere),
            Self::CodeAgain => ("request", "phone=13900000099".into(), elsewhere),
            Self::CodeFromOne => {
                let [.., high, low] = n.to_be_bytes().map(u16::from);
                let address = [0x2408, 0x8200, 1, 2, high, low, n as u16, 7];
                (
                    "request",
                    format!("phone=137{n:08}"),
                    SocketAddr::from((address, 1)),
                )
            }
            Self::Guess => {
                let attempt = uuid::Uuid::from_u128(u128::from(n));
                (
                    "enter",
                    format!("attempt={attempt}&code=123456"),
                    SocketAddr::from(([10, 8, 0, 1], 1)),
                )
            }
        }
    }
}

async fn count(t: &TestDb, table: &'static str) -> Result<i64, db::DbError> {
    let sql = match table {
        "throttle" => "select count(*) from throttle",
        "message" => "select count(*) from message",
        "job" => "select count(*) from job",
        _ => "select count(*) from sign_in_code",
    };
    let mut tx = t.cx.read().await?;
    on!(tx, |c| sqlx::query_scalar(sql).fetch_one(c).await)
}

async fn tries(
    house: &House,
    numbers: std::ops::Range<u32>,
) -> Result<BTreeMap<(Way, u16), u32>, http::Error> {
    let mut seen = BTreeMap::new();
    for n in numbers {
        let way = Way::of(n);
        let (path, form, address) = way.request(n);
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/v1/accounts/sign-in/{path}"))
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ConnectInfo(address))
            .body(Body::from(form))?;
        let response = house.router.clone().oneshot(request).await.expect("an answer");
        *seen.entry((way, response.status().as_u16())).or_default() += 1;
    }
    Ok(seen)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_tries_to_sign_in_come_to_nothing() {
    on_both(|t| async move {
        let house = house(&t).await?;
        // PostgreSQL takes four times as long over each.
        let total: u32 = if t.db.engine() == Engine::Sqlite {
            8000
        } else {
            2000
        };
        let began = std::time::Instant::now();
        let (first, second) = tokio::join!(tries(&house, 0..total / 2), tries(&house, total / 2..total));
        let mut seen = first?;
        for (what, times) in second? {
            *seen.entry(what).or_default() += times;
        }
        println!("{total} tries in {:?}: {seen:?}", began.elapsed());
        let of = |way, status| seen.get(&(way, status)).copied().unwrap_or_default();
        assert_eq!(seen.values().sum::<u32>(), total);
        // A wrong password is an answer, up to ten times a quarter of an hour; then there is none.
        assert_eq!(of(Way::Password, 422), 10, "{seen:?}");
        assert_eq!(of(Way::CodeAgain, 200), 3, "{seen:?}");
        assert_eq!(of(Way::CodeFromOne, 200), 300, "{seen:?}");
        // The web's own limit may come before the 600 an hour: nobody has that many tries at a code that has five.
        assert!((1..=600).contains(&of(Way::Guess, 422)), "{seen:?}");
        for way in [Way::Password, Way::CodeAgain, Way::CodeFromOne, Way::Guess] {
            let answered: u32 = seen
                .iter()
                .filter(|((w, s), _)| *w == way && *s != 429)
                .map(|(_, n)| n)
                .sum();
            assert!(
                answered <= 600 && of(way, 429) >= (total / 4).saturating_sub(600),
                "{way:?}: {seen:?}"
            );
        }

        for table in ["sign_in_code", "message", "job"] {
            assert_eq!(count(&t, table).await?, 303, "{table}");
        }
        // One row a limit and whoever is limited: each of the addresses elsewhere, and each number that got a code.
        let rows = count(&t, "throttle").await?;
        assert!(rows <= i64::from(total), "{rows}");
        t.clock.advance(3 * Timestamp::DAY);
        throttle::sweep(&t.cx).await?;
        assert_eq!(count(&t, "throttle").await?, 0);
        TestResult::Ok(())
    })
    .await;
}
