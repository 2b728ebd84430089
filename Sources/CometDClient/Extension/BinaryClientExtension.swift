public import Bayeux

/// Hides deliveries whose payload is not the binary data that their `ext.binary` announces.
///
/// Binary data travels without this extension, too: `publish` and `call` take `BinaryData`, and sequences of
/// `BinaryData` decode it. With it, ``/Bayeux/BayeuxMessage/binaryData`` never throws for a message of this client.
///
/// - SeeAlso: CometD 3.1 reference book, "Binary extension"; REQUIREMENTS N3, Q6.
public struct BinaryClientExtension: ClientExtension {
    /// Makes the extension.
    public init() {}

    /// Refuses to send malformed bytes.
    public func outgoing(_ message: inout BayeuxMessage) throws -> Bool { Self.isWellFormed(message) }

    /// Checks announced bytes.
    public func incoming(_ message: inout BayeuxMessage) throws -> Bool { Self.isWellFormed(message) }

    private static func isWellFormed(_ message: BayeuxMessage) -> Bool {
        do {
            _ = try message.binaryData
            return true
        } catch {
            return false
        }
    }
}
