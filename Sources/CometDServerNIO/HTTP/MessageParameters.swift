import Bayeux
import NIOCore

/// The `message` parameters of a form or query as one text.
enum MessageParameters {
    /// Puts several texts together, each of which is an array of messages or one message.
    ///
    /// - Parameters:
    ///   - texts: At least one. A single one is left as it is, and not looked at.
    ///   - limits: What each text may cost.
    /// - Returns: An array of messages.
    /// - Throws: ``ScanError`` for the first text that is no JSON; its offset is within that text.
    static func combine(_ texts: [ByteBuffer], limits: ScanLimits) throws(ScanError) -> ByteBuffer {
        if let only = texts.first, texts.count == 1 { return only }
        var batch = ByteBuffer()
        batch.reserveCapacity(texts.reduce(2) { $0 + $1.readableBytes + 1 })
        var envelopes: ContiguousArray<MessageEnvelope> = []
        batch.writeStaticString("[")
        for text in texts {
            // Each must be whole for itself: otherwise brackets of one could close those of another.
            _ = try BatchScanner.scan(text, limits: limits, into: &envelopes)
            for envelope in envelopes {
                if batch.readableBytes > 1 { batch.writeStaticString(",") }
                text.withUnsafeReadableBytes { bytes in
                    _ = batch.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[envelope.whole.range]))
                }
            }
        }
        batch.writeStaticString("]")
        return batch
    }
}
