//! A line of the file, right in itself.

mod columns;
mod person;
mod place;

use accounts::model::Phone;
use orgs::model::{Code, Fault, is_formula};
use shared::{Date, datum::Datum};

use self::columns::{COLUMNS, Column, Header, name_of};
use super::table::Row;
use crate::model::{Born, IdentityNumber, Relation, ResidenceKind, Sex, floor_of};

/// Reading stops after so many faults: by then it is the wrong file.
const MAX_FAULTS: usize = 10_000;

/// A place, and perhaps somebody in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: u64,
    /// The place as the file has it.
    pub said: String,
    pub grid: Option<Code>,
    pub estate: String,
    pub building: String,
    pub unit: String,
    pub door: String,
    pub floor: Option<i64>,
    pub area: Option<i64>,
    /// Where the building stands, as it is stored: in 1e-7 degrees.
    pub place: Option<(i64, i64)>,
    /// Of the estate.
    pub service_area: Option<i64>,
    /// The household's residents' group, by its name; empty where it was left out.
    pub group: String,
    pub person: Option<Who>,
}

/// The person of a line. What is `None` was left empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub name: String,
    pub sex: Option<Sex>,
    pub born: Option<Born>,
    pub phone: Option<Phone>,
    pub identity: Option<IdentityNumber>,
    pub kind: Option<ResidenceKind>,
    pub relation: Option<Relation>,
    pub representative: bool,
    pub owner: bool,
}

/// The lines that are right in themselves, and what is wrong with the others. `datum` is what the places of the file are measured
/// against, if it has any.
///
/// # Errors
/// A sentence about the file as a whole.
pub fn read(rows: &[Row], today: Date, datum: Option<Datum>) -> Result<(Vec<Line>, Vec<Fault>), String> {
    let (header, body) = rows.split_first().ok_or("文件是空的。")?;
    let header = Header::read(header)?;
    let (mut lines, mut faults) = (Vec::with_capacity(body.len()), Vec::new());
    let mut unmeasured = false;
    for row in body {
        let before = faults.len();
        let mut reading = Reading {
            row,
            header: &header,
            datum,
            unmeasured: &mut unmeasured,
            faults: &mut faults,
        };
        if let Some(line) = reading.line(today)
            && faults.len() == before
        {
            lines.push(line);
        }
        if faults.len() >= MAX_FAULTS {
            break;
        }
    }
    if unmeasured {
        faults.push(Fault {
            line: 0,
            field: "坐标系".to_owned(),
            reason: "文件里有经度和纬度，请选它们用的坐标系，再传一次".to_owned(),
        });
    }
    if lines.is_empty() && faults.is_empty() {
        return Err("文件里只有表头，没有内容。".into());
    }
    Ok((lines, faults))
}

struct Reading<'a> {
    row: &'a Row,
    header: &'a Header,
    datum: Option<Datum>,
    /// Set where there is a place, and nobody said what it is measured against.
    unmeasured: &'a mut bool,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Reading<'a> {
    fn cell(&self, column: Column) -> &'a str {
        self.header.cell(self.row, column)
    }

    fn fault(&mut self, column: Column, reason: impl Into<String>) {
        self.faults.push(Fault {
            line: self.row.number,
            field: name_of(column).to_owned(),
            reason: reason.into(),
        });
    }

    /// A choice by its label; nothing if the cell is empty.
    fn choice<T>(&mut self, column: Column, told: impl Fn(&str) -> Option<T>, labels: &[&str]) -> Option<T> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        let found = told(cell);
        if found.is_none() {
            self.fault(
                column,
                format!("“{}”不认识，应为：{}", shown(cell), labels.join("、")),
            );
        }
        found
    }

    fn yes(&mut self, column: Column) -> bool {
        match self.cell(column) {
            "是" | "√" | "1" | "Y" | "y" | "true" => true,
            "" | "否" | "0" | "N" | "n" | "false" => false,
            other => {
                self.fault(column, format!("“{}”不认识，请填“是”或“否”", shown(other)));
                false
            }
        }
    }

    fn line(&mut self, today: Date) -> Option<Line> {
        for (column, _) in COLUMNS {
            let cell = self.cell(column);
            // A number with its country is no formula.
            if is_formula(cell)
                && !(column == Column::Phone && cell[1..].chars().all(|c| c.is_ascii_digit() || c == ' '))
            {
                self.fault(column, "单元格里是公式（以 =、+、-、@ 开头），请改成文字");
            } else if cell.chars().count() > 100 {
                self.fault(column, "太长了，不应超过 100 个字");
            } else if cell.chars().any(char::is_control) {
                self.fault(column, "里面有换行或看不见的字符，请去掉");
            }
        }
        let grid = self.grid();
        let place = self.place();
        let floor_area = self.area(Column::Area);
        let service_area = self.area(Column::Service);
        let on_map = self.on_map();
        let person = if self.cell(Column::Name).is_empty() {
            self.nobody()
        } else {
            self.who(today)
        };
        let (estate, building, unit, door) = place?;
        let said = [
            Column::Address,
            Column::Estate,
            Column::Building,
            Column::Unit,
            Column::Door,
        ];
        Some(Line {
            number: self.row.number,
            said: said.map(|column| self.cell(column)).join(" "),
            grid,
            estate,
            floor: floor_of(&door),
            building,
            unit,
            door,
            area: floor_area,
            place: on_map,
            service_area,
            group: self.cell(Column::Group).to_owned(),
            person,
        })
    }
}

/// The beginning of a cell, for a message.
fn shown(cell: &str) -> String {
    cell.chars().take(20).collect()
}

#[cfg(test)]
mod tests;
