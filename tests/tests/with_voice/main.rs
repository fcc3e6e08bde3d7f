//! The real programs with a real voice, started and driven from outside. One program holds these tests: it is linked once,
//! and those that wait in real time do so at the same time.

mod call;
mod cuda;
mod cut_short;
mod emf;
mod lambdas;
mod live_call;
mod live_page;
mod live_trouble;
mod outage;
mod page;
mod paused_hosts;
mod prometheus;
mod prompt_arns;
mod scrapes;
mod service;
mod supervised;
mod talk;
mod talk_hosts;
mod two_hosts;
