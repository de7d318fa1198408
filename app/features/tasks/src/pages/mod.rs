//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod calendar;
mod calendar_preview;
mod cards;
mod frame;
mod hours;
mod list;
mod task;

pub use cards::home_cards;

ui::lazy_pages! {
    "/tasks" => TasksRoute: list::page;
    "/tasks/:id" => TaskRoute: task::page;
    "/admin/calendar" => CalendarRoute: calendar::page;
    "/admin/hours" => OwnHoursRoute: hours::own;
    "/admin/hours/:code" => HoursRoute: hours::page;
}
