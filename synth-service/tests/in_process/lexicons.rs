//! Lexicons of a voice and of tenants, from the request to the voice's input.

use serde_json::json;

use crate::support::{PLAIN, Service, VOICE_LEXICON, error_code, service};

/// The voice's input for a text of a tenant.
async fn spoken(service: &Service, text: &str, tenant: Option<&str>) -> String {
    let before = service.spoken().len();
    let started = service.start(json!({"text": text, "tenant": tenant})).await;
    service.until_ended(&started.stream_id).await;
    service.spoken()[before..].join(" ")
}

#[tokio::test]
async fn a_tenants_words_take_precedence_over_the_voices_own() {
    let service = service(PLAIN).await;
    service.write_lexicon(VOICE_LEXICON, "acme = ack me\nSQL = sequel\n");
    service.write_lexicon("north.lexicon", "SQL = squirrel\n");
    let text = "Acme runs on SQL today.";
    for (tenant, expected) in [
        (None, "ack me runs on sequel today."),
        (Some("north"), "ack me runs on squirrel today."),
        (Some("south"), "ack me runs on sequel today."),
    ] {
        // The files are checked at most once a second.
        service.until(async || (spoken(&service, text, tenant).await == expected).then_some(())).await;
    }
}

#[tokio::test]
async fn a_changed_lexicon_is_reloaded_and_an_invalid_one_is_ignored() {
    let service = service(PLAIN).await;
    let text = "Acme is here for you.";
    for (lexicon, expected) in [
        ("acme = ack me\n", "ack me is here for you."),
        ("acme = the company\n", "the company is here for you."),
    ] {
        service.write_lexicon("north.lexicon", lexicon);
        service.until(async || (spoken(&service, text, Some("north")).await == expected).then_some(())).await;
    }
    // Only the valid one of the two takes effect.
    service.write_lexicon("north.lexicon", "acme = acme\n");
    service.write_lexicon("south.lexicon", "acme = the neighbour\n");
    let south = "the neighbour is here for you.";
    service.until(async || (spoken(&service, text, Some("south")).await == south).then_some(())).await;
    assert_eq!(spoken(&service, text, Some("north")).await, "the company is here for you.");
}

#[tokio::test]
async fn a_tenant_can_never_name_a_path() {
    let service = service(PLAIN).await;
    for tenant in ["../north", "a/b", "", "a.b", "\u{0}"] {
        let response = service.post("/synthesize_stream", json!({"text": "Hello.", "tenant": tenant})).await;
        assert_eq!(response.status().as_u16(), 422, "{tenant:?}");
        assert_eq!(error_code(response).await, "invalid_field", "{tenant:?}");
    }
}
