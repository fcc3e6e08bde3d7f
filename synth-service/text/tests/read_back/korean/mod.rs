//! Korean: the reader, and the sweeps.
