public import Bayeux

/// A policy's answer to a handshake: welcome or not, and what the client is told beside that.
///
/// - SeeAlso: CometD 3.1 reference book, "Authentication": custom replies to handshakes; REQUIREMENTS X3.
public struct HandshakeAnswer: Sendable {
    /// Whether the session begins.
    public var isWelcome: Bool
    /// What the reply's `ext` holds; extensions add to it.
    public var ext: JSONObject?
    /// The reply's advice; `nil` for the server's own: a refused client is told not to come back.
    public var advice: Advice?
    /// The reply's error, as `code:arguments:text`; `nil` for `403::Handshake denied`.
    public var error: String?

    /// The session begins.
    ///
    /// - Parameters:
    ///   - ext: What the reply's `ext` holds.
    ///   - advice: The reply's advice; `nil` for the server's own.
    /// - Returns: The answer.
    public static func welcome(ext: JSONObject? = nil, advice: Advice? = nil) -> HandshakeAnswer {
        HandshakeAnswer(isWelcome: true, ext: ext, advice: advice)
    }

    /// The session does not begin.
    ///
    /// - Parameters:
    ///   - ext: What the reply's `ext` holds, such as a challenge.
    ///   - advice: The reply's advice; `nil` tells the client not to come back.
    ///   - error: The reply's error, as `code:arguments:text`; `nil` for `403::Handshake denied`.
    /// - Returns: The answer.
    public static func refused(
        ext: JSONObject? = nil,
        advice: Advice? = nil,
        error: String? = nil
    ) -> HandshakeAnswer {
        HandshakeAnswer(isWelcome: false, ext: ext, advice: advice, error: error)
    }
}
