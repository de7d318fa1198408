//! Bars with their words and figures beside them: a chart that is a table.

use leptos::prelude::*;

use crate::badge::Tone;

#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub label: String,
    pub value: f64,
    /// The figure as it is told, with its unit.
    pub told: String,
    pub tone: Tone,
}

impl Bar {
    pub fn new(label: impl Into<String>, value: f64, told: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value,
            told: told.into(),
            tone: Tone::Go,
        }
    }

    #[must_use]
    pub const fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// Bars from zero to `most`, or to the longest of them.
#[component]
pub fn BarChart(
    #[prop(into)] caption: String,
    bars: Vec<Bar>,
    #[prop(optional)] most: Option<f64>,
) -> impl IntoView {
    let most = most.unwrap_or_else(|| bars.iter().map(|bar| bar.value).fold(0.0, f64::max));
    let rows = bars
        .into_iter()
        .map(|bar| {
            // Geometry in attributes, for the content security policy forbids inline style.
            let width = format!("{:.2}", share(bar.value, most));
            view! {
                <tr role="row" class=bar.tone.class()>
                    <th scope="row" role="rowheader">{bar.label}</th>
                    <td class="bar-cell" aria-hidden="true">
                        <svg viewBox="0 0 100 20" preserveAspectRatio="none" focusable="false">
                            <rect class="track" width="100" height="12" y="4"></rect>
                            <rect class="value" width=width height="12" y="4"></rect>
                        </svg>
                    </td>
                    <td role="cell">{bar.told}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <table class="bars" role="table"><caption>{caption}</caption><tbody role="rowgroup">{rows}</tbody></table> }
}

/// `value` in percent of `most`, between 0 and 100; anything that is there at all stays visible.
fn share(value: f64, most: f64) -> f64 {
    if !(value > 0.0 && most > 0.0) {
        return 0.0;
    }
    (value / most * 100.0).clamp(0.5, 100.0)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn bars_stay_in_their_track() {
        assert!((share(50.0, 200.0) - 25.0).abs() < 1e-9);
        assert!((share(300.0, 200.0) - 100.0).abs() < 1e-9);
        assert!((share(1.0, 1e9) - 0.5).abs() < 1e-9);
        for (value, most) in [(0.0, 0.0), (-1.0, 5.0), (f64::NAN, 5.0), (5.0, f64::NAN)] {
            assert!(share(value, most).abs() < f64::EPSILON);
        }
    }
}
