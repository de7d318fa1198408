//! Numbers in words that somebody wrote: telephones and identity numbers leave the house masked.

use shared::mask;

/// Digits from which on a number may be somebody's.
const LONG: usize = 7;
const PHONE: usize = 11;
const IDENTITY: usize = 15;

/// Words with each long number in them masked: `138****1234`, `320581********0024`.
pub fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (shown, taken) = number(rest);
        out.push_str(&shown);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out
}

/// The number that a text begins with, as it is shown, and how many bytes of the text it takes.
fn number(text: &str) -> (String, usize) {
    if let Some((digits, taken)) = spaced_phone(text) {
        return (mask::phone(&digits), taken);
    }
    let mut end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    // The last place of an identity number.
    if end == 17 && text[end..].starts_with(['X', 'x']) {
        end += 1;
    }
    let digits = &text[..end];
    let shown = match digits.len() {
        ..LONG => digits.to_owned(),
        LONG..PHONE => format!("{}{}", &digits[..3], "*".repeat(digits.len() - 3)),
        PHONE..IDENTITY => mask::phone(digits),
        _ => mask::identity_number(digits),
    };
    (shown, end)
}

/// A mobile number, perhaps with spaces or strokes between its digits.
fn spaced_phone(text: &str) -> Option<(String, usize)> {
    let (mut digits, mut taken) = (String::new(), 0);
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => {
                digits.push(c);
                taken = at + 1;
            }
            ' ' | '-' if taken == at => {}
            _ => break,
        }
    }
    let mobile = digits.len() == PHONE
        && digits.starts_with('1')
        && digits[1..].starts_with(['3', '4', '5', '6', '7', '8', '9']);
    mobile.then_some((digits, taken))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn long_numbers_are_masked_and_short_ones_stay() {
        for (text, shown) in [
            ("", ""),
            (
                "3 幢 501 门口，2026-11-23 14:05",
                "3 幢 501 门口，2026-11-23 14:05",
            ),
            ("打我 13812341234。", "打我 138****1234。"),
            ("打我 138-1234 1234 吧", "打我 138****1234 吧"),
            ("身份证320581197001010024", "身份证320581********0024"),
            ("32058119700101002X 的", "320581********002X 的"),
            ("座机 05125277888", "座机 051****7888"),
            ("座机 52778889", "座机 527*****"),
            ("车牌 苏E12345", "车牌 苏E12345"),
        ] {
            assert_eq!(words(text), shown);
        }
    }
}
