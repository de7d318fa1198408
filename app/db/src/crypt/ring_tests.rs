use super::*;

fn id(n: u128) -> Id {
    Id(uuid::Uuid::from_u128(n))
}

#[test]
fn opens_what_it_sealed_and_nothing_else() {
    let ring = Keyring::generate();
    let sealed = ring.seal(Field::Phone, "13812341234");
    assert!(sealed.starts_with(&format!("v1.{}.", ring.current())));
    assert_eq!(ring.open(Field::Phone, &sealed).unwrap(), "13812341234");
    assert_ne!(
        ring.seal(Field::Phone, "13812341234"),
        sealed,
        "each has its own nonce"
    );
    assert!(
        matches!(ring.open(Field::Name, &sealed), Err(CryptError::Sealed)),
        "another field"
    );
    let mut changed = sealed.clone().into_bytes();
    let middle = changed.len() - 10;
    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
    assert!(matches!(
        ring.open(Field::Phone, &String::from_utf8(changed).unwrap()),
        Err(CryptError::Sealed)
    ));
    assert!(matches!(
        Keyring::generate().open(Field::Phone, &sealed),
        Err(CryptError::UnknownKey(_))
    ));
    for garbage in [
        "",
        "v1",
        "v1.x",
        "v2.a.b",
        "v1..",
        &format!("v1.{}.AAAA", ring.current()),
    ] {
        assert!(ring.open(Field::Phone, garbage).is_err(), "{garbage}");
    }
}

#[test]
fn a_value_bound_to_a_record_opens_only_there() {
    let ring = Keyring::generate();
    let sealed = ring.seal_for(Field::TotpSecret, id(1), "secret");
    assert_eq!(
        ring.open_for(Field::TotpSecret, id(1), &sealed).unwrap(),
        "secret"
    );
    assert!(ring.open_for(Field::TotpSecret, id(2), &sealed).is_err());
    assert!(ring.open(Field::TotpSecret, &sealed).is_err());
}

#[test]
fn an_old_key_still_opens_after_a_new_one_came() {
    let old = Keyring::generate();
    let sealed = old.seal(Field::Name, "张三");
    let blind = old.blind(Field::Phone, "13812341234");
    let new = Keyring::load(&old.to_text()).unwrap().with_new_key();
    assert_ne!(new.current(), old.current());
    assert_eq!(new.open(Field::Name, &sealed).unwrap(), "张三");
    assert!(!new.is_current(&sealed));
    assert_eq!(
        new.blind(Field::Phone, "+86 138 1234 1234"),
        blind,
        "the index outlives a rotation"
    );
}

#[test]
fn the_blind_index_differs_by_field_and_ring() {
    let ring = Keyring::generate();
    assert_eq!(ring.blind(Field::Phone, "13812341234").len(), 64);
    assert_ne!(ring.blind(Field::Phone, "1"), ring.blind(Field::Name, "1"));
    assert_ne!(
        ring.blind(Field::Phone, "1"),
        Keyring::generate().blind(Field::Phone, "1")
    );
}

#[test]
fn text_is_read_back_and_faults_are_named_by_line() {
    let ring = Keyring::generate().with_new_key();
    let again = Keyring::load(&ring.to_text().replace('\n', ";")).unwrap();
    assert_eq!(again.current(), ring.current());
    assert!(matches!(
        Keyring::load("index AAAA"),
        Err(CryptError::Line { line: 1 })
    ));
    assert!(matches!(
        Keyring::load("\nhello"),
        Err(CryptError::Line { line: 2 })
    ));
    assert!(matches!(Keyring::load(""), Err(CryptError::Missing("key"))));
    let key = URL_SAFE_NO_PAD.encode([7; 32]);
    assert!(matches!(
        Keyring::load(&format!("key a {key}")),
        Err(CryptError::Missing("index"))
    ));
    assert!(matches!(
        Keyring::load(&format!("key a {key}\nkey a {key}")),
        Err(CryptError::Twice(_))
    ));
}

#[test]
fn keys_are_not_printed() {
    let ring = Keyring::generate();
    let text = ring.to_text();
    let secret = text.lines().last().unwrap().rsplit(' ').next().unwrap();
    assert!(!format!("{ring:?}").contains(secret));
}
