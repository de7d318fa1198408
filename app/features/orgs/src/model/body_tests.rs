use super::*;

fn fields(error: AppError) -> Vec<String> {
    match error {
        AppError::Invalid(fields) => fields.into_iter().map(|f| f.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn reads_a_body() {
    let body = BodyForm::read(
        "party_branch",
        " 花园浜社区党支部 ",
        "0512-52000000",
        "",
        "2023-01-01",
        "",
    )
    .unwrap();
    assert_eq!(
        (body.kind, body.name.as_str(), body.address),
        (BodyKind::PartyBranch, "花园浜社区党支部", None)
    );
    assert!(body.kind.is_party() && body.kind.has_terms());
}

#[test]
fn names_every_field_that_is_wrong() {
    let error = BodyForm::read("club", "", "拨打", &"长".repeat(101), "2023-02-30", "昨天").unwrap_err();
    assert_eq!(fields(error), ["kind", "name", "phone", "address", "from", "to"]);
    assert_eq!(
        fields(TermForm::read("0", "2023-01-01", "2022-01-01").unwrap_err()),
        ["number", "to"]
    );
    let error = PostForm::read("", "", "x", "y", "-1", "", "").unwrap_err();
    assert_eq!(
        fields(error),
        ["title", "person_name", "body", "term", "position", "from"]
    );
}

#[test]
fn a_post_may_stand_alone() {
    let post = PostForm::read("网格长", "张演示", "", "", "", "2026-01-01", "").unwrap();
    assert_eq!((post.body_id, post.term_id, post.position), (None, None, 100));
}
