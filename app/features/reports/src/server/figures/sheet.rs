//! A table as a file: CSV by RFC 4180, or a workbook with one sheet. What somebody wrote is text in both, never a formula.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use db::audit::export;
use shared::{AppError, coded};
use zip::{CompressionMethod, ZipWriter, result::ZipResult, write::SimpleFileOptions};

coded! {
    /// What a table is written as.
    Format {
        Csv = "csv", "CSV";
        Xlsx = "xlsx", "Excel";
    }
}

impl Format {
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A cell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Number(i64),
    Nothing,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

impl From<Option<i64>> for Cell {
    fn from(n: Option<i64>) -> Self {
        n.map_or(Self::Nothing, Self::Number)
    }
}

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const SHEET: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;
const SHEET_END: &str = "</sheetData></worksheet>";

/// A table that is being written, row by row.
#[derive(Debug)]
pub struct Table {
    format: Format,
    rows: usize,
    text: String,
}

impl Table {
    pub fn new(format: Format) -> Self {
        // The byte order mark tells spreadsheets that it is UTF-8.
        let text = match format {
            Format::Csv => "\u{feff}".to_owned(),
            Format::Xlsx => SHEET.to_owned(),
        };
        Self {
            format,
            rows: 0,
            text,
        }
    }

    /// A row of names.
    pub fn head(&mut self, names: &[&str]) {
        let cells: Vec<Cell> = names.iter().map(|name| Cell::text(*name)).collect();
        self.row(&cells);
    }

    pub fn row(&mut self, cells: &[Cell]) {
        self.rows += 1;
        match self.format {
            Format::Csv => self.csv(cells),
            Format::Xlsx => self.xml(cells),
        }
    }

    fn csv(&mut self, cells: &[Cell]) {
        let shown = |cell: &Cell| match cell {
            Cell::Text(text) => export::cell(text),
            Cell::Number(n) => n.to_string(),
            Cell::Nothing => String::new(),
        };
        let cells: Vec<String> = cells.iter().map(shown).collect();
        self.text.push_str(&cells.join(","));
        self.text.push_str("\r\n");
    }

    fn xml(&mut self, cells: &[Cell]) {
        let row = self.rows;
        // Writing into a string does not fail.
        _ = write!(self.text, "<row r=\"{row}\">");
        for (at, cell) in cells.iter().enumerate() {
            let column = column(at);
            _ = match cell {
                // An inline string is text whatever it begins with.
                Cell::Text(text) => write!(
                    self.text,
                    "<c r=\"{column}{row}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                    escaped(text)
                ),
                Cell::Number(n) => write!(self.text, "<c r=\"{column}{row}\"><v>{n}</v></c>"),
                Cell::Nothing => Ok(()),
            };
        }
        self.text.push_str("</row>");
    }

    /// The file.
    ///
    /// # Errors
    /// [`AppError::Internal`] if it cannot be packed.
    pub fn finish(self) -> Result<Vec<u8>, AppError> {
        match self.format {
            Format::Csv => Ok(self.text.into_bytes()),
            Format::Xlsx => packed(&self.text).map_err(|error| db::internal(&error)),
        }
    }
}

fn packed(sheet: &str) -> ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
    ] {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    zip.start_file("xl/worksheets/sheet1.xml", options)?;
    zip.write_all(sheet.as_bytes())?;
    zip.write_all(SHEET_END.as_bytes())?;
    Ok(zip.finish()?.into_inner())
}

/// The name of a column: A to Z, then AA.
fn column(at: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or_default());
    match at / 26 {
        0 => letter(at).to_string(),
        n => format!("{}{}", letter(n - 1), letter(at)),
    }
}

/// Text within XML; what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use zip::ZipArchive;

    use super::*;

    fn written(format: Format) -> Vec<u8> {
        let mut table = Table::new(format);
        table.head(&["编号", "件数"]);
        table.row(&[Cell::text("=HYPERLINK(\"x\")&<a>\u{1}"), Cell::Number(3)]);
        table.row(&[Cell::Nothing, Cell::Nothing]);
        table.finish().unwrap()
    }

    #[test]
    fn a_csv_holds_no_formula() {
        let text = String::from_utf8(written(Format::Csv)).unwrap();
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').split("\r\n").collect();
        assert_eq!(lines[0], "\"编号\",\"件数\"");
        assert!(lines[1].starts_with("\"'=HYPERLINK(\"\"x\"\")") && lines[1].ends_with(",3"));
        assert_eq!(lines[2], ",");
    }

    #[test]
    fn a_workbook_holds_text_as_text() {
        let mut book = ZipArchive::new(Cursor::new(written(Format::Xlsx))).unwrap();
        let mut sheet = String::new();
        let mut file = book.by_name("xl/worksheets/sheet1.xml").unwrap();
        file.read_to_string(&mut sheet).unwrap();
        assert!(!sheet.contains("<f>"));
        assert!(
            sheet.contains(
                "<c r=\"A2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">=HYPERLINK(\"x\")&amp;&lt;a&gt;</t></is></c>"
            ),
            "{sheet}"
        );
        assert!(
            sheet.contains("<c r=\"B2\"><v>3</v></c>")
                && sheet.ends_with("<row r=\"3\"></row></sheetData></worksheet>")
        );
        assert_eq!([0, 25, 26, 51, 52].map(column), ["A", "Z", "AA", "AZ", "BA"]);
    }
}
