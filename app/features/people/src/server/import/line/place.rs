//! The place of a line: in which grid, at which address, where on the map.

use orgs::model::Code;
use shared::datum::{on_mainland, to_stored};

use super::{Reading, columns::Column, shown};
use crate::model::{Address, area, building_number, door_number, unit_number};

impl Reading<'_> {
    pub(super) fn area(&mut self, column: Column) -> Option<i64> {
        area(self.cell(column)).unwrap_or_else(|reason| {
            self.fault(column, reason.trim_end_matches('。'));
            None
        })
    }

    /// Where the building stands, in the datum that is stored.
    pub(super) fn on_map(&mut self) -> Option<(i64, i64)> {
        let (lon, lat) = (self.cell(Column::Lon), self.cell(Column::Lat));
        match (lon.is_empty(), lat.is_empty()) {
            (true, true) => return None,
            (false, true) => {
                self.fault(Column::Lat, "有经度，却没有纬度");
                return None;
            }
            (true, false) => {
                self.fault(Column::Lon, "有纬度，却没有经度");
                return None;
            }
            (false, false) => {}
        }
        let number = |cell: &str| cell.parse::<f64>().ok().filter(|n| n.abs() <= 180.0);
        let (Some(x), Some(y)) = (number(lon), number(lat)) else {
            let reason = format!(
                "“{}”和“{}”不是经度和纬度的度数，如 120.7402 和 31.6411",
                shown(lon),
                shown(lat)
            );
            self.fault(Column::Lon, reason);
            return None;
        };
        if (73.0..=136.0).contains(&y) && (3.0..=54.0).contains(&x) {
            self.fault(Column::Lon, "经度和纬度写反了");
            return None;
        }
        let Some(datum) = self.datum else {
            *self.unmeasured = true;
            return None;
        };
        let (x, y) = to_stored(datum, x, y);
        #[expect(clippy::cast_possible_truncation, reason = "within 180 degrees")]
        let place = ((x * 1e7).round() as i64, (y * 1e7).round() as i64);
        if !on_mainland(place.0, place.1) {
            self.fault(
                Column::Lon,
                "这个位置不在境内（经度 73 到 136，纬度 3 到 54），请核对",
            );
            return None;
        }
        Some(place)
    }

    pub(super) fn grid(&mut self) -> Option<Code> {
        let cell = self.cell(Column::Grid);
        if cell.is_empty() {
            return None;
        }
        let code = cell.parse::<Code>().ok().filter(|code| code.as_str().len() >= 15);
        if code.is_none() {
            self.fault(
                Column::Grid,
                format!("网格编码应为 15 位（微网格 17 位）数字，这里是“{}”", shown(cell)),
            );
        }
        code
    }

    /// From columns of their own, or from an address as people write it; what a column says goes before.
    pub(super) fn place(&mut self) -> Option<(String, String, String, String)> {
        let address = Address::read(self.cell(Column::Address));
        let estate = match self.cell(Column::Estate) {
            "" => address.estate.clone(),
            cell => cell.to_owned(),
        };
        let (where_estate, where_building) = if self.cell(Column::Address).is_empty() {
            (Column::Estate, Column::Building)
        } else {
            (Column::Address, Column::Address)
        };
        if estate.is_empty() {
            self.fault(where_estate, "没有写小区（或村、路名）");
        } else if let Some(reason) = orgs::model::name_fault(&estate) {
            self.fault(where_estate, reason.trim_end_matches('。'));
        } else if estate.chars().count() > 40 {
            self.fault(where_estate, "小区名不应超过 40 个字");
        }
        let building = match self.cell(Column::Building) {
            "" => address.building.clone(),
            cell => building_number(cell),
        };
        if building.is_none() {
            let cell = self.cell(Column::Building);
            let reason = if cell.is_empty() {
                "没有写第几幢（独门独院的写门牌号）".to_owned()
            } else {
                format!("“{}”看不出是第几幢", shown(cell))
            };
            self.fault(where_building, reason);
        }
        let unit = match self.cell(Column::Unit) {
            "" => Some(address.unit.clone().unwrap_or_default()),
            cell => unit_number(cell),
        };
        if unit.is_none() {
            self.fault(
                Column::Unit,
                format!("“{}”看不出是几单元", shown(self.cell(Column::Unit))),
            );
        }
        let door = match self.cell(Column::Door) {
            "" => Some(address.door.clone().unwrap_or_default()),
            cell => door_number(cell),
        };
        if door.is_none() {
            self.fault(
                Column::Door,
                format!("“{}”看不出是几室", shown(self.cell(Column::Door))),
            );
        }
        Some((estate, building?, unit?, door?))
    }
}
