use std::{fs, path::PathBuf};

use secrecy::ExposeSecret;

use super::*;

struct Case {
    folder: tempfile::TempDir,
    flags: Flags,
    variables: Vec<(String, String)>,
}

impl Case {
    fn new(toml: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("linli.toml");
        fs::write(&file, toml).unwrap();
        Self {
            flags: Flags {
                config: Some(file),
                ..Flags::default()
            },
            folder,
            variables: Vec::new(),
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn load(&self) -> Result<Config, ConfigError> {
        load(&self.flags, self.variables.iter().cloned())
    }

    fn refused(&self) -> String {
        self.load().unwrap_err().to_string()
    }
}

#[test]
fn nothing_needs_to_be_set() {
    let config = Case::new("").load().unwrap();
    assert_eq!(config.database_url.expose_secret(), "sqlite:var/linli.db");
    assert_eq!(config.database_file().unwrap(), PathBuf::from("var/linli.db"));
    assert_eq!(
        (config.port, config.listen.is_loopback(), config.demo),
        (3000, true, None)
    );
    assert!(!config.is_https());
}

#[test]
fn flags_stand_over_the_environment_and_that_over_the_file() {
    let toml = "port = 1\ndatabase_url = \"sqlite:a\"\n[filing]\nicp = \"苏ICP备1号\"\n";
    assert_eq!(Case::new(toml).load().unwrap().port, 1);
    let mut case = Case::new(toml)
        .with("LINLI_PORT", "2")
        .with("LINLI_FILING__PUBLIC_SECURITY", "苏公网安备2号");
    let config = case.load().unwrap();
    assert_eq!(config.port, 2);
    assert_eq!(config.filing.icp.as_deref(), Some("苏ICP备1号"));
    assert_eq!(config.filing.public_security.as_deref(), Some("苏公网安备2号"));
    assert_eq!(
        config.filing.line().as_deref(),
        Some("苏ICP备1号 · 苏公网安备2号")
    );
    assert_eq!(Config::default().filing.line(), None);
    case.flags.port = Some(3);
    case.flags.database_url = Some("sqlite:b".into());
    let config = case.load().unwrap();
    assert_eq!(
        (config.port, config.database_url.expose_secret()),
        (3, "sqlite:b")
    );
}

#[test]
fn an_unknown_key_is_named_with_its_origin() {
    let message = Case::new("[uploads]\nfodler = \"x\"\n").refused();
    assert!(
        message.contains("“uploads.fodler”") && message.contains("linli.toml"),
        "{message}"
    );
    let message = Case::new("").with("LINLI_MAP__TIANDITU_KYE", "x").refused();
    assert!(
        message.contains("“map.tianditu_kye”") && message.contains("LINLI_MAP__TIANDITU_KYE"),
        "{message}"
    );
    assert!(
        Case::new("")
            .with("LINLI_TEST_POSTGRES", "x")
            .with("LINLI_BIN", "x")
            .load()
            .is_ok()
    );
}

#[test]
fn a_secret_in_the_file_is_refused_without_showing_it() {
    for (toml, variable) in [
        ("keys = \"k1:geheim\"", "LINLI_KEYS"),
        ("[message]\nsecret = \"geheim\"", "LINLI_MESSAGE__SECRET"),
        ("[push]\nkey = \"geheim\"", "LINLI_PUSH__KEY"),
        (
            "[uploads.s3]\nsecret_access_key = \"geheim\"",
            "LINLI_UPLOADS__S3__SECRET_ACCESS_KEY",
        ),
        (
            "database_url = \"postgres://u:geheim@db/linli\"",
            "LINLI_DATABASE_URL",
        ),
    ] {
        let message = Case::new(toml).refused();
        assert!(
            message.contains(variable) && !message.contains("geheim"),
            "{message}"
        );
    }
    assert!(
        Case::new("database_url = \"postgres://u@db/linli\"")
            .load()
            .is_ok()
    );
}

#[test]
fn secrets_come_from_the_environment_or_from_files() {
    let case = Case::new("").with("LINLI_KEYS", "k1:geheim");
    assert_eq!(case.load().unwrap().keys.unwrap().expose_secret(), "k1:geheim");
    assert!(!format!("{:?}", case.load().unwrap()).contains("geheim"));

    let case = Case::new("");
    let path = case.file("url", "postgres://u:p@db/linli\n");
    let case = case.with("LINLI_DATABASE_URL_FILE", path.to_str().unwrap());
    assert_eq!(
        case.load().unwrap().database_url.expose_secret(),
        "postgres://u:p@db/linli"
    );

    let case = Case::new("[message]\nsender = \"http\"\nurl = \"https://sms.example/send\"\n");
    let path = case.file("secret", " \n");
    let case = case.with("LINLI_MESSAGE__SECRET_FILE", path.to_str().unwrap());
    assert!(case.refused().contains("空"));
    fs::write(path, "s3cret\n").unwrap();
    assert_eq!(
        case.load().unwrap().message.secret.unwrap().expose_secret(),
        "s3cret"
    );
    let case = case.with("LINLI_MESSAGE__SECRET", "other");
    assert!(case.refused().contains("message.secret_file"));
    let case = Case::new("database_url_file = \"/nowhere\"");
    assert!(case.refused().contains("/nowhere"));
}

#[test]
fn a_value_that_makes_no_sense_is_named_with_its_key() {
    for (toml, key) in [
        ("port = \"drei\"", "port"),
        ("port = 70000", "port"),
        ("public_url = \"linli.example\"", "public_url"),
        ("public_url = \"https://linli.example/app\"", "public_url"),
        ("public_url = \"https://me:pw@linli.example\"", "public_url"),
        ("database_url = \"mysql://db\"", "database_url"),
        ("database_url = \"sqlite:\"", "database_url"),
        ("root_node = \"3205811\"", "root_node"),
        ("trusted_proxies = [\"10.0.0.0/99\"]", "trusted_proxies"),
        ("[log]\nformat = \"xml\"", "log.format"),
        ("[log]\nfilter = \"db=laut\"", "log.filter"),
        ("[uploads]\nstore = \"s3\"", "uploads.s3.bucket"),
        (
            "[uploads]\nstore = \"s3\"\n[uploads.s3]\nbucket = \"b\"",
            "uploads.s3.access_key_id",
        ),
        (
            "[uploads]\nstore = \"s3\"\n[uploads.s3]\nbucket = \"b\"\naccess_key_id = \"a\"",
            "uploads.s3.secret_access_key",
        ),
        ("[uploads.s3]\nendpoint = \"minio\"", "uploads.s3.endpoint"),
        ("[message]\nsender = \"http\"", "message.url"),
        (
            "[message]\nsender = \"http\"\nurl = \"https://sms.example\"",
            "message.secret",
        ),
        ("[limits]\nrequest_s = 0", "limits.request_s"),
    ] {
        let message = Case::new(toml).refused();
        assert!(message.contains(&format!("“{key}”")), "{toml}: {message}");
    }
    let message = Case::new("port = = 1").refused();
    assert!(
        message.contains("TOML") && message.contains("line 1"),
        "{message}"
    );
    let mut case = Case::new("");
    case.flags.config = Some("/nowhere/linli.toml".into());
    assert!(case.refused().contains("/nowhere/linli.toml"));
}

#[test]
fn proxies_are_a_list_or_separated_by_commas() {
    let by_list = Case::new("trusted_proxies = [\"10.0.0.0/8\", \"::1\"]")
        .load()
        .unwrap();
    let by_commas = Case::new("")
        .with("LINLI_TRUSTED_PROXIES", "10.0.0.0/8, ::1")
        .load()
        .unwrap();
    assert_eq!(by_list.trusted_proxies, by_commas.trusted_proxies);
    for (address, inside) in [
        ("10.1.2.3", true),
        ("::ffff:10.1.2.3", true),
        ("::1", true),
        ("11.0.0.1", false),
    ] {
        assert_eq!(
            by_list.trusted_proxies.contains(address.parse().unwrap()),
            inside,
            "{address}"
        );
    }
}

#[test]
fn pushes_need_a_key_that_is_one_somebody_to_tell_and_public_services() {
    const KEY: &str = "RS0WdYWWo1HajXg3NZR1olzCf31i-ZBGDkFyCs7j1jw";
    assert!(Case::new("").load().unwrap().push_config().is_none());
    let with_key = |toml: &str| Case::new(toml).with("LINLI_PUSH__KEY", KEY);
    assert!(with_key("").refused().contains("push.contact"));
    let by_address = with_key("public_url = \"https://linli.example\"").load().unwrap();
    let push = by_address.push_config().unwrap();
    assert_eq!(push.contact, "https://linli.example");
    assert!(push.hosts.contains(&"fcm.googleapis.com".to_owned()));
    assert!(!format!("{by_address:?}").contains(KEY));

    let named = with_key("[push]\ncontact = \"mailto:a@b.cn\"\nhosts = [\"push.example.cn\"]");
    assert_eq!(
        named.load().unwrap().push_config().unwrap().hosts,
        ["push.example.cn"]
    );
    let listed = with_key("[push]\ncontact = \"mailto:a@b.cn\"")
        .with("LINLI_PUSH__HOSTS", "push.example.cn, *.push.apple.com");
    assert_eq!(
        listed.load().unwrap().push_config().unwrap().hosts,
        ["push.example.cn", "*.push.apple.com"]
    );
    for (toml, named) in [
        ("[push]\ncontact = \"13812341234\"", "push.contact"),
        (
            "[push]\ncontact = \"mailto:a@b.cn\"\nhosts = [\"127.0.0.1\"]",
            "push.hosts",
        ),
        (
            "[push]\ncontact = \"mailto:a@b.cn\"\nhosts = [\"localhost\"]",
            "push.hosts",
        ),
    ] {
        let message = with_key(toml).refused();
        assert!(message.contains(named), "{toml}: {message}");
    }
    let short = Case::new("public_url = \"https://linli.example\"").with("LINLI_PUSH__KEY", "geheim");
    let message = short.refused();
    assert!(
        message.contains("push.key") && !message.contains("geheim"),
        "{message}"
    );
    let file = Case::new("public_url = \"https://linli.example\"");
    let path = file.file("push", &format!("{KEY}\n"));
    let file = file.with("LINLI_PUSH__KEY_FILE", path.to_str().unwrap());
    assert_eq!(file.load().unwrap().push_config().unwrap().key, KEY);
}
