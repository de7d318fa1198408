//! Rows of figures in a text, and what stands between them.

/// A row of figures, the `X` at the end of an identity number among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    pub from: usize,
    pub length: usize,
}

impl Run {
    pub const fn end(&self) -> usize {
        self.from + self.length
    }

    pub fn of<'a>(&self, chars: &'a [char]) -> &'a [char] {
        chars.get(self.from..self.end()).unwrap_or_default()
    }

    /// Whether `next` follows after one character.
    pub const fn leads(&self, next: &Self) -> bool {
        self.end() + 1 == next.from
    }

    /// Whether that is a dash.
    pub fn dashed(&self, next: &Self, chars: &[char]) -> bool {
        self.leads(next) && matches!(chars.get(self.end()), Some('-' | '－' | '—'))
    }
}

/// All rows of figures, in their order.
pub fn runs(chars: &[char]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = chars.get(at..).unwrap_or_default();
        let mut length = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        if length == 0 {
            at += 1;
            continue;
        }
        if length == 17 && matches!(rest.get(length), Some('x' | 'X')) {
            length += 1;
        }
        runs.push(Run { from: at, length });
        at += length;
    }
    runs
}
