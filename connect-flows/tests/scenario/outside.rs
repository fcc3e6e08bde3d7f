//! Scenarios that reach out: functions at an address, and the real clock.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use connect_flows::scenario::{self, Library};

use crate::{failures, root};

/// Answers an event with the text of its parameters, as an error for the flow log.
fn answer(stream: TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let event: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let reply =
        serde_json::json!({ "Status": "done", "Reason": event["Details"]["Parameters"]["Text"] }).to_string();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", reply.len());
    reader.into_inner().write_all(format!("{head}{reply}").as_bytes()).unwrap();
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
