//! `linli keys`

use std::{fs, path::Path};

use db::crypt::Keyring;

use crate::place::{Place, said};

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[tokio::test]
async fn keys_are_made_once_and_rotated() {
    let place = Place::sqlite();
    let path = place.folder.path().join("keys");
    let file = path.to_str().unwrap();
    let linli = |arguments: &[&str]| {
        said(
            place
                .command()
                .env_remove("LINLI_KEYS")
                .env("LINLI_KEYS_FILE", file)
                .args(arguments)
                .output()
                .unwrap(),
        )
    };
    linli(&["keys", "new", file]).ok();
    assert_eq!(mode(&path), 0o600);
    let first = fs::read_to_string(&path).unwrap();
    linli(&["keys", "new", file]).fails(1, "没有覆盖");
    assert_eq!(fs::read_to_string(&path).unwrap(), first);

    linli(&["migrate"]).ok();
    linli(&["user", "add", "--phone", "13812341234", "--name", "张三"]).ok();
    let old = Keyring::load(&first).unwrap();
    let said = linli(&["keys", "rotate", "--add"]).ok();
    assert_eq!(mode(&path), 0o600);
    let new = Keyring::load(&fs::read_to_string(&path).unwrap()).unwrap();
    assert!(
        new.current() != old.current() && said.contains(new.current()),
        "{said}"
    );
    let sealed_anew = "select count(*) from user_account where phone is not null";
    assert_eq!(place.count(sealed_anew).await, 1);
    assert!(linli(&["keys", "rotate"]).ok().contains("重新加密 0 项"));
    place.linli(&["keys", "rotate", "--add"]).fails(2, "LINLI_KEYS");
}
