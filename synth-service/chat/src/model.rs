//! The one thing that every model can do.

use futures::{future::BoxFuture, stream::BoxStream};

use crate::{error::ModelError, prompt::Prompt};

/// An answer, piece by piece, in the order of its text. It ends after its last piece or its first error. Dropping it
/// closes the connection to the model, so that no more tokens are paid for.
pub type Answer = BoxStream<'static, Result<String, ModelError>>;

/// Something that answers a caller.
pub trait Model: Send + Sync {
    /// The name for logs.
    fn name(&self) -> &str;

    /// Asks. Nothing is sent before the answer is polled for the first time.
    fn answer(&self, prompt: &Prompt) -> Answer;

    /// Opens a connection for the next question. A failure shows at that question.
    fn warm_up(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}
