//! On which line of a file a record begins, as a text editor counts.
//!
//! The reader's own count is one short where lines end with a carriage return and a line feed, as spreadsheets write
//! them, and where an empty line stands before the record.

/// Counts as it goes: records have to be asked for from the top down.
#[derive(Clone, Copy, Debug)]
pub struct LineCount<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> LineCount<'a> {
    pub const fn of(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// The line, counted from 1, of the record that the reader found at `byte`.
    pub fn at(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(here) = self.text.get(self.at)
            && (self.at < byte || matches!(here, b'\r' | b'\n'))
        {
            self.line += u64::from(*here == b'\n');
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_an_editor_does_whatever_the_lines_end_with() {
        for (end, blank) in [("\n", ""), ("\r\n", ""), ("\n", "\n"), ("\r\n", "\r\n\r\n")] {
            let text = format!("a,b{end}1,2{end}{blank}3,\"x{end}y\"{end}5,6{end}");
            let mut count = LineCount::of(&text);
            let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
            for record in reader.records() {
                let record = record.unwrap();
                let line = count.at(record.position().unwrap().byte());
                let wanted = text
                    .lines()
                    .position(|line| line.starts_with(&record[0]))
                    .unwrap()
                    + 1;
                assert_eq!(line, wanted as u64, "{text:?} {record:?}");
            }
        }
    }
}
