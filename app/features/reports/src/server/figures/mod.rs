//! How it goes: what matters count for is gathered as they move on (`gather`, from `cases`), and read for a place and a period (`read`, `page`) as far as
//! a viewer is told of it (`sees`), with what is still to be done (`open`). What they count for is defined in [`crate::model::figures`]. Taken along
//! as files (`export`, `ledger`, `sheet`).

mod cases;
mod export;
mod gather;
mod ledger;
mod masked;
mod open;
mod page;
mod read;
mod routes;
mod sees;
mod sheet;

pub use export::export;
pub use gather::{gather, moved};
pub use ledger::ledger;
pub use page::{Wanted, page};
pub use routes::routes;
pub use sheet::Format;
pub(super) use sheet::{Cell, Table};
