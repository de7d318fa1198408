use shared::{FieldError, Timestamp};

use super::*;
use crate::model::built_in;

/// 2026-11-23T06:05:00Z
const NOW: Timestamp = Timestamp(1_795_413_900 * Timestamp::SECOND);

fn arguments(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn asked(pairs: &[(&str, &str)]) -> Result<Asked, Troubles> {
    Asked::read(&arguments(pairs), NOW)
}

fn posted(pairs: &[(&str, &str)]) -> Result<Posted, Troubles> {
    Posted::read(&arguments(pairs))
}

#[test]
fn instants_are_read_with_their_zone() {
    for text in [
        "2026-11-23T06:05:00Z",
        "2026-11-23t06:05:00z",
        "2026-11-23T06:05Z",
        "2026-11-23T14:05:00+08:00",
        "2026-11-23T14:05:00 08:00",
        "2026-11-23T14:05:00+0800",
        "2026-11-22T22:05:00-08:00",
        "2026-11-23T06:05:00.000Z",
    ] {
        assert_eq!(moment(text), Some(NOW), "{text}");
    }
    assert_eq!(moment("2026-11-23T06:05:00.25Z"), Some(NOW.plus(250_000)));
    assert_eq!(moment("2026-11-23"), Some(NOW.date().start()));
    for none in [
        "",
        "yesterday",
        "2026-11-23T06:05:00",
        "2026-11-23T06:05:00+",
        "2026-11-23T24:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-23T06:05:00+99:00",
        "2026-11-23T6:5:0Z",
        "2026-11-23T06:05:00:00Z",
        "2026-11-23 06:05:00Z",
        "邻里邻里邻里邻里",
    ] {
        assert_eq!(moment(none), None, "{none}");
    }
}

#[test]
fn without_a_word_it_is_the_last_ninety_days_and_a_thousand_matters() {
    let all = asked(&[]).unwrap();
    assert_eq!((all.page, all.size, all.offset()), (1, MOST, 0));
    assert!(all.open && all.closed);
    assert_eq!((all.from, all.until), (NOW.plus(-90 * Timestamp::DAY), NOW));
    // An empty argument is as good as none.
    let empty = [
        ("status", ""),
        ("start_date", " "),
        ("service_code", ","),
        ("page", ""),
    ];
    assert_eq!(asked(&empty).unwrap(), all);
    let since = asked(&[("start_date", "2026-01-01T00:00:00Z")]).unwrap();
    assert_eq!(since.until.0 - since.from.0, 90 * Timestamp::DAY);
    let until = asked(&[("end_date", "2026-01-01T00:00:00Z")]).unwrap();
    assert_eq!(until.until.0 - until.from.0, 90 * Timestamp::DAY);
}

#[test]
fn lists_may_be_repeated_or_have_commas() {
    let both = asked(&[("service_code", "noise,parking"), ("service_code", "space")]).unwrap();
    assert_eq!(both.services, ["noise", "parking", "space"]);
    let closed = asked(&[("status", "closed")]).unwrap();
    assert!(closed.closed && !closed.open);
    let both = asked(&[("status", "open,closed")]).unwrap();
    assert!(both.closed && both.open);
    // Named ones override whatever else is said.
    let named = asked(&[
        ("service_request_id", "a,b"),
        ("status", "nonsense"),
        ("page", "0"),
    ])
    .unwrap();
    assert_eq!(named.ids, ["a", "b"]);
}

#[test]
fn a_page_of_a_million_is_one_of_a_thousand() {
    assert_eq!(asked(&[("page_size", "1000000")]).unwrap().size, MOST);
    let second = asked(&[("page", "2"), ("page_size", "50")]).unwrap();
    assert_eq!((second.offset(), second.size), (50, 50));
    for wrong in [
        [("page", "0"), ("page_size", "1")],
        [("page", "-1"), ("page_size", "1")],
        [("page", "99999999999999999999"), ("page_size", "1")],
        [("page", "1"), ("page_size", "0")],
        [("page", "1"), ("page_size", "many")],
        [("page", "9223372036854775807"), ("page_size", "1000")],
        [
            ("start_date", "2026-01-01T00:00:00Z"),
            ("end_date", "2025-12-31T00:00:00Z"),
        ],
        [
            ("start_date", "2026-01-01T00:00:00Z"),
            ("end_date", "2026-06-01T00:00:00Z"),
        ],
        [("start_date", "2026-01-01T00:00:00"), ("end_date", "")],
        [("status", "open,lost"), ("page", "1")],
    ] {
        let troubles = asked(&wrong).unwrap_err();
        assert!(
            !troubles.is_empty() && troubles.iter().all(|trouble| trouble.status == 400),
            "{wrong:?}: {troubles:?}"
        );
    }
}

#[test]
fn a_report_says_what_and_where() {
    let well = posted(&[
        ("api_key", "x"),
        ("service_code", "facility"),
        ("lat", "31.6541"),
        ("long", "120.7512"),
        ("description", "路灯不亮\n已经三天"),
        ("first_name", "小明"),
        ("email", "a@b.cn"),
        ("attribute[danger]", "yes"),
        ("attribute[tags][]", "a"),
        ("attribute[tags][]", "b"),
        ("media_url", "https://example.cn/a.jpg"),
    ])
    .unwrap();
    assert_eq!(well.attributes["danger"], "yes");
    assert_eq!(well.attributes["tags"], "a");
    let category = built_in().into_iter().find(|one| one.code == "facility").unwrap();
    let report = well.report(&category, &"320581001001001".parse().unwrap());
    assert_eq!(report.at, "120.7512,31.6541");
    assert!(report.words.starts_with("路灯不亮\n已经三天") && report.words.contains("example.cn"));
    assert!(!report.words.contains("小明") && !report.words.contains("a@b.cn"));
    assert!(!report.open && !report.urgent, "a program agrees to nothing");
    report.read(&built_in()).unwrap();

    let about = built_in().into_iter().find(|one| one.about_unit).unwrap();
    let complaint = well.report(&about, &"320581001001".parse().unwrap());
    assert_eq!(complaint.kind, "complaint");
}

#[test]
fn the_longest_report_that_is_promised_is_taken() {
    let (description, address) = ("长".repeat(DESCRIPTION), "街".repeat(300));
    let longest = posted(&[
        ("service_code", "other"),
        ("address_string", address.as_str()),
        ("description", description.as_str()),
        ("media_url", "https://example.cn/a.jpg"),
    ])
    .unwrap();
    let category = built_in().into_iter().find(|one| one.code == "other").unwrap();
    longest
        .report(&category, &"320581001001".parse().unwrap())
        .read(&built_in())
        .unwrap();
}

#[test]
fn what_is_wrong_with_a_report_is_told_all_at_once() {
    let nothing = posted(&[]).unwrap_err();
    assert_eq!(nothing.len(), 2, "no service, no place: {nothing:?}");
    let place = |lat: &str, long: &str| posted(&[("service_code", "noise"), ("lat", lat), ("long", long)]);
    for (lat, long) in [
        ("10.0", "-160.0"),
        ("31.65", ""),
        ("", "120.75"),
        ("NaN", "NaN"),
        ("120.75", "31.65"),
        ("1e400", "1"),
        ("31,65", "120.75"),
    ] {
        assert_eq!(place(lat, long).unwrap_err()[0].status, 400, "{lat} {long}");
    }
    let emoji = "😀".repeat(10_000);
    let long = [
        ("service_code", "noise"),
        ("address_string", "花园浜"),
        ("description", emoji.as_str()),
    ];
    assert_eq!(posted(&long).unwrap_err().len(), 1);
    for media in ["javascript:alert(1)", "ftp://a", "https://a b"] {
        let with = [
            ("service_code", "noise"),
            ("address_string", "花园浜"),
            ("media_url", media),
        ];
        assert!(posted(&with).is_err(), "{media}");
    }
}

#[test]
fn errors_of_the_house_have_the_status_of_the_specification() {
    let field = |field: &str| FieldError {
        field: field.into(),
        message: "不对".into(),
    };
    let invalid = AppError::Invalid(vec![field("words"), field("")]);
    let told = troubles(&invalid);
    assert_eq!(told.len(), 2);
    assert_eq!((told[0].status, told[0].words.as_str()), (400, "words：不对"));
    for (error, status) in [
        (AppError::NotFound, 404),
        (AppError::Forbidden, 400),
        (AppError::Conflict("x".into()), 400),
        (AppError::TooLarge, 413),
        (AppError::TooManyRequests { retry_after_s: 1 }, 429),
        (AppError::Unavailable, 503),
    ] {
        assert_eq!(troubles(&error)[0].status, status);
    }
}
