//! `cargo xtask bench chat`: conversations, timed from the caller's side and by the service's own record.
//!
//! | module | responsibility |
//! | --- | --- |
//! | `turn` | one turn as its caller sees it, and its record |
//! | `first` | the first audible sample, taken apart, and the floor |
//! | `ways` | three sentences in three ways |
//! | `crowd` | many conversations at once |
//! | `script` | the demo model's answers |
//! | `figures` | percentiles and tables |

mod crowd;
pub(crate) mod figures;
mod first;
mod script;
mod turn;
mod ways;

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result};

use self::{crowd::Crowd, turn::Line};
use super::{allow_connections, machine};
use crate::stack::Stack;

/// A measurement on one running stack.
#[derive(Clone, Debug)]
pub enum Measurement {
    /// The first audible sample, taken apart.
    First,
    /// Three sentences in three ways; the words describe the setting.
    Ways {
        /// The words.
        setting: String,
        /// Whether the sentences are in Korean, not in English.
        korean: bool,
    },
    /// This many conversations at once.
    Crowd {
        /// The number.
        conversations: usize,
        /// Turns of each.
        turns: usize,
    },
}

/// Time over which a crowd arrives: its first sentences come together all the same, with the second turns.
const ARRIVE_WITHIN: Duration = Duration::from_secs(2);

/// A crowd of this size and more arrives over ten times as long.
const LARGE: usize = 100;

/// Prints the machine, and allows this process its many connections.
pub fn begin() {
    println!("{}", machine::describe());
    allow_connections();
}

/// Writes the demo model's script, and returns the settings of a service whose model follows it.
///
/// # Errors
/// When the file can't be written.
pub fn settings(folder: &Path) -> Result<BTreeMap<String, String>> {
    let file = folder.join("demo-script.toml");
    std::fs::create_dir_all(folder).with_context(|| format!("no folder {}", folder.display()))?;
    std::fs::write(&file, script::toml()).with_context(|| format!("{} can't be written", file.display()))?;
    let settings = [
        ("FIRSTWORD_CHAT_MODEL", "demo".to_owned()),
        ("FIRSTWORD_DEMO_SCRIPT", file.to_string_lossy().into_owned()),
        ("FIRSTWORD_DEMO_FIRST_TOKEN_MS", script::FIRST_TOKEN_MS.to_string()),
        ("FIRSTWORD_DEMO_TOKENS_PER_SECOND", "50".to_owned()),
    ];
    Ok(settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Measures on a running stack, and prints the tables.
///
/// # Errors
/// When a sentence was lost, or the stack can't be asked.
pub async fn measure(stack: &Stack, voice: &str, measurement: &Measurement) -> Result<()> {
    let line = Line::new(stack).await?;
    match measurement {
        Measurement::First => first::measure(&line, voice).await,
        Measurement::Ways { setting, korean } => {
            let sentences = if *korean { ways::KOREAN } else { ways::ENGLISH };
            ways::measure(&line, voice, &format!("{voice}{setting}"), sentences).await
        }
        Measurement::Crowd { conversations, turns } => {
            let arrive_within = if *conversations < LARGE { ARRIVE_WITHIN } else { ARRIVE_WITHIN * 10 };
            let crowd = Crowd { conversations: *conversations, turns: *turns, arrive_within };
            crowd::measure(Arc::new(line), voice, crowd, &stack.service_ids()).await
        }
    }
}
