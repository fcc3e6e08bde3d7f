//! The metrics that this host sends by itself. `GET /metrics` is not among them: there a client asks.

use std::{sync::Arc, time::Duration};

use cloudwatch::{Aggregate, CloudWatch, Sender};
use contract::metrics::METRICS_DROPPED;
use metrics_exporter_prometheus::BuildError;

use super::{Meters, SharedRecorder};
use crate::settings::Settings;

/// The exporters that are switched on. They work in the background and never delay a stream.
pub struct Exporters {
    cloudwatch: Option<Sender>,
}

impl Exporters {
    /// Meters whose values are exported as the settings say, and the exporters.
    ///
    /// # Errors
    /// [`BuildError`] of [`Meters::new`].
    pub async fn start(settings: &Settings) -> Result<(Meters, Self), BuildError> {
        let namespace = settings.cloudwatch_namespace.clone();
        let cloudwatch = namespace.map(|namespace| (namespace, Arc::new(Aggregate::new())));
        let mut recorders: Vec<SharedRecorder> = Vec::new();
        recorders.extend(cloudwatch.iter().map(|(_, aggregate)| aggregate.clone() as SharedRecorder));
        let meters = Meters::new(recorders)?;
        let cloudwatch = match cloudwatch {
            Some((namespace, aggregate)) => {
                let client = CloudWatch::connect(namespace).await;
                let every = Duration::from_secs(settings.cloudwatch_interval_seconds);
                let counter = meters.clone();
                let dropped = move |values| counter.count(&METRICS_DROPPED, &[], values);
                Some(Sender::start(client, aggregate, every, dropped))
            }
            None => None,
        };
        Ok((meters, Self { cloudwatch }))
    }

    /// Sends the rest. Ends within two seconds, whatever the receivers do.
    pub async fn stop(self) {
        if let Some(cloudwatch) = self.cloudwatch {
            cloudwatch.stop().await;
        }
    }
}
