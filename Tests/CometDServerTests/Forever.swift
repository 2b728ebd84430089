/// Stands for work that never ends: returns only when its task is cancelled.
func forever() async {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    for await _ in stream {}
    continuation.finish()
}
