import Bayeux
import NIOCore
import NIOPosix

/// Memory that the WebSockets of one event loop use in turn, so that an idle connection holds none.
final class WebSocketScratch {
    /// How many bytes of a received message are worth keeping room for.
    ///
    /// Few, because an application may keep a received message, and all of the buffer with it.
    static let mostPayload = 16 << 10
    /// How many bytes of frames are worth keeping room for.
    static let mostFrames = 128 << 10
    /// How many messages of a batch are worth keeping room for.
    static let mostEnvelopes = 256

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

    /// The last text that came compressed, in clear.
    var inflated = ByteBuffer()
    /// The last message that was compressed.
    var deflated = ByteBuffer()
    /// Made when the first message is to be compressed.
    private(set) lazy var deflater = MessageDeflater()
    /// Made when the first compressed message comes.
    private(set) lazy var inflater = MessageInflater()

    /// The memory of the calling thread, which is the event loop's.
    static var current: WebSocketScratch {
        if let current = self.perThread.currentValue { return current }
        let new = WebSocketScratch()
        self.perThread.currentValue = new
        return new
    }
}
