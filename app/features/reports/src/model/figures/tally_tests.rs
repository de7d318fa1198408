//! Figures of what is counted: whole, and as the public is told.

use super::*;

fn tally(counted: &[(&str, i64)]) -> Tally {
    let mut tally = Tally::default();
    for (what, n) in counted {
        tally.add(what, *n);
    }
    tally
}

#[test]
fn rates_are_parts_of_what_they_are_of() {
    let tally = tally(&[
        ("all", 116),
        ("first.of", 110),
        ("first.in", 99),
        ("due.of", 80),
        ("due.in", 60),
        ("ended.of", 3),
        ("ended.solved", 2),
        ("rated:satisfied", 5),
        ("rated:fair", 2),
        ("rated:unhappy", 1),
        ("unrated", 4),
        ("kind:complaint", 116),
        ("about", 49),
        ("began:government", 84),
        ("began:residents", 16),
    ]);
    let figures = Figures::of(&tally, Told::Whole);
    assert_eq!(figures.responded.percent(), "90%");
    assert_eq!(figures.in_time.percent(), "75%");
    assert_eq!(figures.solved.percent(), "66.7%");
    assert_eq!(figures.content.percent(), "87.5%");
    assert_eq!(figures.content.of, Some(8), "what was not rated stands outside");
    assert_eq!(figures.about.percent(), "42.2%");
    assert_eq!((figures.about.part, figures.about.of), (Some(49), Some(116)));
    assert_eq!(figures.began[0].1.percent(), "84%");
    assert_eq!(figures.carried[0].1.percent(), "—", "nothing was answered");
    let public = Figures::of(&tally, Told::Public);
    assert_eq!(
        public.solved,
        Rate {
            part: None,
            of: None,
            share: None
        }
    );
    assert_eq!(public.content.share, Some(880));
    assert_eq!((public.unrated, public.about.part), (None, Some(50)));
}

#[test]
fn codes_of_one_kind_are_told_from_those_that_begin_alike() {
    let tally = tally(&[
        ("taken:60", 3),
        ("taken:120", 1),
        ("takenly:5", 9),
        ("category:noise", 2),
        ("category:parking", 7),
        ("category:space", 0),
    ]);
    let figures = Figures::of(&tally, Told::Whole);
    let taken = &figures.stages[0];
    assert_eq!(
        (taken.n, taken.median, taken.ninetieth),
        (Some(4), Some(60), Some(120))
    );
    let codes: Vec<&str> = figures.categories.iter().map(|one| one.0.as_str()).collect();
    assert_eq!(codes, ["parking", "noise"]);
    let public = Figures::of(&tally, Told::Public);
    assert_eq!(public.stages[0].median, None, "four are too few");
    assert_eq!(
        public.categories,
        [("parking".to_owned(), Some(5)), ("noise".to_owned(), None)]
    );
}

#[test]
fn what_the_public_is_told_goes_by_fives() {
    for n in 0..1_000 {
        let told = Told::Public.count(n);
        assert_eq!(told.is_none(), (1..SMALLEST).contains(&n), "{n}");
        assert!(told.is_none_or(|told| told % 5 == 0 && (told - n).abs() <= 2));
    }
    let mut one = Tally::default();
    one.add_counted("all kind:problem rated:fair");
    one.add_counted("all kind:problem");
    assert_eq!((one.of("all"), one.of("rated:fair"), one.of("none")), (2, 1, 0));
}
