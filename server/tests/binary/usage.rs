//! Arguments and configuration.

use std::process::Command;

use crate::place::{Place, said};

#[test]
fn help_is_in_chinese_and_wrong_words_end_with_status_2() {
    let place = Place::sqlite();
    let help = place.linli(&["--help"]).ok();
    assert!(
        help.contains("用法") && help.contains("doctor") && !help.contains("Usage"),
        "{help}"
    );
    assert!(place.linli(&["serve", "--help"]).ok().contains("--port"));
    assert!(place.linli(&["--version"]).ok().starts_with("linli "));
    place.linli(&["fly"]).fails(2, "没有“fly”这个命令");
    place
        .linli(&["serve", "--prot", "1"])
        .fails(2, "没有“--prot”这个参数");
    place.linli(&["serve", "--port", "drei"]).fails(2, "“drei”");
    place.linli(&["import", "divisions"]).fails(2, "缺少 <文件>");
    assert_eq!(place.linli(&[]).status, 2);
}

#[test]
fn configuration_errors_end_with_status_2_and_name_the_key() {
    let place = Place::sqlite();
    let config = |toml: &str| {
        let path = place.file("c.toml", toml);
        said(
            place
                .command()
                .env_remove("LINLI_KEYS")
                .args(["migrate", "--config", path.to_str().unwrap()])
                .output()
                .unwrap(),
        )
    };
    config("prot = 1").fails(2, "“prot”");
    let text = config("[message]\nsecret = \"geheim\"").fails(2, "LINLI_MESSAGE__SECRET");
    assert!(!text.contains("geheim"));
    config("port = 1\nport = 2").fails(2, "TOML");
    place
        .linli(&["migrate", "--config", "nowhere.toml"])
        .fails(2, "nowhere.toml");
    place
        .linli(&["migrate", "--database-url", "mysql://x"])
        .fails(2, "“database_url”");
    let unknown = place
        .command()
        .env("LINLI_PORTT", "1")
        .arg("migrate")
        .output()
        .unwrap();
    said(unknown).fails(2, "LINLI_PORTT");
    assert!(!place.folder.path().join("linli.db").exists(), "nothing was made");
}

#[test]
fn works_without_any_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let linli = |arguments: &[&str]| {
        said(
            Command::new(env!("CARGO_BIN_EXE_linli"))
                .env_clear()
                .current_dir(folder.path())
                .args(arguments)
                .output()
                .unwrap(),
        )
    };
    assert!(linli(&["migrate"]).ok().contains("已升级"));
    assert!(linli(&["migrate"]).ok().contains("没有改动"));
    assert!(folder.path().join("var/linli.db").exists());
}
