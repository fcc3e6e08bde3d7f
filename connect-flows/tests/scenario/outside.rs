//! Scenarios that reach out: functions at an address, and the real clock.

use std::{
    net::{TcpListener, TcpStream},
    thread,
};

use connect_flows::scenario::{self, Library};

use crate::{failures, root, server::Request};

/// Answers an event with the text of its parameters, as an error for the flow log.
fn answer(stream: TcpStream) {
    let request = Request::read(stream);
    let text = &request.json()["Details"]["Parameters"]["Text"];
    let reply = serde_json::json!({ "Status": "done", "Reason": text }).to_string();
    request.answer("200 OK", &reply);
}

fn check(clock: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || listener.incoming().for_each(|stream| answer(stream.unwrap())));
    let text = format!(
        "flow = \"connect-flows/flows/play-text.json\"\nclock = \"{clock}\"\n\
         [attributes]\ntext = \"Hello.\"\n\
         [[function]]\nname = \"*\"\nurl = \"{url}\"\n\
         [[expect]]\ninvoked = \"start_stream\"\nwith = {{ Text = \"Hello.\" }}\n\
         visits = [\"route\", \"hang-up\"]\nends = \"disconnected\"\nno_error = true\n"
    );
    let scenario = scenario::read(&root().join("outside.toml"), &text).unwrap();
    let checked = scenario::check(&scenario, &Library::default()).unwrap();
    assert!(checked.has_passed(), "{clock}: {:#?}", failures(&checked));
}

#[test]
fn a_function_at_an_address_answers_a_virtual_call() {
    check("virtual");
}

#[test]
fn a_call_can_pass_in_real_time() {
    check("real");
}
