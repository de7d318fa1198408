//! How it goes: what matters count for, and the figures that are made of it. Pure; each definition stands where it is reckoned, in
//! [`facts`] for what one matter counts for, here for what is told of many.

mod alike;
mod facts;
mod grade;
mod party;
mod period;
mod stage;
mod tally;
mod view;

pub use alike::{SINCE, same_place};
pub use facts::{Case, Facts, Mark};
pub use grade::{elapsed, graded, percentile, worked};
pub use party::Party;
pub use period::{Covering, NoPeriod, Period, month_label, month_of};
pub use stage::{Clock, Stage};
pub use tally::{Figures, RATES, Rate, SMALLEST, StageFigures, Tally, Told};
pub use view::{AgeFigures, AreaFigures, FiguresPage, HotSpot, MonthFigures};
