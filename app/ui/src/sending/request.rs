//! The request itself. `fetch` does not tell how much has gone up, so it is an `XMLHttpRequest`.

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{EventTarget, FormData, ProgressEvent, UrlSearchParams, XmlHttpRequest};

use super::{LINES, Line, Phase, Reader, failure};

/// What happens to a request, in this order; the last four end it.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// Bytes that have gone, of how many.
    Sent(f64, f64),
    At(Phase),
    Done(super::Done),
    Failed(shared::AppError),
    /// No answer came: there is no signal, or it broke off.
    Lost,
    Stopped,
}

/// What is known of the answer so far.
#[derive(Default)]
struct Answer {
    reader: Reader,
    ended: bool,
}

/// Sends a form; files go as such, anything else as a plain form. `told` hears what becomes of it.
pub fn send(
    address: &str,
    form: &FormData,
    files: bool,
    told: impl Fn(Told) + 'static,
) -> Result<XmlHttpRequest, JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open_with_async("POST", address, true)?;
    request.set_request_header("accept", LINES)?;
    let told = Rc::new(told);
    let answer = Rc::new(RefCell::new(Answer::default()));

    let up = Rc::clone(&told);
    hear(request.upload()?.as_ref(), "progress", move |event| {
        if event.length_computable() {
            up(Told::Sent(event.loaded(), event.total()));
        }
    })?;
    let (down, coming, growing) = (Rc::clone(&told), Rc::clone(&answer), request.clone());
    hear(request.as_ref(), "progress", move |_| {
        take(&growing, &coming, &*down)
    })?;
    let (down, last, whole) = (Rc::clone(&told), Rc::clone(&answer), request.clone());
    hear(request.as_ref(), "load", move |_| {
        take(&whole, &last, &*down);
        if !last
            .replace_with(|answer| Answer {
                ended: true,
                ..*answer
            })
            .ended
        {
            down(Told::Failed(failure(whole.status().unwrap_or_default())));
        }
    })?;
    let (down, broken) = (Rc::clone(&told), answer);
    hear(request.as_ref(), "error", move |_| {
        if !broken.borrow().ended {
            down(Told::Lost);
        }
    })?;
    hear(request.as_ref(), "abort", move |_| told(Told::Stopped))?;

    if files {
        request.send_with_opt_form_data(Some(form))?;
    } else {
        let plain = UrlSearchParams::new_with_str_sequence_sequence(form)?;
        request.send_with_opt_url_search_params(Some(&plain))?;
    }
    Ok(request)
}

/// The lines that have come, told. `told` may send another request or leave the page: nothing is borrowed meanwhile.
fn take(request: &XmlHttpRequest, answer: &RefCell<Answer>, told: &dyn Fn(Told)) {
    let text = request.response_text().ok().flatten().unwrap_or_default();
    let lines = answer.borrow_mut().reader.lines(&text);
    for line in lines {
        if answer.borrow().ended {
            return;
        }
        let said = match line {
            Line::At(phase) => Told::At(phase),
            Line::Done(done) => Told::Done(done),
            Line::Failed(error) => Told::Failed(error),
        };
        answer.borrow_mut().ended = !matches!(said, Told::At(_));
        told(said);
    }
}

/// The closure lives as long as JavaScript holds it.
fn hear(target: &EventTarget, name: &str, heard: impl FnMut(ProgressEvent) + 'static) -> Result<(), JsValue> {
    let heard = Closure::<dyn FnMut(ProgressEvent)>::new(heard).into_js_value();
    target.add_event_listener_with_callback(name, heard.unchecked_ref())
}
