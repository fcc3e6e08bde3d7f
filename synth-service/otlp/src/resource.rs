//! The program, as the receiver of telemetry knows it.

use opentelemetry::{Key, KeyValue};
use opentelemetry_sdk::Resource;

/// The service's name where neither `OTEL_SERVICE_NAME` nor `OTEL_RESOURCE_ATTRIBUTES` sets one.
const NAME: &str = "firstword";

/// The attributes of this process. Those of the standard variables come first.
pub(crate) fn resource() -> Resource {
    let standard = Resource::builder().build();
    let is_set = |name: &'static str| standard.get_ref(&Key::from_static_str(name)).is_some();
    let has_name = standard
        .get_ref(&Key::from_static_str("service.name"))
        .is_some_and(|name| !name.as_str().starts_with("unknown_service"));
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let ours = [
        ("service.name", NAME.to_owned(), has_name),
        ("service.version", version, is_set("service.version")),
        ("service.instance.id", uuid::Uuid::new_v4().to_string(), is_set("service.instance.id")),
    ];
    let ours = ours.into_iter().filter(|(.., is_set)| !is_set);
    Resource::builder().with_attributes(ours.map(|(name, value, _)| KeyValue::new(name, value))).build()
}
