//! Numbers as they stand in addresses: figures, full-width figures, and Chinese numerals.

/// Full-width characters as their narrow ones; the rest as it is.
pub fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '—' | '–' | '−' | '―' | '‐' | '‑' => '-',
        c => c,
    }
}

const fn figure(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// Whether a character is part of a Chinese numeral.
pub const fn is_numeral(c: char) -> bool {
    figure(c).is_some() || matches!(c, '十' | '拾' | '百' | '佰' | '廿' | '卅')
}

/// A Chinese numeral below a thousand, read as a number (`二十三`) or figure by figure (`五零一`), in figures.
pub fn to_figures(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        return None;
    }
    if let Some(figures) = chars.iter().map(|c| figure(*c)).collect::<Option<Vec<u32>>>() {
        return Some(figures.iter().map(ToString::to_string).collect());
    }
    let (mut total, mut pending, mut after_unit) = (0, None, false);
    for c in chars {
        match c {
            '百' | '佰' if total == 0 => {
                total = 100 * pending.take()?;
                after_unit = true;
            }
            '十' | '拾' if total % 100 == 0 => {
                total += 10 * pending.take().unwrap_or(1);
                after_unit = true;
            }
            '廿' | '卅' if total % 100 == 0 && pending.is_none() => {
                total += if c == '廿' { 20 } else { 30 };
                after_unit = true;
            }
            '零' | '〇' | '○' if after_unit => {}
            c => {
                let figure = figure(c)?;
                if pending.replace(figure).is_some() {
                    return None;
                }
            }
        }
    }
    Some((total + pending.unwrap_or(0)).to_string())
}

/// Figures without leading zeros.
pub fn plain(figures: &str) -> String {
    let rest = figures.trim_start_matches('0');
    if rest.is_empty() || !rest.starts_with(|c: char| c.is_ascii_digit()) {
        figures.to_owned()
    } else {
        rest.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_and_rows_of_figures() {
        for (text, figures) in [
            ("三", "3"),
            ("十", "10"),
            ("十二", "12"),
            ("二十", "20"),
            ("二十三", "23"),
            ("廿五", "25"),
            ("一百", "100"),
            ("一百零二", "102"),
            ("一百一十", "110"),
            ("两百三十五", "235"),
            ("五零一", "501"),
            ("一〇〇二", "1002"),
            ("幺零二", "102"),
        ] {
            assert_eq!(to_figures(text).as_deref(), Some(figures), "{text}");
        }
        for text in ["", "十十", "百", "三幢", "一百二三"] {
            assert_eq!(to_figures(text), None, "{text}");
        }
    }

    #[test]
    fn leading_zeros_go() {
        assert_eq!(plain("0501"), "501");
        assert_eq!(plain("000"), "000");
        assert_eq!(plain("0A"), "0A");
    }
}
