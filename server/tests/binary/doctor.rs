//! `linli doctor`

use std::fs;

use db::{access, crypt::Keyring, execute};

use crate::place::{Place, findings, said};

#[tokio::test]
async fn the_doctor_says_what_is_wrong() {
    for place in Place::both().await {
        let doctor = |environment: &[(&str, &str)]| {
            let mut command = place.command();
            command
                .envs(environment.iter().copied())
                .args(["doctor", "--json"]);
            let said = said(command.output().unwrap());
            (said.status, findings(&said))
        };
        let level = |list: &[(String, String, String)], check: &str| {
            list.iter()
                .filter(|f| f.0 == check)
                .map(|f| f.1.clone())
                .collect::<Vec<_>>()
        };
        place.linli(&["migrate"]).ok();
        assert_eq!(level(&doctor(&[]).1, "keys"), ["warn"], "not used yet");
        place
            .linli(&["user", "add", "--phone", "13812341234", "--name", "张三"])
            .ok();
        let (status, found) = doctor(&[]);
        assert_eq!(status, 1, "nobody gets a code: {found:?}");
        for (check, expected) in [
            ("database", "ok"),
            ("keys", "ok"),
            ("clock", "ok"),
            ("jobs", "ok"),
            ("audit", "ok"),
            ("time_zone", "ok"),
            ("filing", "warn"),
            ("review_number", "warn"),
            ("tls", "warn"),
            ("messages", "error"),
            ("push", "warn"),
        ] {
            assert_eq!(level(&found, check), [expected], "{check}: {found:?}");
        }

        let set = [
            ("LINLI_PUBLIC_URL", "https://linli.example"),
            ("LINLI_TRUSTED_PROXIES", "127.0.0.1"),
            ("LINLI_FILING__ICP", "苏ICP备00000000号"),
            ("LINLI_MAP__REVIEW_NUMBER", "苏S(2026)000号"),
            ("LINLI_MESSAGE__SENDER", "http"),
            ("LINLI_MESSAGE__URL", "https://sms.example/send"),
            ("LINLI_MESSAGE__SECRET", "0123456789abcdef"),
            ("LINLI_PUSH__KEY", "RS0WdYWWo1HajXg3NZR1olzCf31i-ZBGDkFyCs7j1jw"),
        ];
        let (_, found) = doctor(&set);
        for check in ["tls", "filing", "review_number", "messages", "push"] {
            assert_eq!(level(&found, check), ["ok"], "{check}: {found:?}");
        }
        assert!(level(&found, "proxies").is_empty(), "{found:?}");
        for listen in ["127.0.0.1", "0.0.0.0"] {
            let alone = [
                ("LINLI_PUBLIC_URL", "https://linli.example"),
                ("LINLI_LISTEN", listen),
            ];
            let (_, found) = doctor(&alone);
            assert_eq!(level(&found, "proxies"), ["warn"], "{listen}");
        }

        let (status, found) = doctor(&[
            ("LINLI_PUBLIC_URL", "http://linli.example"),
            ("LINLI_ROOT_NODE", "320581"),
        ]);
        assert_eq!(
            (status, level(&found, "tls"), level(&found, "root_node")),
            (1, vec!["error".into()], vec!["error".into()])
        );

        let house = place.house().await;
        let cx = access::system(&house, "test");
        let mut tx = cx.write().await.unwrap();
        let dead = "insert into job (id, kind, payload, due_at, state, attempts, created_at) \
            values ($1, 'test.fail', $2, 0, 'dead', 9, 0)";
        execute!(tx, dead, cx.id::<db::Id>(), db::Json(serde_json::json!({}))).unwrap();
        tx.commit().await.unwrap();
        house.db.close().await;
        assert_eq!(level(&doctor(&[]).1, "jobs"), ["warn"]);

        let other = Keyring::generate().to_text().replace('\n', ";");
        assert_eq!(level(&doctor(&[("LINLI_KEYS", "rubbish")]).1, "keys"), ["error"]);
        assert_eq!(level(&doctor(&[("LINLI_KEYS", &other)]).1, "keys"), ["error"]);
        let mut serve = place.command();
        serve.env("LINLI_KEYS", &other).args(["serve", "--port", "0"]);
        said(serve.output().unwrap()).fails(1, "密钥");
        place.end().await;
    }
}

#[cfg(unix)]
#[test]
fn the_doctor_sees_lost_and_open_keys() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::sqlite();
    let linli = |arguments: &[&str]| {
        said(
            place
                .command()
                .env_remove("LINLI_KEYS")
                .args(arguments)
                .output()
                .unwrap(),
        )
    };
    let keys =
        |list: &[(String, String, String)], check: &str| list.iter().any(|f| f.0 == check && f.1 == "error");
    linli(&["migrate"]).ok();
    linli(&["user", "add", "--phone", "13812341234", "--name", "张三"]).ok();
    let path = place.folder.path().join("linli.db.keys");
    assert!(!keys(&findings(&linli(&["doctor", "--json"])), "key_permissions"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(keys(&findings(&linli(&["doctor", "--json"])), "key_permissions"));
    fs::remove_file(&path).unwrap();
    assert!(keys(&findings(&linli(&["doctor", "--json"])), "keys"));
    assert!(!path.exists(), "the doctor makes none");
    assert!(linli(&["doctor"]).out.contains("不要生成新的"));
}
