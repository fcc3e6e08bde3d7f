//! The programs that need no voice: the functions beside hosts that the test plays, the files of `infra`, and the report
//! of a call.

mod dashboards;
mod deployment_files;
mod flow_report;
mod install;
mod liveness;
mod runtime;
mod tries;
