//! `cargo xtask bench chat`: which measurement runs on which stack.

use anyhow::{Result, bail};
use local_stack::{
    load::chat::{self, Measurement},
    stack::StackConfig,
};

use super::{arguments::ChatBenchArguments, common::Common, interrupt::Interrupt, start_stack};

/// One stack: a voice, with or without the express lane.
struct Setup {
    voice: String,
    express_lane: bool,
    measurements: Vec<Measurement>,
}

pub(super) async fn bench(arguments: ChatBenchArguments) -> Result<()> {
    let mut interrupt = Interrupt::listen()?;
    chat::begin();
    let work = async {
        for setup in setups(&arguments) {
            run(setup, &arguments.common, &arguments).await?;
        }
        Ok(())
    };
    tokio::select! {
        done = work => done,
        () = interrupt.wait() => bail!("interrupted"),
    }
}

fn setups(arguments: &ChatBenchArguments) -> Vec<Setup> {
    let ways = |setting: &str, korean| Measurement::Ways { setting: setting.into(), korean };
    let setup = |voice: &String, express_lane, measurements| Setup {
        voice: voice.clone(),
        express_lane,
        measurements,
    };
    let mut setups = Vec::new();
    for (number, voice) in arguments.voices.iter().enumerate() {
        let mut measurements = vec![Measurement::First, ways("", false)];
        if number == 0 {
            let turns = arguments.turns;
            let crowd = |conversations: &usize| Measurement::Crowd { conversations: *conversations, turns };
            measurements.extend(arguments.conversations.iter().map(crowd));
        } else {
            setups.push(setup(voice, false, vec![ways(" without the express lane", false)]));
        }
        setups.push(setup(voice, true, measurements));
    }
    setups.extend(arguments.korean.iter().map(|voice| setup(voice, true, vec![ways(", Korean", true)])));
    setups
}

async fn run(setup: Setup, common: &Common, arguments: &ChatBenchArguments) -> Result<()> {
    let Setup { voice, express_lane, measurements } = setup;
    let mut service_settings = chat::settings(&arguments.out)?;
    service_settings.insert("FIRSTWORD_EXPRESS_LANE".into(), express_lane.to_string());
    service_settings.insert("FIRSTWORD_DEFAULT_VOICE".into(), voice.clone());
    let config = StackConfig {
        voices: vec![voice.clone()],
        logs: arguments.out.join("logs"),
        service_settings,
        ..StackConfig::default()
    };
    println!();
    let stack = start_stack(common, config).await?;
    let mut measured = Ok(());
    for measurement in &measurements {
        measured = measured.and(chat::measure(&stack, &voice, measurement).await);
    }
    let stopped = stack.stop().await;
    measured.and(stopped)
}
