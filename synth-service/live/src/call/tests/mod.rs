//! Calls in paused time: scripted ears and answers, and a line that plays its audio and sends marks back.

mod answers;
mod caller;
mod continued;
mod ears;
mod interruptions;
mod line;
mod patience;
mod random;
mod speculating;
mod turns;
