//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod cards;
mod desk;
mod frame;
mod list;
mod proposals;
mod results;
mod survey;

pub use cards::home_cards;

ui::lazy_pages! {
    "/surveys" => SurveysRoute: list::page;
    "/surveys/:code" => SurveyRoute: survey::page;
    "/admin/surveys" => SurveyDeskRoute: desk::page;
}
