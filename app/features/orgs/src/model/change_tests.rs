use super::*;

fn today() -> Date {
    Date::new(2026, 11, 23).unwrap()
}

fn fields(error: AppError) -> Vec<String> {
    match error {
        AppError::Invalid(fields) => fields.into_iter().map(|f| f.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_change_is_not_recorded_ahead() {
    assert_eq!(
        fields(Rename::read("新名", "2026-11-24", "", 1, today()).unwrap_err()),
        ["on"]
    );
    assert!(Rename::read("新名", "2026-11-23", "苏政复〔2026〕1 号", 1, today()).is_ok());
}

#[test]
fn reads_a_split_line_by_line() {
    let text = "320581001301 东湖社区 320581001001001，320581001001002\n\n320581001302 西湖社区";
    let split = Split::read(text, Afterwards::Ends, "2026-01-01", "", 1, today()).unwrap();
    assert_eq!(split.parts.len(), 2);
    assert_eq!(split.parts[0].takes.len(), 2);
    let error = Split::read("x 东湖社区", Afterwards::Ends, "2026-01-01", "", 1, today()).unwrap_err();
    assert!(error.message().starts_with("第 1 行"));
    assert_eq!(
        fields(Split::read("", Afterwards::Continues, "", "", 1, today()).unwrap_err()),
        ["parts", "on"]
    );
}

#[test]
fn reads_a_merge() {
    let merge = Merge::read(
        "320581001002, 320581001003",
        "320581001001",
        "",
        "2026-01-01",
        "",
        1,
        today(),
    )
    .unwrap();
    assert_eq!((merge.others.len(), merge.name), (2, None));
    assert_eq!(
        fields(Merge::read("abc", "1", "", "2026-01-01", "", 1, today()).unwrap_err()),
        ["others", "into"]
    );
}
