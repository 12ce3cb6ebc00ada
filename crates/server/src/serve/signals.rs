//! The signals that end a server.

/// Returns when the process is told to stop: `SIGTERM` or `SIGINT`, elsewhere Ctrl-C.
#[cfg(unix)]
pub(crate) async fn stop() {
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut term), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::warn!("signals cannot be heard; only a kill ends this process");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Returns when the process is told to stop: `SIGTERM` or `SIGINT`, elsewhere Ctrl-C.
#[cfg(not(unix))]
pub(crate) async fn stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        tracing::warn!("Ctrl-C cannot be heard; only a kill ends this process");
        std::future::pending::<()>().await;
    }
}
