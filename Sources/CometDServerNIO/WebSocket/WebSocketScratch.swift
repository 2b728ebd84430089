import Bayeux
import NIOCore
import NIOPosix

/// Memory that the WebSockets of one event loop use in turn, so that an idle connection holds none.
final class WebSocketScratch {
    /// A larger buffer is let go of after use.
    ///
    /// An application may keep a received message, and all of the buffer with it.
    private static let mostPayload = 16 << 10
    private static let mostFrames = 128 << 10

    /// Every thread sees an object of its own in it.
    nonisolated(unsafe) private static let perThread = ThreadSpecificVariable<WebSocketScratch>()

    /// The payload of the last frame that was read.
    var payload = ByteBuffer()
    /// The messages of the last text.
    var envelopes: ContiguousArray<MessageEnvelope> = []
    /// The frames of the last flush that had more than one.
    var frames = ByteBuffer()
    /// What the one connection whose frames are being read answers; empty between.
    var answers = ByteBuffer()

    /// The memory of the calling thread, which is the event loop's.
    static var current: WebSocketScratch {
        if let current = self.perThread.currentValue { return current }
        let new = WebSocketScratch()
        self.perThread.currentValue = new
        return new
    }

    /// Lets go of what a single large message or batch has taken.
    func trim() {
        if self.payload.storageCapacity > Self.mostPayload { self.payload = ByteBuffer() }
        if self.frames.storageCapacity > Self.mostFrames { self.frames = ByteBuffer() }
        if self.answers.storageCapacity > Self.mostFrames { self.answers = ByteBuffer() }
        if self.envelopes.capacity > 1024 { self.envelopes = [] }
    }
}
