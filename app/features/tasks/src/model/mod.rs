//! Days, hours, limits and steps: pure, the same in the browser and on the server.

mod calendar;
mod clock;
mod coded;
mod day;
mod hours;
mod kind;
mod limit;
mod step;
mod view;

pub use calendar::{Calendar, LARGEST_FILE, NamedDay, file_too_large, is_weekend, weekday};
pub use clock::{Moment, Worked, WorkingClock};
pub use day::{DayHours, NoHours, Span};
pub use hours::{Hours, OwnHours, WEEKDAYS, Week};
pub use kind::{Happening, Holder, Kind, State};
pub use limit::{Limit, Pause};
pub use step::{Course, Doing, Step, When};
pub use view::{
    CalendarPage, CalendarPreview, Counts, DayChange, Doings, EntryRow, Facts, Fault, HoursPage, Move,
    OtherDay, TaskId, TaskList, TaskPage, TaskRow, Today, View, WeekRow, YearRow,
};

#[cfg(test)]
mod reference;
