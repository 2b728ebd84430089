/// The extension `permessage-deflate`, as the two ends of a WebSocket have agreed on it.
///
/// Each message is compressed for itself, in both directions: a window that lived on between messages would take 268 kB
/// for each connection, and no two connections could share a compressed message.
///
/// - SeeAlso: RFC 7692, section 7.
package struct PerMessageDeflate: Hashable {
    /// The window for what the server compresses, as a power of two: 8 to 15.
    package let windowBits: UInt8
    /// Whether the client has asked for a window of at most that size, and must be told that it gets it.
    private let limitsWindow: Bool

    /// Agrees on the largest window.
    package init() {
        self.windowBits = MessageDeflater.windowBits
        self.limitsWindow = false
    }

    /// Takes the first offer that can be met.
    ///
    /// - Parameter header: The values of all `Sec-WebSocket-Extensions` headers, with commas between them. Our own choice: when
    ///   the list is malformed no offer is taken, and the WebSocket is opened without compression.
    init?(offers header: String) {
        guard let offers = WebSocketExtensionOffer.list(header),
            let accepted = offers.lazy.compactMap({ Self(meeting: $0) }).first
        else { return nil }
        self = accepted
    }

    /// Takes one offer.
    ///
    /// - Returns: `nil` when it is of another extension, or has a parameter that is unknown, comes twice or is wrong.
    private init?(meeting offer: WebSocketExtensionOffer) {
        guard offer.name == "permessage-deflate" else { return nil }
        var names: Set<String> = []
        var windowBits: UInt8?
        for parameter in offer.parameters {
            guard names.insert(parameter.name).inserted else { return nil }
            switch (parameter.name, parameter.value) {
            // Both are so anyway, and the answer says so.
            case ("server_no_context_takeover", nil), ("client_no_context_takeover", nil):
                break
            // Only a hint: whatever window the client uses, ours is large enough.
            case ("client_max_window_bits", nil):
                break
            case ("client_max_window_bits", let value?):
                guard Self.windowBits(value) != nil else { return nil }
            case ("server_max_window_bits", let value?):
                guard let bits = Self.windowBits(value) else { return nil }
                windowBits = bits
            default:
                return nil
            }
        }
        self.windowBits = windowBits ?? MessageDeflater.windowBits
        self.limitsWindow = windowBits != nil
    }

    /// What the server answers in `Sec-WebSocket-Extensions`.
    var answer: String {
        let parameters = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        return self.limitsWindow ? "\(parameters); server_max_window_bits=\(self.windowBits)" : parameters
    }

    /// A number from 8 to 15 without leading zeros.
    private static func windowBits(_ text: String) -> UInt8? {
        guard let bits = UInt8(text), (8...15).contains(bits), text == String(bits) else { return nil }
        return bits
    }
}
