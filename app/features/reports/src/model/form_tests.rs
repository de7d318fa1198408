use super::*;
use crate::model::built_in;

fn fields(error: AppError) -> Vec<String> {
    let AppError::Invalid(errors) = error else {
        panic!("{error:?}")
    };
    errors.into_iter().map(|error| error.field).collect()
}

#[test]
fn what_is_wrong_with_a_report_is_said_beside_its_field() {
    let form = NewReport {
        words: "😀".repeat(10_000),
        at: "-160,10".into(),
        phone: "12".into(),
        ..NewReport::default()
    };
    let named = fields(form.read(&built_in()).unwrap_err());
    for field in ["kind", "category", "words", "at", "phone"] {
        assert!(named.iter().any(|one| one == field), "{field}: {named:?}");
    }
}

#[test]
fn a_category_that_was_closed_meanwhile_is_told() {
    let mut categories = built_in();
    categories[1].offered = false;
    let form = NewReport {
        kind: "problem".into(),
        category: "parking".into(),
        words: "门口堵了".into(),
        node: "320581001001".into(),
        ..NewReport::default()
    };
    assert_eq!(fields(form.read(&categories).unwrap_err()), ["category"]);
    let checked = form.read(&built_in()).unwrap();
    assert_eq!(
        (checked.kind, checked.words.as_str()),
        (Kind::Problem, "门口堵了")
    );
}

#[test]
fn a_step_needs_what_the_table_says() {
    let form = |action: &str| ActForm {
        action: action.into(),
        ..ActForm::default()
    };
    assert_eq!(form("fly").read(), Err(AppError::NotFound));
    assert_eq!(fields(form("refuse").read().unwrap_err()), ["words", "door"]);
    assert_eq!(fields(form("dispatch").read().unwrap_err()), ["to"]);
    assert_eq!(fields(form("ask_time").read().unwrap_err()), ["words", "days"]);
    assert_eq!(fields(form("rate").read().unwrap_err()), ["rating"]);
    assert_eq!(fields(form("merge").read().unwrap_err()), ["matter"]);
    assert_eq!(
        fields(form("involve").read().unwrap_err()),
        ["words", "to", "days"]
    );
    assert_eq!(fields(form("part_done").read().unwrap_err()), ["words", "part"]);
    let aside = ActForm {
        words: "是我的亲戚".into(),
        person: "somebody".into(),
        ..form("recuse")
    };
    assert_eq!(fields(aside.read().unwrap_err()), ["person"]);
    let dispatch = ActForm {
        to: "320581001001:staff".into(),
        rating: "fair".into(),
        ..form("dispatch")
    };
    let act = dispatch.read().unwrap();
    assert_eq!(act.to.map(|(_, role)| role), Some(Role::Staff));
    assert_eq!(act.rating, None, "what an action does not take is dropped");
    assert_eq!(form("accept").read(), Ok(Act::plain(Action::Accept)));
}

#[test]
fn ten_thousand_emoji_are_no_step() {
    for action in ["answer", "add", "note", "publish", "refuse"] {
        let form = ActForm {
            action: action.into(),
            words: "😀".repeat(10_000),
            door: "court".into(),
            ..ActForm::default()
        };
        assert_eq!(fields(form.read().unwrap_err()), ["words"], "{action}");
        let most = ActForm {
            words: "😀".repeat(STEP),
            ..form
        };
        assert!(most.read().is_ok(), "{action}");
    }
}
