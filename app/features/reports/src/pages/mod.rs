//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod answers;
mod beside;
mod cards;
mod categories;
mod clients;
mod compared;
mod draft;
mod elsewhere;
mod figures;
mod figures_about;
mod figures_parts;
mod following;
mod frame;
mod handling;
mod joint;
mod joint_form;
mod joints;
mod limits;
mod list;
mod many;
mod matter;
mod narrow;
mod near;
mod new;
mod new_parts;
mod offers;
mod open;
mod order_file;
mod order_keys;
mod orders;
mod parts;
mod place;
mod print;
mod published;
mod routing;
mod routing_form;
mod staff_cards;
mod steps;
mod track;
mod tryout;
mod unmask;
mod views;
mod work;

use ui::home::HomeCard;

// `/reports/new` and `/reports/track` stand before `/reports/:code`, which would take them for codes.
ui::lazy_pages! {
    "/reports" => ReportsRoute: list::page;
    "/reports/new" => NewReportRoute: new::page;
    "/reports/new/phone" => PhoneReportRoute: open::by_phone;
    "/reports/new/anonymous" => AnonymousReportRoute: open::anonymously;
    "/reports/track" => TrackRoute: track::page;
    "/reports/figures" => ReportFiguresRoute: figures::page;
    "/reports/:code" => MatterRoute: matter::page;
    "/reports/:code/print" => PrintRoute: print::page;
    "/reports/joint/:code" => JointRoute: joint::page;
    "/admin/reports" => WorkRoute: work::page;
    "/admin/reports/answers" => StandardAnswersRoute: answers::page;
    "/admin/reports/joint" => JointsRoute: joints::page;
    "/admin/reports/joint/new" => NewJointRoute: joint_form::page;
    "/admin/reports/routing" => RoutingRoute: routing::page;
    "/admin/reports/routing/try" => RoutingTryRoute: tryout::page;
    "/admin/reports/limits" => ReportLimitsRoute: limits::page;
    "/admin/reports/categories" => CategoriesRoute: categories::page;
    "/admin/reports/orders" => ReportOrdersRoute: orders::page;
    "/admin/reports/orders/import" => OrderFileRoute: order_file::page;
    "/admin/reports/orders/keys" => OrderKeysRoute: order_keys::page;
    "/admin/reports/clients" => ReportClientsRoute: clients::page;
}

/// The cards of the home page: residents', and those of staff.
pub fn home_cards() -> Vec<HomeCard> {
    cards::of_residents()
        .into_iter()
        .chain(staff_cards::of_staff())
        .collect()
}
