public import Bayeux

/// Refuses messages from clients whose payload is not the binary data that their `ext.binary` announces.
///
/// That is all that is left to do: bytes travel as text, so messages with them pass the server as they are, and only who
/// asks for ``/Bayeux/BayeuxMessage/binaryData`` decodes them. With this extension, that never throws for a message from
/// a client. Without it, malformed data reaches subscribers as it came, as from CometD's server.
///
/// - SeeAlso: CometD 3.1 reference book, "Binary extension"; REQUIREMENTS N3.
public struct BinaryExtension: BayeuxExtension {
    /// Makes the extension.
    public init() {}

    /// What clients publish with an `ext`.
    public var scope: ExtensionScope { [.incoming, .onlyWithExt] }

    /// Checks announced bytes.
    ///
    /// - Returns: `false` when they are malformed: the client is answered with `404::message deleted`.
    public func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool {
        do {
            _ = try message.binaryData
            return true
        } catch {
            return false
        }
    }
}
