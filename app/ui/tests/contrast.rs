//! The tokens keep their contrast by day and by night (WCAG 2.2, 1.4.3 and 1.4.11), and the markup keeps out of style.

use std::collections::HashMap;

const TOKENS: &str = include_str!("../../../style/tokens.css");

/// `--name: light-dark(#day, #night)` of the style sheet, as relative luminances.
fn tokens() -> HashMap<&'static str, [f64; 2]> {
    TOKENS
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.trim().strip_prefix("--")?.split_once(": light-dark(#")?;
            let (day, rest) = rest.split_once(", #")?;
            let (night, _) = rest.split_once(')')?;
            Some((name, [luminance(day), luminance(night)]))
        })
        .collect()
}

/// WCAG 2.2, definition of relative luminance.
fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value =
            f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("two hexadecimal digits")) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

fn ratio(a: f64, b: f64) -> f64 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[track_caller]
fn hold(pairs: &[(&str, &str)], least: f64) {
    let tokens = tokens();
    for (front, back) in pairs {
        for (at, time) in ["day", "night"].iter().enumerate() {
            let ratio = ratio(tokens[front][at], tokens[back][at]);
            assert!(
                ratio >= least,
                "{front} on {back} by {time}: {ratio:.2}, least {least}"
            );
        }
    }
}

#[test]
fn text_is_readable() {
    hold(
        &[
            ("ink", "wall"),
            ("ink", "paper"),
            ("ink", "sunk"),
            ("ink", "lake-soft"),
            ("ink", "osmanthus-soft"),
            ("ink", "alarm-soft"),
            ("ink", "bamboo-soft"),
            ("ink-2", "wall"),
            ("ink-2", "paper"),
            ("ink-2", "sunk"),
            ("ink-2", "lake-soft"),
            ("ink-2", "osmanthus-soft"),
            ("ink-2", "alarm-soft"),
            ("ink-2", "bamboo-soft"),
            ("lake", "wall"),
            ("lake", "paper"),
            ("lake", "sunk"),
            ("lake", "lake-soft"),
            ("on-lake", "lake"),
            ("on-lake", "lake-deep"),
            ("on-alarm", "alarm"),
            ("alarm", "paper"),
            ("alarm", "wall"),
            ("alarm", "alarm-soft"),
            ("osmanthus", "paper"),
            ("osmanthus", "osmanthus-soft"),
            ("osmanthus-ink", "osmanthus-soft"),
            ("bamboo", "paper"),
            ("bamboo", "bamboo-soft"),
            ("party", "wall"),
            ("on-tile", "tile"),
            ("on-tile", "tile-on"),
            ("on-tile-2", "tile"),
            ("on-tile-2", "tile-on"),
        ],
        4.5,
    );
}

#[test]
fn edges_and_marks_are_visible() {
    hold(
        &[
            ("edge", "paper"),
            ("edge", "wall"),
            ("lake", "paper"),
            ("lake-edge", "paper"),
            ("osmanthus-edge", "paper"),
            ("alarm", "wall"),
            ("lake", "sunk"),
        ],
        3.0,
    );
}
